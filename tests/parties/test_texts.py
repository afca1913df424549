"""One table of limits and one check of texts, which columns, forms, bodies and packs agree with."""

import json
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.db import models
from rest_framework import serializers

import normalization_tracker.urls  # noqa: F401  every form and body that an address leads to
from agreement.packs import schema
from obligations.api.serializers.input import Body
from obligations.forms.base import Text
from obligations.models import Forgotten, Heartbeat, SavedView
from parties.texts import LIMITS, MISSING, day_error, is_blank, text_error, text_errors, tidy

NOTHING_TO_SEE = [
    "",
    " \n\t",
    "\u200b\u200d",
    "\ufeff",
    "\x07\x1b",
    "\u3164",
    "\u2800",
    "\u0301",
    "\u00a0\u2003",
]


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_what_shows_nothing_is_no_reason(text: str) -> None:
    assert is_blank(text)
    assert text_error("reason", text, needed=True) == "Say why: the record keeps it."


@pytest.mark.parametrize("text", ["a", " ж ", "\u200bb\u200b", "ë", "1", "—", "👍"])
def test_what_shows_something_is_a_text(text: str) -> None:
    assert not is_blank(text)
    assert text_error("reason", text, needed=True) == ""


def test_a_text_that_may_be_left_out_is_left_out_or_to_be_seen() -> None:
    assert text_error("source", "") == ""
    assert "cannot be seen" in text_error("source", "\u200b")


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_what_no_column_holds_is_named_in_one_sentence(character: str) -> None:
    errors = text_errors(("reason",), reason=f"a{character}b", source=character)
    assert set(errors) == {"reason", "source"}
    assert all("cannot be kept" in error for error in errors.values())


@pytest.mark.parametrize("character", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_what_turns_the_direction_of_text_stands_in_no_line_and_in_no_text_unless_it_is_turned_back(
    character: str,
) -> None:
    for name in LIMITS:
        assert "turns its direction" in text_error(name, f"a{character}b"), name
        assert "turns its direction" in text_error(name, f"a{character}b\n\u202c\u2069c"), name
    assert "turns its direction" in text_error("title", "a \u2068b\u2069 c")


@pytest.mark.parametrize(
    "text", ["a \u2068b\u2069 c", "\u202ba \u2067b\u2069\u202c\nc", "\u0161 \u05d0 \u200f"]
)
def test_a_text_of_several_lines_may_hold_what_is_turned_back(text: str) -> None:
    assert text_error("reason", text) == ""


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_text_may_be_as_long_as_the_table_says_and_no_longer(name: str) -> None:
    assert text_error(name, "x" * LIMITS[name]) == ""
    assert text_error(name, "x" * (LIMITS[name] + 1)).startswith(f"At most {LIMITS[name]:,} characters")


def test_an_end_of_line_counts_once_however_it_was_sent() -> None:
    longest = "\r\n".join(["x"] * (LIMITS["reason"] // 2))
    assert len(tidy(longest)) < LIMITS["reason"] < len(longest)
    assert Text("reason").clean(longest) == tidy(longest)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(3000, 1, 1), date(9999, 12, 31)])
def test_a_day_of_no_treaty_s_time_is_refused(day: date) -> None:
    assert day_error(day) == "Give a day from 1900 to 2999."


def test_columns_are_as_long_as_the_table_says() -> None:
    """A code, a name, a source or another of these names has one length, wherever it is stored."""
    lengths = {
        f"{model.__name__}.{field.name}": field.max_length
        for app in ("parties", "agreement", "obligations")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and not field.choices and field.name in LIMITS
        if (model.__name__, field.name) != ("User", "language")  # one of those that pages are in
        if model
        not in (
            Forgotten,
            Heartbeat,
            SavedView,
        )  # names that nobody writes, or that are short as they stand in a menu
    }
    assert len(lengths) > 20
    assert lengths == {name: LIMITS[name.split(".")[1]] for name in lengths}


def bodies(kind: type[Body] = Body) -> set[type[Body]]:
    return {kind, *(below for one in kind.__subclasses__() for below in bodies(one))}


def test_every_text_in_a_body_has_the_limit_of_the_table() -> None:
    """Those of other names are keys and codes: they have a limit too."""
    found = {}
    for body in bodies() - {Body}:
        for name, field in body().fields.items():
            if isinstance(field, serializers.CharField) and not field.read_only:
                found[f"{body.__name__}.{name}"] = (name, field.max_length)
    assert {"StatementBody.reason", "RequestBody.words", "EvidenceBody.quote"} <= set(found)
    unlimited = {where for where, (_name, most) in found.items() if most is None}
    assert not unlimited
    others = {where: most for where, (name, most) in found.items() if name in LIMITS and most != LIMITS[name]}
    # It says what a statement says.
    assert others == {"TranslationBody.text": LIMITS["reason"]}


def forms_of_the_house(kind: type[forms.BaseForm] = forms.BaseForm) -> set[type[forms.BaseForm]]:
    below = {one for child in kind.__subclasses__() for one in forms_of_the_house(child)}
    return ({kind} if kind.__module__.startswith(("obligations.", "agreement.")) else set()) | below


def test_every_text_in_a_form_has_the_limit_of_the_table() -> None:
    found = {
        f"{form.__name__}.{name}": (getattr(field, "name", name), field)
        for form in forms_of_the_house()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.HiddenInput)
    }
    assert {"FindingForm.reason", "RequestForm.words", "GateForm.source", "InviteForm.name"} <= set(found)
    del found["ItemForm.picked"]  # codes, of which each is looked up
    assert not {where for where, (name, field) in found.items() if field.max_length != LIMITS.get(name)}


def test_the_schemas_of_packs_have_the_limits_of_the_table() -> None:
    folder = Path(schema.__file__).parent
    pack = json.loads((folder / "pack.schema.json").read_text())["$defs"]
    said = json.loads((folder / "statements.schema.json").read_text())["$defs"]
    assert {name: pack[name.title()]["maxLength"] for name in ("line", "text")} == {
        name: LIMITS[name] for name in ("line", "text")
    }
    assert {pack[name]["maxLength"] for name in ("Slug", "Code", "Anchor")} == {LIMITS["code"]}
    assert said["Reason"]["maxLength"] == LIMITS["reason"]
    assert LIMITS["line"] <= min(LIMITS["source"], LIMITS["title"], LIMITS["name"])


def test_whatever_a_form_wants_is_asked_for_in_words_where_nothing_is_to_be_seen() -> None:
    fields = [one for form in forms_of_the_house() for one in getattr(form, "base_fields", {}).values()]
    wanted = {one.name for one in fields if isinstance(one, Text) and one.required}
    assert "source" in wanted
    for name in wanted:
        assert text_error(name, "\u202e\u2066", needed=True) == str(MISSING[name])
