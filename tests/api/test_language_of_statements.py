"""The language of a statement over the API: given with it, read with it, and what a translation follows from."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from obligations.commands.replies import translate_statement
from parties.models import User
from parties.texts import LIMITS
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


def test_a_translation_can_be_as_long_as_what_is_translated(program: Callable[[User], Program]) -> None:
    most = LIMITS["reason"]
    said = make.finding(make.commitment(), 1, reason="a" * most, language="en")
    at, mediator = f"statements/{said.key}/translations/", program(make.mediator())
    assert len(mediator.write(at, {"language": "sq", "text": "ë" * most})["text"]) == most
    assert set(mediator.write(at, {"language": "sq", "text": "ë" * (most + 1)}, 400)["errors"]) == {"text"}


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


@pytest.mark.parametrize("given", ["sr-Latn", "SR_LATN", "sr-latn"])
def test_it_is_taken_in_any_letters_and_written_one_way(
    given: str, program: Callable[[User], Program]
) -> None:
    owed = make.commitment()
    alpha, mediator = program(make.representative(owed.party)), program(make.mediator())
    claim = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": given})
    assert claim["language"] == "sr-latn"
    of = {"text": "Готово.", "language": "SR-CYRL", "of_language": given}
    made = mediator.write(f"statements/{claim['id']}/translations/", of)
    assert (made["of_language"], made["language"]) == ("sr-latn", "sr")
    for wrong in ("sr-latin", "srp", "", ["sr"], 3):
        answer = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": wrong}, 400)
        assert set(answer["errors"]) == {"language"}, wrong


def test_null_says_as_much_as_leaving_it_out(program: Callable[[User], Program]) -> None:
    owed = make.commitment()
    alpha, mediator = program(make.representative(owed.party)), program(make.mediator())
    claim = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": None})
    assert claim["language"] is None
    asked = {"party": "alpha", "reply_by": "2026-03-09", "words": "How is it?", "tier": "public"}
    assert mediator.write(f"commitments/{owed.pk}/requests/", asked | {"language": None})["language"] is None
    said = make.claim(owed, User.objects.get(mandates__party=owed.party), language="sq")
    text = {"text": "Done.", "language": "en", "of_language": None}
    assert mediator.write(f"statements/{said.key}/translations/", text)["of_language"] == "sq"
    # What a translation is in, somebody has to say.
    wrong = mediator.write(f"statements/{said.key}/translations/", text | {"language": None}, 400)
    assert set(wrong["errors"]) == {"language"}


def test_what_was_taken_back_stays_on_record_and_can_be_translated(
    program: Callable[[User], Program],
) -> None:
    owed = make.commitment()
    alpha, mediator = program(make.representative(owed.party)), program(make.mediator())
    claim = alpha.write(f"commitments/{owed.pk}/claims/", CLAIM | {"language": "sq"})
    alpha.write(f"statements/{claim['id']}/withdrawals/", {"reason": "Gabim.", "language": "sq"})
    mediator.write(f"statements/{claim['id']}/translations/", {"text": "Completed.", "language": "en"})
    row = alpha.read(f"statements/{claim['id']}/")
    assert row["withdrawn_at"]
    assert [one["text"] for one in row["translations"]] == ["Completed."]


def test_one_script_is_set_beside_the_other_as_any_language_is(program: Callable[[User], Program]) -> None:
    """What people said is not turned from one script into the other by itself."""
    owed = make.commitment()
    said = make.claim(owed, make.representative(owed.party), language="sr", reason="Готово.")
    made = {"text": "Gotovo.", "language": "sr-latn"}
    assert program(make.mediator()).write(f"statements/{said.key}/translations/", made)["of_language"] == "sr"
