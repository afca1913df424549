"""What statements rest on: files, kept under the hash of their content, and links with the words that were seen."""

from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from agreement.models.appendonly import append_only
from obligations.deadlines.moment import Moment, moment_at
from obligations.models.obligation import Obligation
from obligations.models.statement import Statement
from parties.access import TieredQuerySet, Viewer
from parties.known import known
from parties.models import TIER_COLUMNS, Keyed, LedgerState, Party, Released

# BCP 47, as far as it is needed: a language, with its script and its region where these matter. `und`: none.
LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"


class EvidenceQuerySet(TieredQuerySet["Evidence"]):
    def as_of(self, moment: Moment) -> Self:
        """What represents the day spoken of or an earlier one, and was here by the end of the day of knowledge."""
        said = self.filter(represents_on__lte=moment.spoken_on) if moment.spoken_on else self
        return said.filter(known(moment.known_at, "uploaded_at"))

    def seen_by(self, viewer: Viewer, moment: Moment | datetime) -> Self:
        """Visible ones as of the moment; an instant stands for the present."""
        moment = moment_at(moment)
        return self.visible_to(viewer, moment.now).as_of(moment)

    def newest_first(self) -> Self:
        return self.order_by("-uploaded_at", "key")


class Evidence(Keyed, Released):
    """A file or a link about one obligation: another version stands beside it and `replaces` it.

    Append-only but for who may see it. `by` is the party whose evidence it is, None for the mediators'; `origin` says
    where it comes from. It `represents_on` a day, and was `uploaded_at` an instant. `supports` holds the texts of the
    agreed indicators that it speaks to, as they read then: a later pack may word them anew. `first` is the first of
    its versions.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState(
        only=("confidant_id", "id", "publish_at", "tier"), always=False
    )

    class Kind(models.TextChoices):
        FILE = "file", _("file")
        LINK = "link", _("link")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=300)
    by = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    origin = models.CharField(_("where it comes from"), max_length=300, blank=True)
    represents_on = models.DateField(_("day that it represents"))
    language = models.CharField(_("language"), max_length=16)
    supports = ArrayField(models.TextField(), verbose_name=_("indicators"), default=list, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    first = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    # Of a file
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    # Of a link
    url = models.URLField(_("address"), max_length=2000, blank=True)
    quote = models.TextField(_("quoted text"), blank=True)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta(Released.Meta):
        abstract = False
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-uploaded_at", "key"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("evidence", but_for=TIER_COLUMNS)
        indexes = [
            models.Index(fields=["sha256"], name="evidence_hash", condition=~Q(sha256="")),
            models.Index(fields=["uploaded_at", "key"], name="evidence_in_order"),
        ]
        constraints = [
            *Released.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    kind="file",
                    sha256__regex="^[0-9a-f]{64}$",
                    size__gt=0,
                    url="",
                    quote="",
                    seen_on__isnull=True,
                )
                & ~Q(media_type="")
                & ~Q(file_name="")
                | Q(
                    kind="link",
                    sha256="",
                    size__isnull=True,
                    media_type="",
                    file_name="",
                    url__regex="^https?://",
                    seen_on__isnull=False,
                )
                & ~Q(quote=""),
                name="evidence_is_a_file_or_a_link",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="evidence_has_a_title"),
            models.CheckConstraint(condition=Q(language__regex=LANGUAGE), name="evidence_language_form"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, first__isnull=True)
                | (Q(replaces__isnull=False, first__isnull=False) & ~Q(replaces=F("id"))),
                name="evidence_versions_have_a_first",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_file(self) -> bool:
        return self.kind == self.Kind.FILE


class Attachment(models.Model):
    """That a statement rests on evidence: said by the statement's own side, when it was made or later. Append-only."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="attachments")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="attachments")
    attached_at = models.DateTimeField(_("attached at"))
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["attached_at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("attachment")
        constraints = [
            models.UniqueConstraint(fields=["statement", "evidence"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} for {self.statement_id}"
