"""Values that do not fit the format are refused with file, line, path and what to write instead."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from agreement.packs.fields import is_day
from tests.packs.small import SMALL, changed, line_of, load, problems

PACKS = Path(__file__).parents[2] / "agreement" / "packs"


@pytest.mark.parametrize("name", ["pack.schema.json", "statements.schema.json"])
def test_the_schemas_are_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((PACKS / name).read_text()))


def closed(schema: object) -> bool:
    """Whether every object that a schema describes says what becomes of unknown keys."""
    if isinstance(schema, list):
        return all(map(closed, schema))
    if not isinstance(schema, dict):
        return True
    return (schema.get("type") != "object" or "additionalProperties" in schema) and all(
        map(closed, schema.values())
    )


@pytest.mark.parametrize("name", ["pack.schema.json", "statements.schema.json"])
def test_the_schemas_leave_no_object_open(name: str) -> None:
    assert closed(json.loads((PACKS / name).read_text()))


RIGHT_LIMITS = [
    "{rule: working_days_after, working_days: 10, after: RA-1}",
    "{rule: years_before, years: 100, trigger: T-END}",
    '{rule: end_of_period, period: "2024"}',
    "{rule: end_of_period, period: 2024-W53, expected_due: 2021-01-03}",
    "{rule: urgent, after: RA-1}",
    "{rule: recurring, rrule: FREQ=MONTHLY;BYMONTHDAY=-1, first: 2020-03-31, until: 2024-12-31}",
]


@pytest.mark.parametrize("limit", RIGHT_LIMITS)
def test_a_limit_with_the_terms_of_its_rule_is_right(tmp_path: Path, limit: str) -> None:
    text = changed("{rule: none}", limit).replace("kind: standing", "kind: recurring")
    given = load(tmp_path, text).obligations[1].deadline
    assert given.rule == yaml.safe_load(limit)["rule"]
    unkept = {"rule", "trigger", "after", "expected_due"}
    wanted = yaml.load(limit, Loader=yaml.BaseLoader)
    assert {name: str(value) for name, value in given.terms().items()} == {
        name: value for name, value in wanted.items() if name not in unkept
    }


def test_the_small_pack_is_right(tmp_path: Path) -> None:
    assert load(tmp_path).agreement.code == "river-2020"


DAY = "is not a day of the calendar (years 1800 to 2200); correct it"
MISFITS = [
    # old, new, path, message; the line is that of the new text
    ("as_of: 2024-05-01", "as_of: 2023-02-30", "agreement.as_of", f"2023-02-30 {DAY}"),
    ("as_of: 2024-05-01", "as_of: 0001-01-01", "agreement.as_of", f"0001-01-01 {DAY}"),
    (
        "as_of: 2024-05-01",
        "as_of: 1.5.2024",
        "agreement.as_of",
        "1.5.2024 does not fit; write a day of the calendar as YYYY-MM-DD, such as 2023-03-18",
    ),
    (
        "as_of: 2024-05-01",
        "as_of: 20240501",
        "agreement.as_of",
        "must be text; put 20240501 in quotes",
    ),
    (
        "as_of: 2024-05-01",
        'as_of: "2024-05-01\\n"',
        "agreement.as_of",
        "'2024-05-01\\n' does not fit; write a day of the calendar as YYYY-MM-DD, such as 2023-03-18",
    ),
    (
        "as_of: 2024-05-01",
        "as_of: 2024-05-01 10:00:00",
        "agreement.as_of",
        "2024-05-01 10:00:00 does not fit; write a day of the calendar as YYYY-MM-DD, such as 2023-03-18",
    ),
    (
        'label: "Ended", date: null',
        'label: "Ended", date: soon',
        "triggers[1].date",
        "soon does not fit; write a day of the calendar as YYYY-MM-DD, or null where it has not happened or its day is "
        "not known",
    ),
    (
        "code: river-2020",
        "code: River 2020",
        "agreement.code",
        "River 2020 does not fit; write small letters, digits and single hyphens, such as ohrid-2023; it stands in "
        "addresses",
    ),
    (
        "code: RA-2",
        'code: "RA-2\\n"',
        "obligations[1].code",
        "'RA-2\\n' does not fit; write capitals and digits in groups joined by . or -, such as AX-6.1",
    ),
    (
        'title: "Keep the banks"',
        'title: "  "',
        "obligations[1].title",
        "'  ' does not fit; write text that is not blank, at most 300 characters",
    ),
    (
        'title: "Keep the banks"',
        "title: ~",
        "obligations[1].title",
        "is empty, and must be text; write it, or remove the key",
    ),
    ('title: "Keep the banks"', "title: 7", "obligations[1].title", "must be text; put 7 in quotes"),
    ('title: "Keep the banks"', "title: [a]", "obligations[1].title", "must be text, not ['a']"),
    (
        'title: "Keep the banks"',
        "titel: x",
        "obligations[1].titel",
        "is not a key of this part; did you mean title?",
    ),
    (
        "{rule: none}",
        "{rule: weekly}",
        "obligations[1].deadline.rule",
        "weekly is not known here; use one of none, fixed, days_after, working_days_after, weeks_after, months_after, "
        "years_after, days_before, working_days_before, weeks_before, months_before, years_before, end_of_period, "
        "immediate, urgent, recurring",
    ),
    (
        "kind: standing",
        "kind: standng",
        "obligations[1].kind",
        "standng is not known here; did you mean standing?",
    ),
    (
        "due_soon_days: 30",
        "due_soon_days: -1",
        "agreement.due_soon_days",
        "-1 does not fit; write how many days before its due day a commitment is shown as due soon, 0 to 366",
    ),
    ("due_soon_days: 30", "due_soon_days: 1.5", "agreement.due_soon_days", "must be a whole number, not 1.5"),
    (
        "due_soon_days: 30",
        "due_soon_days: true",
        "agreement.due_soon_days",
        "must be a whole number, not True",
    ),
    (
        "gates: [{obligation: RA-1}]",
        "gates: [{obligation: RA-1, text: x}]",
        "obligations[1].gates[0]",
        "must have exactly one key: one of obligation, trigger or text",
    ),
    (
        "gates: [{obligation: RA-1}]",
        "gates: [{}]",
        "obligations[1].gates[0]",
        "must have exactly one key: one of obligation, trigger or text",
    ),
    (
        "obligors: [host, south]",
        "obligors: []",
        "obligations[1].obligors",
        "is empty, and must name at least 1: one actor or more, each of whom owes it: one commitment each",
    ),
    (
        "obligors: [host, south]",
        "obligors: [host, host]",
        "obligations[1].obligors[1]",
        "host stands twice in this list; keep one",
    ),
    (
        "obligors: [host, south]",
        "obligors: host",
        "obligations[1].obligors",
        "must be a list, not host",
    ),
]


def test_a_list_with_a_wrong_item_is_not_too_short(tmp_path: Path) -> None:
    text = changed("obligors: [host, south]", "obligors: [7]")
    assert [path for _, path, _ in problems(tmp_path, text)] == ["obligations[1].obligors[0]"]


def test_a_key_of_a_mapping_that_does_not_fit_is_named_at_its_line(tmp_path: Path) -> None:
    text = changed("shares: {north:", "shares: {North:")
    [(line, path, message)] = problems(tmp_path, text)
    assert (line, path) == (line_of(text, "shares: {North:"), "obligations[0].shares.North")
    assert message.startswith("North does not fit; write small letters, digits and underscores")


@pytest.mark.parametrize(("old", "new", "path", "message"), MISFITS, ids=[f"{m[2]}={m[1]}" for m in MISFITS])
def test_a_value_that_does_not_fit_is_named(
    tmp_path: Path, old: str, new: str, path: str, message: str
) -> None:
    text = changed(old, new)
    assert (line_of(text, new), path, message) in problems(tmp_path, text)


TERMS = [
    ("{rule: days_after, trigger: T-START}", [("days", "is missing for rule days_after; add it")]),
    ("{rule: days_after, days: 30}", [("trigger", "is missing for rule days_after; add it")]),
    (
        "{rule: days_after, days: 0, trigger: T-START}",
        [("days", "0 does not fit; write a number of days, 1 to 36525")],
    ),
    (
        "{rule: days_after, days: 30, trigger: T-START, date: 2020-04-01}",
        [("date", "does not go with rule days_after; remove it")],
    ),
    ("{rule: fixed}", [("date", "is missing for rule fixed; add it")]),
    ("{rule: fixed, date: 2020-04-31}", [("date", f"2020-04-31 {DAY}")]),
    ("{rule: immediate}", [("trigger", "is missing for rule immediate; add it")]),
    (
        "{rule: urgent, trigger: T-START, qualifier: urgent}",
        [("qualifier", "does not go with rule urgent; remove it")],
    ),
    (
        "{rule: none, days: 3, trigger: T-START}",
        [
            ("days", "does not go with rule none; remove it"),
            ("trigger", "does not go with rule none; remove it"),
        ],
    ),
    (
        "{rule: immediate, trigger: T-START, expected_due: 2020-03-02}",
        [("expected_due", "does not go with rule immediate; remove it")],
    ),
    ("{days: 3}", [("rule", "is missing; add it")]),
    ("{rule: months_before, months: 3}", [("trigger", "is missing for rule months_before; add it")]),
    ("{rule: weeks_after, after: RA-1}", [("weeks", "is missing for rule weeks_after; add it")]),
    (
        "{rule: weeks_after, days: 3, weeks: 2, after: RA-1}",
        [("days", "does not go with rule weeks_after; remove it")],
    ),
    (
        "{rule: years_before, years: 101, trigger: T-START}",
        [("years", "101 does not fit; write a number of years, 1 to 100")],
    ),
    ("{rule: end_of_period}", [("period", "is missing for rule end_of_period; add it")]),
    ("{rule: end_of_period, period: 2024}", [("period", "must be text; put 2024 in quotes")]),
    (
        "{rule: end_of_period, period: 2024-Q5}",
        [
            (
                "period",
                "2024-Q5 does not fit; write a year, half-year, quarter, month or week, such as 2024 (in quotes), "
                "2024-H1, 2024-Q2, 2024-05 or 2024-W12",
            )
        ],
    ),
    (
        "{rule: end_of_period, period: 2024-Q4, trigger: T-START}",
        [("trigger", "does not go with rule end_of_period; remove it")],
    ),
    ("{rule: fixed, date: 2020-04-30, after: RA-1}", [("after", "does not go with rule fixed; remove it")]),
    (
        "{rule: recurring}",
        [
            ("first", "is missing for rule recurring; add it"),
            ("rrule", "is missing for rule recurring; add it"),
        ],
    ),
    (
        "{rule: recurring, rrule: every month, first: 2020-04-01}",
        [
            (
                "rrule",
                "every month does not fit; write a recurrence rule of RFC 5545, such as FREQ=MONTHLY;INTERVAL=6",
            )
        ],
    ),
    (
        "{rule: recurring, rrule: FREQ=YEARLY, first: 2020-04-01, expected_due: 2020-04-01}",
        [("expected_due", "does not go with rule recurring; remove it")],
    ),
]


@pytest.mark.parametrize(("terms", "found"), TERMS, ids=[terms for terms, _ in TERMS])
def test_terms_that_do_not_fit_the_rule_are_refused(
    tmp_path: Path, terms: str, found: list[tuple[str, str]]
) -> None:
    text = changed("{rule: none}", terms)
    line = line_of(text, terms)
    assert problems(tmp_path, text) == [
        (line, f"obligations[1].deadline.{key}", message) for key, message in found
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("format: 2\n", "format 2 is not known; this software reads format 1"),
        ("format: '1'\n", "format '1' is not known; this software reads format 1"),
        ("format: true\n", "format True is not known; this software reads format 1"),
        ("format:\n", "is missing or empty; write 'format: 1' as the first line"),
        ("", "is missing or empty; write 'format: 1' as the first line"),
    ],
)
def test_another_format_is_refused_before_anything_else(tmp_path: Path, line: str, message: str) -> None:
    text = changed("format: 1\n", line).replace("kind: standing", "kind: unheard_of")
    assert problems(tmp_path, text) == [(1, "format", message)]


def test_a_missing_section_and_a_missing_key_are_named(tmp_path: Path) -> None:
    text = changed("    confidence: from_memory\n", "").replace("actors:\n", "actor:\n")
    assert problems(tmp_path, text) == [
        (1, "actors", "is missing; add it"),
        (line_of(text, "actor:\n"), "actor", "is not a key of this part; did you mean actors?"),
        (line_of(text, "code: RA-2"), "obligations[1].confidence", "is missing; add it"),
    ]


def test_all_problems_are_reported_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = changed("counting: calendar", "counting: lunar")
    text = changed("touches: [RA-1]", "touches: [RA-7]", text)
    text = changed("kind: standing", "kind: sitting", text)
    assert [(line, path) for line, path, _ in problems(tmp_path, text)] == [
        (line_of(text, "counting: lunar"), "agreement.counting"),
        (line_of(text, "touches: [RA-7]"), "events[1].touches[0]"),
        (line_of(text, "kind: sitting"), "obligations[1].kind"),
    ]


def test_a_long_or_odd_value_is_shown_short_and_on_one_line(tmp_path: Path) -> None:
    text = changed("kind: standing", 'kind: "a\\nb' + "c" * 500 + '"')
    [(_, _, message)] = problems(tmp_path, text)
    assert "\n" not in message
    assert len(message) < 200


def test_a_word_that_is_suggested_stays_on_one_line_too(tmp_path: Path) -> None:
    text = changed("{code: fishers,", '{code: "fish\\u2028ers",')
    assert {len(message.splitlines()) for _, _, message in problems(tmp_path, text)} == {1}


def test_a_leap_day_is_a_day_only_in_a_leap_year() -> None:
    assert is_day("2024-02-29")
    assert not is_day("2023-02-29")
    assert not is_day("\uff12\uff10\uff12\uff14-02-29")


def test_texts_of_one_line_lose_their_line_breaks(tmp_path: Path) -> None:
    pack = load(tmp_path, changed('title: "Keep the banks"', "title: |\n      Keep\n      the banks"))
    assert pack.obligations[1].title == "Keep the banks"


def test_text_of_any_script_is_kept(tmp_path: Path) -> None:
    pack = load(tmp_path, changed("Keep the banks", "Чувати обале ← ضفاف 岸"))
    assert pack.obligations[1].title == "Чувати обале ← ضفاف 岸"
    assert SMALL.isascii()
