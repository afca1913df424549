"""A later version of a pack: what it no longer names goes or stays, what was said stays, and time is kept as known."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agreement.models import Event, LedgerEntry, Participation, Trigger, TriggerDate
from agreement.packs.source import PackError
from agreement.viewers import viewer_for
from obligations.commands import clock, set_trigger_date
from obligations.flagging import sweep
from obligations.models import (
    Breach,
    ClockSpan,
    Commitment,
    Gate,
    Indicator,
    Obligation,
    Reading,
    Statement,
    Terms,
)
from obligations.packs.load import load_pack
from parties.access import PUBLIC_VIEWER
from parties.models import Party
from tests import make
from tests.make import NOW
from tests.packs.pack_data import RIVER, changed, load, obligation, owed, pack, river, without

pytestmark = pytest.mark.django_db

ALPHA_ONLY = changed(("obligors: [alpha, beta]", "obligors: [alpha]"))


CALENDAR = """calendars:
  - {code: bank, name: Bank, party: alpha, years: [2023, 2023], days: [{date: 2023-08-15, name: A}]}
triggers:
"""


def counts(**wanted: dict[str, int]) -> dict[str, dict[str, int]]:
    """Beside what is wanted, the agreement keeps the digest of another pack."""
    return {"changed": {"agreements": 1}} | wanted


# What goes.


def test_a_commitment_of_which_nothing_is_known_is_removed(tmp_path: Path) -> None:
    load(tmp_path)
    assert load(tmp_path, ALPHA_ONLY).counts == counts(removed={"commitments": 1})
    assert [c.party.code for c in obligation("R-1").commitments.all()] == ["alpha"]
    assert not ClockSpan.objects.exclude(commitment__in=Commitment.objects.all()).exists()


def test_an_obligation_that_nothing_hangs_on_is_removed_with_its_details(tmp_path: Path) -> None:
    load(tmp_path)
    text = without("- code: R-1", changed(("{obligation: R-1}, ", ""), ("touches: [R-1]", "touches: []")))
    assert load(tmp_path, text).counts == counts(
        changed={"agreements": 1, "gates": 1},
        removed={"commitments": 2, "gates": 1, "obligation-event relationships": 1, "obligations": 1},
    )
    assert [o.code for o in Obligation.objects.all()] == ["R-2"]
    assert not Indicator.objects.exists()
    assert not Terms.objects.exclude(obligation__code="R-2").exists()


def test_obligations_that_wait_for_each_other_go_together(tmp_path: Path) -> None:
    text = changed(("gates: [{obligation: R-1}, {trigger: T-END}]", "gates: [{obligation: R-1}]"))
    text = text.replace("    indicators:", "    gates: [{obligation: R-2}]\n    indicators:")
    text += (
        RIVER[RIVER.index("  - code: R-2") :]
        .replace("R-2", "R-3")
        .replace("[{obligation: R-1}, {trigger: T-END}]", "[]")
    )
    load(tmp_path, text)
    rest = without("- code: R-1", without("- code: R-2", text)).replace("touches: [R-1]", "touches: []")
    assert load(tmp_path, rest).counts["removed"]["obligations"] == 2
    assert [o.code for o in Obligation.objects.all()] == ["R-3"]


def test_triggers_events_texts_rules_and_actors_that_nothing_refers_to_are_removed(tmp_path: Path) -> None:
    more = changed(
        ("  - {code: desk,", "  - {code: other, name: Other, role: other, mark: 4}\n  - {code: desk,"),
        (
            "rules:\n",
            "  - code: annex\n    kind: annex\n    title: Annex\n    short_title: Annex\n    positions: []\n"
            "    provisions: [{anchor: body, label: All}]\nrules:\n",
        ),
    )
    load(tmp_path, more)
    text = RIVER
    for part in (
        "- {code: EV-1",
        "- {code: T-END",
        "- {code: RR-1",
        "- {party: alpha",
        "- {anchor: art_1__para_1",
    ):
        text = without(part, text)
    text = changed(
        ("positions:\n", "positions: []\n"),
        ("rules:\n", ""),
        ("events:\n", ""),
        (", {trigger: T-END}", ""),
        ("provision: art_1__para_1", "provision: art_1"),
        text=text,
    )
    assert load(tmp_path, text).counts["removed"] == {
        "events": 1,
        "gates": 1,
        "instruments": 1,
        "interpretive rules": 1,
        "participations": 1,
        "parties": 1,
        "positions": 1,
        "provisions": 2,
        "triggers": 1,
    }
    assert not Trigger.objects.filter(code="T-END").exists()
    assert not Party.objects.filter(code="other").exists()


def test_a_trigger_goes_with_the_day_that_only_packs_gave_it(tmp_path: Path) -> None:
    more = changed(("triggers:\n", "triggers:\n  - {code: T-OLD, label: Old, date: 2022-01-01}\n"))
    load(tmp_path, more)
    assert TriggerDate.objects.filter(trigger__code="T-OLD").exists()
    assert load(tmp_path).counts == counts(removed={"triggers": 1})
    assert not TriggerDate.objects.filter(trigger__code="T-OLD").exists()


def test_a_party_of_another_agreement_stays(tmp_path: Path) -> None:
    more = changed(
        ("  - {code: desk,", "  - {code: other, name: Other, role: other, mark: 4}\n  - {code: desk,")
    )
    load(tmp_path, more)
    load(tmp_path, more.replace("code: river", "code: lake"))
    load(tmp_path)
    assert Party.objects.filter(code="other").exists()
    assert [p.agreement.code for p in Participation.objects.filter(party__code="other")] == ["lake"]


# What stays.


def test_a_commitment_with_history_is_superseded_and_keeps_it(tmp_path: Path) -> None:
    load(tmp_path)
    said = make.finding(owed("R-1", "beta"), 2)
    assert load(tmp_path, ALPHA_ONLY).counts == counts(superseded={"commitments": 1})
    left = owed("R-1", "beta")
    assert (left.life, left.in_pack, left.flag_at) == ("superseded", False, None)
    assert Statement.objects.get(commitment=left) == said
    reading = Reading.objects.get(commitment=left)
    assert (reading.kind, reading.recorded_by, reading.effective_on) == (
        "supersession",
        None,
        date(2026, 3, 2),
    )
    assert reading.reason == "No longer in the pack river as of 2026-01-01."


def test_a_superseded_commitment_is_told_once(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "beta"), 2)
    load(tmp_path, ALPHA_ONLY)
    assert not load(tmp_path, ALPHA_ONLY)
    assert Reading.objects.count() == 1


def test_an_open_breach_ends_with_the_supersession(tmp_path: Path) -> None:
    load(tmp_path)
    sweep(NOW)
    assert Breach.objects.open().count() == 2
    load(tmp_path, ALPHA_ONLY)
    assert [b.commitment.party.code for b in Breach.objects.open()] == ["alpha"]
    assert Breach.objects.get(commitment=owed("R-1", "beta")).outcome == "superseded"


def test_a_commitment_that_is_named_again_is_resumed(tmp_path: Path) -> None:
    load(tmp_path)
    said = make.finding(owed("R-1", "beta"), 2)
    before = owed("R-1", "beta")
    load(tmp_path, ALPHA_ONLY)
    assert load(tmp_path).counts == counts(resumed={"commitments": 1})
    again = owed("R-1", "beta")
    assert (again.pk, again.life, again.in_pack) == (before.pk, "active", True)
    assert (again.due_on, again.flag_at) == (before.due_on, before.flag_at)
    assert Statement.objects.get(commitment=again) == said
    assert [r.kind for r in Reading.objects.filter(commitment=again)] == ["supersession", "withdrawal"]


def test_an_obligation_stays_with_the_history_of_its_commitments(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "alpha"), 3)
    text = without("- code: R-1", changed(("{obligation: R-1}, ", ""), ("touches: [R-1]", "touches: []")))
    assert load(tmp_path, text).counts == counts(
        changed={"agreements": 1, "gates": 1},
        superseded={"commitments": 1},
        removed={"commitments": 1, "gates": 1, "obligation-event relationships": 1},
        kept={"obligations": 1},
    )
    kept = obligation("R-1")
    assert (kept.in_pack, kept.indicators.count()) == (False, 2)
    load(tmp_path)
    assert obligation("R-1").in_pack


def test_an_event_on_which_a_statement_rests_stays_and_is_named(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "alpha"), 3, event=Event.objects.get(code="EV-1"))
    text = changed(("events:\n", ""), text=without("- {code: EV-1"))
    assert load(tmp_path, text).counts == counts(kept={"events": 1})
    assert not Event.objects.get(code="EV-1").in_pack
    assert not load(tmp_path, text)


def test_an_event_that_is_not_public_is_no_packs(tmp_path: Path) -> None:
    load(tmp_path)
    make.event("EV-OWN", of=river(), tier="mediators")
    assert not load(tmp_path)
    assert Event.objects.filter(code="EV-OWN").exists()


def test_a_trigger_whose_day_a_person_gave_stays(tmp_path: Path) -> None:
    load(tmp_path)
    end = river().triggers.get(code="T-END")
    actor = viewer_for(make.mediator(of=river()))
    set_trigger_date(trigger=end, actor=actor, now=NOW, occurred_on=date(2024, 1, 1), reason="It ended.")
    text = changed((", {trigger: T-END}", ""), text=without("- {code: T-END"))
    assert load(tmp_path, text).counts == counts(kept={"triggers": 1}, removed={"gates": 1})
    assert not river().triggers.get(code="T-END").in_pack


def test_a_trigger_whose_day_a_pack_gave_takes_a_later_packs_day_whoever_applied_them(tmp_path: Path) -> None:
    load(tmp_path)
    admin = viewer_for(make.administrator(of=river()))
    for day in ("2024-01-01", "2024-02-01"):
        text = changed(("label: End, date: null", f"label: End, date: {day}"))
        load_pack(pack=pack(tmp_path, text), actor=admin, now=NOW)
        assert river().triggers.get(code="T-END").occurred_on == date.fromisoformat(day)


def test_an_actor_with_a_mandate_stays(tmp_path: Path) -> None:
    more = changed(
        ("  - {code: desk,", "  - {code: other, name: Other, role: other, mark: 4}\n  - {code: desk,")
    )
    load(tmp_path, more)
    make.representative(Party.objects.get(code="other"), of=river())
    assert load(tmp_path).counts == counts(kept={"participations": 1})


# What changes.


def test_a_wording_change_keeps_statements_and_the_clock(tmp_path: Path) -> None:
    load(tmp_path)
    said = make.finding(owed("R-1", "alpha"), 3)
    before = list(ClockSpan.objects.order_by("pk").values())
    text = changed(("title: Report\n", "title: Yearly report\n"), ("[It is out, It is read]", "[It is out]"))
    load(tmp_path, text)
    assert obligation("R-1").title == "Yearly report"
    assert Statement.objects.get() == said
    assert list(ClockSpan.objects.order_by("pk").values()) == before
    assert Terms.objects.filter(obligation__code="R-1").count() == 1


def test_other_terms_are_another_row_known_since_they_were_loaded(tmp_path: Path) -> None:
    load(tmp_path)
    later = NOW + timedelta(days=2)
    text = changed(("days: 150", "days: 30"), ("2023-08-15", "2023-04-17"))
    load_pack(pack=pack(tmp_path, text), actor=PUBLIC_VIEWER, now=later)
    first, second = Terms.objects.filter(obligation__code="R-1")
    assert (first.terms, first.known_since) == ({"days": 150}, datetime(1900, 1, 1, tzinfo=UTC))
    assert (second.terms, second.recorded_at, second.known_since) == ({"days": 30}, later, None)
    spans = ClockSpan.objects.filter(commitment=owed("R-1", "alpha"), due_on__isnull=False).order_by(
        "known_from"
    )
    assert [(span.due_on, span.known_until == later) for span in spans] == [
        (date(2023, 8, 15), True),
        (date(2023, 4, 17), False),
    ]
    assert owed("R-1", "alpha").due_on == date(2023, 4, 17)


def test_another_convention_of_the_agreement_is_terms_of_every_obligation(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, changed(("counting: calendar", "counting: eu-1182-71"), ("2023-08-15", "2023-08-15")))
    assert Terms.objects.filter(convention="eu-1182-71").count() == Obligation.objects.count()


def test_a_triggers_day_is_known_since_itself_with_the_first_load_and_since_its_loading_later(
    tmp_path: Path,
) -> None:
    load(tmp_path)
    text = changed(("label: End, date: null", "label: End, date: 2024-05-01"))
    load(tmp_path, text)
    start, end = (river().triggers.get(code=code).dates.get() for code in ("T-START", "T-END"))
    assert start.known_since == datetime(2023, 3, 17, 23, tzinfo=UTC)
    assert (end.occurred_on, end.known_since, end.recorded_at) == (date(2024, 5, 1), None, NOW)


def test_a_clock_that_starts_with_a_fulfilment_starts(tmp_path: Path) -> None:
    text = changed(("deadline: {rule: none}", "deadline: {rule: days_after, days: 10, after: R-1}"))
    load(tmp_path, text)
    assert owed("R-2", "desk").clock == "pending"
    for party in ("alpha", "beta"):
        make.finding(owed("R-1", party), 3, date(2024, 1, 10))
    assert owed("R-2", "desk").due_on == date(2024, 1, 20)


def test_a_clock_waits_for_a_commitment_that_a_later_pack_adds(tmp_path: Path) -> None:
    text = changed(("deadline: {rule: none}", "deadline: {rule: days_after, days: 10, after: R-1}"))
    load(tmp_path, text.replace("obligors: [alpha, beta]", "obligors: [alpha]"))
    make.finding(owed("R-1", "alpha"), 3, date(2024, 1, 10))
    assert owed("R-2", "desk").due_on == date(2024, 1, 20)
    load(tmp_path, text)
    assert owed("R-2", "desk").clock == "pending"


def test_a_calendar_that_changes_moves_what_counts_by_it(tmp_path: Path) -> None:
    text = changed(("counting: calendar", "counting: eu-1182-71"), ("triggers:\n", CALENDAR))
    text = text.replace(", expected_due: 2023-08-15", "")
    load(tmp_path, text)
    assert [owed("R-1", party).due_on for party in ("alpha", "beta")] == [
        date(2023, 8, 16),
        date(2023, 8, 15),
    ]
    load(tmp_path, text.replace("2023-08-15, name: A", "2023-08-14, name: A"))
    assert owed("R-1", "alpha").due_on == date(2023, 8, 15)


def test_an_expected_day_must_hold_by_the_calendar_of_each_obligor(tmp_path: Path) -> None:
    text = changed(("counting: calendar", "counting: eu-1182-71"), ("triggers:\n", CALENDAR))
    with pytest.raises(
        PackError, match="expected_due is 2023-08-15, but the rule gives 2023-08-16 for alpha; "
    ):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ("library: ZZ, years: [2020, 2030]", "has no calendar 'ZZ'"),
        ("library: RS, years: [1950, 2030]", "not 1950 to 2030"),
        (
            "library: BE, years: [2020, 2030], except: [2024-07-22]",
            "except: 2024-07-22 is no day off in the library BE",
        ),
    ],
)
def test_a_calendar_that_its_library_does_not_know_is_refused_with_its_line(
    tmp_path: Path, calendar: str, said: str
) -> None:
    text = changed(("triggers:\n", f"calendars:\n  - {{code: bank, name: Bank, {calendar}}}\ntriggers:\n"))
    with pytest.raises(PackError, match=rf"pack.yaml:18: calendars\[0\]: .*{said}"):
        load(tmp_path, text)


def test_what_loading_did_is_in_the_ledger(tmp_path: Path) -> None:
    load(tmp_path)
    make.finding(owed("R-1", "beta"), 2)
    load(tmp_path, ALPHA_ONLY)
    entry = LedgerEntry.objects.filter(command="load_pack").last()
    assert entry is not None
    assert entry.after["superseded"] == {"commitments": 1}


def test_clocks_that_were_never_set_are_set_by_the_next_load(tmp_path: Path) -> None:
    load(tmp_path)
    ClockSpan.objects.all().delete()
    assert not load(tmp_path)
    assert ClockSpan.objects.count() > 0
    assert clock.derived(owed("R-1", "alpha"))


def test_a_gate_that_names_another_obligation_frees_the_first(tmp_path: Path) -> None:
    """In place, so that a plan that did not write it would see the old one."""
    more = RIVER + RIVER[RIVER.index("  - code: R-2") :].replace("R-2", "R-3").replace(
        "obligation: R-1", "obligation: R-2"
    )
    load(tmp_path, more)
    text = without("- code: R-2", more.replace("gates: [{obligation: R-2}", "gates: [{obligation: R-1}"))
    planned = load(tmp_path, text, plan=True)
    assert load(tmp_path, text).changes == planned.changes
    assert planned.counts["removed"]["obligations"] == 1
    assert Gate.objects.get(obligation__code="R-3", place=0).after_obligation == obligation("R-1")
