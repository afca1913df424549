"""The first pack holds the whole register: its counts, and facts of every kind."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agreement.calendars import days_of
from agreement.packs.model import (
    SECTIONS,
    Deadline,
    Gate,
    Instrument,
    Obligation,
    Pack,
    Place,
)
from agreement.packs.read import read_pack

FOLDER = Path(__file__).parents[2] / "agreement" / "packs" / "ohrid-2023"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(FOLDER / "pack.yaml")


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
    assert ("licence", "license") in agreement.synonyms


def test_the_name_and_its_footnote_are_exact(pack: Pack) -> None:
    assert pack.naming is not None
    assert (pack.naming.label, pack.naming.marker) == ("Kosovo*", "*")
    assert pack.naming.footnote == (
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ "
        "Opinion on the Kosovo declaration of independence."
    )


def test_the_register_has_46_obligations_and_89_commitments(pack: Pack) -> None:
    assert len(register(pack)) == 46
    assert sum(len(item.commitments) for item in register(pack)) == 89


def test_23_earlier_agreements_add_one_obligation_each_and_46_commitments(pack: Pack) -> None:
    texts = [item for item in pack.instruments if item.kind == "earlier_agreement"]
    assert len(texts) == len(earlier(pack)) == 23
    assert {item.instrument for item in earlier(pack)} == {text.code for text in texts}
    assert sum(len(item.commitments) for item in earlier(pack)) == 46


def test_commitments_per_actor(pack: Pack) -> None:
    assert per_obligor(register(pack)) == {
        "kosovo": 39, "serbia": 37, "eu": 8, "eu_facilitator": 2, "jmc": 1, "mp_commission": 1, "donors": 1,
    }  # fmt: skip
    assert per_obligor(earlier(pack)) == {"kosovo": 22, "serbia": 23, "eu": 1}


def test_obligations_per_text_kind_rule_and_confidence(pack: Pack) -> None:
    items = register(pack)
    assert Counter(item.instrument for item in items) == {"agreement": 27, "annex": 14, "declaration_mp": 5}
    assert Counter(item.kind for item in items) == {
        "standing": 26,
        "one_off": 13,
        "recurring": 5,
        "conditional": 2,
    }
    assert Counter(item.deadline.rule for item in items) == {"none": 40, "days_after": 3, "immediate": 3}
    assert Counter(item.confidence for item in items) == {
        "verified": 38,
        "partly_verified": 7,
        "from_memory": 1,
    }
    assert Counter(item.confidence for item in earlier(pack)) == {"verified": 18, "partly_verified": 5}


def test_actors_and_their_roles(pack: Pack) -> None:
    assert {actor.code: actor.role for actor in pack.actors} == {
        "kosovo": "party", "serbia": "party", "eu": "facilitator", "eu_facilitator": "facilitator",
        "jmc": "body", "mp_commission": "body", "donors": "other",
        "kosovo_online_analyst": "observer", "normalizacija": "observer", "un_project_office": "observer",
    }  # fmt: skip
    assert [actor.name for actor in pack.actors if actor.role == "party"] == ["Kosovo*", "Serbia"]


def test_the_parties_names_stand_in_alphabetical_order_and_have_marks_of_their_own(pack: Pack) -> None:
    parties = [actor for actor in pack.actors if actor.role == "party"]
    assert [actor.name for actor in parties] == sorted(actor.name for actor in parties)
    assert len({actor.mark for actor in parties}) == 2


def test_neither_the_agreement_nor_the_annex_was_signed(pack: Pack) -> None:
    for code in ("agreement", "annex"):
        assert "signed" not in {position.position for position in instrument(pack, code).positions}
        assert "not signed" in instrument(pack, code).note


def test_each_text_begins_with_the_same_position_of_both_parties(pack: Pack) -> None:
    for text in pack.instruments:
        first = {position.party: position for position in reversed(text.positions)}
        assert {"kosovo", "serbia"} <= set(first), text.code
        said = {
            (first[party].position, first[party].date, first[party].note) for party in ("kosovo", "serbia")
        }
        assert len(said) == 1, text.code


def test_later_positions_on_the_agreement_are_dated_and_sourced(pack: Pack) -> None:
    later = [p for p in instrument(pack, "agreement").positions if p.position != "accepted"]
    assert [(p.party, p.position, str(p.date)) for p in later] == [
        ("eu", "upheld", "2024-09-06"),
        ("kosovo", "upheld", "2024-09-06"),
        ("serbia", "reservations", "2023-12-13"),
    ]
    assert all("/" in p.source and p.note for p in later)


def test_the_texts_of_the_agreement_tell_where_they_can_be_read_and_in_what_language(pack: Pack) -> None:
    for code in ("agreement", "annex", "declaration_mp"):
        text = instrument(pack, code)
        assert text.official_text.startswith("eeas.europa.eu/eeas/"), code
        assert text.language == "en"


def test_what_the_texts_say_of_who_owes_and_what_waits(pack: Pack) -> None:
    assert obligors(obligation(pack, "OA-7.3")) == ["kosovo", "serbia"]
    assert obligors(obligation(pack, "AX-5.2")) == ["kosovo", "eu_facilitator"]
    assert (obligation(pack, "OA-9.1").kind, obligation(pack, "AX-7.2").kind) == ("one_off", "standing")
    assert [
        code for code in ("DMP-4", "DMP-5") if obligation(pack, code).confidence != "partly_verified"
    ] == []


CODE = re.compile(r"\b(?:OA|AX|DMP|PD|EV|T)-[A-Z0-9]|\b(?:OA|AX) ")


def test_no_code_stands_in_a_sentence(pack: Pack) -> None:
    """What people read calls things by their names; codes are for keys."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (text for one in value.values() for text in texts(one))
        elif isinstance(value, (list, tuple)):
            yield from (text for one in value for text in texts(one))

    told = ("title", "short_title", "summary", "note", "label", "heading", "text", "indicators", "shares")
    entries: list[Any] = [pack.agreement, *(one for name in SECTIONS for one in getattr(pack, name))]
    for entry in entries:
        said = entry.model_dump(include={*told, "confidence_note", "positions", "provisions", "gates"})
        for one in [*said.get("gates", ()), *said.get("positions", ()), *said.get("provisions", ())]:
            said[str(one)] = [one.get(name) or "" for name in ("text", "note", "label", "heading")]
        for name in ("gates", "positions", "provisions"):
            said.pop(name, None)
        assert [text for text in texts(said) if CODE.search(text)] == []


def test_what_two_owe_names_them_in_alphabetical_order(pack: Pack) -> None:
    for owed in pack.obligations:
        both = [actor for actor in obligors(owed) if actor in ("kosovo", "serbia")]
        assert both == sorted(both), owed.code
        assert [actor for actor in owed.shares if actor in both] in ([], both), owed.code


def test_names_of_days_take_no_position_on_status(pack: Pack) -> None:
    for calendar in pack.calendars:
        for day, name in days_of(calendar).items():
            assert not re.search("Independence|Statehood|Constitution", name), (calendar.code, day, name)
    [kosovo] = [calendar for calendar in pack.calendars if calendar.code == "kosovo"]
    assert days_of(kosovo)[dt.date(2024, 2, 17)] == "17 February, public holiday in Kosovo*"
    assert days_of(kosovo)[dt.date(2013, 2, 18)] == "17 February, public holiday in Kosovo* (observed)"


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
        ("DMP-1", "declaration_mp", "commitments"),
        ("DMP-3", "declaration_mp", "joint_commission"),
        ("PD-2012-12-04-LIAISON", "pd_2012_12_04_liaison", "body"),
    ],
)
def test_obligations_stand_at_their_provision(pack: Pack, code: str, text: str, anchor: str) -> None:
    assert (obligation(pack, code).instrument, obligation(pack, code).provision) == (text, anchor)


def test_cooperation_by_sector_is_demanded_by_two_paragraphs_and_counted_once(pack: Pack) -> None:
    owed = obligation(pack, "OA-6.2")
    assert owed.also_under == (Place(instrument="agreement", provision="art_6__para_3"),)
    paragraphs = [p.anchor for p in instrument(pack, "agreement").provisions if p.parent == "art_6"]
    assert paragraphs == ["art_6__para_1", "art_6__para_2", "art_6__para_3"]


def test_time_limits_keep_their_terms(pack: Pack) -> None:
    committee = Deadline(rule="days_after", days=30, trigger="T-ANNEX", expected_due=dt.date(2023, 4, 17))
    assert obligation(pack, "AX-6.1").deadline == obligation(pack, "OA-10.1").deadline == committee
    assert obligation(pack, "OA-10.1").deadline_from == "AX-6.1"
    assert obligation(pack, "OA-10.1").same_event_as == "AX-6.1"
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
        "AX-7.2": (Gate(trigger="T-EU-FULL"),),
        "AX-7.3": (
            Gate(
                text="all other provisions of the Agreement and the Annex are carried out",
                instruments=("agreement", "annex"),
            ),
        ),
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
        ("AX-12.1", "para_12"),
    ]


def test_what_touched_the_paragraph_on_consequences_touches_the_paragraph_itself(pack: Pack) -> None:
    consequences = Place(instrument="annex", provision="para_12")
    touching = sorted(event.code for event in pack.events if consequences in event.provisions)
    assert touching == [
        "EV-2023-06-14-EU-MEASURES",
        "EV-2024-06-18-REPORT",
        "EV-2025-03-27-GROWTH-PLAN",
        "EV-2025-05-22-EASING",
        "EV-2025-11-04-COMMISSION",
        "EV-2025-12-05-MAYORS",
        "EV-2025-12-17-LIFTING",
    ]


def test_events_keep_their_day_precision_and_trigger(pack: Pack) -> None:
    assert len(pack.events) == 27 + 71
    assert Counter(event.precision for event in pack.events) == {"day": 84, "reported": 12, "scheduled": 2}
    assert all(event.source for event in pack.events)
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
    assert sum(len(item.indicators) for item in register(pack)) == 86
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
