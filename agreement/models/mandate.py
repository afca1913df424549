from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from parties.access import Clearance, Role
from parties.models import LedgerState, Party


class Mandate(models.Model):
    """A user's role in an agreement. A representative's names the party; an analyst's has a clearance."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    clearance = models.CharField(
        _("clearance"), max_length=16, choices=Clearance.choices, default=Clearance.PUBLIC
    )

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["agreement_id", "role", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agreement"], name="mandate_once"),
            models.CheckConstraint(
                condition=models.Q(role=Role.REPRESENTATIVE, party__isnull=False)
                | models.Q(~models.Q(role=Role.REPRESENTATIVE), party__isnull=True),
                name="mandate_party_of_a_representative",
                violation_error_message=_("A representative has a party; no other role has one."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="mandate_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} in {self.agreement_id}"
