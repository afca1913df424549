from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Trigger
from agreement.models.appendonly import append_only
from obligations.models.obligation import Gate, Obligation
from parties.models import Keyed


class GateOpeningQuerySet(models.QuerySet["GateOpening"]):
    def of(self, gate: Gate) -> "GateOpeningQuerySet":
        """Of that condition on that obligation: a pack may set another one in the same place."""
        return self.filter(
            obligation=gate.obligation_id,
            after_obligation=gate.after_obligation_id,
            after_trigger=gate.after_trigger_id,
            condition=gate.condition,
        )

    def standing(self) -> "GateOpeningQuerySet":
        """Openings that nobody took back."""
        return self.filter(withdraws__isnull=True, withdrawn_by__isnull=True)


class GateOpening(Keyed):
    """That a mediator declared a gate open from `opened_on`, or took that back (`withdraws`). Append-only.

    The condition stands here as it was then. `despite` is True where what everybody may see did not show it met.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="gate_openings")
    after_obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    after_trigger = models.ForeignKey(
        Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    condition = models.TextField(_("condition"), blank=True)
    opened_on = models.DateField(_("open from"), null=True, blank=True)
    despite = models.BooleanField(_("though its condition was not seen to be met"), default=False)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by"
    )
    reason = models.TextField(_("reason"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = GateOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of a gate")
        verbose_name_plural = _("openings of gates")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("gate_opening")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdraws__isnull=True, opened_on__isnull=False)
                | Q(withdraws__isnull=False, opened_on__isnull=True),
                name="gate_opening_or_its_withdrawal",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="gate_opening_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.opened_on}"

    def is_of(self, gate: Gate) -> bool:
        """Whether it speaks of that condition, as `GateOpeningQuerySet.of` does."""
        return (self.obligation_id, self.after_obligation_id, self.after_trigger_id, self.condition) == (
            gate.obligation_id,
            gate.after_obligation_id,
            gate.after_trigger_id,
            gate.condition,
        )
