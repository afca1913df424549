from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreement.models import Agreement
from obligations.deadlines.moment import OUTSET, STILL
from obligations.deadlines.spans import EVER, NEVER
from obligations.models.obligation import Obligation
from parties.access import ReadableQuerySet
from parties.content import PackProse
from parties.keys import LENGTH, random_key
from parties.known import known
from parties.models import LedgerState, Party


class Life(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("a commitment", "active")
    SUSPENDED = "suspended", pgettext_lazy("a commitment", "suspended")
    SUPERSEDED = "superseded", pgettext_lazy("a commitment", "superseded")
    WAIVED = "waived", pgettext_lazy("a commitment", "waived")


class ClockState(models.TextChoices):
    """What the text gives for time."""

    NONE = "none", _("no date in the text")
    IMMEDIATE = "immediate", pgettext_lazy("what the text gives a commitment for time", "immediate")
    PENDING = "pending", pgettext_lazy("what the text gives a commitment for time", "trigger pending")
    DATED = "dated", pgettext_lazy("what the text gives a commitment for time", "dated")
    RECURRING = "recurring", pgettext_lazy("what the text gives a commitment for time", "recurring")


class CommitmentQuerySet(ReadableQuerySet["Commitment"]):
    def known(self, known_at: datetime | None) -> Self:
        """Those that were known at an instant; None for all that are on record."""
        spans = ClockSpan.objects.filter(known(known_at, "known_from", "known_until"))
        return self.filter(pk__in=spans.values("commitment")) if known_at else self


class SweptClock(models.Model):
    """What the sweep goes by, of a commitment or of a period of one: derived from all findings, hidden ones too.

    `flag_at` is when it is to be flagged, None where no clock runs, and `overdue_since` set by the sweep; both are of
    the current `cycle`. In a later cycle there is the completion that was taken back (`undone_statement`) with the
    finding that did so, or the reading that began this run of the clock.
    """

    flag_at = models.DateTimeField(_("to be flagged at"), null=True, blank=True)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True)
    cycle = models.PositiveIntegerField(_("cycle"), default=1)
    undone_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opening_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opening_reading = models.ForeignKey(
        "obligations.Reading", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class ClockDays(models.Model):
    """What a clock is: `due_on` is the last day in the agreement's zone, `due_at` the midnight that ends it, in UTC;
    `in_time_until` the last day on which completion is in time.
    """

    life = models.CharField(_("life"), max_length=16, choices=Life.choices, default=Life.ACTIVE)
    clock = models.CharField(_("clock"), max_length=16, choices=ClockState.choices, default=ClockState.NONE)
    clock_from = models.DateField(_("clock runs from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    in_time_until = models.DateField(_("last day in time"), null=True, blank=True)

    class Meta:
        abstract = True


class Commitment(ClockDays, SweptClock):
    """One party's share in one obligation: the unit that is tracked.

    What it is (`obligation`, `party`, `share`) is recorded. The rest is derived, by `obligations.commands.clock`, from
    terms, dates of triggers, readings and findings. What a viewer sees of it is worked out from what that viewer may
    see: `obligations.status`.
    """

    # What a pack gives; the drift check looks at the rest.
    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("agreement_id", "id", "in_pack", "obligation_id", "party_id", "place", "share")
    )

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="commitments")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="commitments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="commitments")
    share = PackProse(_("own share"), blank=True)
    place = models.PositiveSmallIntegerField(_("place among the obligors"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)
    # What the keys of its breaches are made with: it never leaves the server.
    secret = models.CharField(max_length=LENGTH, default=random_key, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["agreement_id", "obligation__place", "party__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "party"], name="commitment_once"),
            models.CheckConstraint(condition=models.Q(life__in=Life.values), name="commitment_life_known"),
            models.CheckConstraint(
                condition=models.Q(clock=ClockState.DATED, due_on__isnull=False, due_at__isnull=False)
                | models.Q(~models.Q(clock=ClockState.DATED), due_on__isnull=True, due_at__isnull=True),
                name="commitment_due_when_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(overdue_since__isnull=True) | models.Q(flag_at__isnull=False),
                name="commitment_overdue_with_a_clock",
            ),
        ]
        indexes = [
            # What the sweep scans: only rows that can still be flagged.
            models.Index(
                fields=["flag_at", "id"],
                name="commitment_to_flag",
                condition=models.Q(overdue_since__isnull=True, flag_at__isnull=False, life="active"),
            ),
            models.Index(fields=["due_at"], name="commitment_due"),
            models.Index(fields=["agreement", "party"], name="commitment_of_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} of {self.party_id}"


class ClockSpan(ClockDays):
    """What a commitment's clock was from `from_day` until before `until_day`, as known from one instant until another.

    Derived from terms, dates of triggers, readings and calendars by `obligations.status.records`, and written by
    `obligations.commands.clock` alone. It is what lets the database answer what was so on a day as known on another.
    Of a commitment, exactly one row holds for each pair of a day and an instant from which it is known.
    """

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="clock_spans")
    known_from = models.DateTimeField(_("known from"), default=OUTSET)
    known_until = models.DateTimeField(_("known until"), default=STILL)
    from_day = models.DateField(_("from the day"), default=EVER)
    until_day = models.DateField(_("until before the day"), default=NEVER)
    # The reading that began it.
    act = models.ForeignKey(
        "obligations.Reading",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # Or the finding on another obligation that gave, or took, the day that the clock is counted from.
    anchored_by = models.ForeignKey(
        "obligations.Statement",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # The sum: its rule, how it was counted by whose calendars, and its steps as JSON, written as they are shown.
    rule = models.CharField(_("rule of the time limit"), max_length=32, default="")
    convention = models.CharField(_("counting convention"), max_length=32, default="")
    calendars = ArrayField(
        models.CharField(max_length=60), verbose_name=_("calendars"), default=list, blank=True
    )
    steps = models.TextField(_("steps"), default="[]")

    class Meta:
        verbose_name = _("span of a clock")
        verbose_name_plural = _("spans of clocks")
        ordering = ["commitment_id", "known_from", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "known_from", "from_day"], name="clock_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} from {self.from_day}"
