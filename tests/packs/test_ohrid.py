"""The first pack holds the whole register: its counts, and facts of every kind."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from agreement.packs.model import Deadline, Gate, Instrument, Obligation, Pack, Statements
from agreement.packs.read import read_pack
from agreement.packs.statements import read_statements

FOLDER = Path(__file__).parents[2] / "agreement" / "packs" / "ohrid-2023"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(FOLDER / "pack.yaml")


@pytest.fixture(scope="module")
def trial(pack: Pack) -> Statements:
    return read_statements(FOLDER / "trial_statements.yaml", pack)


def obligation(pack: Pack, code: str) -> Obligation:
    [found] = [item for item in pack.obligations if item.code == code]
    return found


def instrument(pack: Pack, code: str) -> Instrument:
    [found] = [item for item in pack.instruments if item.code == code]
    return found


def register(pack: Pack) -> list[Obligation]:
    return [item for item in pack.obligations if not item.code.startswith("PD-")]


def earlier(pack: Pack) -> list[Obligation]:
    return [item for item in pack.obligations if item.code.startswith("PD-")]


def obligors(item: Obligation) -> list[str]:
    return [commitment.obligor for commitment in item.commitments]


def per_obligor(items: list[Obligation]) -> Counter[str]:
    return Counter(obligor for item in items for obligor in obligors(item))


def test_the_agreement_and_how_it_counts(pack: Pack) -> None:
    agreement = pack.agreement
    assert agreement.code == "ohrid-2023"
    assert agreement.title == "Agreement on the path to normalisation between Kosovo and Serbia"
    assert agreement.short_title == "Ohrid 2023"
    assert (agreement.time_zone, agreement.counting) == ("Europe/Brussels", "calendar")
    assert (agreement.due_soon_days, agreement.review_every.months) == (30, 6)
    assert agreement.as_of == dt.date(2026, 11, 23)


def test_the_name_and_its_footnote_are_exact(pack: Pack) -> None:
    assert pack.naming is not None
    assert (pack.naming.label, pack.naming.marker) == ("Kosovo*", "*")
    assert pack.naming.footnote == (
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ "
        "Opinion on the Kosovo declaration of independence."
    )


def test_the_register_has_45_obligations_and_87_commitments(pack: Pack) -> None:
    assert len(register(pack)) == 45
    assert sum(len(item.commitments) for item in register(pack)) == 87


def test_21_earlier_agreements_add_one_obligation_each_and_42_commitments(pack: Pack) -> None:
    texts = [item for item in pack.instruments if item.kind == "earlier_agreement"]
    assert len(texts) == len(earlier(pack)) == 21
    assert {item.instrument for item in earlier(pack)} == {text.code for text in texts}
    assert sum(len(item.commitments) for item in earlier(pack)) == 42


def test_commitments_per_actor(pack: Pack) -> None:
    assert per_obligor(register(pack)) == {
        "kosovo": 38, "serbia": 36, "eu": 8, "eu_facilitator": 2, "jmc": 1, "mp_commission": 1, "donors": 1,
    }  # fmt: skip
    assert per_obligor(earlier(pack)) == {"kosovo": 20, "serbia": 21, "eu": 1}


def test_obligations_per_text_kind_rule_and_confidence(pack: Pack) -> None:
    items = register(pack)
    assert Counter(item.instrument for item in items) == {"agreement": 27, "annex": 15, "declaration_mp": 3}
    assert Counter(item.kind for item in items) == {
        "standing": 23,
        "one_off": 12,
        "recurring": 5,
        "conditional": 5,
    }
    assert Counter(item.deadline.rule for item in items) == {"none": 39, "days_after": 3, "immediate": 3}
    assert Counter(item.confidence for item in items) == {
        "verified": 39,
        "partly_verified": 5,
        "from_memory": 1,
    }
    assert Counter(item.confidence for item in earlier(pack)) == {"verified": 18, "partly_verified": 3}


def test_actors_and_their_roles(pack: Pack) -> None:
    assert {actor.code: actor.role for actor in pack.actors} == {
        "kosovo": "party", "serbia": "party", "eu": "facilitator", "eu_facilitator": "facilitator",
        "jmc": "body", "mp_commission": "body", "donors": "other",
    }  # fmt: skip
    assert [actor.name for actor in pack.actors if actor.role == "party"] == ["Kosovo*", "Serbia"]


def test_the_parties_names_stand_in_alphabetical_order_and_have_marks_of_their_own(pack: Pack) -> None:
    parties = [actor for actor in pack.actors if actor.role == "party"]
    assert [actor.name for actor in parties] == sorted(actor.name for actor in parties)
    assert len({actor.mark for actor in parties}) == 2


def test_neither_the_agreement_nor_the_annex_was_signed(pack: Pack) -> None:
    for code in ("agreement", "annex"):
        assert [position.position for position in instrument(pack, code).positions] == [
            "accepted",
            "accepted",
        ]
        assert "not signed" in instrument(pack, code).note


def test_both_parties_have_a_position_of_the_same_kind_on_every_text(pack: Pack) -> None:
    for text in pack.instruments:
        assert [position.party for position in text.positions] == ["kosovo", "serbia"], text.code
        assert len({(p.position, p.date, p.note) for p in text.positions}) == 1, text.code


def test_texts_keep_their_dates_and_origins(pack: Pack) -> None:
    assert instrument(pack, "agreement").date == dt.date(2023, 2, 27)
    assert instrument(pack, "annex").date == dt.date(2023, 3, 18)
    declaration = instrument(pack, "declaration_mp")
    assert (declaration.date, declaration.derived_from) == (dt.date(2023, 5, 2), "AX-4.1")
    movement = instrument(pack, "pd_2011_07_02_fom")
    assert (movement.date, movement.in_effect_from) == (dt.date(2011, 7, 2), dt.date(2011, 12, 26))
    assert movement.source == "denederlandsegrondwet.nl/id/viuy64h4qwzo"
    assert [text.code for text in pack.instruments if text.in_effect_from] == ["pd_2011_07_02_fom"]


def test_eleven_articles_and_twelve_paragraphs_have_anchors(pack: Pack) -> None:
    articles = instrument(pack, "agreement").provisions
    assert [p.anchor for p in articles if p.parent is None] == [f"art_{number}" for number in range(1, 12)]
    assert [p.anchor for p in instrument(pack, "annex").provisions] == [f"para_{n}" for n in range(1, 13)]
    [paragraph] = [p for p in articles if p.anchor == "art_7__para_1"]
    assert (paragraph.label, paragraph.parent) == ("Article 7, paragraph 1", "art_7")
    assert all(p.heading for text in ("agreement", "annex") for p in instrument(pack, text).provisions)


@pytest.mark.parametrize(
    ("code", "text", "anchor"),
    [
        ("OA-1.4", "agreement", "art_1__para_2"),
        ("OA-2.1", "agreement", "art_2"),
        ("OA-10.1", "agreement", "art_10__para_1"),
        ("AX-12.1", "annex", "para_12"),
        ("DMP-1", "declaration_mp", "commitments"),
        ("DMP-3", "declaration_mp", "joint_commission"),
        ("PD-2012-12-04-LIAISON", "pd_2012_12_04_liaison", "body"),
    ],
)
def test_obligations_stand_at_their_provision(pack: Pack, code: str, text: str, anchor: str) -> None:
    assert (obligation(pack, code).instrument, obligation(pack, code).provision) == (text, anchor)


def test_time_limits_keep_their_terms(pack: Pack) -> None:
    committee = Deadline(rule="days_after", days=30, trigger="T-ANNEX", expected_due=dt.date(2023, 4, 17))
    assert obligation(pack, "AX-6.1").deadline == obligation(pack, "OA-10.1").deadline == committee
    assert obligation(pack, "OA-10.1").deadline_from == "AX-6.1"
    donors = Deadline(rule="days_after", days=150, trigger="T-ANNEX", expected_due=dt.date(2023, 8, 15))
    assert obligation(pack, "AX-7.1").deadline == donors
    at_once = Deadline(rule="immediate", trigger="T-ANNEX")
    assert obligation(pack, "AX-3.1").deadline == obligation(pack, "AX-5.1").deadline == at_once
    assert obligation(pack, "AX-4.1").deadline == Deadline(
        rule="immediate", trigger="T-ANNEX", qualifier="urgent"
    )


def test_the_days_in_the_pack_add_up(pack: Pack) -> None:
    """What the pack's author wrote down as the last day, counted here once more by hand."""
    days = {trigger.code: trigger.date for trigger in pack.triggers}
    for item in pack.obligations:
        terms = item.deadline
        if terms.rule == "days_after":
            start = days[terms.trigger or ""]
            assert start is not None
            assert start + dt.timedelta(days=terms.days or 0) == terms.expected_due, item.code


def test_gates_stand_only_where_the_text_sets_one(pack: Pack) -> None:
    assert {item.code: item.gates for item in pack.obligations if item.gates} == {
        "OA-9.1": (Gate(obligation="AX-7.1"), Gate(obligation="AX-7.3")),
        "AX-7.2": (Gate(trigger="T-EU-FULL"),),
        "AX-7.3": (Gate(text="all other OA and AX deliverables"),),
        "AX-12.1": (Gate(text="EU finds a failure to honour obligations"),),
    }


def test_triggers_and_those_whose_day_is_unknown(pack: Pack) -> None:
    days = {trigger.code: trigger.date for trigger in pack.triggers}
    assert len(days) == 10
    assert [code for code, day in days.items() if day is None] == ["T-DONOR", "T-EU-FULL", "T-CBA"]
    assert (days["T-ANNEX"], days["T-CH35"]) == (dt.date(2023, 3, 18), dt.date(2024, 4, 22))
    notes = {trigger.code: trigger.note for trigger in pack.triggers if trigger.note}
    assert notes["T-ANNEX"].endswith("counting from then moves deadlines by one day")
    assert notes["T-CH35"].startswith("reported 2024-04-23")


def test_rules_of_interpretation_stand_at_their_paragraph(pack: Pack) -> None:
    assert [(rule.code, rule.provision) for rule in pack.rules] == [
        ("AX-1", "para_1"),
        ("AX-3.0", "para_3"),
        ("AX-9", "para_9"),
    ]


def test_events_keep_their_day_precision_and_trigger(pack: Pack) -> None:
    assert len(pack.events) == 27
    assert Counter(event.precision for event in pack.events) == {"day": 21, "reported": 6}
    assert [event.code for event in pack.events if event.touches_all] == [
        "EV-2023-02-27-ACCEPT",
        "EV-2023-03-18-ANNEX",
    ]
    [committee] = [event for event in pack.events if event.trigger == "T-JMC"]
    assert (committee.code, committee.touches) == ("EV-2023-04-18-JMC", ("AX-6.1", "OA-10.1"))
    assert committee.source == "europeanwesternbalkans.com/2023/04/21"
    assert len([event for event in pack.events if event.trigger]) == 7


def test_shares_beneficiaries_indicators_and_tags_survive(pack: Pack) -> None:
    regional = obligation(pack, "PD-2012-02-24-REGIONAL")
    assert {c.obligor: c.share for c in regional.commitments} == {
        "kosovo": "use the agreed designation",
        "serbia": "not obstruct participation",
        "eu": "monitor",
    }
    assert all(commitment.share for item in earlier(pack) for commitment in item.commitments)
    assert obligors(obligation(pack, "DMP-3")) == ["mp_commission", "kosovo", "serbia", "eu"]
    assert obligation(pack, "OA-1.3").beneficiaries == ("students", "workers")
    assert obligation(pack, "OA-1.4").tags == ("documents", "licence_plates", "freedom_of_movement")
    assert obligation(pack, "OA-7.1").indicators[0] == "Statute submitted to the Constitutional Court"
    assert sum(len(item.indicators) for item in register(pack)) == 83
    assert all(item.summary and item.beneficiaries and item.tags for item in register(pack))
    labels = {group.code: group.label for group in pack.groups}
    assert labels["serbian_community"] == "Serbian community"


def test_confidence_of_earlier_agreements_tells_what_was_found(pack: Pack) -> None:
    notes = {(item.confidence, item.confidence_note) for item in earlier(pack)}
    assert notes == {
        ("verified", "Date and substance found in a source."),
        ("partly_verified", "Year or existence found in a source."),
    }
    assert obligation(pack, "OA-11.1").confidence == "from_memory"


def test_the_trial_statements_are_all_there(trial: Statements) -> None:
    assert trial.notice == "Trial data: illustrative readings of public sources, not findings of the EU."
    assert [statement.key for statement in trial.statements] == [f"S{number}" for number in range(1, 19)]
    assert Counter(statement.kind for statement in trial.statements) == {
        "finding": 11,
        "claim": 6,
        "contest": 1,
    }
    assert sum(len(statement.obligors) for statement in trial.statements) == 25


def test_trial_statements_say_what_they_said(trial: Statements) -> None:
    by_key = {statement.key: statement for statement in trial.statements}
    committee = by_key["S2"]
    assert (committee.obligation, committee.obligors, committee.level) == (
        "AX-6.1",
        ("eu", "kosovo", "serbia"),
        2,
    )
    assert (committee.effective_on, committee.event) == (dt.date(2023, 4, 18), "EV-2023-04-18-JMC")
    assert (by_key["S1"].event, by_key["S5"].event) == ("EV-2023-05-02-DMP", "EV-2023-05-02-DRAFT")
    assert (by_key["S10"].conduct, by_key["S10"].effective_on) == ("kept", dt.date(2024, 1, 7))
    objection = by_key["S12"]
    assert (objection.objects_to, objection.obligation, objection.by) == ("S11", "OA-4.2", "serbia")
    assert objection.effective_on == dt.date(2023, 12, 13)


def test_the_donor_conference_has_no_statement(trial: Statements) -> None:
    assert "AX-7.1" not in {statement.obligation for statement in trial.statements}


def test_each_party_and_the_institutions_have_a_calendar(pack: Pack) -> None:
    calendars = {calendar.code: calendar for calendar in pack.calendars}
    assert {code: (c.parties, c.library) for code, c in calendars.items()} == {
        "belgium": ((), "BE"),
        "institutions": (("eu", "eu_facilitator"), ""),
        "kosovo": (("kosovo",), "XK"),
        "serbia": (("serbia",), "RS"),
    }
    institutions = calendars["institutions"]
    assert (institutions.first_year, institutions.known_until) == (2023, dt.date(2025, 12, 31))
    assert Counter(day.date.year for day in institutions.days) == {2023: 18, 2024: 17, 2025: 18}
    assert not [day for day in institutions.days if day.date.weekday() > 4]
