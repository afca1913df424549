"""Loading packs into the database: wholly or not at all, and only what differs."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from agreement import packs
from agreement.models import Agreement, LedgerEntry, TriggerDate
from agreement.viewers import viewer_for
from obligations.commands import set_trigger_date
from obligations.models import Commitment, Obligation, Statement
from tests import make

pytestmark = pytest.mark.django_db

OHRID = Path(packs.__file__).parent / "ohrid-2023"
SMALL = """
format: 1
agreement:
  code: small
  title: Small accord
  short_title: Small
  as_of: 2026-01-01
  time_zone: Europe/Brussels
  counting: calendar
  due_soon_days: 30
  review_every: {months: 6}
actors:
  - {code: alpha, name: Alpha, role: party, mark: 1}
  - {code: beta, name: Beta, role: party, mark: 2}
instruments:
  - code: text
    kind: agreement
    title: The text
    short_title: Text
    date: 2023-03-18
    positions:
      - {party: alpha, position: accepted}
      - {party: beta, position: signed}
    provisions:
      - {anchor: art_1, label: Article 1, heading: Reports}
triggers:
  - {code: T-START, label: Start, date: 2023-03-18}
obligations:
  - code: R-1
    instrument: text
    provision: art_1
    title: Report
    summary: A report is due.
    kind: one_off
    obligors: [alpha, beta]
    beneficiaries: [beta]
    deadline: {rule: days_after, days: 150, trigger: T-START, expected_due: 2023-08-15}
    confidence: verified
"""


def load(path: Path) -> str:
    out = io.StringIO()
    call_command("loadpack", str(path), stdout=out)
    return out.getvalue()


def written(folder: Path, text: str = SMALL) -> Path:
    path = folder / "pack.yaml"
    path.write_text(text)
    return path


def everything() -> dict[str, Any]:
    models = [Agreement, Obligation, Commitment]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}  # type: ignore[attr-defined]


def test_the_ohrid_pack_holds_the_register_and_the_earlier_agreements() -> None:
    load(OHRID)
    owed = Commitment.objects.filter(agreement__code="ohrid-2023")
    earlier = {"obligation__provision__instrument__kind": "earlier_agreement"}
    assert Obligation.objects.count() == 46 + 23
    assert (owed.exclude(**earlier).count(), owed.filter(**earlier).count()) == (89, 46)


def test_the_ohrid_deadlines_are_those_of_the_text() -> None:
    load(OHRID)
    dated = Commitment.objects.filter(clock="dated")
    monitoring, donors = dated.filter(obligation__code="AX-6.1"), dated.get(obligation__code="AX-7.1")
    assert [(c.party.code, c.due_on) for c in monitoring.select_related("party")] == [
        (code, date(2023, 4, 17)) for code in ("eu", "kosovo", "serbia")
    ]
    assert (donors.party.code, donors.due_on) == ("eu", date(2023, 8, 15))
    assert donors.due_at == datetime(2023, 8, 15, 22, tzinfo=UTC)


def test_loading_twice_changes_nothing() -> None:
    load(OHRID)
    before, entries, dates = everything(), LedgerEntry.objects.count(), TriggerDate.objects.count()
    assert load(OHRID) == "ohrid-2023: nothing changed\n"
    assert (everything(), LedgerEntry.objects.count(), TriggerDate.objects.count()) == (
        before,
        entries,
        dates,
    )


def test_trial_statements_load_once_and_put_their_notice_on_the_pages(settings: Any) -> None:
    settings.TRIAL = True
    load(OHRID)
    for _ in range(2):
        call_command("loadtrial", stdout=io.StringIO())
    assert len(set(Statement.objects.values_list("import_key", flat=True))) == 18 + 203
    assert Statement.objects.count() == 285
    assert "not findings of the EU" in Agreement.objects.get().notice


def test_trial_statements_are_refused_outside_a_trial(settings: Any) -> None:
    settings.TRIAL = False
    load(OHRID)
    with pytest.raises(CommandError, match="trial only"):
        call_command("loadtrial")


def test_a_changed_pack_changes_only_what_differs(tmp_path: Path) -> None:
    load(written(tmp_path))
    before = Commitment.objects.order_by("pk").values_list("pk", flat=True)[0]
    said = load(written(tmp_path, SMALL.replace("title: Report\n", "title: Yearly report\n")))
    assert "changed 1 agreements, 1 obligations" in said
    assert Obligation.objects.get().title == "Yearly report"
    assert Commitment.objects.filter(pk=before).exists()


def test_other_terms_move_the_deadline(tmp_path: Path) -> None:
    load(written(tmp_path))
    load(written(tmp_path, SMALL.replace("days: 150", "days: 30").replace("2023-08-15", "2023-04-17")))
    assert set(Commitment.objects.values_list("due_on", flat=True)) == {date(2023, 4, 17)}


def test_a_day_that_a_mediator_gave_stays_when_the_pack_is_loaded_again(tmp_path: Path) -> None:
    load(written(tmp_path))
    agreement = Agreement.objects.get()
    actor = viewer_for(make.mediator(of=agreement))
    trigger = agreement.triggers.get()
    set_trigger_date(
        trigger=trigger, actor=actor, now=timezone.now(), occurred_on=date(2023, 3, 19), reason="Early hours."
    )
    load(written(tmp_path))
    trigger.refresh_from_db()
    assert trigger.occurred_on == date(2023, 3, 19)
    assert set(Commitment.objects.values_list("due_on", flat=True)) == {date(2023, 8, 16)}


# What is broken: the text that is replaced, by what, the text that stands on the line named, and what the error says.
BROKEN = {
    "an unknown obligor": ("obligors: [alpha, beta]", "obligors: [alpha, gamma]", "obligors:", "gamma"),
    "a date that is none": ("date: 2023-03-18}", "date: 2023-02-30}", "T-START, label", "2023-02-30"),
    "an expected day that the rule does not give": ("2023-08-15", "2023-08-16", "deadline:", "2023-08-15"),
    "text that does not parse": ("beneficiaries: [beta]", "beneficiaries: [beta", "deadline:", "YAML"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_pack_is_refused_with_file_and_line_and_nothing_is_written(
    what: str, tmp_path: Path
) -> None:
    old, new, on_line, named = BROKEN[what]
    broken = SMALL.replace(old, new)
    line = next(number for number, text in enumerate(broken.splitlines(), start=1) if on_line in text)
    with pytest.raises(CommandError) as refused:
        load(written(tmp_path, broken))
    assert f"pack.yaml:{line}: " in str(refused.value)
    assert named in str(refused.value)
    assert not Agreement.objects.exists()


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr("obligations.packs.clocks.start_clocks", fails)
    with pytest.raises(RuntimeError):
        load(written(tmp_path))
    assert not Agreement.objects.exists()


def test_a_second_agreement_stands_beside_the_first(tmp_path: Path) -> None:
    load(OHRID)
    load(written(tmp_path))
    assert Commitment.objects.filter(agreement__code="ohrid-2023").count() == 135
    assert Commitment.objects.filter(agreement__code="small").count() == 2


@pytest.mark.parametrize(("old", "new"), [("name: North", "name: South"), ("mark: 1", "mark: 3")])
def test_a_name_or_mark_changes_in_its_own_agreement_alone(tmp_path: Path, old: str, new: str) -> None:
    text = SMALL.replace("name: Alpha", "name: North")
    load(written(tmp_path, text))
    load(written(tmp_path, text.replace("code: small", "code: other")))
    said = load(written(tmp_path, text.replace(old, new, 1)))
    assert "changed 1 agreements, 1 parties" in said
    changed, other = (
        Agreement.objects.get(code=code).parties.get(code="alpha") for code in ("small", "other")
    )
    assert (f"name: {changed.name}" if "name" in new else f"mark: {changed.mark}") == new
    assert (other.name, other.mark) == ("North", 1)
    assert Commitment.objects.get(agreement__code="other", party__code="alpha").party == other


def test_a_plan_says_who_goes_on_calling_an_actor_otherwise(tmp_path: Path) -> None:
    load(written(tmp_path, SMALL.replace("code: small", "code: other")))
    load(written(tmp_path))
    out = io.StringIO()
    renamed = written(tmp_path, SMALL.replace("name: Alpha", "name: North"))
    call_command("loadpack", "--plan", str(renamed), stdout=out)
    assert "changed     alpha  name: 'Alpha' -> 'North'" in out.getvalue()
    assert "alpha  (other goes on calling it 'Alpha')" in out.getvalue()


def test_one_code_can_have_a_name_of_its_own_in_each_agreement(
    tmp_path: Path, client: Client, settings: Any
) -> None:
    load(OHRID)
    load(written(tmp_path, SMALL.replace("alpha", "kosovo").replace("Alpha", "Another name")))
    settings.PUBLIC_READING = True
    names = {
        row["agreement"]: row["name"]
        for row in client.get("/api/v1/parties/").json()["results"]
        if row["code"] == "kosovo"
    }
    assert names == {"ohrid-2023": "Kosovo*", "small": "Another name"}
    owed = client.get("/api/v1/commitments/?party=kosovo&agreement=small").json()
    assert [row["party"]["name"] for row in owed["results"]] == ["Another name"]
    assert client.get("/api/v1/commitments/?party=kosovo").json()["count"] > 1


@pytest.mark.parametrize("title", ["Re\\u202Eport", "Re\\u2066p\\u2069ort"])
def test_what_turns_the_direction_of_a_line_is_refused_with_its_line(tmp_path: Path, title: str) -> None:
    with pytest.raises(CommandError, match=r"pack.yaml:\d+: .*turns the direction of text"):
        load(written(tmp_path, SMALL.replace("title: Report\n", f'title: "{title}"\n')))
    assert not Agreement.objects.exists()


def test_an_escaped_nul_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"pack.yaml:\d+: .*cannot be kept"):
        load(written(tmp_path, SMALL.replace("title: Report\n", 'title: "Re\\0port"\n')))
    assert not Agreement.objects.exists()
