"""Evidence on the pages: handed in by those who may, shown to those who may see it, and saved safely."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from obligations.models import Attachment, Evidence, Indicator
from obligations.models.evidence import LANGUAGE
from obligations.words import languages
from parties.access import Tier
from tests import make
from tests.pages.desk_data import signed_in
from tests.uploads import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/O-1/"


def said(**changes: Any) -> dict[str, Any]:
    told = {
        "title": "Minutes",
        "represents_on": "2024-01-10",
        "origin": "Secretariat",
        "language": "en",
        "tier": "public",
        "file": SimpleUploadedFile("minutes.pdf", samples.PDF, "text/html"),
    }
    return told | changes


def link(**changes: Any) -> dict[str, Any]:
    told = said() | {"url": "https://example.org/", "quote": "It was opened.", "seen_on": "2024-01-11"}
    del told["file"]
    return told | changes


def page_of(client: Client, path: str = PAGE) -> str:
    return client.get(path).content.decode()


def test_a_representative_hands_in_a_file_for_an_indicator_and_an_own_claim() -> None:
    owed = make.commitment()
    Indicator.objects.create(obligation=owed.obligation, place=0, text="Met once.")
    alpha = make.representative()
    claim = make.claim(owed, alpha)
    client = signed_in(alpha)
    client.post(f"{PAGE}evidence/file/", said(supports=["0"], statement=claim.key))
    made = Evidence.objects.get()
    assert (made.by, made.media_type, made.supports) == (make.party(), "application/pdf", ["Met once."])
    assert Attachment.objects.get().statement == claim
    page = page_of(Client())
    assert page.count(f'href="#evidence-{made.key}"') == 2  # at its indicator, and in the thread
    assert made.sha256 in page


def test_a_text_in_a_code_page_is_taken_and_its_code_page_is_told() -> None:
    make.commitment()
    note = SimpleUploadedFile("note.txt", "Građani su čekali, žedni i ćutke.".encode("cp1250"))
    signed_in(make.representative()).post(f"{PAGE}evidence/file/", said(file=note))
    made = Evidence.objects.get()
    page = page_of(Client())
    assert "plain text, by its letters in windows-1250, 33" in " ".join(page.split())
    answer = Client().get(f"{PAGE}evidence/{made.key}/file/")
    assert answer["Content-Type"] == "text/plain; charset=windows-1250"
    assert answer.getvalue().decode("cp1250").startswith("Građani")


def test_a_mediator_hands_in_a_link_in_confidence_with_a_party() -> None:
    make.commitment()
    alpha = make.party()
    signed_in(make.mediator()).post(f"{PAGE}evidence/link/", link(tier="in_confidence:alpha"))
    assert Evidence.objects.get().confidant == alpha
    assert "It was opened." in page_of(signed_in(make.representative(alpha)))
    assert "It was opened." not in page_of(signed_in(make.representative(make.party("beta"))))


def test_a_refused_file_is_told_at_its_field_and_the_rest_is_kept() -> None:
    make.commitment()
    svg = SimpleUploadedFile("report.pdf", samples.SVG, "application/pdf")
    response = signed_in(make.representative()).post(f"{PAGE}evidence/file/", said(file=svg))
    page = response.content.decode()
    assert response.status_code == 422
    assert "an SVG image" in page
    assert 'value="Minutes"' in page
    assert not Evidence.objects.exists()


def test_the_language_is_chosen_by_its_english_name_the_likely_ones_first() -> None:
    make.commitment()
    page = page_of(signed_in(make.representative()), f"{PAGE}evidence/file/")
    offered = re.findall(r'<option value="([\w-]*)"[^>]*>([^<]+)</option>', page)
    likely = offered[offered.index(("", "Choose the language")) + 1 : offered.index(("af", "Afrikaans"))]
    names = [name for _code, name in likely]
    assert names == [*sorted(names[:-2]), "No language", "Several languages"]
    assert dict(likely).items() >= {
        "sq": "Albanian", "en": "English", "sr": "Serbian", "sr-Cyrl": "Serbian (Cyrillic)",
        "sr-Latn": "Serbian (Latin)", "und": "No language",
    }.items()  # fmt: skip
    assert 'value="" selected' in page


def test_every_language_that_is_offered_is_taken() -> None:
    for code in languages.ALL:
        assert re.fullmatch(LANGUAGE, code), code


def test_no_language_is_chosen_for_anybody() -> None:
    make.commitment()
    response = signed_in(make.representative()).post(f"{PAGE}evidence/link/", link(language=""))
    assert response.status_code == 422
    assert not Evidence.objects.exists()


def test_a_stored_language_that_is_on_no_list_stays_and_can_be_chosen_for_the_next_version() -> None:
    owed = make.commitment().obligation
    alpha = make.representative()
    older = make.evidence_link(owed, alpha, language="gsw-CH")
    client, address = signed_in(alpha), f"{PAGE}evidence/link/?replaces={older.key}"
    assert '<option value="gsw-CH" selected>' in page_of(client, address)
    assert client.post(address, link(language="gsw-CH")).status_code == 302
    assert Evidence.objects.get(replaces=older).language == "gsw-CH"


def test_every_refusal_of_a_file_says_that_it_has_to_be_chosen_again(settings: Settings) -> None:
    """Whatever is wrong: another field, the file, its size, the scanner. What else was typed is there."""
    make.commitment()
    client = signed_in(make.representative())
    svg = SimpleUploadedFile("minutes.pdf", samples.SVG, "application/pdf")
    answers = [
        client.post(f"{PAGE}evidence/file/", said(**wrong)) for wrong in ({"title": ""}, {"file": svg})
    ]
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    answers.append(client.post(f"{PAGE}evidence/file/", said()))
    settings.EVIDENCE_MAX_BYTES = 50
    answers.append(client.post(f"{PAGE}evidence/file/", said()))
    assert [answer.status_code for answer in answers] == [422, 422, 503, 413]
    for answer in answers:
        page = answer.content.decode()
        assert page.count("Choose the file again: “minutes.pdf”") == 1
        assert 'value="Secretariat"' in page
        assert '<option value="en" selected>English</option>' in page
        assert 'value="2024-01-10"' in page


def test_a_file_that_is_too_large_keeps_the_form(settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 50
    make.commitment()
    response = signed_in(make.representative()).post(f"{PAGE}evidence/file/", said())
    page = response.content.decode()
    assert response.status_code == 413
    assert "This file is too large" in page
    assert 'value="Minutes"' in page


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_who_may_not_hand_in_evidence_is_told_so_and_offered_nothing(role: str) -> None:
    make.commitment()
    client = signed_in(getattr(make, role)())
    assert "evidence/file/" not in page_of(client)
    assert client.post(f"{PAGE}evidence/file/", said()).status_code == 403
    assert not Evidence.objects.exists()


def test_a_newer_version_stands_before_the_older_ones() -> None:
    owed = make.obligation()
    mediator = make.mediator()
    first = make.evidence_file(owed, mediator, title="As it was")
    client = signed_in(mediator)
    answer = client.post(f"{PAGE}evidence/file/?replaces={first.key}", said(title="As it is"))
    assert answer.status_code == 302
    page = page_of(client)
    assert page.index("As it is") < page.index("1 older version") < page.index("As it was")


def test_a_hidden_version_between_is_neither_counted_nor_told() -> None:
    owed = make.obligation()
    first = make.evidence_file(owed, title="First")
    hidden = make.evidence_file(owed, title="Canary", replaces=first, tier=Tier.MEDIATORS)
    make.evidence_file(owed, title="Third", replaces=hidden)
    page = page_of(Client())
    assert "1 older version" in page
    assert "Canary" not in page
    assert hidden.key not in page


def test_only_the_own_sides_statements_are_offered_and_taken() -> None:
    owed = make.commitment()
    beta = make.representative(make.party("beta"))
    other = make.claim(owed, beta)
    evidence = make.evidence_file(owed.obligation)
    client = signed_in(make.representative())
    path = f"{PAGE}evidence/{evidence.key}/attach/"
    assert "Your side has made no statement" in page_of(client, path)
    client.post(path, {"statement": other.key})
    assert not Attachment.objects.exists()


def test_a_claim_is_made_with_the_evidence_that_it_rests_on() -> None:
    owed = make.commitment()
    alpha = make.representative()
    mine, other = make.evidence_file(owed.obligation, alpha), make.evidence_link(owed.obligation)
    hidden = make.evidence_link(owed.obligation, tier=Tier.MEDIATORS, title="Canary")
    client = signed_in(alpha)
    path = f"{PAGE}claim/?commitment={owed.pk}"
    page = page_of(client, path)
    assert (mine.key in page, other.key in page, hidden.key in page) == (True, True, False)
    claim = {"verdict": "3", "effective_on": "2024-01-10", "reason": "Done.", "tier": "public"}
    assert client.post(path, claim | {"rests_on": [hidden.key]}).status_code == 422
    assert client.post(path, claim | {"rests_on": [mine.key, other.key]}).status_code == 302
    assert {one.evidence for one in Attachment.objects.all()} == {mine, other}


def test_a_contest_is_made_with_the_evidence_that_it_rests_on() -> None:
    owed = make.commitment()
    found, mine = make.finding(owed, 1), make.evidence_file(owed.obligation, make.representative())
    client = signed_in(make.representative(make.party("beta")))
    contest = {"reason": "It was done.", "tier": "public", "rests_on": [mine.key]}
    assert client.post(f"{PAGE}contest/?statement={found.key}", contest).status_code == 302
    assert Attachment.objects.get().statement.refers_to == found


def test_mediators_attach_evidence_to_a_finding() -> None:
    owed = make.commitment()
    found = make.finding(owed, 2)
    evidence = make.evidence_file(owed.obligation)
    client = signed_in(make.mediator())
    client.post(f"{PAGE}evidence/{evidence.key}/attach/", {"statement": found.key})
    assert Attachment.objects.get().statement == found
    again = client.post(f"{PAGE}evidence/{evidence.key}/attach/", {"statement": found.key})
    assert (again.status_code, Attachment.objects.count()) == (302, 1)


def test_a_file_is_saved_and_never_shown_or_run() -> None:
    made = make.evidence_file(make.obligation(), content=samples.PDF, file_name="../Raport përfundimtar.pdf")
    response = Client().get(f"{PAGE}evidence/{made.key}/file/")
    assert b"".join(response) == samples.PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Raport%20p%C3%ABrfundimtar.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(samples.PDF))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"


def test_a_hidden_file_is_not_there_as_one_that_never_was() -> None:
    owed = make.obligation()
    hidden = make.evidence_file(owed, tier=Tier.MEDIATORS)
    client = signed_in(make.representative())
    answers = [client.get(f"{PAGE}evidence/{key}/file/") for key in (hidden.key, "never2222222")]
    assert [answer.status_code for answer in answers] == [404, 404]
    varying = r'[a-z0-9]{12}/file|name="csrfmiddlewaretoken" value="\w+"'
    pages = [re.sub(varying, "", answer.content.decode()) for answer in answers]
    assert pages[0] == pages[1]
    offered = client.get(f"{PAGE}evidence/file/?replaces={hidden.key}")
    assert offered.status_code == 404


def test_a_link_has_no_file() -> None:
    made = make.evidence_link(make.obligation())
    assert Client().get(f"{PAGE}evidence/{made.key}/file/").status_code == 404


def test_handing_in_the_bytes_of_a_hidden_file_is_as_handing_in_new_ones() -> None:
    owed = make.obligation()
    make.evidence_file(owed, content=samples.PDF, tier=Tier.MEDIATORS)
    client = signed_in(make.representative())
    answers = [
        client.post(f"{PAGE}evidence/file/", said(file=SimpleUploadedFile("a.pdf", content)))
        for content in (samples.PDF, samples.PDF + b"\n")
    ]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_evidence_of_a_later_day_is_not_there_on_an_earlier_one() -> None:
    owed = make.obligation()
    make.evidence_file(owed, title="Of January", represents_on=date(2024, 1, 10))
    assert "Of January" in page_of(Client(), f"{PAGE}?as_of=2024-01-10")
    assert "Of January" not in page_of(Client(), f"{PAGE}?as_of=2024-01-09")
    assert "Of January" not in page_of(Client(), f"{PAGE}?known_at=2026-03-01")


def test_the_page_asks_as_often_for_many_files_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    owed = make.commitment()
    found = make.finding(owed, 2)
    for number in range(8):
        make.evidence_file(owed.obligation, title=f"No. {number}", statement=found)
    with django_assert_max_num_queries(17):
        page = page_of(Client())
    assert page.count("No. 7") == 2


def test_evidence_for_a_confidence_is_one_though_nobody_said_so_and_public_is_said() -> None:
    owed, alpha = make.commitment(), make.representative()
    said = make.claim(owed, alpha, tier="in_confidence", confidant=owed.party)
    openly = make.claim(owed, alpha)
    client = Client()
    client.force_login(alpha)
    least = {
        "title": "Minutes",
        "represents_on": "2024-01-10",
        "language": "en",
        "url": "https://example.org/",
        "quote": "It is so.",
        "seen_on": "2024-01-11",
    }
    address = "/obligations/accord/O-1/evidence/link/"
    assert client.post(address, least | {"statement": openly.key}).status_code == 422
    assert client.post(address, least).status_code == 422
    assert client.post(address, least | {"statement": said.key}).status_code == 302
    assert Evidence.objects.get().tier == "in_confidence"
