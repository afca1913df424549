"""Who may see something, as a set of people: which audience lies within which."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.viewers import readers_in, viewer_for
from obligations.models import Statement
from parties.access import Audience, Role, Tier, Viewer, audience_of, narrowest
from parties.tier_words import IN_ANY_AGREEMENT
from tests import make
from tests.make import NOW

ALPHA, BETA = 1, 2
ALL = [
    Audience(Tier.PUBLIC),
    Audience(Tier.PARTIES),
    Audience(Tier.IN_CONFIDENCE, ALPHA),
    Audience(Tier.IN_CONFIDENCE, BETA),
    Audience(Tier.MEDIATORS),
]
audiences = st.sampled_from(ALL)


@given(audiences, audiences, audiences)
def test_within_is_an_order(one: Audience, other: Audience, third: Audience) -> None:
    assert one.within(one)
    assert not (one.within(other) and other.within(one)) or one == other
    assert not (one.within(other) and other.within(third)) or one.within(third)


def test_one_partys_confidence_is_not_within_anothers() -> None:
    alpha, beta = Audience(Tier.IN_CONFIDENCE, ALPHA), Audience(Tier.IN_CONFIDENCE, BETA)
    assert not alpha.within(beta)
    assert not beta.within(alpha)
    assert narrowest([alpha, beta]) is None
    assert narrowest([alpha, Audience(Tier.PUBLIC)]) == alpha
    assert narrowest([]) is None


@pytest.mark.django_db
@pytest.mark.parametrize("narrower", range(len(ALL)))
@pytest.mark.parametrize("wider", range(len(ALL)))
def test_within_says_what_the_rule_of_visibility_says(narrower: int, wider: int) -> None:
    """An audience is within another exactly where every viewer who sees the one sees the other."""
    owed = make.commitment(by=make.party("alpha"))
    parties = {ALPHA: owed.party, BETA: make.party("beta")}
    viewers = [
        Viewer(),
        viewer_for(make.analyst()),
        viewer_for(make.analyst("cleared@trial.invalid", cleared=True)),
        make.a_mediator(),
        *(viewer_for(make.representative(party)) for party in parties.values()),
    ]
    one, other = (
        make.finding(owed, 1, tier=ALL[at].tier, confidant=parties.get(ALL[at].confidant_id or 0))
        for at in (narrower, wider)
    )
    seen = [set(Statement.objects.visible_to(who, NOW).values_list("pk", flat=True)) for who in viewers]
    by_rule = all(other.pk in rows for rows in seen if one.pk in rows)
    assert one.audience(NOW).within(other.audience(NOW)) == by_rule


def test_what_was_due_to_be_published_is_public() -> None:
    planned = NOW + timedelta(hours=1)
    assert audience_of("mediators", None, planned, NOW) == Audience(Tier.MEDIATORS)
    assert audience_of("mediators", None, planned, planned) == Audience(Tier.PUBLIC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("public", "words"),
    [(True, "everybody, also without an account"), (False, "everybody with an account in “Accord”")],
)
def test_each_tier_says_who_can_read_it_by_name(public: bool, words: str, settings: object) -> None:
    settings.PUBLIC_READING = public  # type: ignore[attr-defined]
    alpha, _beta = make.party("alpha"), make.party("beta")
    make.party("office", kind="other")
    readers = readers_in(make.agreement())
    assert readers.of(Audience(Tier.PUBLIC)) == words
    assert (
        readers.of(Audience(Tier.PARTIES))
        == "Alpha, Beta, the mediators, and analysts and observers who are cleared for it"
    )
    assert readers.option(Audience(Tier.IN_CONFIDENCE, alpha.pk)) == "Alpha and the mediators"
    assert readers.option(Audience(Tier.MEDIATORS)) == "The mediators alone"
    assert all(f"`{tier.value}`: " in IN_ANY_AGREEMENT.explained() for tier in Tier)


def test_no_role_reads_a_tier_that_the_words_leave_out() -> None:
    """The sentences name parties, mediators, cleared analysts and observers: another role wants a word."""
    assert set(Role) == {Role.ADMINISTRATOR, Role.ANALYST, Role.MEDIATOR, Role.OBSERVER, Role.REPRESENTATIVE}
