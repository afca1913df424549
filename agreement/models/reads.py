"""Who read which confidence on which day. It is on no record: it goes after some time."""

from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from parties.models import Party


class ConfidenceRead(models.Model):
    """An account was given an answer made from something in confidence; the first and the last time on a day."""

    # Whose account is closed meanwhile is still to be told who read it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    confidant = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(_("what"), max_length=80)
    day = models.DateField(_("day"))
    first_at = models.DateTimeField(_("first at"))
    last_at = models.DateTimeField(_("last at"), db_index=True)

    class Meta:
        verbose_name = _("reading of a confidence")
        verbose_name_plural = _("readings of confidences")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "what", "day"], name="confidence_read_once_a_day")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agreement", "-last_at"], name="confidence_read_newest")
        ]

    def __str__(self) -> str:
        return f"{self.what}, by {self.user_id}"

    @property
    def thing(self) -> str:
        """`what`, with its kind in the words of the reader."""
        kind, _blank, key = self.what.partition(" ")
        named = (model for model in apps.get_models() if model._meta.model_name == kind)
        return f"{next(named)._meta.verbose_name} {key}"
