"""Two versions side by side: both whole, with what differs marked."""

from hypothesis import given
from hypothesis import strategies as st

from obligations.words.quoted import MOST_TOKENS, compared, sides


def marked(pieces: object) -> str:
    return "".join(f"[{one.text}]" if one.op != "same" else one.text for one in pieces)  # type: ignore[attr-defined]


def test_words_that_only_one_of_them_has_are_marked() -> None:
    theirs, mine = sides("Seen on the spot, twice.", "Seen on the spot.")
    assert marked(theirs) == "Seen on the spot[, twice]."
    assert marked(mine) == "Seen on the spot."


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_of_either_text_is_lost(theirs: str, mine: str) -> None:
    left, right = sides(theirs, mine)
    assert "".join(one.text for one in left) == theirs
    assert "".join(one.text for one in right) == mine
    assert any(one.op != "same" for one in (*left, *right)) == (theirs != mine)


def test_very_long_texts_are_marked_as_a_whole() -> None:
    long = "word " * MOST_TOKENS
    assert [one.op != "same" for one in sides(long, "word")[0]] == [True]


def test_a_field_that_neither_fills_in_is_left_out() -> None:
    assert [one.label for one in compared([("Source", "", ""), ("Reason", "a", "a")])] == ["Reason"]
