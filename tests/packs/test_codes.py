"""Codes of a pack: each leads somewhere, and none is taken twice."""

from pathlib import Path

import pytest

from tests.packs.small import SMALL, changed, line_of, problems

NOWHERE = [
    (
        "obligors: [host, south]",
        "obligors: [host, suoth]",
        "obligations[1].obligors[1]",
        "there is no actor suoth; did you mean south?",
    ),
    (
        "[fishers, south]",
        "[fishers, farmers]",
        "obligations[0].beneficiaries[1]",
        "there is no actor or group farmers; ",
    ),
    (
        "days: 30, trigger: T-START",
        "days: 30, trigger: T-STOP",
        "obligations[0].deadline.trigger",
        "there is no trigger T-STOP; ",
    ),
    (
        "gates: [{trigger: T-END}]",
        "gates: [{trigger: T-ENDS}]",
        "obligations[0].gates[0].trigger",
        "there is no trigger T-ENDS; did you mean T-END?",
    ),
    (
        "gates: [{obligation: RA-1}]",
        "gates: [{obligation: QQ-9}]",
        "obligations[1].gates[0].obligation",
        "there is no obligation QQ-9; use one of RA-1, RA-2",
    ),
    (
        "provision: art_1__para_1",
        "provision: art_9",
        "obligations[0].provision",
        "there is no provision of main with anchor art_9; did you mean art_1?",
    ),
    (
        "instrument: main\n    provision: art_1\n",
        "instrument: annex\n    provision: art_1\n",
        "obligations[1].instrument",
        "there is no instrument annex; use one of main",
    ),
    (
        "{code: RA-0, instrument: main",
        "{code: RA-0, instrument: other",
        "rules[0].instrument",
        "there is no instrument other; use one of main",
    ),
    (
        "provision: art_1, text",
        "provision: art_2, text",
        "rules[0].provision",
        "there is no provision of main with anchor art_2; ",
    ),
    (
        "touches: [RA-1]",
        "touches: [RA-7]",
        "events[1].touches[0]",
        "there is no obligation RA-7; did you mean RA-2?",
    ),
    (
        "trigger: T-START, source",
        "trigger: T-NONE, source",
        "events[0].trigger",
        "there is no trigger T-NONE; ",
    ),
    (
        "{party: south, position: signed}",
        "{party: west, position: signed}",
        "instruments[0].positions[1].party",
        "there is no actor west; ",
    ),
    (
        "parent: art_1}",
        "parent: art_3}",
        "instruments[0].provisions[1].parent",
        "there is no provision art_3 before this one; ",
    ),
    (
        "positions:\n",
        "derived_from: XX-1\n    positions:\n",
        "instruments[0].derived_from",
        "there is no obligation XX-1; ",
    ),
    (
        "    deadline: {rule: none}",
        "    deadline: {rule: none}\n    deadline_from: XX-1",
        "obligations[1].deadline_from",
        "there is no obligation XX-1; ",
    ),
    (
        "time_zone: Europe/Brussels",
        "time_zone: Europe/Brussel",
        "agreement.time_zone",
        "there is no time zone Europe/Brussel; ",
    ),
    (
        "time_zone: Europe/Brussels",
        "time_zone: localtime",
        "agreement.time_zone",
        "there is no time zone localtime; ",
    ),
    (
        "time_zone: Europe/Brussels",
        "time_zone: Etc/GMT+2",
        "agreement.time_zone",
        "there is no time zone Etc/GMT+2; ",
    ),
    (
        "time_zone: Europe/Brussels",
        "time_zone: ../../etc/passwd",
        "agreement.time_zone",
        "there is no time zone ../../etc/passwd; ",
    ),
    (
        "time_zone: Europe/Brussels",
        "time_zone: Europe",
        "agreement.time_zone",
        "there is no time zone Europe; ",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"), NOWHERE, ids=[f"{case[2]}={case[1]}" for case in NOWHERE]
)
def test_a_code_that_leads_nowhere_is_named(
    tmp_path: Path, old: str, new: str, path: str, message: str
) -> None:
    text = changed(old, new)
    lines_before = 1 if new.endswith("deadline_from: XX-1") else 0
    [(line, found, said)] = problems(tmp_path, text)
    assert line == line_of(text, new) + lines_before
    assert found == path
    assert said.startswith(message)


TWICE = [
    ("{code: south, name", "{code: north, name", "actors[1].code", 'code: north, name: "North*"'),
    ("{code: T-END, label", "{code: T-START, label", "triggers[1].code", 'code: T-START, label: "Accepted"'),
    ("{code: EV-2, date", "{code: EV-1, date", "events[1].code", "code: EV-1, date: 2020-03-02"),
    (
        "  - code: RA-2\n",
        "  - code: RA-1\n",
        "obligations[1].code",
        "code: RA-1\n    instrument: main\n    provision: art_1__",
    ),
]


@pytest.mark.parametrize(("old", "new", "path", "first"), TWICE, ids=[case[2] for case in TWICE])
def test_a_code_that_is_taken_is_named_with_the_first_line(
    tmp_path: Path, old: str, new: str, path: str, first: str
) -> None:
    text = changed(old, new)
    there = line_of(text, first)
    message = f"is taken, in {tmp_path / 'pack.yaml'}:{there}; give this one a code of its own"
    found = [problem for problem in problems(tmp_path, text) if problem[1] == path]
    assert [(line, said.split(" ", 1)[1]) for line, _, said in found] == [(line_of(SMALL, old), message)]
