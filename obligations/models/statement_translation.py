from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from agreement.models.appendonly import append_only
from obligations.models.statement import Statement
from parties.models import Keyed
from parties.texts import LIMITS


class StatementTranslation(Keyed):
    """What a statement says, in another language, as a mediator gave it. Append-only; the newest of a language stands.

    It is shown beside the statement to whoever may see that, and never instead of it. Languages are Django's codes.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="translations")
    # That of the statement itself, which nobody else says.
    of_language = models.CharField(_("language of the statement"), max_length=LIMITS["language"])
    language = models.CharField(_("language of the translation"), max_length=LIMITS["language"])
    text = models.TextField(_("translation"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("translation of a statement")
        verbose_name_plural = _("translations of statements")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("statement_translation")

    def __str__(self) -> str:
        return f"{self.language}: {self.text[:60]}"
