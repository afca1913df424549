"""The one rule of visibility, tier by role, and the table of rights."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from agreement.models import Agreement, Event
from agreement.viewers import viewer_for
from parties.access import PUBLIC_VIEWER, Clearance, Grant, Role, Tier, Viewer
from parties.models import Party
from parties.rights import Right, may, require
from tests import make
from tests.effort import effort
from tests.make import NOW

pytestmark = pytest.mark.django_db

# Who sees which tier of one agreement; "own" and "other" tell whose confidence it is.
TABLE: dict[str, set[str]] = {
    "public": {"public"},
    "analyst": {"public"},
    "cleared analyst": {"public", "parties"},
    "administrator": {"public"},
    "observer": {"public"},
    "cleared observer": {"public", "parties"},
    "representative": {"public", "parties", "own"},
    "mediator": {"public", "parties", "own", "other", "mediators"},
    "mediator elsewhere": {"public"},
}


@pytest.fixture
def viewers(settings: Any) -> dict[str, Viewer]:
    settings.PUBLIC_READING = True
    alpha = make.party()
    return {
        "public": PUBLIC_VIEWER,
        "analyst": viewer_for(make.analyst()),
        "cleared analyst": viewer_for(make.analyst("cleared@trial.invalid", cleared=True)),
        "administrator": viewer_for(make.administrator()),
        "observer": viewer_for(make.observer()),
        "cleared observer": viewer_for(make.observer("mission", cleared=True)),
        "representative": viewer_for(make.representative(alpha)),
        "mediator": viewer_for(make.mediator()),
        "mediator elsewhere": viewer_for(
            make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
        ),
    }


@pytest.fixture
def one_of_each_tier() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    make.event("public")
    make.event("parties", tier=Tier.PARTIES)
    make.event("own", tier=Tier.IN_CONFIDENCE, confidant=alpha)
    make.event("other", tier=Tier.IN_CONFIDENCE, confidant=beta)
    make.event("mediators", tier=Tier.MEDIATORS)


@pytest.mark.parametrize("who", TABLE)
def test_each_viewer_sees_the_tiers_of_the_table(
    who: str, viewers: dict[str, Viewer], one_of_each_tier: None
) -> None:
    assert set(Event.objects.visible_to(viewers[who], NOW).values_list("code", flat=True)) == TABLE[who]


def test_without_public_reading_only_who_has_a_mandate_reads(
    viewers: dict[str, Viewer], one_of_each_tier: None, settings: Any
) -> None:
    settings.PUBLIC_READING = False
    assert not Event.objects.visible_to(PUBLIC_VIEWER, NOW).exists()
    assert not Event.objects.visible_to(viewers["mediator elsewhere"], NOW).exists()
    assert [a.code for a in Agreement.objects.visible_to(viewers["mediator elsewhere"])] == ["other"]
    assert Event.objects.visible_to(viewers["analyst"], NOW).count() == 1


def test_what_is_published_later_appears_at_that_moment(viewers: dict[str, Viewer]) -> None:
    make.event("later", tier=Tier.MEDIATORS, publish_at=NOW)
    assert not Event.objects.visible_to(PUBLIC_VIEWER, NOW - timedelta(microseconds=1)).exists()
    assert Event.objects.visible_to(PUBLIC_VIEWER, NOW).exists()


def test_an_account_that_is_switched_off_is_the_public() -> None:
    user = make.mediator()
    user.is_active = False
    assert viewer_for(user) == PUBLIC_VIEWER


tiers = st.sampled_from(
    [
        (Tier.PUBLIC, None),
        (Tier.PARTIES, None),
        (Tier.IN_CONFIDENCE, 0),
        (Tier.IN_CONFIDENCE, 1),
        (Tier.MEDIATORS, None),
    ]
)
grants = st.tuples(
    st.sampled_from([0, 1]), st.sampled_from(Role), st.sampled_from([0, 1]), st.sampled_from(Clearance)
)


def may_see(viewer: Viewer, event: Event, now: datetime) -> bool:
    """The rule once more, row by row, as DESIGN words it."""
    if event.tier == Tier.PUBLIC or (event.publish_at and event.publish_at <= now):
        return True
    grant = viewer.grant(event.agreement_id)
    if grant is None:
        return False
    if grant.role == Role.MEDIATOR:
        return True
    if event.tier == Tier.PARTIES:
        return grant.role == Role.REPRESENTATIVE or grant.clearance == Clearance.PARTIES
    return (
        event.tier == Tier.IN_CONFIDENCE
        and grant.role == Role.REPRESENTATIVE
        and grant.party_id == event.confidant_id
    )


@trying(max_examples=effort(25, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(0, 1), tiers, st.booleans()), max_size=6),
    mandates=st.lists(grants, max_size=2, unique_by=lambda grant: grant[0]),
)
def test_the_filter_and_the_rule_row_by_row_agree(
    rows: list[tuple[int, tuple[Tier, int | None], bool]],
    mandates: list[tuple[int, Role, int, Clearance]],
    settings: Any,
) -> None:
    settings.PUBLIC_READING = True
    agreements = [make.agreement("one"), make.agreement("two")]
    pair = [Party.objects.get_or_create(code=code, defaults={"name": code})[0] for code in ("alpha", "beta")]
    Event.objects.all().delete()
    for number, (agreement, (tier, confidant), published) in enumerate(rows):
        make.event(
            f"E-{number}",
            of=agreements[agreement],
            tier=tier,
            confidant=pair[confidant] if confidant is not None else None,
            publish_at=datetime(2020, 1, 1, tzinfo=UTC) if published else None,
        )
    viewer = Viewer(
        1,
        tuple(
            Grant(agreements[a].pk, role, pair[p].pk if role == Role.REPRESENTATIVE else None, clearance)
            for a, role, p, clearance in mandates
        ),
    )
    seen = set(Event.objects.visible_to(viewer, NOW))
    assert seen == {event for event in Event.objects.all() if may_see(viewer, event, NOW)}


@pytest.mark.parametrize("act", Right)
@pytest.mark.parametrize("role", Role)
def test_a_right_is_what_the_table_says_and_holds_in_its_agreement_alone(act: Right, role: Role) -> None:
    viewer = Viewer(1, (Grant(7, role, 1 if role == Role.REPRESENTATIVE else None),))
    assert may(viewer, act, 7) == (role in act.roles)
    assert not may(viewer, act, 8)
    if role in act.roles:
        assert require(viewer, act, 7).role == role
    else:
        with pytest.raises(PermissionDenied):
            require(viewer, act, 7)


def test_who_administers_accounts_records_no_finding() -> None:
    assert Role.ADMINISTRATOR not in Right.RECORD_FINDING.roles
