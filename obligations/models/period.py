from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import DateField, Expression, F, Func, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from obligations.deadlines.moment import OUTSET, STILL, Moment, moment_at
from obligations.models.commitment import Commitment, SweptClock
from parties.access import ReadableQuerySet
from parties.known import known
from parties.models import Keyed, LedgerState

if TYPE_CHECKING:
    from obligations.models.statement import Statement


class PeriodState(models.TextChoices):
    """First of what has a due day, then of what is under review, then of both."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    MISSED = "missed", _("Missed")
    KEPT = "kept", _("Kept")
    KEPT_WITH_INCIDENTS = "kept_with_incidents", _("Kept with incidents")
    NOT_KEPT = "not_kept", _("Not kept")
    CONTRARY = "contrary", _("Contrary")
    NO_FINDING = "no_finding", _("No finding")
    RUNNING = "running", _("Under way")
    UPCOMING = "upcoming", _("Upcoming")
    STOPPED = "stopped", _("Clock stopped")


def day_of(moment: Moment | datetime) -> Expression:
    """The day spoken of, of a period; at present, the one that it is in the agreement's zone."""
    moment = moment_at(moment)
    if moment.spoken_on:
        return Value(moment.spoken_on, DateField())
    zone = F("commitment__agreement__time_zone")
    local = Func(zone, Value(moment.now), function="timezone", output_field=models.DateTimeField())
    return Cast(local, DateField())


class PeriodQuerySet(ReadableQuerySet["Period"]):
    agreement = "commitment__agreement_id"

    def known(self, moment: Moment) -> Self:
        """What was known by the moment, and not replaced by then."""
        return self.filter(known(moment.known_at, "known_from", "known_until"))

    def started(self, moment: Moment) -> Self:
        return self.filter(starts_on__lte=day_of(moment))


class Period(Keyed, SweptClock):
    """One period of a recurring or standing commitment: the report due in June, the review of a half-year.

    A recurring one has a due day (`due_on`, `due_at`: the midnight that ends it) and a clock of its own for the sweep;
    a standing one's period is reviewed when it has ended. `starts_on` and `ends_on` are its first and last day. What
    other terms replaced before it began stays, with the instant until which it was known.
    """

    # Its days; the rest is worked out from findings, and the drift check works it out again.
    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("commitment_id", "starts_on", "ends_on", "due_on", "due_at", "known_from", "known_until")
    )

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="periods")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"), default=OUTSET)
    known_until = models.DateTimeField(_("known until"), default=STILL)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["commitment_id", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "starts_on"], condition=Q(known_until=STILL), name="period_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="period_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=True, due_at__isnull=True)
                | models.Q(due_on=models.F("ends_on"), due_at__isnull=False),
                name="period_due_on_its_last_day",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=False)
                | models.Q(
                    flag_at__isnull=True,
                    overdue_since__isnull=True,
                    cycle=1,
                    undone_statement__isnull=True,
                    opening_statement__isnull=True,
                    opening_reading__isnull=True,
                ),
                name="period_without_a_day_has_no_clock",
            ),
        ]
        indexes = [
            models.Index(
                fields=["flag_at", "id"],
                name="period_to_flag",
                condition=models.Q(overdue_since__isnull=True, flag_at__isnull=False),
            ),
            models.Index(fields=["commitment", "ends_on"], name="period_in_order"),
            models.Index(
                fields=["commitment", "-ends_on"],
                include=["id"],
                condition=Q(known_until=STILL, due_on__isnull=True),
                name="period_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.starts_on} to {self.ends_on}"

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def by_period(
    periods: Iterable[Period], statements: Iterable["Statement"]
) -> Mapping[int, list["Statement"]]:
    """The statements on each of one commitment's periods, by its key: those named to it, else those of its days.

    They keep their order.
    """
    known = {period.pk: period for period in periods}
    days = {}
    found: dict[int, list[Statement]] = {key: [] for key in known}
    for said in statements:
        if said.period_id is None and said.effective_on not in days:
            days[said.effective_on] = next((p.pk for p in known.values() if p.holds(said.effective_on)), None)
        key = said.period_id or days.get(said.effective_on)
        if key in found:
            found[key].append(said)
    return found
