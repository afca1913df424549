"""A small pack for tests, as text, and the problems that a changed one gives."""

from pathlib import Path

import pytest

from agreement.packs.model import Pack
from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from agreement.packs.statements import read_statements

SMALL = """\
format: 1
agreement:
  code: river-2020
  title: "Agreement on the river"
  short_title: "River 2020"
  as_of: 2024-05-01
  time_zone: Europe/Brussels
  counting: calendar
  due_soon_days: 30
  review_every: {months: 6}
naming:
  label: "North*"
  marker: "*"
  footnote: "Without prejudice."
actors:
  - {code: north, name: "North*", role: party, mark: 1}
  - {code: south, name: "South", role: party, mark: 2}
  - {code: host, name: "Host", role: facilitator, mark: 3}
groups:
  - {code: fishers, label: "Fishers"}
triggers:
  - {code: T-START, label: "Accepted", date: 2020-03-02}
  - {code: T-END, label: "Ended", date: null}
instruments:
  - code: main
    kind: agreement
    title: "Agreement on the river"
    short_title: "Agreement"
    positions:
      - {party: north, position: signed, date: 2020-03-02}
      - {party: south, position: signed}
    provisions:
      - {anchor: art_1, label: "Article 1"}
      - {anchor: art_1__para_1, label: "Article 1, paragraph 1", parent: art_1}
rules:
  - {code: RA-0, instrument: main, provision: art_1, text: "Read it whole."}
events:
  - {code: EV-1, date: 2020-03-02, precision: day, title: "Accepted", touches: [all], trigger: T-START, source: "press"}
  - {code: EV-2, date: 2020-04-05, precision: reported, title: "Levels out", touches: [RA-1],
     provisions: [{instrument: main, provision: art_1}], source: "press"}
obligations:
  - code: RA-1
    instrument: main
    provision: art_1__para_1
    title: "Publish the levels"
    kind: one_off
    obligors: [north, south]
    shares: {north: "the upper reach"}
    beneficiaries: [fishers, south]
    deadline: {rule: days_after, days: 30, trigger: T-START}
    gates: [{trigger: T-END}]
    tags: [levels]
    also_under: [{instrument: main, provision: art_1}]
    target: {baseline: 0, value: 12, unit: "reports a year"}
    means_of_verification: ["The yearbook"]
    confidence: verified
  - code: RA-2
    instrument: main
    provision: art_1
    title: "Keep the banks"
    kind: standing
    obligors: [host, south]
    deadline: {rule: none}
    gates: [{obligation: RA-1}]
    confidence: from_memory
"""

STATEMENTS = """\
format: 1
agreement: river-2020
notice: "For a trial."
statements:
  - key: S1
    kind: claim
    by: north
    obligation: RA-1
    obligors: [north]
    level: 3
    effective_on: 2020-04-05
    reason: "The levels are out."
    event: EV-2
  - key: S2
    kind: contest
    by: south
    objects_to: S1
    effective_on: 2020-04-06
    reason: "Half of them."
  - key: S3
    kind: finding
    by: host
    obligation: RA-2
    obligors: [south]
    conduct: kept
    effective_on: 2020-05-01
    reason: "Nothing was reported."
"""


def line_of(text: str, part: str) -> int:
    """The line, counted from 1, on which the part begins. It must stand there once."""
    assert text.count(part) == 1, f"{part!r} stands {text.count(part)} times in the text"
    return text[: text.index(part)].count("\n") + 1


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The text with one part replaced."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def write(folder: Path, text: str | bytes, name: str = "pack.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(folder: Path, text: str = SMALL) -> Pack:
    return read_pack(write(folder, text))


Problems = list[tuple[int, str, str]]


def problems(folder: Path, text: str | bytes) -> Problems:
    """Line, path and message of every problem that the text gives as a pack."""
    path = write(folder, text)
    with pytest.raises(PackError) as caught:
        read_pack(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.line, problem.path, problem.message) for problem in caught.value.problems]


def statement_problems(folder: Path, text: str, of: str = SMALL) -> Problems:
    """The same for statements about the small pack, or another text of it."""
    pack = load(folder, of)
    with pytest.raises(PackError) as caught:
        read_statements(write(folder, text, "statements.yaml"), pack)
    return [(problem.line, problem.path, problem.message) for problem in caught.value.problems]
