"""Observations: said by who is no party and no mediator; they stand beside the rest, and nothing rests on them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict

from agreement.models import SignOff
from agreement.viewers import viewer_for
from obligations import drift
from obligations.commands import Refused, withdraw_statement
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, CommitmentStatus, CommitmentTally, PeriodStatus, Statement
from obligations.status.status import with_standing
from parties.access import Tier
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def derived() -> list[Any]:
    """All that follows from what is recorded."""
    models: list[Any] = [Commitment, CommitmentStatus, PeriodStatus, CommitmentTally, Breach]
    return [[model_to_dict(row) for row in model.objects.order_by("pk")] for model in models]


def late() -> Commitment:
    owed = make.commitment(days=30)
    sweep(NOW)
    return owed


def test_an_observation_and_a_contest_of_it_move_no_clock_no_status_and_no_figure() -> None:
    owed = late()
    make.claim(owed, make.representative(owed.party), level=2)
    make.finding(owed, 1)
    before = derived()
    said = make.observation(owed, 3)
    make.contest(said, make.representative(make.party("beta")))
    assert derived() == before
    assert drift.check(NOW, lambda: NOW).found == 0
    [standing] = with_standing(Commitment.objects.all(), make.a_mediator(), NOW)
    assert [one.pk for one in standing.observations] == [said.pk]
    assert said.pk not in {one.pk for one in (*standing.claims, *standing.findings)}


def test_a_finding_can_cite_an_observation_and_need_not() -> None:
    owed = late()
    said = make.observation(owed)
    make.contest(said, make.representative(make.party("beta")))
    assert make.finding(owed, 1).refers_to is None
    assert make.finding(owed, 2, cites=said).refers_to == said
    withdraw_statement(statement=said, actor=make.a_mediator(), now=NOW, reason="Mistaken.")
    with pytest.raises(Refused, match="withdrawn"):
        make.finding(owed, 1, cites=Statement.objects.get(pk=said.pk))


def test_an_observer_speaks_for_itself_alone_and_a_mediator_for_those_that_the_agreement_names() -> None:
    owed, observer = make.commitment(), viewer_for(make.observer())
    other, beta = make.party("mission", kind="observer"), make.party("beta")
    assert make.observation(owed, actor=observer).by == make.party("monitor")
    assert make.observation(owed, by=other).by == other
    with pytest.raises(PermissionDenied):
        make.observation(owed, actor=observer, by=other)
    for by in (beta, None, make.party("mission elsewhere", make.agreement("other"), "observer")):
        with pytest.raises(Refused, match="Name an observer"):
            make.observation(owed, by=by)


@pytest.mark.parametrize(
    "who",
    [
        lambda: make.representative(make.party("beta")),
        lambda: make.analyst(cleared=True),
        lambda: make.administrator(),
        lambda: make.observer(of=make.agreement("other")),
    ],
)
def test_nobody_else_records_one(who: Callable[[], Any]) -> None:
    owed = make.commitment()
    with pytest.raises(PermissionDenied):
        make.observation(owed, actor=viewer_for(who()), by=make.party("monitor", kind="observer"))
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("cleared", "tier", "is_taken"),
    [
        (False, Tier.PUBLIC, True),
        (False, Tier.PARTIES, False),
        (True, Tier.PARTIES, True),
        (True, Tier.MEDIATORS, False),
    ],
)
def test_an_observer_says_something_in_tiers_that_it_reads(cleared: bool, tier: Tier, is_taken: bool) -> None:
    owed, observer = make.commitment(), viewer_for(make.observer(cleared=cleared))
    if is_taken:
        assert make.observation(owed, actor=observer, tier=tier).tier == tier
    else:
        with pytest.raises(Refused, match="tier that you read"):
            make.observation(owed, actor=observer, tier=tier)


def test_it_is_taken_back_by_the_observer_or_by_a_mediator_and_by_nobody_else() -> None:
    owed, observer = make.commitment(), viewer_for(make.observer())
    first, second = make.observation(owed), make.observation(owed, reason="Seen once more.")
    for user in (make.representative(make.party("beta")), make.observer("mission")):
        with pytest.raises(PermissionDenied):
            withdraw_statement(statement=first, actor=viewer_for(user), now=NOW, reason="No.")
    for said, actor in ((first, observer), (second, make.a_mediator())):
        withdraw_statement(statement=said, actor=actor, now=NOW, reason="Mistaken.")
    assert not Statement.objects.in_force().filter(kind="observation").exists()
    found = make.finding(owed, 1)
    with pytest.raises(PermissionDenied):
        withdraw_statement(statement=found, actor=observer, now=NOW, reason="No.")


def test_a_verdict_is_as_the_obligation_wants_it() -> None:
    with pytest.raises(Refused, match="duty over time"):
        make.observation(make.commitment("O-2", kind="standing"), 2)
    with pytest.raises(Refused, match="not come yet"):
        make.observation(make.commitment(), effective_on=date(2027, 1, 1))


def test_what_two_mediators_publish_is_recorded_for_them_first() -> None:
    of, owed = make.agreement(), make.commitment()
    of.sign_off = [SignOff.PUBLICATIONS]
    of.save()
    with pytest.raises(Refused, match="propose its publication"):
        make.observation(owed)
    assert make.observation(owed, tier=Tier.MEDIATORS).tier == Tier.MEDIATORS
    assert make.observation(owed, actor=viewer_for(make.observer())).tier == Tier.PUBLIC
