"""Who may see what was recorded, and how that changes: publications, their withdrawal, other tiers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreement.models import Event, LedgerEntry
from agreement.viewers import viewer_for
from obligations import drift
from obligations.commands import Refused, release, withdraw_statement
from obligations.commands.releases import Subject, publish_due
from obligations.models import Commitment, Evidence, Release, Statement
from parties.access import PUBLIC_VIEWER, Tier, Viewer
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
LATER = NOW + timedelta(days=3)


def released(subject: Subject, tier: str, actor: Viewer | None = None, **fields: Any) -> Release:
    given: dict[str, Any] = {"now": NOW, "reason": "The parties agreed to it."} | fields
    return release(subject=subject, tier=tier, actor=actor or make.a_mediator(), **given)


def is_public(subject: Subject, now: datetime = NOW) -> bool:
    seen: Any = type(subject).objects
    return bool(seen.visible_to(PUBLIC_VIEWER, now).filter(pk=subject.pk).exists())


def differences() -> list[tuple[str, str]]:
    found = drift.check(LATER, lambda: LATER).differences
    return [(one["what"], one["field"]) for one in found]


def hidden_finding(owed: Commitment | None = None, **fields: Any) -> Statement:
    return make.finding(owed or make.commitment(), 1, tier="mediators", **fields)


def test_a_publication_is_recorded_with_its_reason_and_shown_with_its_day() -> None:
    found = hidden_finding()
    made = released(found, "public")
    found.refresh_from_db()
    assert (found.tier, found.publish_at) == (Tier.PUBLIC, NOW)
    assert (made.from_tier, made.to_tier, made.reason) == ("mediators", "public", "The parties agreed to it.")
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.command, entry.before["tier"], entry.after["tier"]) == ("release", "mediators", "public")
    assert is_public(found)


def test_a_planned_publication_is_public_from_its_instant_on_whether_or_not_a_worker_ran() -> None:
    found = hidden_finding()
    released(found, "public", publish_at=NOW + timedelta(hours=1))
    assert not is_public(found, NOW + timedelta(minutes=59))
    assert is_public(found, NOW + timedelta(hours=1))
    assert publish_due(now=NOW) == 0
    assert publish_due(now=LATER) == 1
    assert publish_due(now=LATER) == 0
    found.refresh_from_db()
    assert (found.tier, found.publish_at) == (Tier.PUBLIC, NOW + timedelta(hours=1))
    assert differences() == []


def test_a_planned_publication_can_be_taken_back_before_it_comes() -> None:
    found = hidden_finding()
    released(found, "public", publish_at=NOW + timedelta(hours=1))
    released(found, "mediators", reason="Not yet.")
    assert publish_due(now=LATER) == 0
    assert not is_public(found, LATER)
    assert differences() == []


def test_a_publication_can_be_withdrawn_and_what_was_withdrawn_goes_with_its_statement() -> None:
    found = make.finding(make.commitment(), 1)
    back = withdraw_statement(statement=found, actor=make.a_mediator(), now=NOW, reason="A mistake.")
    released(found, "parties")
    assert not is_public(found)
    assert not is_public(back)
    with pytest.raises(Refused, match="tier"):
        released(back, "public")
    assert differences() == []


def test_a_finding_that_becomes_public_starts_the_clocks_that_wait_for_it_and_stops_them_when_it_goes() -> (
    None
):
    first = make.commitment("O-1")
    make.obligation("O-2", rule="days_after", terms={"days": 10}, after_obligation=first.obligation)
    waits = make.commitment("O-2")
    found = make.finding(first, 3, date(2024, 1, 10), tier="parties")

    def due() -> date | None:
        return Commitment.objects.get(pk=waits.pk).due_on

    assert due() is None
    released(found, "public")
    assert due() == date(2024, 1, 20)
    released(found, "parties")
    assert due() is None
    released(found, "public", publish_at=NOW + timedelta(hours=1))
    assert due() is None
    publish_due(now=LATER)
    assert due() == date(2024, 1, 20)


def test_a_party_lets_others_see_what_it_said_and_hides_nothing() -> None:
    owed, alpha = make.commitment(), make.representative()
    beta = viewer_for(make.representative(make.party("beta")))
    claim = make.claim(owed, alpha, tier="in_confidence", confidant=owed.party)
    with pytest.raises(PermissionDenied):
        released(claim, "parties", beta)
    released(claim, "parties", viewer_for(alpha))
    released(claim, "public", viewer_for(alpha))
    with pytest.raises(PermissionDenied, match="withdraw"):
        released(claim, "parties", viewer_for(alpha))
    with pytest.raises(PermissionDenied):
        released(hidden_finding(owed), "public", viewer_for(alpha))


@pytest.mark.parametrize("tier", ["parties", "public"])
def test_a_mediator_never_breaks_a_partys_confidence(tier: str) -> None:
    owed = make.commitment()
    claim = make.claim(owed, make.representative(), tier="in_confidence", confidant=owed.party)
    with pytest.raises(PermissionDenied, match="confidence"):
        released(claim, tier)
    claim.refresh_from_db()
    assert (claim.tier, Release.objects.count()) == ("in_confidence", 0)


@pytest.mark.parametrize("way", [("mediators", "public"), ("mediators", "parties")])
def test_no_detour_leads_out_of_a_partys_confidence(way: tuple[str, str]) -> None:
    owed, beta = make.commitment(), make.party("beta")
    claim = make.claim(owed, make.representative(), tier="in_confidence", confidant=owed.party)
    with pytest.raises(PermissionDenied, match="confidence"):
        released(claim, "in_confidence", confidant=beta)
    for tier in way:
        with pytest.raises(PermissionDenied, match="confidence"):
            released(claim, tier)
    claim.refresh_from_db()
    assert (claim.tier, claim.confidant) == ("in_confidence", owed.party)


def test_what_a_party_let_others_see_and_a_mediator_took_back_is_the_partys_to_show_again() -> None:
    owed, alpha = make.commitment(), make.representative()
    claim = make.claim(owed, alpha, tier="in_confidence", confidant=owed.party)
    released(claim, "public", viewer_for(alpha))
    released(claim, "in_confidence", confidant=owed.party)
    with pytest.raises(PermissionDenied, match="confidence"):
        released(claim, "public")
    released(claim, "public", viewer_for(alpha), reason="It still holds.")
    assert is_public(claim)


def test_a_party_takes_its_planned_publication_back_until_it_comes() -> None:
    owed, alpha = make.commitment(), make.representative()
    claim = make.claim(owed, alpha, tier="parties")
    plan: dict[str, Any] = {"publish_at": NOW + timedelta(hours=1), "actor": viewer_for(alpha)}
    released(claim, "public", **plan)
    released(claim, "parties", viewer_for(alpha))
    assert not is_public(claim, LATER)
    released(claim, "public", **plan)
    with pytest.raises(PermissionDenied, match="withdraw"):
        released(claim, "parties", viewer_for(alpha), now=NOW + timedelta(hours=2))


def test_an_analyst_and_an_administrator_release_nothing() -> None:
    found = hidden_finding()
    for account in (make.analyst(cleared=True), make.administrator()):
        with pytest.raises(PermissionDenied):
            released(found, "public", viewer_for(account))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"tier": "everybody"}, "tier"),
    ({"tier": "mediators"}, "tier"),
    ({"tier": "in_confidence"}, "confidant"),
    ({"tier": "public", "reason": " "}, "reason"),
    ({"tier": "public", "reason": "a\x00b"}, "reason"),
    ({"tier": "parties", "publish_at": LATER}, "publish_at"),
    ({"tier": "public", "publish_at": NOW}, "publish_at"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_what_cannot_be_is_refused_with_the_field_that_is_wrong(given: dict[str, Any], field: str) -> None:
    found = hidden_finding()
    with pytest.raises(Refused) as refused:
        released(found, **given)
    assert list(refused.value.errors) == [field]
    assert not Release.objects.exists()


def test_events_and_evidence_are_released_alike() -> None:
    owed = make.commitment()
    event = make.event(tier="mediators")
    evidence = make.evidence_file(owed.obligation, tier="mediators")
    for subject in (event, evidence):
        assert not is_public(subject)
        released(subject, "public")
        assert is_public(subject)
    assert {type(event), type(evidence)} == {Event, Evidence}
    assert differences() == []


def test_a_tier_that_no_command_changed_and_a_withdrawal_that_is_none_are_told_as_drift() -> None:
    found, plain = hidden_finding(), make.finding(make.commitment("O-2"), 1)
    raised = hidden_finding(make.commitment("O-3"))
    released(found, "parties")
    Statement.objects.filter(pk__in=[found.pk, raised.pk]).update(tier="public")
    Statement.objects.filter(pk=plain.pk).update(withdrawn_at=NOW)
    assert set(differences()) >= {
        (f"statement {found.key}", "tier"),
        (f"statement {raised.key}", "tier"),
        (f"statement {plain.key}", "withdrawn_at"),
    }


def test_no_release_hides_from_a_party_what_it_said_itself() -> None:
    alpha, beta = make.party("alpha"), make.party("beta")
    owed = make.commitment("O-1", alpha)
    author = make.representative(alpha)
    said, link = make.claim(owed, author), make.evidence_link(owed.obligation, author)
    for subject in (said, link):
        for tier, confidant in (("mediators", None), ("in_confidence", beta)):
            with pytest.raises(Refused, match="keeps its own words in sight"):
                released(subject, tier, confidant=confidant)
        released(subject, "in_confidence", confidant=alpha)


def test_a_publication_is_planned_for_a_day_that_can_be() -> None:
    with pytest.raises(Refused, match="Give a day from"):
        released(hidden_finding(), "public", publish_at=datetime(9999, 12, 31, 23, 30, tzinfo=UTC))
