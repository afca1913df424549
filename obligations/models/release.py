from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement, Event
from agreement.models.appendonly import append_only
from obligations.models.evidence import Evidence
from obligations.models.statement import Statement
from parties.access import Tier
from parties.models import Keyed, Party


class Release(Keyed):
    """A recorded change of who may see something: a publication, its withdrawal, another tier. Append-only.

    The columns of what it is about follow from these rows. A publication at a later instant (`publish_at`) has its
    tier changed when that comes.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="releases"
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="releases")
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="releases"
    )
    from_tier = models.CharField(_("tier before"), max_length=16, choices=Tier.choices)
    from_confidant = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_tier = models.CharField(_("tier after"), max_length=16, choices=Tier.choices)
    to_confidant = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    publish_at = models.DateTimeField(_("public from"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("release")
        constraints = [
            models.CheckConstraint(
                condition=Q(statement__isnull=False, event__isnull=True, evidence__isnull=True)
                | Q(statement__isnull=True, event__isnull=False, evidence__isnull=True)
                | Q(statement__isnull=True, event__isnull=True, evidence__isnull=False),
                name="release_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="release_has_a_reason"),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(to_tier=Tier.PUBLIC),
                name="release_day_of_publication",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_tier} to {self.to_tier}"
