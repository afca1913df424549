"""The language of what somebody writes: asked for in each form, and said wherever the text is shown."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from obligations.models import Draft, PartyRequest, Statement, StatementTranslation
from parties.models import User
from tests import make
from tests.pages.desk_data import overdue, send, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/obligations/accord/LATE/"


@pytest.fixture(autouse=True)
def open_to_read(settings: Settings) -> None:
    settings.PUBLIC_READING = True


def said(**changes: Any) -> dict[str, Any]:
    return {"verdict": "3", "effective_on": "2024-01-10", "reason": "U krye.", "tier": "public", **changes}


def reading(user: User, language: str) -> Client:
    """Signed in, with an account that reads in a language."""
    user.language = language
    user.save()
    return signed_in(user)


def chosen(page: str) -> str:
    """What the select of the language holds; the first of its choices, where none is marked."""
    (select,) = re.findall(r'<select name="language".*?</select>', page, re.DOTALL)
    marked = re.findall(r'<option value="([^"]*)" selected', select)
    return str(marked[0] if marked else re.findall(r'<option value="([^"]*)"', select)[0])


FORMS = {
    "claim/?commitment={owed}": "beta",
    "contest/?statement={claim}": "beta",
    "answer/?statement={claim}": "beta",
    "withdraw/?statement={claim}": "alpha",
    "observe/?commitment={owed}": "monitor",
    "request/?commitment={owed}": "mediator",
}


@pytest.mark.parametrize("address", FORMS)
def test_each_form_begins_with_the_language_in_which_its_author_reads(address: str) -> None:
    late = overdue()
    alpha = make.representative(late.party)
    claim = make.claim(late, alpha)
    users: dict[str, User | None] = {"alpha": alpha, "beta": make.representative(make.party("beta"))}
    users |= {"monitor": make.observer(), "mediator": User.objects.filter(mandates__role="mediator").first()}
    user = users[FORMS[address]] or make.mediator()
    at = PAGE + address.format(owed=late.pk, claim=claim.key)
    for language in ("sq", "sr-latn"):
        assert chosen(reading(user, language).get(at).content.decode()) == language
    given = said(language="sr", words="Како стоји?", reply_by="2999-01-01", party=str(late.party_id))
    if "request" in address:
        given |= {"tier": "parties", "reply_by": "2030-01-01"}
    given |= {"by": "monitor"} if "observe" in address else {}
    assert signed_in(user).post(at, given).status_code == 302
    made: Statement | PartyRequest | None = Statement.objects.exclude(pk=claim.pk).first()
    made = made or PartyRequest.objects.first()
    assert made is not None
    assert made.language == "sr"


def test_on_the_desk_too_and_nobody_has_to_say_it() -> None:
    late, mediator = overdue(), make.mediator()
    page = reading(mediator, "sr").get("/desk/", {"commitment": late.pk}).content.decode()
    assert chosen(page) == "sr"
    send(mediator, late, language="")
    assert Statement.objects.get().language == ""


def test_a_finding_is_undone_in_a_language() -> None:
    late, mediator = overdue(), make.mediator()
    finding = Statement.objects.get(key=send(mediator, late, language="en")["Location"].rpartition("=")[2])
    client = reading(mediator, "sq")
    page = client.get(f"/desk/?recorded={finding.key}").content.decode()
    assert chosen(page) == "sq"
    client.post(f"/desk/undo/{finding.key}/", {"reason": "Gabim.", "language": "sq"})
    assert Statement.objects.get(kind="withdrawal").language == "sq"


def test_a_draft_keeps_what_was_chosen() -> None:
    late = overdue()
    client = reading(make.representative(late.party), "sq")
    at = f"{PAGE}claim/?commitment={late.pk}"
    for language in ("en", ""):
        client.post(at, said(language=language, save_draft="1"))
        assert Draft.objects.get().content["language"] == language
        assert chosen(client.get(at).content.decode()) == language


def test_a_language_that_is_none_stands_at_its_field() -> None:
    late = overdue()
    client = signed_in(make.representative(late.party))
    answer = client.post(f"{PAGE}claim/?commitment={late.pk}", said(language="xx"))
    assert answer.status_code == 422
    assert not Statement.objects.exists()


def test_a_translation_asks_for_the_own_language_only_where_nobody_said_it() -> None:
    late = overdue()
    alpha, client = make.representative(late.party), signed_in(make.mediator())
    for language, asked in (("sq", False), ("", True)):
        claim = make.claim(late, alpha, language=language, reason=f"U krye {language}.")
        page = client.get(f"{PAGE}translate/?statement={claim.key}").content.decode()
        assert ('name="of_language"' in page) == asked
        assert ('<option value="sq"' in page) == asked
        assert page.count(">Choose the language</option>") == 1 + asked  # and none is chosen
    given = {"language": "en", "text": "It was done."}
    first = Statement.objects.get(language="sq")
    assert client.post(f"{PAGE}translate/?statement={first.key}", given).status_code == 302
    assert StatementTranslation.objects.get().of_language == "sq"
    second = Statement.objects.get(language="")
    assert client.post(f"{PAGE}translate/?statement={second.key}", given).status_code == 422
