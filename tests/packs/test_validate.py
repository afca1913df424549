"""Codes that lead nowhere, stand twice or contradict each other are refused at their line."""

from pathlib import Path

import pytest

from tests.packs.small import SMALL, changed, line_of, load, problems


def one(tmp_path: Path, old: str, new: str) -> tuple[str, str]:
    [(_, path, message)] = problems(tmp_path, changed(old, new))
    return path, message


def test_an_anchor_is_unique_in_its_instrument(tmp_path: Path) -> None:
    old = '{anchor: art_1__para_1, label: "Article 1, paragraph 1", parent: art_1}'
    found = problems(tmp_path, changed(old, '{anchor: art_1, label: "Article 1 again"}'))
    assert ("instruments[0].provisions[1].anchor", "art_1 is taken; give it another anchor") in [
        f[1:] for f in found
    ]


def test_a_provision_cannot_lie_inside_itself(tmp_path: Path) -> None:
    path, message = one(
        tmp_path, '{anchor: art_1, label: "Article 1"}', '{anchor: art_1, label: "A", parent: art_1}'
    )
    assert path == "instruments[0].provisions[0].parent"
    assert "before this one" in message


def test_a_group_cannot_share_an_actors_code(tmp_path: Path) -> None:
    text = changed("{code: fishers,", "{code: south,").replace("[fishers, south]", "[south]")
    found = problems(tmp_path, text)
    assert found == [
        (
            line_of(text, "{code: south, label"),
            "groups[0].code",
            "an actor has this code; give the group another",
        )
    ]


def test_parties_and_facilitators_have_positions_and_one_a_day(tmp_path: Path) -> None:
    south = "{party: south, position: signed}"
    load(tmp_path, changed(south, "{party: host, position: upheld, date: 2021-05-01}"))
    text = changed("role: facilitator", "role: other").replace(south, "{party: host, position: accepted}")
    [(_, path, message)] = problems(tmp_path, text)
    assert (path, message) == (
        "instruments[0].positions[1].party",
        "host is neither a party nor a facilitator; only these have a position",
    )
    path, message = one(tmp_path, south, "{party: north, position: disputed, date: 2020-03-02}")
    assert path == "instruments[0].positions[1].party"
    assert message == "north has two positions of 2020-03-02 here; keep one"
    load(tmp_path, changed(south, "{party: north, position: disputed, date: 2021-05-01}"))
    load(tmp_path, changed(south, "{party: north, position: disputed}"))


def test_an_event_touches_provisions_that_are_there_each_once(tmp_path: Path) -> None:
    place = "{instrument: main, provision: art_1}"
    touched = f"     provisions: [{place}]"
    path, message = one(tmp_path, touched, touched.replace("art_1", "art_9"))
    assert path == "events[1].provisions[0].provision"
    assert message.startswith("there is no provision of main with anchor art_9")
    path, message = one(tmp_path, touched, f"     provisions: [{place}, {place}]")
    assert message == "art_1 stands twice here; keep one"


def test_other_names_are_for_days_of_a_library(tmp_path: Path) -> None:
    calendar = (
        "calendars:\n  - {code: own, name: Own, years: [2020, 2021], names: {Easter: Spring},"
        " days: [{date: 2020-04-12, name: Easter}]}\n"
    )
    path, message = one(tmp_path, "triggers:\n", calendar + "triggers:\n")
    assert (path, message) == (
        "calendars[0].names",
        "names days of a library, but none is named; remove it",
    )


def test_a_share_belongs_to_an_obligor(tmp_path: Path) -> None:
    path, message = one(tmp_path, "shares: {north:", "shares: {host:")
    assert (path, message) == (
        "obligations[0].shares.host",
        "host is not an obligor here; add it or remove this",
    )


def test_a_time_limit_taken_from_elsewhere_has_the_same_terms(tmp_path: Path) -> None:
    path, message = one(
        tmp_path, "{rule: none}", "{rule: immediate, trigger: T-START}\n    deadline_from: RA-1"
    )
    assert path == "obligations[1].deadline_from"
    assert "not the same" in message
    same = "{rule: days_after, days: 30, trigger: T-START}\n    deadline_from: RA-1"
    assert load(tmp_path, changed("{rule: none}", same)).obligations[1].deadline_from == "RA-1"


def test_a_time_limit_comes_from_the_obligation_that_sets_it(tmp_path: Path) -> None:
    path, message = one(tmp_path, "{rule: none}", "{rule: none}\n    deadline_from: RA-2")
    assert path == "obligations[1].deadline_from"
    assert "whose own text" in message


def test_a_clock_starts_from_one_thing(tmp_path: Path) -> None:
    path, message = one(tmp_path, "{rule: none}", "{rule: urgent, trigger: T-START, after: RA-1}")
    assert path == "obligations[1].deadline.after"
    assert message == "the clock runs from a trigger or from a fulfilment, not from both; keep one"


def test_a_clock_starts_with_the_fulfilment_of_another_obligation(tmp_path: Path) -> None:
    path, message = one(tmp_path, "{rule: none}", "{rule: urgent, after: RA-2}")
    assert path == "obligations[1].deadline.after"
    assert "its own fulfilment" in message
    path, message = one(tmp_path, "{rule: none}", "{rule: urgent, after: RA-7}")
    assert message.startswith("there is no obligation RA-7; ")


def test_clocks_that_wait_for_each_other_are_refused_once(tmp_path: Path) -> None:
    text = changed("{rule: none}", "{rule: urgent, after: RA-1}")
    text = changed("{rule: days_after, days: 30, trigger: T-START}", "{rule: urgent, after: RA-2}", text)
    text += (
        SMALL[SMALL.index("  - code: RA-2") :]
        .replace("RA-2", "RA-3")
        .replace("none}", "urgent, after: RA-2}")
    )
    assert problems(tmp_path, text) == [
        (
            line_of(text, "{rule: urgent, after: RA-2}\n    gates: [{trigger"),
            "obligations[0].deadline.after",
            "these clocks wait for each other: RA-1 after RA-2 after RA-1",
        )
    ]


def test_a_day_that_hangs_on_a_fulfilment_cannot_be_expected(tmp_path: Path) -> None:
    limit = "{rule: days_after, days: 3, after: RA-1, expected_due: 2020-03-05}"
    path, message = one(tmp_path, "{rule: none}", limit)
    assert path == "obligations[1].deadline.expected_due"
    assert "starts with a fulfilment" in message


def test_what_is_done_once_does_not_recur(tmp_path: Path) -> None:
    limit = "{rule: recurring, rrule: FREQ=YEARLY, first: 2020-03-05}"
    path, _ = one(tmp_path, "{rule: days_after, days: 30, trigger: T-START}", limit)
    assert path == "obligations[0].deadline.rule"


def test_only_what_is_reviewed_has_a_review_period(tmp_path: Path) -> None:
    path, _ = one(tmp_path, "    kind: one_off\n", "    kind: one_off\n    review_every: {months: 3}\n")
    assert path == "obligations[0].review_every"
    text = changed("    kind: standing\n", "    kind: standing\n    review_every: {months: 3}\n")
    assert [o.review_every and o.review_every.months for o in load(tmp_path, text).obligations] == [None, 3]
    recurs = "{rule: recurring, rrule: FREQ=YEARLY, first: 2020-03-05}"
    [(_, path, _)] = problems(tmp_path, text.replace("{rule: none}", recurs))
    assert path == "obligations[1].review_every"


def test_an_obligation_is_not_its_own_gate(tmp_path: Path) -> None:
    path, message = one(tmp_path, "{obligation: RA-1}", "{obligation: RA-2}")
    assert (path, message) == (
        "obligations[1].gates[0].obligation",
        "an obligation cannot be its own gate; remove it",
    )


def test_an_event_and_the_trigger_that_it_sets_are_of_one_day(tmp_path: Path) -> None:
    path, message = one(tmp_path, "{code: EV-1, date: 2020-03-02", "{code: EV-1, date: 2020-03-03")
    assert path == "events[0].date"
    assert message == "the event is of 2020-03-03, but its trigger is of 2020-03-02; correct one"


def test_an_announced_event_may_wait_for_its_triggers_day(tmp_path: Path) -> None:
    text = changed("precision: reported,", "precision: scheduled, trigger: T-END,")
    assert load(tmp_path, text).events[1].trigger == "T-END"
    [(_, path, message)] = problems(tmp_path, text.replace("precision: scheduled", "precision: day"))
    assert (path, "no known day" in message) == ("events[1].date", True)


def test_all_stands_alone_among_what_an_event_touches(tmp_path: Path) -> None:
    path, _ = one(tmp_path, "touches: [all]", "touches: [all, RA-1]")
    assert path == "events[0].touches"


def test_the_marked_name_is_an_actors(tmp_path: Path) -> None:
    path, message = one(tmp_path, 'label: "North*"', 'label: "Norden*"')
    assert (path, message) == ("naming.label", "no actor has the name Norden*; write both the same")
    path, message = one(tmp_path, 'marker: "*"', 'marker: "#"')
    assert (path, message) == ("naming.label", "North* does not end with the marker #; add it")


def test_a_pack_needs_parties_instruments_and_obligations(tmp_path: Path) -> None:
    text = (
        SMALL[: SMALL.index("actors:")] + 'actors:\n  - {code: north, name: "North*", role: other, mark: 1}\n'
    )
    assert {(path, message.split(";")[0]) for _, path, message in problems(tmp_path, text)} == {
        ("actors", "no actor has the role party"),
        ("instruments", "the pack has no instruments"),
        ("obligations", "the pack has no obligations"),
    }


def test_one_mistake_in_an_entry_is_told_once(tmp_path: Path) -> None:
    """What refers to an entry that has a mistake of its own is right all the same."""
    path, _ = one(
        tmp_path,
        '{code: south, name: "South", role: party, mark: 2}',
        '{code: south, name: "South", role: party, mark: 9}',
    )
    assert path == "actors[1].mark"
    path, _ = one(tmp_path, 'label: "Accepted", date: 2020-03-02', 'label: "Accepted", date: 2020-02-30')
    assert path == "triggers[0].date"


def test_another_provision_of_an_obligation_is_there_and_is_not_its_own(tmp_path: Path) -> None:
    also = "also_under: [{instrument: main, provision: art_1}]"
    path, message = one(tmp_path, also, also.replace("art_1", "art_1__para_1"))
    assert path == "obligations[0].also_under[0].provision"
    assert message == "is its own provision already; remove it"
    path, _ = one(tmp_path, also, also.replace("art_1", "art_9"))
    assert path == "obligations[0].also_under[0].provision"


@pytest.mark.parametrize("value", ["12,5", "a dozen", "1e3", "true", "012", "12.", "'1 000'"])
def test_a_target_is_a_number(tmp_path: Path, value: str) -> None:
    path, message = one(tmp_path, "value: 12,", f"value: '{value}'," if "," in value else f"value: {value},")
    assert path == "obligations[0].target.value"
    assert "a number such as" in message or "must be" in message


@pytest.mark.parametrize("value", ["0", "-4", "12.50", "'12.50'", "1000000"])
def test_a_target_stays_as_it_was_written(tmp_path: Path, value: str) -> None:
    target = load(tmp_path, changed("value: 12,", f"value: {value},")).obligations[0].target
    assert target is not None
    assert (target.baseline, target.value, target.unit) == ("0", value.strip("'"), "reports a year")


@pytest.mark.parametrize("named", ["RA-2", "XX-1"])
def test_the_same_event_is_that_of_another_obligation(named: str, tmp_path: Path) -> None:
    path, _message = one(tmp_path, "{rule: none}", f"{{rule: none}}\n    same_event_as: {named}")
    assert path == "obligations[1].same_event_as"
    same = changed("{rule: none}", "{rule: none}\n    same_event_as: RA-1")
    assert load(tmp_path, same).obligations[1].same_event_as == "RA-1"


def test_an_actor_is_part_of_one_that_is_there_and_never_of_itself(tmp_path: Path) -> None:
    host = 'name: "Host", role: facilitator, mark: 3}'
    path, message = one(tmp_path, host, host.replace("}", ", part_of: nowhere}"))
    assert path == "actors[2].part_of"
    assert message.startswith("there is no actor nowhere")
    path, message = one(tmp_path, host, host.replace("}", ", part_of: host}"))
    assert (path, message) == ("actors[2].part_of", "nothing is part of itself: host is part of host")
    south = 'name: "South", role: party, mark: 2}'
    text = changed(host, host.replace("}", ", part_of: south}"))
    load(tmp_path, text)
    [(_, path, message)] = problems(tmp_path, changed(south, south.replace("}", ", part_of: host}"), text))
    assert message == "nothing is part of itself: south is part of host is part of south"
