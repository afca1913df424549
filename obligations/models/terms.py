from collections.abc import Iterable
from typing import ClassVar

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Trigger
from agreement.models.appendonly import append_only
from obligations.models.obligation import RECURRING_RULE, Obligation


class Terms(models.Model):
    """The terms of an obligation's time limit, as a pack gave them. Append-only: another pack's are another row.

    The newest are also on the obligation itself. `known_since` is when they count as known, None where that is when
    they were recorded: what an agreement was first loaded with was known from the outset.
    """

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="all_terms")
    rule = models.CharField(_("rule of the time limit"), max_length=32)
    terms = models.JSONField(
        _("terms of the time limit"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    after_obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    convention = models.CharField(_("counting convention"), max_length=32)
    recorded_at = models.DateTimeField(_("recorded at"))
    known_since = models.DateTimeField(_("known since"), null=True, blank=True)

    class Meta:
        verbose_name = _("terms of a time limit")
        verbose_name_plural = _("terms of time limits")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("terms")

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.rule}"


def recurs(all_terms: Iterable[Terms]) -> bool:
    """Whether something is, or was, due again and again."""
    return any(terms.rule == RECURRING_RULE for terms in all_terms)
