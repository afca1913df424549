"""Claims, findings and contests: who may, what cannot be, and what they do to the clock."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from agreement.models import LedgerEntry
from agreement.viewers import viewer_for
from obligations.commands import Refused, record_answer, record_claim, record_contest, record_finding
from obligations.flagging import sweep
from obligations.models import Breach, Commitment, Statement
from parties.access import Tier
from tests import make
from tests.make import NOW, OPENLY

pytestmark = pytest.mark.django_db

DUE = date(2023, 8, 15)  # 150 days after the trigger


def late() -> Commitment:
    return make.commitment(days=150)


def only_breach() -> Breach:
    return Breach.objects.get()


def test_level_3_after_the_due_day_closes_the_breach_as_met_late() -> None:
    commitment = late()
    sweep(NOW)
    finding = make.finding(commitment, 3, date(2024, 1, 10))
    breach = only_breach()
    assert (breach.outcome, breach.days_late, breach.closing_statement_id) == ("met_late", 148, finding.pk)
    commitment.refresh_from_db()
    assert (commitment.flag_at, commitment.overdue_since) == (None, None)


def test_level_3_for_a_day_in_time_closes_the_breach_as_met_on_time_recorded_late() -> None:
    commitment = late()
    sweep(NOW)
    make.finding(commitment, 3, DUE)
    assert (only_breach().outcome, only_breach().days_late) == ("met_on_time", 0)


def test_a_regress_opens_a_second_cycle_when_the_sweep_comes_by() -> None:
    commitment = late()
    sweep(NOW)
    make.finding(commitment, 3, date(2024, 1, 10))
    regress = make.finding(commitment, 2, date(2024, 6, 1))
    assert sweep(NOW) == 1
    first, second = Breach.objects.order_by("cycle")
    assert first.outcome == "met_late"
    assert (second.cycle, second.opening_statement_id, second.closed_at) == (2, regress.pk, None)


def test_a_regress_recorded_for_the_very_day_of_the_completion_counts() -> None:
    commitment = late()
    make.finding(commitment, 3, date(2024, 1, 10))
    make.finding(commitment, 2, date(2024, 1, 10))
    assert sweep(NOW) == 1
    assert list(Breach.objects.order_by("cycle").values_list("cycle", "outcome")) == [
        (1, "met_late"),
        (2, ""),
    ]


def test_a_completion_that_no_sweep_saw_late_still_leaves_its_episode() -> None:
    make.finding(late(), 3, date(2024, 1, 10))
    assert (only_breach().outcome, only_breach().days_late) == ("met_late", 148)
    assert sweep(NOW) == 0


def test_an_earlier_completion_found_out_later_corrects_the_outcome() -> None:
    commitment = late()
    make.finding(commitment, 3, date(2024, 1, 10))
    make.finding(commitment, 3, date(2023, 8, 1))
    assert (only_breach().outcome, only_breach().days_late) == ("met_on_time", 0)


def test_a_claim_of_completion_stops_no_clock() -> None:
    commitment = late()
    make.claim(commitment, make.representative(commitment.party), 3)
    assert sweep(NOW) == 1


def test_a_lower_level_leaves_the_breach_open() -> None:
    commitment = late()
    sweep(NOW)
    make.finding(commitment, 2)
    assert only_breach().closed_at is None
    commitment.refresh_from_db()
    assert commitment.overdue_since is not None


def test_each_statement_enters_the_ledger_with_actor_and_reason() -> None:
    commitment = late()
    make.finding(commitment, 3, reason="Conference held.")
    entry = LedgerEntry.objects.get(command="record_finding")
    assert entry.reason == "Conference held."
    assert entry.actor is not None
    assert entry.actor.mandates.get().role == "mediator"


def test_only_a_mediator_of_this_agreement_records_a_finding() -> None:
    commitment = late()
    others = [make.analyst(), make.administrator(), make.representative(commitment.party)]
    elsewhere = make.mediator("elsewhere@trial.invalid", of=make.agreement("other"))
    for user in [*others, elsewhere]:
        with pytest.raises(PermissionDenied):
            record_finding(
                commitment=commitment,
                actor=viewer_for(user),
                now=NOW,
                effective_on=DUE,
                reason="x",
                level=3,
                tier="public",
            )
    assert not Statement.objects.exists()


def test_a_representative_claims_in_the_name_of_the_own_party_only() -> None:
    commitment = late()
    alpha, beta = make.representative(commitment.party), make.party("beta")
    said = make.claim(commitment, alpha)
    assert said.by == commitment.party
    with pytest.raises(PermissionDenied):
        record_claim(
            commitment=commitment,
            actor=viewer_for(alpha),
            now=NOW,
            effective_on=DUE,
            reason="x",
            tier="public",
            level=3,
            by=beta,
        )


def test_a_party_claims_about_the_other_too() -> None:
    commitment = late()
    other = make.representative(make.party("beta"))
    assert make.claim(commitment, other, 0).by.code == "beta"  # type: ignore[union-attr]


def test_a_contest_objects_to_a_statement_and_not_to_a_contest() -> None:
    commitment = late()
    beta = make.representative(make.party("beta"))
    contested = make.finding(commitment, 1)
    objection = make.contest(contested, beta)
    assert (objection.refers_to, objection.level) == (contested, None)
    with pytest.raises(Refused):
        record_contest(statement=objection, actor=viewer_for(beta), now=NOW, reason="x", tier="public")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level": 4}, "level"),
        ({"level": None}, "level"),
        ({"level": 3, "not_assessable": True}, "level"),
        ({"level": None, "conduct": "kept"}, "level"),
        ({"level": 3, "reason": "   "}, "reason"),
        ({"level": 3, "reason": "a\x00b"}, "reason"),
        ({"level": 3, "effective_on": date(2026, 3, 3)}, "effective_on"),
        ({"level": 3, "effective_on": date(1023, 3, 3)}, "effective_on"),
        ({"level": 3, "effective_on": date(2023, 2, 26)}, "effective_on"),
        ({"level": 3, "source": "x" * 501}, "source"),
        ({"level": 3, "tier": "everybody"}, "tier"),
        ({"level": 3, "tier": Tier.IN_CONFIDENCE}, "confidant"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_written(
    fields: dict[str, object], field: str
) -> None:
    commitment = late()
    with pytest.raises(Refused) as refused:
        make.finding(commitment, **fields)  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]
    assert not Statement.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_duty_over_time_takes_conduct_and_no_level() -> None:
    commitment = make.commitment(kind="standing")
    assert make.finding(commitment, conduct="kept").verdict() == "Kept"
    with pytest.raises(Refused):
        make.finding(commitment, 3)


def test_today_in_the_agreements_zone_is_not_the_future() -> None:
    from datetime import UTC, datetime

    just_after_midnight_in_brussels = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    finding = make.finding(late(), 1, date(2026, 3, 2), now=just_after_midnight_in_brussels)
    assert finding.effective_on == date(2026, 3, 2)


@pytest.mark.parametrize(
    "how", ["UPDATE obligations_statement SET reason = 'x'", "DELETE FROM obligations_statement"]
)
def test_the_database_itself_refuses_to_change_or_remove_a_statement(how: str) -> None:
    make.finding(late(), 1)
    with (
        pytest.raises(DatabaseError, match=r"Cannot (update|delete)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(how)
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(reason="x")
    assert Statement.objects.get().reason == "Seen."


def test_the_database_refuses_to_empty_the_table() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE obligations_statement CASCADE")


def test_a_second_open_breach_is_refused_by_the_database() -> None:
    commitment = late()
    fields = {
        "agreement": commitment.agreement,
        "commitment": commitment,
        "overdue_since": NOW,
        "opened_at": NOW,
    }
    Breach.objects.create(cycle=1, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.create(cycle=2, **fields)


def test_what_a_pack_took_away_meanwhile_is_refused_in_words() -> None:
    owed = make.commitment()
    author = make.representative()
    Commitment.objects.filter(pk=owed.pk).delete()
    with pytest.raises(Refused, match="there no more"):
        make.claim(owed, author)


def test_what_is_said_of_a_day_before_its_text_says_when_that_was_adopted() -> None:
    owed, alpha = make.commitment(), make.representative()
    told = "Main text, under which this is owed, was adopted on 27 Feb 2023: give that day or a later one."
    with pytest.raises(Refused, match=told):
        make.finding(owed, 1, date(2023, 2, 26))
    with pytest.raises(Refused, match=told):
        make.claim(owed, alpha, 1, date(2023, 2, 26))
    said = make.finding(owed, 1, date(2023, 2, 27))
    with pytest.raises(Refused, match=told):
        make.contest(said, alpha, effective_on=date(2023, 2, 26))
    with pytest.raises(Refused, match=told):
        record_answer(
            statement=said,
            actor=make.a_mediator(),
            now=NOW,
            reason="So.",
            effective_on=date(2023, 2, 26),
            **OPENLY,
        )
