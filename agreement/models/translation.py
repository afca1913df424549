from typing import ClassVar

from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from parties.models import LedgerState


class Translation(models.Model):
    """A text of the pack in another language. The text itself stands beside it: one that was changed has none.

    `form` is a case of a name, such as `genitive`. Who translated and whether somebody looked at it is said of a whole
    language, in `Agreement.languages`.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="translations", db_index=False
    )
    language = models.CharField(_("language"), max_length=16)
    source = models.TextField(_("text"))
    form = models.CharField(_("grammatical case"), max_length=16, blank=True)
    text = models.TextField(_("translation"))

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["agreement_id", "language", "id"]
        constraints = [
            # By its digest: a text can be longer than what an index takes.
            models.UniqueConstraint(
                "agreement",
                "language",
                Func(F("source"), function="md5"),
                "form",
                name="translation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.source[:60]}"
