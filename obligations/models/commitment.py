from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.obligation import Obligation
from obligations.models.standing import StandingQuerySet
from parties.keys import LENGTH, random_key
from parties.ledger_state import LedgerState
from parties.models import Party


class Life(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    SUPERSEDED = "superseded", _("superseded")
    WAIVED = "waived", _("waived")


class ClockState(models.TextChoices):
    """What the text gives for time."""

    NONE = "none", _("no date in the text")
    IMMEDIATE = "immediate", _("immediate")
    PENDING = "pending", _("trigger pending")
    DATED = "dated", _("dated")
    RECURRING = "recurring", _("recurring")


def counted(name: str, operation: pgtrigger.Operation, rows: str, sign: str) -> pgtrigger.Trigger:
    """Keeps how many commitments an agreement has, so that a list of all need not count them (`Revision`)."""
    return pgtrigger.Trigger(
        name=f"commitment_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**{rows: "counted"}),  # type: ignore[no-untyped-call]
        func="INSERT INTO obligations_revision (agreement_id, mask, changes, commitments) "
        f"SELECT agreement_id, 0, 0, {sign}count(*) FROM counted GROUP BY 1; RETURN NULL;",
    )


class Commitment(models.Model):
    """One party's share in one obligation: the unit that is tracked.

    What it is (`obligation`, `party`, `share`) is recorded. The rest is derived, by `obligations.commands.clock`, from
    terms, dates of triggers and readings: `life`, `clock`, `due_on` (last day in the agreement's zone), `due_at` (the
    midnight that ends it, UTC), `in_time_until` (the last day on which completion is in time); and from all findings,
    for the sweep alone: `flag_at` (when it is to be flagged, None where no clock runs) and `overdue_since` (set by the
    sweep) of the current `cycle`. What a viewer sees of its standing is worked out from what that viewer may see:
    `standing.py`.
    """

    # What a pack gives; the drift check looks at the rest.
    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("agreement_id", "id", "in_pack", "obligation_id", "party_id", "place", "share")
    )

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="commitments")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="commitments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="commitments")
    share = models.TextField(_("own share"), blank=True)
    place = models.PositiveSmallIntegerField(_("place among the obligors"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)
    # What the keys of its breaches are made with: it never leaves the server.
    secret = models.CharField(max_length=LENGTH, default=random_key, editable=False)
    life = models.CharField(_("life"), max_length=16, choices=Life.choices, default=Life.ACTIVE)
    clock = models.CharField(_("clock"), max_length=16, choices=ClockState.choices, default=ClockState.NONE)
    clock_from = models.DateField(_("clock runs from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    in_time_until = models.DateField(_("last day in time"), null=True, blank=True)
    flag_at = models.DateTimeField(_("to be flagged at"), null=True, blank=True)
    overdue_since = models.DateTimeField(_("overdue since"), null=True, blank=True)
    cycle = models.PositiveIntegerField(_("cycle"), default=1)
    # In a later cycle: the completion that was taken back, and the finding that took it back.
    undone_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opening_statement = models.ForeignKey(
        "obligations.Statement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The extension, resumption or date that began the current run of the clock.
    opening_reading = models.ForeignKey(
        "obligations.Reading", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["agreement_id", "obligation__place", "party__name", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            counted("counted", pgtrigger.Insert, "new", ""),
            counted("uncounted", pgtrigger.Delete, "old", "-"),
        ]
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
