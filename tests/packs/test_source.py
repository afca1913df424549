"""Files that are no pack at all are refused with the line where reading stopped."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.packs.read import read_pack
from agreement.packs.source import MAX_BYTES, MAX_DEPTH, LinedDict, PackError, read_document
from tests.packs.small import SMALL, changed, line_of, load, problems, write


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as caught:
        read_pack(path)
    return str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yaml"
    assert refusal(path) == f"{path}: there is no such file"


def test_a_folder_is_refused_with_what_to_name_instead(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name the YAML file in it, such as pack.yaml"


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert refusal(path) == f"{path}: is not a regular file"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text) == [(0, "", "is empty; a pack starts with the line 'format: 1'")]


@pytest.mark.parametrize(
    ("text", "what"), [("- format: 1\n", "a list"), ("format\n", "a single value"), ("[]", "a list")]
)
def test_anything_but_a_mapping_at_the_top_is_refused(tmp_path: Path, text: str, what: str) -> None:
    message = f"holds {what} at the top; a pack is a mapping that starts with 'format: 1'"
    assert problems(tmp_path, text) == [(1, "", message)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  code: river-2020", "  code: [river-2020", 4),
        ('  title: "Agreement on the river"\n  short', '  title: "Agreement\n\tshort', 5),
        ("  as_of: 2024-05-01", "  as_of: when: 2024-05-01", 6),
        ("  counting: calendar", "counting\n  calendar: 1", 9),
    ],
)
def test_text_that_is_not_yaml_is_refused_at_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    [(found, path, message)] = problems(tmp_path, changed(old, new))
    assert (found, path) == (line, "")
    assert message.startswith("is not YAML: ")


def test_bytes_that_are_not_utf_8_are_refused_at_their_line(tmp_path: Path) -> None:
    data = changed("Fishers", "Fischer\xfc").encode("latin-1")
    message = "is not UTF-8 text (byte 0xfc); save the file as UTF-8"
    assert problems(tmp_path, data) == [(line_of(SMALL, "code: fishers"), "", message)]


def test_a_utf_16_file_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, SMALL.encode("utf-16"))[0][2].startswith("is not UTF-8 text")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\uffff"])
def test_control_characters_are_refused_at_their_line(tmp_path: Path, character: str) -> None:
    text = changed("Keep the banks", f"Keep {character} banks")
    message = f"holds the control character U+{ord(character):04X}; remove it"
    assert problems(tmp_path, text) == [(line_of(SMALL, "Keep the banks"), "", message)]


def test_a_byte_order_mark_and_other_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = load(tmp_path)
    assert read_pack(write(tmp_path, "\ufeff" + SMALL.replace("\n", "\r\n"))) == plain


def test_a_second_document_is_refused(tmp_path: Path) -> None:
    [(line, path, message)] = problems(tmp_path, SMALL + "---\nformat: 1\n")
    assert (line, path) == (SMALL.count("\n") + 1, "")
    assert "second document" in message


@pytest.mark.parametrize(
    ("value", "word"),
    [("&name north", "anchors"), ("*name", "aliases"), ("!!python/name:os.system x", "tags")],
)
@pytest.mark.parametrize("where", ["{code: T-END, label: %s, date: null}", "{code: T-END, %s : 1}"])
def test_anchors_aliases_and_tags_are_refused(tmp_path: Path, value: str, word: str, where: str) -> None:
    text = changed('{code: T-END, label: "Ended", date: null}', where % value)
    [(line, path, message)] = problems(tmp_path, text)
    assert (line, path) == (line_of(SMALL, "T-END, label"), "")
    assert message.startswith(f"{word} (")


def test_an_alias_bomb_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    """Nine levels of ten aliases each: a billion values, were any of them followed."""
    levels = ["format: 1", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    message = "anchors (&name) are not allowed in a pack; remove it"
    assert problems(tmp_path, "\n".join(levels)) == [(2, "", message)]


def test_fifty_megabytes_of_aliases_are_refused_by_their_size(tmp_path: Path) -> None:
    path = write(tmp_path, "a: &a [x]\n")
    with path.open("a") as stream:
        for _ in range(50):
            stream.write("- *a\n" * 200_000)
    assert refusal(path) == f"{path}: is larger than 8 MB; divide the pack with include, or shorten it"


def test_no_more_than_the_limit_is_read_from_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    assert f"larger than {MAX_BYTES // 1_000_000} MB" in refusal(path)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_deep_nesting_is_refused(tmp_path: Path, opening: str, closing: str) -> None:
    text = "format: 1\nx: " + opening * 5000 + "1" + closing * 5000
    message = f"is nested more than {MAX_DEPTH} levels deep; no part of a pack needs that"
    assert problems(tmp_path, text) == [(2, "", message)]


def test_too_many_values_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agreement.packs.source.MAX_VALUES", 100)
    message = "holds more than 100 values; divide the pack with include"
    # Five values stand before the items, so the one in line 98 is the hundred and first.
    assert problems(tmp_path, "format: 1\nx:\n" + "- 1\n" * 200) == [(98, "", message)]


def test_duplicate_keys_are_each_named_with_both_lines(tmp_path: Path) -> None:
    text = changed("  counting: calendar\n", "  counting: calendar\n  code: other\n")
    text = changed("    kind: standing\n", "    kind: standing\n    kind: one_off\n", text)
    message = "this key stands twice, first in line {}; keep one of the two"
    kind = line_of(text, "    kind: one_off\n    obligors: [host")
    assert problems(tmp_path, text) == [
        (9, "agreement.code", message.format(3)),
        (kind, "obligations[1].kind", message.format(kind - 1)),
    ]


def test_a_list_as_a_key_is_refused(tmp_path: Path) -> None:
    text = changed("groups:\n", "groups:\n  ? [a, b]\n  : 1\n")
    assert [(line, path) for line, path, _ in problems(tmp_path, text)] == [(line_of(text, "? [a, b]"), "")]


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ("title: Report # 3", 1, "title"),
        ("title: Report   # 3", 1, "title"),
        ("title: a report\n  of # 3\nnote: x", 1, "title"),
        ("tags: [one, two # three\n  ]", 1, "tags[1]"),
        ("ж: ж\ntitle: ж ж # 3", 2, "title"),
    ],
)
def test_text_that_a_comment_would_cut_off_is_refused(
    tmp_path: Path, text: str, line: int, path: str
) -> None:
    message = "what follows # here is a comment; put the text in quotes, or the comment on a line of its own"
    assert problems(tmp_path, text) == [(line, path, message)]


def test_a_comment_that_cuts_nothing_off_stays_one(tmp_path: Path) -> None:
    text = """# of the file
as_of: 2024-05-01 # checked
days: 3 # three
title: "Report" # 3
web: x.rs/#part
tags: [one, two] # both
note: |
  with a # inside
"""
    assert read_document(write(tmp_path, text)).root == {
        "as_of": "2024-05-01",
        "days": 3,
        "title": "Report",
        "web": "x.rs/#part",
        "tags": ["one", "two"],
        "note": "with a # inside\n",
    }


def test_words_of_old_yaml_stay_text_and_numbers_numbers(tmp_path: Path) -> None:
    text = "a: yes\nb: on\noff: no\nd: 010\ne: 1_000\nf: 12:30\ng: -3\nh: ~\ni: true\nj: 2020-03-02\nk: 1.5\nl: '7'\n"
    assert dict(read_document(write(tmp_path, text)).root) == {
        "a": "yes", "b": "on", "off": "no", "d": "010", "e": "1_000", "f": "12:30",
        "g": -3, "h": None, "i": True, "j": "2020-03-02", "k": "1.5", "l": "7",
    }  # fmt: skip


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    document = read_document(
        write(tmp_path, "a: 1\nb:\n  - c: 2\n    d: >-\n      long\n      text\n  - 3\n")
    )
    lines = {
        steps: document.place(steps).line for steps in [("a",), ("b",), ("b", 0), ("b", 0, "d"), ("b", 1)]
    }
    assert lines == {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 0, "d"): 4, ("b", 1): 7}
    assert document.place(("b", 0, "missing", 4)).line == 3


def outcome(path: Path) -> bool:
    """Whether reading ends in a mapping, or in problems that can each be printed on a line."""
    try:
        return isinstance(read_document(path).root, LinedDict)
    except PackError as error:
        return len(str(error).splitlines()) == len(error.problems) > 0


@given(
    text=st.text()
    | st.lists(st.sampled_from(list("ab:-[]{}&*!|>'\"#?,\n \t%@`~<0")), max_size=40).map("".join)
)
def test_any_text_is_a_mapping_or_a_pack_error(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = write(tmp_path_factory.getbasetemp(), text.encode("utf-8", "surrogatepass"), "any.yaml")
    assert outcome(path)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_mapping_or_a_pack_error(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.getbasetemp(), data, "any.bin")
    assert outcome(path)
