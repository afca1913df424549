"""What each audience sees: worked out by the pure functions when something is recorded, and read by index.

The rows of a commitment are written by `obligations.commands.statuses` alone, in the transaction of what changed them.
No row says what the clock decides: due soon and overdue, days late, elapsed periods. Their numbers never leave the
server, since they would tell of audiences.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Provision
from obligations.deadlines import Phase
from obligations.deadlines.moment import OUTSET, STILL
from obligations.deadlines.spans import EVER, NEVER
from obligations.models.commitment import ClockState, Commitment, Life
from obligations.models.obligation import KINDS_WITH_PERIODS, Obligation, ObligationKind
from obligations.models.period import Period, PeriodState
from obligations.models.statement import Statement
from parties.models import Party

# They have indexes of their own below, and follow from rows that have the constraints.
LOOSE: Any = {"db_index": False, "db_constraint": False}


class SeenStatus(models.Model):
    """For whom a row is (`mask`: a bit each audience), between which instants they may see it, and what was known.

    `shown_from` and `shown_until` follow planned publications, and are judged by the real time; `known_from` and
    `known_until` are the instants of knowledge.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+", **LOOSE)
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+", **LOOSE)
    mask = models.BigIntegerField()
    shown_from = models.DateTimeField(default=OUTSET)
    shown_until = models.DateTimeField(default=STILL)
    known_from = models.DateTimeField(default=OUTSET)
    known_until = models.DateTimeField(default=STILL)

    class Meta:
        abstract = True


SHOWN = ["mask", "shown_from", "shown_until"]
HOLDS = ["holds_from", "holds_until"]
COUNTED = [
    "life",
    "party",
    "provision",
    "kind",
    "level",
    "not_assessable",
    "conduct",
    "phase",
    "due_at",
    "own_claim",
    "other_claim",
    "clock",
]
RUNNING = Q(phase=Phase.RUNNING.value)
STARTS = Q(clock=ClockState.IMMEDIATE.value, complete_since__isnull=True)


def present(name: str, fields: list[str], include: list[str], condition: Q | None = None) -> models.Index:
    """An index of the rows of the present, or of some of them, that says who may see each."""
    which = Q(is_present=True) & (condition or Q())
    return models.Index(fields=fields, include=[*SHOWN, *HOLDS, *include], condition=which, name=name)


class OfItsObligation(SeenStatus):
    """What lists are picked and counted by, of the obligation as its pack has it."""

    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="+", **LOOSE)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", **LOOSE)
    kind = models.CharField(max_length=16, choices=ObligationKind.choices)

    class Meta:
        abstract = True


class CommitmentStatus(OfItsObligation):
    """How a commitment stands as an audience sees it, on the days from `from_day` until before `until_day`.

    Of the present are the rows that hold after the last that was recorded (`is_present`): one, or of a standing duty
    several, since it stands by another finding once a period has ended. `holds_from` and `holds_until` are the instants
    between which a row is the one that holds now, so that nothing has to be written when a period ends.

    `phase` is its timeliness as far as no clock decides it. `flag_at` and `run_until` are the instant at which the run
    of the clock is overdue and its last day in time; None where none is open. `finding` is the one by which it stands,
    `last_finding` of a standing duty the one on the newest period that has any (`last_period`). `own_claim` compares
    the party's newest claim about itself with what was found, `other_claim` the newest claim of another party about it;
    `claim_waits` and `contest_waits` are of the present alone.
    """

    class Claim(models.TextChoices):
        AGREES = "agrees", _("agrees with the finding")
        ABOVE_1 = "above_1", _("one level above the finding")
        ABOVE_2 = "above_2", _("two levels above the finding")
        ABOVE_3 = "above_3", _("three levels above the finding")
        BELOW_1 = "below_1", _("one level below the finding")
        BELOW_2 = "below_2", _("two levels below the finding")
        BELOW_3 = "below_3", _("three levels below the finding")
        NOT_COMPARABLE = "not_comparable", _("one of the two is “not assessable”")
        NO_FINDING = "no_finding", _("no finding yet")

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="statuses", db_index=False
    )
    from_day = models.DateField(default=EVER)
    until_day = models.DateField(default=NEVER)
    is_present = models.BooleanField()
    holds_from = models.DateTimeField(default=OUTSET)
    holds_until = models.DateTimeField(default=STILL)
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="+", **LOOSE)
    life = models.CharField(max_length=16, choices=Life.choices)
    clock = models.CharField(max_length=16, choices=ClockState.choices)
    phase = models.CharField(max_length=16, choices=Phase.choices)
    runs_from = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    in_time_until = models.DateField(null=True)
    flag_at = models.DateTimeField(null=True)
    run_until = models.DateField(null=True)
    cycle = models.PositiveIntegerField(default=1)
    finding = models.ForeignKey(Statement, on_delete=models.CASCADE, null=True, related_name="+", **LOOSE)
    level = models.PositiveSmallIntegerField(null=True)
    not_assessable = models.BooleanField(null=True)
    conduct = models.CharField(max_length=24, null=True)  # noqa: DJ001 - None: no finding; empty: a level was found
    found_on = models.DateField(null=True)
    last_finding = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, related_name="+", **LOOSE
    )
    last_period = models.ForeignKey(Period, on_delete=models.CASCADE, null=True, related_name="+", **LOOSE)
    complete_since = models.DateField(null=True)
    own_claim = models.CharField(max_length=16, choices=Claim.choices, blank=True)
    other_claim = models.CharField(max_length=16, choices=Claim.choices, blank=True)
    claim_waits = models.BooleanField(default=False)
    contest_waits = models.BooleanField(default=False)
    # What the text asks for at once has no finding of completion.
    start_waits = models.GeneratedField(
        expression=models.ExpressionWrapper(STARTS, models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("status of a commitment")
        verbose_name_plural = _("statuses of commitments")
        ordering = ["commitment_id", "known_from", "from_day"]
        indexes = [
            models.Index(
                fields=["commitment", "known_until", "until_day"],
                include=["id", "agreement", "mask", "shown_from", "shown_until", "known_from", "from_day"],
                name="status_of_a_commitment",
            ),
            # Lists, in their order.
            present("status_in_order", ["commitment"], ["id", "agreement"]),
            present("status_running_in_order", ["commitment"], ["id", "agreement", "due_at"], RUNNING),
            # What is picked by its obligation, and pages in the order of the text.
            present("status_of_an_obligation", ["obligation", "commitment"], ["agreement"]),
            # All that counts group by, at present and as of any day.
            present("status_counted", ["agreement"], COUNTED),
            models.Index(
                fields=["agreement", "from_day"],
                include=["until_day", *SHOWN, *COUNTED],
                condition=Q(known_until=STILL),
                name="status_counted_then",
            ),
            # What waits for a mediator.
            present("status_running", ["agreement", "due_at", "commitment"], ["life", "obligation"], RUNNING),
            present(
                "status_start_waits", ["agreement", "runs_from", "commitment"], ["life"], Q(start_waits=True)
            ),
            present(
                "status_claim_waits", ["agreement", "due_at", "commitment"], ["life"], Q(claim_waits=True)
            ),
            present(
                "status_contest_waits", ["agreement", "due_at", "commitment"], ["life"], Q(contest_waits=True)
            ),
            present("status_lasting", ["agreement", "commitment"], ["life"], Q(kind__in=KINDS_WITH_PERIODS)),
            present("status_not_active", ["agreement"], ["life"], ~Q(life=Life.ACTIVE.value)),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} from {self.from_day}"


class PeriodStatus(OfItsObligation):
    """What an audience knows of a period, on the days from `from_day` until before `until_day`.

    `finding` is the last one on it, `conduct` that of the last one that gives one, `complete_since` the day of the
    completion that stands; `in_time_until` the last day in time, of what is due; `owed` whether anything was.
    `state_ended` is how it stands once its last day has passed.
    `next_ends_on` is the last day of the next period that is reviewed, of the present alone.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+", **LOOSE)
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="statuses", db_index=False)
    from_day = models.DateField(default=EVER)
    until_day = models.DateField(default=NEVER)
    finding = models.ForeignKey(Statement, on_delete=models.CASCADE, null=True, related_name="+", **LOOSE)
    found_on = models.DateField(null=True)
    level = models.PositiveSmallIntegerField(null=True)
    conduct = models.CharField(max_length=24, null=True)  # noqa: DJ001 - None where no finding gives one
    complete_since = models.DateField(null=True)
    in_time_until = models.DateField(null=True)
    owed = models.BooleanField()
    state_ended = models.CharField(max_length=24, choices=PeriodState.choices)
    ends_on = models.DateField()
    is_due = models.BooleanField()
    next_ends_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("status of a period")
        verbose_name_plural = _("statuses of periods")
        ordering = ["commitment_id", "period_id", "known_from", "from_day"]
        indexes = [
            models.Index(fields=["commitment"], name="period_status_of"),
            models.Index(fields=["period", "known_until", "until_day"], name="period_status_period"),
            models.Index(
                fields=["commitment", "period"],
                include=["id", "agreement", *SHOWN, "owed", "conduct", "complete_since"],
                condition=Q(known_until=STILL, until_day=NEVER),
                name="period_status_present",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} from {self.from_day}"


class BreachStatus(SeenStatus):
    """One run of a clock as an audience sees it: a breach from `overdue_since` on, unless it ended in time.

    It has no days of its own: as of a day before `ended_on` it had not ended yet. `counts` is whether it is a breach
    once it has ended. `key` is the same for all who see it. `opened_by` and `opened_act` are the finding and the
    reading that began it; `closed_at` is when that was recorded which ended it.
    """

    class Ending(models.TextChoices):
        MET = "met", _("met")
        MOVED = "moved", _("moved")
        SUSPENDED = "suspended", _("suspended")
        WAIVED = "waived", _("waived")
        SUPERSEDED = "superseded", _("superseded")
        START_CHANGED = "start_changed", _("started anew")

    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.CASCADE,
        related_name="breach_statuses",
        db_index=False,
        db_constraint=False,
    )
    period = models.ForeignKey(Period, on_delete=models.CASCADE, null=True, related_name="+", **LOOSE)
    key = models.CharField(max_length=24)
    cycle = models.PositiveIntegerField()
    overdue_since = models.DateTimeField()
    in_time_until = models.DateField()
    opened_by = models.BigIntegerField(null=True)
    opened_act = models.BigIntegerField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_act = models.BigIntegerField(null=True)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    ended_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    days_late = models.PositiveIntegerField(default=0)
    counts = models.BooleanField(default=False)
    # Whether the sweep looked at it since it ran out: see `ToldBreach`.
    is_told = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("breach as it is seen")
        verbose_name_plural = _("breaches as they are seen")
        ordering = ["commitment_id", "overdue_since", "key"]
        indexes = [
            models.Index(fields=["commitment"], name="breach_status_of"),
            models.Index(
                fields=["overdue_since"],
                condition=Q(is_told=False, known_until=STILL, closed_at__isnull=True),
                name="breach_status_untold",
            ),
            models.Index(
                fields=["agreement", "overdue_since", "key"],
                condition=Q(known_until=STILL),
                name="breach_status_present",
            ),
            models.Index(
                fields=["commitment", "overdue_since", "key"],
                include=["id", "agreement", *SHOWN, "closed_at", "counts"],
                condition=Q(known_until=STILL),
                name="breach_status_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, cycle {self.cycle}"


class ToldBreach(models.Model):
    """To whom a breach stands as opened in the stream of changes, by its key. Written by `commands.turns`; and
    `escalated` by `commands.messages`: of which day of the agreement's escalation the mediators were told.

    `since` is when it opened to the mediators, None where it never did.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+", **LOOSE)
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=24, unique=True)
    mask = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    escalated = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("breach that was told")
        verbose_name_plural = _("breaches that were told")

    def __str__(self) -> str:
        return self.key
