"""What is said about a statement: answers, withdrawals, findings that cite; and what they do to clocks."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations import flagging
from obligations.commands import Refused, record_answer, record_contest, record_finding, withdraw_statement
from obligations.deadlines import Timeliness
from obligations.deadlines.moment import moment_of
from obligations.models import Breach, Commitment, Statement
from obligations.models.commitment import CommitmentQuerySet
from obligations.status.status import Standing, with_standing
from parties.access import PUBLIC_VIEWER
from tests import make
from tests.make import NOW
from tests.seen import seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_reading")]
LATER = NOW + timedelta(days=2)


def standing_of(owed: Commitment, **days: date) -> Standing:
    moment = moment_of(days.get("as_of"), days.get("known_at"), LATER, owed.agreement.zone)
    rows: CommitmentQuerySet = (
        Commitment.objects.visible_to(PUBLIC_VIEWER).known(moment.known_at).filter(pk=owed.pk)
    )
    return with_standing(rows, PUBLIC_VIEWER, moment)[0]


def timeliness_in_sql(owed: Commitment, **days: date) -> str:
    moment = moment_of(days.get("as_of"), days.get("known_at"), LATER, owed.agreement.zone)
    (row,) = seen(PUBLIC_VIEWER, moment, [owed])
    return str(row.timeliness)


def withdrawn(statement: Statement, **fields: object) -> Statement:
    actor = make.a_mediator(statement.agreement)
    given = {"now": LATER, "reason": "It rested on a mistake.", "actor": actor} | fields
    return withdraw_statement(statement=statement, **given)  # type: ignore[arg-type]


def test_a_withdrawn_completion_lets_the_clock_run_and_stays_what_was_known_before() -> None:
    owed = make.commitment(days=30)
    found = make.finding(owed, 3, date(2023, 4, 1))
    assert standing_of(owed).timeliness == Timeliness.MET_ON_TIME
    withdrawn(found)
    assert standing_of(owed).timeliness == timeliness_in_sql(owed) == Timeliness.OVERDUE
    before = {"known_at": NOW.date()}
    assert (
        standing_of(owed, **before).timeliness == timeliness_in_sql(owed, **before) == Timeliness.MET_ON_TIME
    )
    assert standing_of(owed).finding is None


def test_a_breach_that_a_withdrawn_finding_closed_is_void_and_the_sweep_opens_another() -> None:
    owed = make.commitment(days=30)
    flagging.sweep(NOW)
    found = make.finding(owed, 3, now=NOW + timedelta(hours=1))
    assert Breach.objects.get().outcome == Breach.Outcome.MET_LATE
    withdrawal = withdrawn(found)
    first = Breach.objects.get()
    assert (first.outcome, first.closing_statement) == (Breach.Outcome.WITHDRAWN, withdrawal)
    flagging.sweep(LATER)
    second = Breach.objects.exclude(pk=first.pk).get()
    assert (second.closed_at, second.overdue_since, second.cycle) == (None, first.overdue_since, 2)


def test_a_withdrawn_regress_leaves_the_completion_standing() -> None:
    owed = make.commitment(days=30)
    make.finding(owed, 3, date(2023, 4, 1))
    regress = make.finding(owed, 1, date(2024, 4, 1))
    assert standing_of(owed).timeliness == Timeliness.OVERDUE
    withdrawn(regress)
    assert standing_of(owed).timeliness == timeliness_in_sql(owed) == Timeliness.MET_ON_TIME
    assert not Breach.objects.filter(closed_at=None).exists()


def test_a_clock_that_started_with_a_fulfilment_is_pending_again_when_that_finding_is_withdrawn() -> None:
    first = make.commitment("O-1")
    after = make.obligation("O-2", rule="days_after", terms={"days": 10}, after_obligation=first.obligation)
    waits = make.commitment("O-2")
    assert waits.obligation == after
    found = make.finding(first, 3, date(2024, 1, 10))
    assert Commitment.objects.get(pk=waits.pk).due_on == date(2024, 1, 20)
    withdrawn(found)
    now = Commitment.objects.get(pk=waits.pk)
    assert (now.due_on, now.clock) == (None, "pending")
    assert standing_of(waits, known_at=NOW.date()).deadline.due_on == date(2024, 1, 20)


def waits(owed: Commitment) -> tuple[bool, bool]:
    """Whether a claim and a contest wait, for those who see all of this."""
    return owed.statuses.values_list("claim_waits", "contest_waits").get(is_present=True)


def test_what_is_withdrawn_waits_for_nothing() -> None:
    owed, alpha = make.commitment(), make.representative()
    beta = make.representative(make.party("beta"))
    claim = make.claim(owed, alpha)
    contest = make.contest(claim, beta)
    mediator = make.a_mediator()
    said = Statement.objects.all()
    assert said.awaiting_a_finding(mediator, NOW).get() == claim
    assert waits(owed) == (True, True)
    withdrawn(claim, actor=viewer_for(alpha))
    withdrawn(contest, actor=viewer_for(beta))
    assert not said.awaiting_a_finding(mediator, LATER).exists()
    assert waits(owed) == (False, False)


def test_only_the_side_that_made_a_statement_takes_it_back_and_only_once() -> None:
    owed, alpha = make.commitment(), make.representative()
    beta, mediator = make.representative(make.party("beta")), make.a_mediator()
    claim, found = make.claim(owed, alpha), make.finding(owed, 1)
    for statement, actor in ((claim, viewer_for(beta)), (claim, mediator), (found, viewer_for(alpha))):
        with pytest.raises(PermissionDenied):
            withdrawn(statement, actor=actor)
    withdrawal = withdrawn(claim, actor=viewer_for(alpha))
    for statement in (claim, withdrawal):
        with pytest.raises(Refused):
            withdrawn(statement, actor=viewer_for(alpha), reason="Once more.")
    with pytest.raises(Refused, match="reason"):
        withdrawn(found, reason="  ")
    found.refresh_from_db()
    assert found.withdrawn_at is None


def test_a_withdrawal_is_seen_by_whoever_sees_the_statement() -> None:
    owed = make.commitment()
    found = make.finding(owed, 1, tier="in_confidence", confidant=owed.party)
    withdrawal = withdrawn(found)
    assert (withdrawal.tier, withdrawal.confidant) == ("in_confidence", owed.party)
    assert LedgerEntry.objects.latest("pk").command == "withdraw_statement"


def test_nothing_more_is_said_about_what_was_withdrawn() -> None:
    owed, alpha = make.commitment(), make.representative()
    beta = viewer_for(make.representative(make.party("beta")))
    claim = make.claim(owed, alpha)
    as_it_was_read = Statement.objects.get(pk=claim.pk)
    withdrawn(claim, actor=viewer_for(alpha))
    claim.refresh_from_db()
    for statement in (claim, as_it_was_read):
        for act in (record_contest, record_answer):
            with pytest.raises(Refused, match="withdrawn"):
                act(statement=statement, actor=beta, now=LATER, reason="No.", tier="public")


def test_a_mediators_answer_leaves_a_contest_waiting_no_more_and_a_partys_does() -> None:
    owed, alpha = make.commitment(), make.representative()
    beta, mediator = make.representative(make.party("beta")), make.a_mediator()
    contest = make.contest(make.claim(owed, alpha), beta)
    answer = record_answer(
        statement=contest, actor=viewer_for(alpha), now=NOW, reason="It is done.", tier="public"
    )
    assert (answer.by, answer.refers_to, answer.level) == (owed.party, contest, None)
    assert waits(owed) == (True, True)
    record_answer(
        statement=contest, actor=mediator, now=NOW, reason="We looked: no document was shown.", tier="public"
    )
    assert waits(owed) == (True, False)


def test_an_answer_is_not_answered() -> None:
    owed, alpha = make.commitment(), make.representative()
    answer = record_answer(
        statement=make.claim(owed, alpha), actor=make.a_mediator(), now=NOW, reason="Seen.", tier="public"
    )
    with pytest.raises(Refused, match="answered"):
        record_answer(statement=answer, actor=viewer_for(alpha), now=NOW, reason="No.", tier="public")


def test_a_finding_on_a_contested_claim_cites_it() -> None:
    owed, alpha = make.commitment(), make.representative()
    claim = make.claim(owed, alpha)
    make.finding(owed, 1)  # not contested yet
    make.contest(claim, make.representative(make.party("beta")), now=NOW + timedelta(minutes=1))
    with pytest.raises(Refused) as refused:
        make.finding(owed, 2, now=LATER)
    assert list(refused.value.errors) == ["cites"]
    cited = make.finding(owed, 2, now=LATER, cites=claim)
    assert cited.refers_to == claim
    make.finding(owed, 3, now=LATER)  # the contest was followed by a finding


def test_a_finding_cites_nothing_but_a_claim_on_its_own_commitment() -> None:
    owed, elsewhere, alpha = make.commitment(), make.commitment("O-2"), make.representative()
    strange = (make.claim(elsewhere, alpha), make.finding(owed, 1))
    for cited in strange:
        with pytest.raises(Refused, match="cites"):
            make.finding(owed, 2, cites=cited)
    taken_back = make.claim(owed, alpha)
    withdrawn(taken_back, actor=viewer_for(alpha))
    taken_back.refresh_from_db()
    with pytest.raises(Refused, match="cites"):
        record_finding(
            commitment=owed,
            actor=make.a_mediator(),
            now=LATER,
            effective_on=date(2024, 2, 1),
            reason="Seen.",
            tier="public",
            level=2,
            cites=taken_back,
        )


def test_the_database_keeps_a_statement_as_it_was_but_for_who_may_see_it() -> None:
    found = make.finding(make.commitment(), 1)
    for change in ({"reason": "Other."}, {"level": 3}, {"recorded_at": LATER}, {"key": "other"}):
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            Statement.objects.filter(pk=found.pk).update(**change)
    Statement.objects.filter(pk=found.pk).update(tier="parties")
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=found.pk).update(tier="in_confidence")
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Statement.objects.filter(pk=found.pk).delete()
