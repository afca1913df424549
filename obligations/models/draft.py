from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.commitment import Commitment
from obligations.models.statement import Statement
from parties.access import Viewer, agreements_of
from parties.models import Keyed


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, viewer: Viewer) -> "DraftQuerySet":
        """The viewer's own, in agreements where a mandate is left; nobody else has a way to them."""
        if viewer.user_id is None:
            return self.none()
        return self.filter(user=viewer.user_id, agreement__in=agreements_of(viewer.grants))


class Draft(Keyed):
    """What somebody has typed and not sent: of one person, and in no list, count, search or ledger of anybody else.

    `content` is what the form held, as the browser sent it, or the rows of a sheet. It may change and go: what is on
    record begins when it is sent.
    """

    class Kind(models.TextChoices):
        FINDING = "finding", _("finding")
        CLAIM = "claim", _("claim")
        CONTEST = "contest", _("contest")
        ANSWER = "answer", _("answer")
        BULK = "bulk", _("sheet of statements")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # What a contest objects to, or an answer answers.
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    content = models.JSONField(_("content"))
    saved_at = models.DateTimeField(_("saved at"))

    objects: ClassVar[DraftQuerySet] = DraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "commitment", "statement"],
                condition=~Q(kind="bulk"),
                nulls_distinct=False,
                name="draft_of_a_form_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="bulk", commitment__isnull=True, statement__isnull=True)
                | Q(kind__in=["claim", "finding"], commitment__isnull=False, statement__isnull=True)
                | Q(kind__in=["contest", "answer"], commitment__isnull=True, statement__isnull=False),
                name="draft_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
