"""One rule says which time zones people and packs may choose."""

import re

import pytest

from parties.texts import is_zone, zones
from tests import make
from tests.pages.desk_data import signed_in


@pytest.mark.parametrize("name", ["Europe/Belgrade", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_zone_of_an_area_and_a_city_is_taken(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "Etc/GMT+2", "EST", "Factory", "", "Europe", "../UTC"]
)
def test_what_the_system_has_beside_these_is_not(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.django_db
def test_the_page_of_mail_offers_these_and_no_others() -> None:
    page = signed_in(make.mediator()).get("/account/mail/").content.decode()
    select = page[page.index('name="time_zone"') :].partition("</select>")[0]
    assert re.findall(r'value="([^"]+)"', select) == [*zones()]
