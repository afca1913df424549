"""Who may see it is the last choice before sending, and nobody's default."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from obligations.models import Draft, Evidence, PartyRequest, Statement
from parties.access import Tier
from tests import make
from tests.make import NOW
from tests.pages.desk_data import filled, overdue, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
PAGE = "/obligations/accord/LATE/"


def text(page: bytes) -> str:
    return " ".join(unescape(page.decode()).split())


def form_of(page: bytes) -> str:
    """The form that has the choice."""
    return next(form for form in text(page).split("<form") if 'name="tier"' in form).split("</form>")[0]


def chosen(page: bytes) -> str:
    """The value of the choice that is made already; empty where none is."""
    inputs = re.findall(r'<input[^>]*name="tier"[^>]*>', form_of(page))
    assert inputs
    return "".join(re.findall(r'value="([^"]*)"', "".join(one for one in inputs if " checked" in one)))


class World:
    def __init__(self) -> None:
        self.owed = overdue()
        self.alpha, self.beta = self.owed.party, make.party("beta")
        self.user, self.mediator = make.representative(self.alpha), make.mediator()
        self.found = make.finding(self.owed, 1)
        self.claim = make.claim(
            self.owed, self.user, tier=Tier.IN_CONFIDENCE, confidant=self.alpha, effective_on=NOW.date()
        )
        self.private = make.finding(
            self.owed, 1, tier=Tier.IN_CONFIDENCE, confidant=self.alpha, reason="Told to alpha."
        )

    def client(self, of_a_party: bool) -> Client:
        return signed_in(self.user if of_a_party else self.mediator)


@pytest.fixture
def world() -> World:
    return World()


# Address, whether a representative opens it, and what else is filled in.
FREE: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "claim": ("{page}claim/?commitment={owed}", True, {"verdict": "2", "effective_on": "2024-01-10"}),
    "request": (
        "{page}request/?commitment={owed}",
        False,
        {"party": "{alpha}", "reply_by": "2199-01-01", "words": "Done?"},
    ),
    "link": (
        "{page}evidence/link/",
        True,
        {
            "title": "News",
            "represents_on": "2024-01-10",
            "language": "en",
            "url": "https://example.org/",
            "quote": "It opened.",
            "seen_on": "2024-01-11",
        },
    ),
    "release": ("{page}release/?statement={private}", False, {}),
}
REFERRING: dict[str, tuple[str, bool, str]] = {
    # A finding is the mediators' own: nothing is chosen, and beside it stands who can read what it answers.
    "desk": ("/desk/?commitment={owed}", False, ""),
    "mediator's answer": ("{page}answer/?statement={claim}", False, "in_confidence:alpha"),
    "party's answer": ("{page}answer/?statement={private}", True, "in_confidence"),
    "contest": ("{page}contest/?statement={private}", True, "in_confidence"),
    "request": ("{page}request/?statement={private}", False, "in_confidence"),
    "file": ("{page}evidence/file/?statement={claim}", True, "in_confidence"),
    "link": ("{page}evidence/link/?statement={claim}", True, "in_confidence"),
}


def filled_in(world: World, template: str) -> str:
    return template.format(
        page=PAGE,
        owed=world.owed.pk,
        claim=world.claim.key,
        private=world.private.key,
        alpha=world.alpha.pk,
    )


@pytest.mark.parametrize("name", FREE)
def test_where_the_author_has_a_choice_none_is_made_and_none_is_taken_for_granted(
    name: str, world: World
) -> None:
    path, of_a_party, data = FREE[name]
    client, address = world.client(of_a_party), filled_in(world, path)
    page = client.get(address).content
    assert chosen(page) == ""
    before = (Statement.objects.count(), Evidence.objects.count(), PartyRequest.objects.count())
    sent = {key: filled_in(world, value) for key, value in data.items()} | {"reason": "Because."}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "nothing is chosen for you" in text(refused.content)
    assert (Statement.objects.count(), Evidence.objects.count(), PartyRequest.objects.count()) == before


@pytest.mark.parametrize("act", ["answer", "contest"])
def test_that_everybody_may_read_it_is_chosen_by_its_author_alone(act: str, world: World) -> None:
    make.request(world.owed, statement=world.found, tier=Tier.PUBLIC)
    page = world.client(True).get(f"{PAGE}{act}/?statement={world.found.key}").content
    assert chosen(page) == ""
    assert "What this refers to can be read by: everybody" in text(page)


@pytest.mark.parametrize("name", [*FREE, *REFERRING])
def test_it_is_the_last_thing_that_a_form_asks_and_says_who_will_be_able_to_read(
    name: str, world: World
) -> None:
    path, of_a_party = (FREE.get(name) or REFERRING[name])[:2]
    form = form_of(world.client(of_a_party).get(filled_in(world, path)).content)
    fields = re.findall(r'<(?:input|textarea|select)[^>]*name="([a-z_]+)"', form)
    visible = [one for one in fields if one not in ("csrfmiddlewaretoken", "written_by", "seen")]
    assert visible[-1] == "tier"
    assert "Public: everybody, also without an account" in form
    assert "Alpha, Beta, the mediators, and analysts and observers who are cleared for it" in form
    whose = "the party that you ask" if "request/" in path else "Alpha"
    assert f"In confidence: {whose} and the mediators" in form


def test_where_reading_is_not_public_it_says_so(world: World, settings: Settings) -> None:
    settings.PUBLIC_READING = False
    form = form_of(world.client(True).get(f"{PAGE}claim/?commitment={world.owed.pk}").content)
    assert "Public: everybody with an account in “Accord”" in form


@pytest.mark.parametrize("name", REFERRING)
def test_what_refers_to_something_starts_with_who_may_see_that_and_says_it(name: str, world: World) -> None:
    path, of_a_party, value = REFERRING[name]
    page = world.client(of_a_party).get(filled_in(world, path)).content
    assert chosen(page) == value
    assert "What this refers to can be read by: Alpha and the mediators." in form_of(page)


def test_a_newer_version_of_evidence_starts_with_the_older_ones_readers(world: World) -> None:
    older = make.evidence_link(
        world.owed.obligation, world.user, tier=Tier.IN_CONFIDENCE, confidant=world.alpha
    )
    page = world.client(True).get(f"{PAGE}evidence/link/?replaces={older.key}").content
    assert chosen(page) == "in_confidence"


def test_a_reply_to_a_request_starts_with_who_may_see_that_and_shows_it(world: World) -> None:
    make.request(world.owed, tier=Tier.IN_CONFIDENCE, words="A private question.")
    make.request(world.owed, statement=world.found, tier=Tier.PARTIES, words="Is it so?")
    client = world.client(True)
    claim = client.get(f"{PAGE}claim/?commitment={world.owed.pk}").content
    assert "A private question." in text(claim)
    assert chosen(claim) == "in_confidence"
    for path in ("answer", "contest"):
        page = client.get(f"{PAGE}{path}/?statement={world.found.key}").content
        assert "Is it so?" in text(page)
        assert chosen(page) == "parties"


def wider(answer: Any) -> str:
    """The choice that the box stands for, of a form that came back to ask."""
    assert answer.status_code == 422
    page = text(answer.content)
    assert "Who can read that: Alpha and the mediators." in page
    boxes = re.findall(r'<input type="checkbox" name="wider" value="([^"]*)">', page)
    assert len(boxes) == 1
    return str(boxes[0])


def test_a_wider_answer_comes_back_with_what_becomes_known_and_a_box_to_tick(world: World) -> None:
    client, address = world.client(False), f"{PAGE}answer/?statement={world.claim.key}"
    sent = {"reason": "It was shown to us.", "tier": "public"}
    answer = client.post(address, sent)
    assert wider(answer) == "public"
    assert "and not before: everybody, also without an account." in text(answer.content)
    assert "It was shown to us." in text(answer.content)
    # The box counts for the choice that it was ticked for, and for no other.
    assert wider(client.post(address, sent | {"tier": "parties", "wider": "public"})) == "parties"
    assert wider(client.post(address, sent | {"wider": "parties"})) == "public"
    assert not Statement.objects.filter(kind="answer").exists()
    assert client.post(address, sent | {"wider": "public"}).status_code == 302
    assert Statement.objects.get(kind="answer").tier == Tier.PUBLIC


def test_the_desk_asks_as_well_and_keeps_the_tick_over_another_mistake(world: World) -> None:
    client, address = world.client(False), f"/desk/findings/{world.owed.pk}/"
    sent = filled(cites=world.claim.key, effective_on="2026-03-02", seen=world.private.key)
    assert wider(client.post(address, sent)) == "public"
    again = client.post(address, sent | {"wider": "public", "reason": ""})
    assert '<input type="checkbox" name="wider" value="public" checked>' in text(again.content)
    client.post(address, sent | {"wider": "public"})
    assert Statement.objects.findings().latest("pk").refers_to == world.claim


@pytest.mark.parametrize(
    ("path", "of_a_party", "data"),
    [
        ("{page}contest/?statement={private}", True, {"reason": "Not so."}),
        (
            "{page}evidence/link/?statement={claim}",
            True,
            FREE["link"][2] | {"statement": "{claim}"},
        ),
    ],
)
def test_every_form_that_refers_asks(path: str, of_a_party: bool, data: dict[str, str], world: World) -> None:
    client, address = world.client(of_a_party), filled_in(world, path)
    sent = {key: filled_in(world, value) for key, value in data.items()} | {"tier": "public"}
    assert wider(client.post(address, sent)) == "public"
    assert client.post(address, sent | {"wider": "public"}).status_code == 302


def test_a_draft_without_a_choice_stays_without_one(world: World) -> None:
    client = world.client(True)
    for address in (
        f"{PAGE}claim/?commitment={world.owed.pk}",
        f"{PAGE}contest/?statement={world.private.key}",
    ):
        client.post(address, {"reason": "Half said", "save_draft": "1"})
        assert chosen(client.get(address).content) == ""
    mediator = world.client(False)
    mediator.post(f"/desk/findings/{world.owed.pk}/", {"reason": "Half said", "save_draft": "1"})
    assert Draft.objects.count() == 3
    assert chosen(mediator.get(f"/desk/?commitment={world.owed.pk}").content) == ""


def test_evidence_that_a_claim_can_rest_on_says_who_may_see_it(world: World) -> None:
    make.evidence_link(
        world.owed.obligation, world.user, title="Note", tier=Tier.IN_CONFIDENCE, confidant=world.alpha
    )
    form = form_of(world.client(True).get(f"{PAGE}claim/?commitment={world.owed.pk}").content)
    assert "Note, in confidence with Alpha" in form
    assert "Who may see the evidence stays as it is." in form


def test_a_confidence_is_offered_with_who_has_a_representative_and_the_parties(world: World) -> None:
    make.party("office", kind="other")
    make.representative(make.party("bureau", kind="facilitator"))
    form = form_of(world.client(False).get(f"{PAGE}answer/?statement={world.found.key}").content)
    assert re.findall(r'value="in_confidence:([a-z]+)"', form) == ["alpha", "beta", "bureau"]
