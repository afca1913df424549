"""What a choice of a filter is called."""

import re

import pytest
from django.test import Client

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]


def test_choices_that_have_one_name_are_told_apart_by_the_text_that_they_stand_in(client: Client) -> None:
    for code in ("first", "second"):
        text = make.provision("body", instrument=code, label="Whole text")
        text.instrument.title = f"Text {code}"
        text.instrument.save()
        make.commitment(code.upper(), make.party("alpha"), provision=text)
    make.provision("art_1", instrument="first", label="Article 1")
    user = make.mediator()
    client.force_login(user)
    for address in ("/compliance/", "/changes/", "/search/", "/desk/"):
        page = client.get(address).content.decode()
        choices = re.findall(r"<option [^>]*>([^<]*(?:Whole text|Article 1))</option>", page)
        assert sorted({one.strip() for one in choices}) == [
            "Article 1",
            "Text first: Whole text",
            "Text second: Whole text",
        ], address
