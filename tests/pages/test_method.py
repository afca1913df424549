"""The page on method says what the code does, and every headline leads to it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from agreement.models import Agreement
from obligations.deadlines import Timeliness
from obligations.models.obligation import ObligationKind
from obligations.models.statement import Conduct, Level
from obligations.packs.statements import NOTICE
from obligations.words import method
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(settings: pytest.FixtureRequest) -> str:
    settings.PUBLIC_READING = True  # type: ignore[attr-defined]
    agreement = make.agreement()
    agreement.gathered, agreement.licence, agreement.data_version = "Read by hand.", "CC BY 4.0", "7"
    agreement.save()
    return " ".join(Client().get("/method/").content.decode().split())


def test_every_word_of_a_scale_has_a_meaning() -> None:
    assert {str(level.value) for level in Level} < set(method.LEVELS_MEAN)
    assert dict(method.LEVELS_SHOWN).keys() == method.LEVELS_MEAN.keys()
    assert set(method.CONDUCT_MEANS) == set(Conduct)
    assert set(method.TIMELINESS_MEANS) == set(Timeliness)
    assert set(method.KINDS_MEAN) == set(ObligationKind)


def test_each_headline_of_the_dashboard_leads_to_what_it_counts(page: str) -> None:
    make.commitment()
    dashboard = Client().get("/compliance/").content.decode()
    for headline in method.HEADLINES:
        assert f'href="/method/#{headline.name}"' in dashboard
        assert f'id="{headline.name}"' in page
        assert str(headline.leaves_out) in page.replace("&#x27;", "'")


def test_it_says_where_the_data_comes_from(page: str) -> None:
    for text in ("Read by hand.", "CC BY 4.0", "Version"):
        assert text in page


def test_the_document_of_the_api_says_the_same() -> None:
    document = Path(settings.BASE_DIR, "openapi.yaml").read_text()
    for means in (method.LEVELS_MEAN, method.CONDUCT_MEANS, method.KINDS_MEAN, method.TIMELINESS_MEANS):
        assert all(f"`{value}` (" in document and str(text) in document for value, text in means.items())
    assert all(str(headline.leaves_out) in document for headline in method.HEADLINES)


def test_the_notice_of_a_trial_comes_in_the_reader_s_language(page: str) -> None:
    Agreement.objects.update(notice=NOTICE)
    answer = Client().get("/method/", headers={"Accept-Language": "sq"}).content.decode()
    assert "Të dhëna prove" in answer.partition("<main")[2]
    assert "Trial data" not in answer
