from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from agreement.models.appendonly import append_only
from obligations.deadlines import Moment
from obligations.models.statement import Statement
from parties.known import known
from parties.models import Keyed
from parties.texts import LIMITS


class StatementTranslationQuerySet(models.QuerySet["StatementTranslation"]):
    def as_of(self, moment: Moment) -> Self:
        """What was recorded by the end of the day of knowledge. Of which statements, who may see these decides."""
        return self.filter(known(moment.known_at, "recorded_at"))

    def newest(self, moment: Moment) -> Self:
        """Of each statement that of each language which stood by then, and none that a newer one took the place of."""
        newer = self.model._default_manager.as_of(moment).filter(
            Q(recorded_at__gt=OuterRef("recorded_at"))
            | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")),
            statement=OuterRef("statement"),
            language=OuterRef("language"),
        )
        return self.as_of(moment).filter(~Exists(newer))


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

    objects: ClassVar[StatementTranslationQuerySet] = StatementTranslationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("translation of a statement")
        verbose_name_plural = _("translations of statements")
        ordering = ["recorded_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("statement_translation")

    def __str__(self) -> str:
        return f"{self.language}: {self.text[:60]}"
