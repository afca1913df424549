"""Who may not see a statement sees no reply to it either, on no surface; once it is published, they are there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from agreement.viewers import viewer_for
from obligations.commands import record_answer, release, withdraw_statement
from obligations.models import Commitment, Statement
from parties.access import EVERYBODY, PUBLIC_VIEWER, Audience, Clearance, Grant, Role, Tier, Viewer, sees
from parties.models import Party
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]

WORD = "lighthouse"
WHY: dict[str, Any] = {"reason": f"The {WORD} was seen."}
DEEP: dict[str, Any] = {"tier": Tier.PUBLIC, "wider": True}


def answered(contest_tier: Tier = Tier.PARTIES) -> tuple[Statement, Statement, Viewer]:
    """A public finding, a contest of it that not everybody may see, and the mediator's public answer to that."""
    mediator = viewer_for(make.mediator())
    finding = make.finding(make.commitment(days=30), 1, date(2024, 1, 10))
    contest = make.contest(finding, make.representative(), tier=contest_tier)
    answer = record_answer(statement=contest, actor=mediator, now=NOW, **DEEP, **WHY)
    return contest, answer, mediator


def seen(viewer: Viewer) -> set[Statement]:
    return set(Statement.objects.visible_to(viewer, NOW))


def test_a_public_answer_to_a_contest_that_is_hidden_is_hidden_with_it() -> None:
    contest, answer, mediator = answered()
    assert {contest, answer} & seen(PUBLIC_VIEWER) == set()
    assert {contest, answer} <= seen(mediator)
    cleared = viewer_for(make.analyst(cleared=True))
    assert {contest, answer} <= seen(cleared)


def test_when_what_it_answers_is_published_the_answer_is_there() -> None:
    contest, answer, mediator = answered()
    release(subject=contest, actor=mediator, now=NOW, tier=Tier.PUBLIC, reason="Both agree.")
    assert {contest, answer} <= seen(PUBLIC_VIEWER)


def test_what_takes_back_an_answer_goes_with_it_however_far_what_is_hidden_is() -> None:
    mediator = viewer_for(make.mediator())
    claim = make.claim(make.commitment(days=30), make.representative(), 2, tier=Tier.PARTIES)
    contest = make.contest(claim, make.representative(make.party("beta")), **DEEP)
    answer = record_answer(statement=contest, actor=mediator, now=NOW, **DEEP, **WHY)
    back = withdraw_statement(statement=answer, actor=mediator, now=NOW, reason="It was wrong.")
    assert seen(PUBLIC_VIEWER) == set()
    assert seen(mediator) == {claim, contest, answer, back}


def test_a_party_keeps_its_own_words_in_sight_though_what_they_are_about_is_hidden_by_now() -> None:
    mediator, alpha = viewer_for(make.mediator()), make.representative()
    finding = make.finding(make.commitment(days=30), 1, date(2024, 1, 10), tier=Tier.PARTIES)
    contest = make.contest(finding, alpha, tier=Tier.PARTIES)
    release(subject=finding, actor=mediator, now=NOW, tier=Tier.MEDIATORS, reason="Looked at anew.")
    assert seen(viewer_for(alpha)) == {contest}
    assert seen(viewer_for(make.representative(make.party("beta")))) == set()


def test_a_public_finding_that_cites_what_is_hidden_stands_for_itself() -> None:
    claim = make.claim(make.commitment(days=30), make.representative(), 2, tier=Tier.PARTIES)
    finding = make.finding(claim.commitment, 1, date(2024, 1, 10), cites=claim)
    assert seen(PUBLIC_VIEWER) == {finding}


def test_no_surface_shows_a_reply_to_what_is_hidden() -> None:
    contest, answer, mediator = answered()
    told = {name: surface(Client(), answer) for name, surface in SURFACES.items()}
    assert {name: WORD in text for name, text in told.items()} == dict.fromkeys(told, False)
    release(subject=contest, actor=mediator, now=NOW, tier=Tier.PUBLIC, reason="Both agree.")
    told = {name: surface(Client(), answer) for name, surface in SURFACES.items()}
    assert {name: WORD in text for name, text in told.items()} == dict.fromkeys(told, True)


def test_it_is_in_no_count() -> None:
    answered()
    page = Client().get("/api/v1/statements/").json()
    assert page["count"] == len(page["results"]) == 1
    assert Client().get("/api/v1/statements/", {"kind": "answer"}).json()["count"] == 0


def asked(path: str, **query: Any) -> Callable[[Client, Statement], str]:
    def text(client: Client, answer: Statement) -> str:
        owed: Commitment = answer.commitment
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            address = path.format(key=answer.key, code=owed.obligation.code)
            return (
                client.get(address, query).content.decode().replace(f"“{WORD}”", "").replace(f"?q={WORD}", "")
            )

    return text


SINCE = (NOW - timedelta(days=1)).date().isoformat()
SURFACES = {
    "page": asked("/obligations/accord/{code}/"),
    "list": asked("/api/v1/statements/"),
    "row": asked("/api/v1/statements/{key}/", as_of=NOW.date().isoformat()),
    "changes": asked("/changes/", since=SINCE),
    "changes of the API": asked("/api/v1/changes/between/", since=SINCE),
    "search of the API": asked("/api/v1/search/", q=WORD),
}


AUDIENCES = [(Tier.PUBLIC, None), (Tier.PARTIES, None), (Tier.MEDIATORS, None)] + [
    (Tier.IN_CONFIDENCE, place) for place in (0, 1)
]
# Its kind, who may see it, microseconds until its publication, who said it, and which earlier one it refers to.
SAID = st.tuples(
    st.sampled_from(Statement.Kind),
    st.sampled_from(AUDIENCES),
    st.sampled_from([None, -1, 0, 1]),
    st.sampled_from([None, 0, 1]),
    st.integers(0, 20),
)
GRANTS = st.tuples(st.sampled_from(Role), st.sampled_from([0, 1]), st.sampled_from(Clearance))


@dataclass(frozen=True)
class InMemory:
    said: Statement

    def audience(self, now: datetime) -> Audience:
        return self.said.audience(now)

    def __getattr__(self, name: str) -> Any:
        return self.said.kind in Statement.REPLIES if name == "is_reply" else getattr(self.said, name)


def written(drawn: list[Any], parties: list[Party]) -> dict[int, Statement]:
    """Statements on two commitments, each of another agreement, by key."""
    made: dict[int, Statement] = {}
    owed = [make.commitment("O-1", of=make.agreement(code)) for code in ("one", "two")]
    for number, (kind, (tier, confidant), later, by, place) in enumerate(drawn):
        on = owed[number % 2]
        earlier = [one for one in made.values() if one.commitment_id == on.pk]
        is_reply, is_verdict = kind in Statement.REPLIES, kind in Statement.VERDICTS
        taken_back = {one.refers_to_id for one in earlier if one.kind == kind == Statement.Kind.WITHDRAWAL}
        about = [one for one in earlier if is_reply and one.pk not in taken_back]
        if is_reply and not about:
            continue
        author = None if kind == Statement.Kind.FINDING else by
        if author is None and kind in ("claim", "contest", "observation"):
            author = 0
        one = Statement.objects.create(
            agreement=on.agreement,
            commitment=on,
            kind=kind,
            tier=tier,
            confidant=None if confidant is None else parties[confidant],
            publish_at=None if later is None else NOW + timedelta(microseconds=later),
            by=None if author is None else parties[author],
            level=1 if is_verdict else None,
            effective_on=date(2024, 1, 10),
            recorded_at=NOW,
            reason="Said.",
            refers_to=about[place % len(about)] if about else None,
        )
        made[one.pk] = one
    return made


@trying(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(SAID, max_size=12), given_to=st.tuples(GRANTS, st.none() | GRANTS))
def test_the_database_and_memory_see_the_same_of_any_replies(drawn: list[Any], given_to: Any) -> None:
    with transaction.atomic():
        parties = [make.party(code, make.agreement("one")) for code in ("alpha", "beta")]
        made = written(drawn, parties)
        grants = [
            Grant(
                make.agreement(code).pk,
                one[0],
                parties[one[1]].pk if one[0] == Role.REPRESENTATIVE else None,
                one[2],
            )
            for code, one in zip(("one", "two"), given_to, strict=True)
            if one is not None
        ]
        viewer, rows = Viewer(1, tuple(grants)), {key: InMemory(one) for key, one in made.items()}
        readers = {grant.agreement_id: grant.reader for grant in grants}
        wanted = {
            key
            for key, one in made.items()
            if sees(readers.get(one.agreement_id, EVERYBODY), rows[key], rows, NOW)
        }
        rule = Statement.objects.visible_to(viewer, NOW)
        assert {one.pk for one in rule} == wanted
        assert rule.count() == len(wanted)
        # Where a query gives its table another name, the rule goes with it.
        about = Statement.objects.filter(Exists(rule.filter(refers_to=OuterRef("pk"))))
        assert {one.pk for one in about} == {made[key].refers_to_id for key in wanted} - {None}
        either = rule.filter(kind="claim") | rule.exclude(kind="claim")
        assert {one.pk for one in either.filter(refers_to__refers_to__isnull=True)} == {
            key
            for key in wanted
            if not (made[key].refers_to and made[key].refers_to.refers_to_id)  # type: ignore[union-attr]
        }
        transaction.set_rollback(True)
