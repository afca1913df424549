"""The language of a statement over the API: given with it, read with it, and what a translation follows from."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from obligations.commands.translations import translate_statement
from parties.models import User
from tests import make
from tests.api.conftest import Program
from tests.make import NOW

pytestmark = pytest.mark.django_db
CLAIM = {"level": 3, "effective_on": "2024-01-10", "reason": "U krye.", "tier": "public"}


def test_it_is_given_and_read_with_each_act(program: Callable[[User], Program], anybody: Program) -> None:
    owed, other = make.commitment(), make.party("beta")
    alpha, beta = program(make.representative(owed.party)), program(make.representative(other))
    mediator, least = program(make.mediator()), {"reason": "Jo.", "tier": "public", "language": "sq"}
    claim = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": "sq"})
    made = [
        claim,
        alpha.write(f"commitments/{owed.pk}/claims/", CLAIM),
        beta.write(f"statements/{claim['id']}/contests/", least),
        beta.write(f"statements/{claim['id']}/answers/", least),
        program(make.observer()).write(f"commitments/{owed.pk}/observations/", CLAIM | {"language": "sr"}),
        mediator.write(
            f"commitments/{owed.pk}/findings/", CLAIM | {"language": "sr-latn", "cites": claim["id"]}
        ),
        alpha.write(f"statements/{claim['id']}/withdrawals/", {"reason": "Gabim.", "language": "sq"}),
    ]
    languages = ["sq", None, "sq", "sq", "sr", "sr-latn", "sq"]
    assert [one["language"] for one in made] == languages
    seen = {one["id"]: one["language"] for one in anybody.read("statements/")["results"]}
    assert [seen[one["id"]] for one in made] == languages
    asked = {"party": "alpha", "reply_by": "2026-03-09", "words": "Si qëndron?", "tier": "public"}
    request = mediator.write(f"commitments/{owed.pk}/requests/", asked | {"language": "sq"})
    assert anybody.read(f"requests/{request['id']}/")["language"] == "sq"
    wrong = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": "shqip"}, 400)
    assert set(wrong["errors"]) == {"language"}


def test_a_translation_follows_what_the_statement_says(program: Callable[[User], Program]) -> None:
    owed = make.commitment()
    alpha, mediator = make.representative(owed.party), program(make.mediator())
    said = make.claim(owed, alpha, language="sq")
    at, text = f"statements/{said.key}/translations/", {"text": "It was done."}
    assert mediator.write(at, text | {"language": "en"})["of_language"] == "sq"
    assert mediator.write(at, text | {"language": "sr", "of_language": "sq"})["of_language"] == "sq"
    wrong = mediator.write(at, text | {"language": "en", "of_language": "sr"}, 400)
    assert wrong["errors"] == {"of_language": ["Its author said that the statement is in another language."]}
    wrong = mediator.write(at, text | {"language": "sq"}, 400)
    assert wrong["errors"] == {"language": ["Choose another language than the statement's."]}
    unsaid = make.claim(owed, alpha, reason="Done.")
    wrong = mediator.write(f"statements/{unsaid.key}/translations/", text | {"language": "sq"}, 400)
    assert set(wrong["errors"]) == {"of_language"}


def test_translations_are_read_with_their_statement_by_who_sees_it_as_of_any_day(
    program: Callable[[User], Program], anybody: Program
) -> None:
    owed, mediator = make.commitment(), make.mediator()
    alpha = make.representative(owed.party)
    before = NOW - timedelta(days=9)
    said = make.claim(owed, alpha, language="sq", now=before)
    hidden = make.claim(owed, alpha, language="sq", tier="in_confidence", confidant=owed.party, now=before)
    given: dict[str, Any] = {"actor": make.a_mediator(), "language": "en"}
    for days, text in ((8, "Done."), (2, "It was done.")):
        translate_statement(statement=said, text=text, now=NOW - timedelta(days=days), **given)
    translate_statement(statement=hidden, text="Secret.", now=NOW - timedelta(days=8), **given)
    seen = anybody.read(f"statements/{said.key}/")["translations"]
    assert [(one["of_language"], one["language"], one["text"]) for one in seen] == [
        ("sq", "en", "Done."),
        ("sq", "en", "It was done."),
    ]
    (row,) = anybody.read("statements/")["results"]
    assert row["translations"] == seen
    earlier = anybody.read("statements/", known_at=(NOW - timedelta(days=3)).date().isoformat())["results"]
    assert [[one["text"] for one in row["translations"]] for row in earlier] == [["Done."]]
    for user, number in ((alpha, 1), (mediator, 1), (make.analyst(), 0)):
        rows = program(user).read("statements/")["results"]
        texts = [one["text"] for row in rows for one in row["translations"]]
        assert texts.count("Secret.") == number
    anybody.read(f"statements/{hidden.key}/", 404)
