"""A pack in several files reads as one, and a problem names the file that it stands in."""

import hashlib
from pathlib import Path

import pytest

from agreement.packs.read import read_pack
from agreement.packs.source import PackError
from tests.packs.small import SMALL, changed, line_of, load, problems, write

EVENTS = SMALL[SMALL.index("events:\n") : SMALL.index("obligations:\n")]
MAIN = SMALL.replace(EVENTS, "include: [events.yaml]\n")
PART = "format: 1\npart_of: river-2020\n" + EVENTS


def found(folder: Path, main: str, part: str | None, name: str = "events.yaml") -> list[str]:
    """The printed problems, with the folder taken off."""
    if part is not None:
        write(folder, part, name)
    with pytest.raises(PackError) as caught:
        read_pack(write(folder, main))
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_parts_say_the_same_as_one_file(tmp_path: Path) -> None:
    whole = load(tmp_path)
    write(tmp_path, PART, "events.yaml")
    assert load(tmp_path, MAIN) == whole


def test_a_record_remembers_the_file_it_came_from(tmp_path: Path) -> None:
    path = write(tmp_path, PART, "events.yaml")
    event = load(tmp_path, MAIN).events[1]
    assert (event.at.file, event.at.line, event.at.path) == (str(path), line_of(PART, "EV-2"), "events[1]")
    assert str(event.at.problem("is odd")) == f"{path}:{line_of(PART, 'EV-2')}: events[1]: is odd"


def test_the_digest_is_that_of_the_files_in_the_order_of_reading(tmp_path: Path) -> None:
    assert load(tmp_path).digest == hashlib.sha256(SMALL.encode()).hexdigest()
    write(tmp_path, PART, "events.yaml")
    write(tmp_path, "not: ours", "other.yaml")
    assert load(tmp_path, MAIN).digest == hashlib.sha256((MAIN + PART).encode()).hexdigest()


def test_a_deadline_remembers_its_own_line(tmp_path: Path) -> None:
    place = load(tmp_path).obligations[0].deadline.at
    assert (place.line, place.path) == (
        line_of(SMALL, "deadline: {rule: days_after"),
        "obligations[0].deadline",
    )


def test_lists_are_joined_in_the_order_of_the_files(tmp_path: Path) -> None:
    more = "format: 1\npart_of: river-2020\ngroups:\n  - {code: millers, label: Millers}\n"
    write(tmp_path, more, "more.yaml")
    write(tmp_path, PART, "events.yaml")
    pack = load(tmp_path, MAIN.replace("[events.yaml]", "[more.yaml, events.yaml]"))
    assert [group.code for group in pack.groups] == ["fishers", "millers"]


def test_problems_name_the_part_and_its_own_lines_and_places(tmp_path: Path) -> None:
    part = changed("touches: [RA-1]", "touches: [RA-9]", changed("precision: day", "precision: hour", PART))
    main = changed("kind: standing", "kind: sitting", MAIN)
    assert [line.split(": ")[:2] for line in found(tmp_path, main, part)] == [
        [f"events.yaml:{line_of(part, 'EV-1')}", "events[0].precision"],
        [f"events.yaml:{line_of(part, 'EV-2')}", "events[1].touches[0]"],
        [f"pack.yaml:{line_of(main, 'sitting')}", "obligations[1].kind"],
    ]


def test_a_code_taken_in_another_file_is_named_with_that_file(tmp_path: Path) -> None:
    part = PART + "groups:\n  - {code: fishers, label: Again}\n"
    there = f"{tmp_path}/pack.yaml:{line_of(MAIN, 'code: fishers')}"
    assert found(tmp_path, MAIN, part) == [
        f"events.yaml:{line_of(part, 'fishers')}: groups[0].code: fishers is taken, in {there}; "
        "give this one a code of its own"
    ]


def test_a_missing_part_is_named_where_it_is_included(tmp_path: Path) -> None:
    assert found(tmp_path, MAIN, None) == [
        f"pack.yaml:{line_of(MAIN, 'include')}: include[0]: there is no file events.yaml beside pack.yaml; "
        "add it, or remove it here"
    ]


@pytest.mark.parametrize(
    "name", ["../events.yaml", "/etc/passwd", "sub/events.yaml", "events.txt", ".yaml", "a.yaml\\n"]
)
def test_only_plain_yaml_names_are_included(tmp_path: Path, name: str) -> None:
    [problem] = found(tmp_path, MAIN.replace("[events.yaml]", f'["{name}"]'), None)
    assert problem.startswith(f"pack.yaml:{line_of(MAIN, 'include')}: include[0]: ")
    assert problem.endswith("write the plain name of a YAML file in the same folder, such as events.yaml")


def test_a_part_that_cannot_be_read_hides_no_other_mistake_and_makes_none(tmp_path: Path) -> None:
    main = changed("kind: standing", "kind: sitting", MAIN)
    lines = found(tmp_path, main, PART + "groups: [\n")
    assert [line.split(": ")[0] for line in lines] == [
        f"events.yaml:{PART.count(chr(10)) + 2}",
        f"pack.yaml:{line_of(main, 'sitting')}",
    ]


def test_a_part_of_another_agreement_is_refused(tmp_path: Path) -> None:
    [problem] = found(tmp_path, MAIN, PART.replace("river-2020", "lake-2021"))
    assert (
        problem == "events.yaml:2: part_of: is a part of lake-2021, but river-2020 includes it; correct one"
    )


def test_a_part_includes_nothing_and_has_no_head_of_its_own(tmp_path: Path) -> None:
    lines = found(tmp_path, MAIN, PART + "include: [more.yaml]\nagreement: {}\n")
    assert {line.split(": ")[1] for line in lines} == {"include", "agreement"}


def test_a_part_says_its_format(tmp_path: Path) -> None:
    [problem] = found(tmp_path, MAIN, PART.replace("format: 1", "format: 3"))
    assert problem == "events.yaml:1: format: format 3 is not known; this software reads format 1"


def test_a_part_alone_is_not_a_pack(tmp_path: Path) -> None:
    assert problems(tmp_path, PART) == [
        (2, "part_of", "this file is a part; name the pack's main file instead")
    ]


def test_a_pack_does_not_include_itself(tmp_path: Path) -> None:
    [problem] = found(tmp_path, SMALL + "include: [pack.yaml]\n", None)
    assert "include[0]: a pack cannot include its own main file" in problem
