"""Packs as text for tests that load one version after another, and how to load them."""

import io
from pathlib import Path

from django.core.management import call_command

from agreement.models import Agreement
from agreement.packs.model import Pack
from agreement.packs.read import read_pack
from obligations.models import Commitment, Obligation
from obligations.packs.load import Loaded, load_pack
from parties.access import PUBLIC_VIEWER
from tests.make import NOW

RIVER = """\
format: 1
agreement:
  code: river
  title: Agreement on the river
  short_title: River
  as_of: 2026-01-01
  time_zone: Europe/Brussels
  counting: calendar
  due_soon_days: 30
  review_every: {months: 6}
actors:
  - {code: alpha, name: Alpha, role: party, mark: 1}
  - {code: beta, name: Beta, role: party, mark: 2}
  - {code: desk, name: Desk, role: facilitator, mark: 3}
groups:
  - {code: fishers, label: Fishers}
triggers:
  - {code: T-START, label: Start, date: 2023-03-18}
  - {code: T-END, label: End, date: null}
instruments:
  - code: main
    kind: agreement
    title: Agreement on the river
    short_title: Agreement
    positions:
      - {party: alpha, position: signed}
    provisions:
      - {anchor: art_1, label: Article 1}
      - {anchor: art_1__para_1, label: "Article 1, paragraph 1", parent: art_1}
      - {anchor: art_2, label: Article 2}
rules:
  - {code: RR-1, instrument: main, provision: art_1, text: Read it whole.}
events:
  - {code: EV-1, date: 2023-03-18, precision: day, title: Begun, touches: [R-1], trigger: T-START, source: press}
obligations:
  - code: R-1
    instrument: main
    provision: art_1__para_1
    title: Report
    summary: A report is due.
    kind: one_off
    obligors: [alpha, beta]
    beneficiaries: [fishers, beta]
    deadline: {rule: days_after, days: 150, trigger: T-START, expected_due: 2023-08-15}
    indicators: [It is out, It is read]
    confidence: verified
  - code: R-2
    instrument: main
    provision: art_2
    title: Keep the banks
    kind: standing
    obligors: [desk]
    deadline: {rule: none}
    gates: [{obligation: R-1}, {trigger: T-END}]
    confidence: verified
"""


def without(part: str, text: str = RIVER) -> str:
    """The text without an entry: from the line that begins with the part to the next entry or list."""
    lines = text.splitlines(keepends=True)
    [start] = [number for number, line in enumerate(lines) if line.lstrip().startswith(part)]
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return "".join(lines[:start] + lines[end:])


def changed(*pairs: tuple[str, str], text: str = RIVER) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def pack(folder: Path, text: str = RIVER) -> Pack:
    path = folder / "pack.yaml"
    path.write_text(text)
    return read_pack(path)


def load(folder: Path, text: str = RIVER, plan: bool = False) -> Loaded:
    return load_pack(pack=pack(folder, text), actor=PUBLIC_VIEWER, now=NOW, plan=plan)


def command(*words: object) -> str:
    out = io.StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def river(code: str = "river") -> Agreement:
    return Agreement.objects.get(code=code)


def owed(code: str, party: str, of: str = "river") -> Commitment:
    return Commitment.objects.select_related("agreement", "obligation", "party").get(
        agreement__code=of, obligation__code=code, party__code=party
    )


def obligation(code: str, of: str = "river") -> Obligation:
    return Obligation.objects.get(agreement__code=of, code=code)
