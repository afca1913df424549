"""How often what an audience sees of an agreement's commitments has changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement


class Revision(models.Model):
    """Changes of what those in `mask` see. Rows are only added, so that no writer waits for another, and later summed.

    The revision of an audience is the sum of `changes` over the rows with its bit. It never leaves the server but as a
    digest.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    mask = models.BigIntegerField()
    changes = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("revision of what is seen")
        verbose_name_plural = _("revisions of what is seen")

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.changes}"
