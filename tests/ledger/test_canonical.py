"""The text that the chain is made over is the one that RFC 8785 allows, however it is written."""

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from agreement.ledger.canonical import canonical

MOST = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST, MOST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
# In the order of UTF-16 the first comes before the second.
@example({"\U0001f600": 1, "\ue000": 2, "a": 3})
@example({'\x00\x1f\x7f\u2028"\\/\b\f\n\r\t': '\x00\x1f\x7f\u2028"\\/\b\f\n\r\t'})
@example({"at": "1234567890123456", "n": MOST})
def test_what_is_hashed_is_the_canonical_text(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value).decode()


def test_a_number_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(rfc8785.IntegerDomainError):
        canonical({"n": MOST + 1})
