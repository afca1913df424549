"""Statements are checked against their pack before any of them is taken."""

from pathlib import Path

import pytest

from agreement.packs.model import Statements
from agreement.packs.statements import read_statements
from tests.packs.small import STATEMENTS, changed, line_of, load, statement_problems, write


def altered(old: str, new: str, text: str = STATEMENTS) -> str:
    return changed(old, new, text)


def read(folder: Path, text: str = STATEMENTS) -> Statements:
    return read_statements(write(folder, text, "statements.yaml"), load(folder))


def test_statements_keep_their_order_and_words(tmp_path: Path) -> None:
    statements = read(tmp_path)
    assert statements.notice == "For a trial."
    assert [(s.key, s.kind, s.by, s.level, s.conduct) for s in statements.statements] == [
        ("S1", "claim", "north", 3, None),
        ("S2", "contest", "south", None, None),
        ("S3", "finding", "host", None, "kept"),
    ]
    assert statements.statements[0].at.line == line_of(STATEMENTS, "- key: S1")


def test_a_contest_speaks_of_what_it_objects_to(tmp_path: Path) -> None:
    contest = read(tmp_path).statements[1]
    assert (contest.objects_to, contest.obligation, contest.obligors) == ("S1", "RA-1", ("north",))


def test_what_cannot_be_assessed_is_not_a_number(tmp_path: Path) -> None:
    assert (
        read(tmp_path, altered("level: 3", "level: not_assessable")).statements[0].level == "not_assessable"
    )
    assert read(tmp_path, altered("level: 3", "level: 0")).statements[0].level == 0


CASES = [
    (
        "agreement: river-2020",
        "agreement: lake-2021",
        "agreement",
        "these statements speak of lake-2021, the pack is",
    ),
    ("by: north", "by: west", "statements[0].by", "there is no actor west; use one of host, north, south"),
    (
        "by: north",
        "by: host",
        "statements[0].by",
        "host is no party and owes nothing here, so it makes no claim",
    ),
    ("by: host", "by: south", "statements[2].by", "south is no facilitator, so it makes no finding"),
    (
        "obligation: RA-2",
        "obligation: RA-9",
        "statements[2].obligation",
        "there is no obligation RA-9; did you mean",
    ),
    (
        "obligors: [north]",
        "obligors: [host]",
        "statements[0].obligors[0]",
        "host does not owe RA-1; use one of north",
    ),
    ("event: EV-2", "event: EV-9", "statements[0].event", "there is no event EV-9; did you mean"),
    (
        "objects_to: S1",
        "objects_to: S3",
        "statements[1].objects_to",
        "there is no earlier statement S3; use one of S1",
    ),
    (
        "objects_to: S1",
        "objects_to: S2",
        "statements[1].objects_to",
        "there is no earlier statement S2; use one of S1",
    ),
    (
        "level: 3",
        "level: 4",
        "statements[0].level",
        "4 is not known here; use one of 0, 1, 2, 3, not_assessable",
    ),
    ("level: 3", "level: true", "statements[0].level", "True is not known here"),
    ("level: 3", "conduct: kept", "statements[0].conduct", "RA-1 is one_off; use level instead"),
    ("conduct: kept", "level: 2", "statements[2].level", "RA-2 is standing; use conduct instead"),
    (
        "kind: finding",
        "kind: verdict",
        "statements[2].kind",
        "verdict is not known here; use one of claim, finding",
    ),
    (
        "effective_on: 2020-04-06",
        "effective_on: 2020-04-31",
        "statements[1].effective_on",
        "2020-04-31 is not a day",
    ),
    ("objects_to: S1", "level: 1", "statements[1].level", "does not go with kind contest; remove it"),
    ("event: EV-2", "objects_to: S2", "statements[0].objects_to", "does not go with kind claim; remove it"),
    (
        "conduct: kept",
        "cites: S9\n    conduct: kept",
        "statements[2].cites",
        "there is no earlier statement S9",
    ),
    (
        "conduct: kept",
        "cites: S1\n    conduct: kept",
        "statements[2].cites",
        "S1 is no claim or observation on the same commitment",
    ),
    ("key: S1", "key: ''", "statements[0].key", "'' does not fit; write capitals and digits"),
    ("key: S3", "key: S1", "statements[2].key", "S1 is taken, in line 5; give this one its own"),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"), CASES, ids=[f"{case[2]}={case[1]}" for case in CASES]
)
def test_a_statement_that_does_not_fit_is_named(
    tmp_path: Path, old: str, new: str, path: str, message: str
) -> None:
    text = altered(old, new)
    found = [problem for problem in statement_problems(tmp_path, text) if problem[1] == path]
    assert [line for line, _, _ in found] == [STATEMENTS[: STATEMENTS.index(old)].count("\n") + 1]
    assert found[0][2].startswith(message)


def test_only_an_observer_observes_and_it_finds_and_claims_nothing(tmp_path: Path) -> None:
    said = altered("kind: claim", "kind: observation")
    assert statement_problems(tmp_path, said) == [
        (line_of(said, "by: north"), "statements[0].by", "north is no observer, so it makes no observation")
    ]
    named = changed('name: "Host", role: facilitator', 'name: "Host", role: observer')
    messages = [
        problem[2] for problem in statement_problems(tmp_path, altered("by: north", "by: host"), named)
    ]
    assert messages == [
        "host is no party and owes nothing here, so it makes no claim",
        "host is no facilitator, so it makes no finding; make this a claim",
    ]


@pytest.mark.parametrize("measure", ["    level: 3\n    conduct: kept\n", ""])
def test_a_claim_has_either_a_level_or_a_conduct(tmp_path: Path, measure: str) -> None:
    text = altered("    level: 3\n", measure)
    expected = (5, "statements[0]", "must have either level or conduct, and not both")
    assert statement_problems(tmp_path, text) == [expected]


def test_missing_keys_depend_on_the_kind(tmp_path: Path) -> None:
    text = altered("    objects_to: S1\n", "", altered("    obligation: RA-2\n", ""))
    assert statement_problems(tmp_path, text) == [
        (line_of(text, "- key: S2"), "statements[1].objects_to", "is missing for kind contest; add it"),
        (line_of(text, "- key: S3"), "statements[2].obligation", "is missing for kind finding; add it"),
    ]


def test_objections_in_a_ring_end(tmp_path: Path) -> None:
    ring = STATEMENTS[: STATEMENTS.index("  - key: S1")]
    for key, target in [("S1", "S2"), ("S2", "S1"), ("S3", "S1")]:
        contest = f"key: {key}, kind: contest, by: south, objects_to: {target}"
        ring += f"  - {{{contest}, effective_on: 2020-04-06, reason: x}}\n"
    assert [path for _, path, _ in statement_problems(tmp_path, ring)] == ["statements[0].objects_to"]


def test_an_actor_that_owes_the_obligation_may_claim(tmp_path: Path) -> None:
    text = altered("kind: finding", "kind: claim")
    assert read(tmp_path, text).statements[2].by == "host"


def test_all_problems_are_reported(tmp_path: Path) -> None:
    text = altered("format: 1\n", "format: 1\nx: 1\n")
    text = altered("kind: finding", "kind: verdict", text)
    text = altered("by: north", "by: west", text)
    found = {path for _, path, _ in statement_problems(tmp_path, text)}
    assert found == {"x", "statements[0].by", "statements[2].kind"}
