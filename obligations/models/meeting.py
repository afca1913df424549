from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models import Agreement
from obligations.models.party_request import PartyRequest
from obligations.models.statement import Statement
from parties.access import TieredQuerySet
from parties.models import Keyed, LedgerState, Party, Tiered
from parties.texts import LIMITS


class MeetingQuerySet(TieredQuerySet["Meeting"]):
    def of_body(self, body: Party, agreement: Agreement) -> Self:
        return self.filter(body=body, agreement=agreement)

    def before(self, day: date) -> Self:
        """Those held before a day, the last first."""
        return self.filter(held_on__lt=day).order_by("-held_on", "-pk")


class Meeting(Keyed, Tiered):
    """A sitting of a body of the agreement: who comes, what it is about, what was recorded in it, and its minutes.

    It may change until its minutes are there, and these may be corrected; the ledger keeps what each change said.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("body"))
    held_on = models.DateField(_("day"))
    venue = models.CharField(_("place"), max_length=LIMITS["name"], blank=True)
    members = models.TextField(_("members"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # How many points were ever on its agenda.
    points = models.PositiveSmallIntegerField(_("places given"), default=0, editable=False)
    planned_at = models.DateTimeField(_("planned at"))
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    findings = models.ManyToManyField(
        Statement, related_name="+", blank=True, verbose_name=_("findings recorded in it")
    )
    requests = models.ManyToManyField(
        PartyRequest, related_name="+", blank=True, verbose_name=_("what was asked in it")
    )

    objects: ClassVar[MeetingQuerySet] = MeetingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Tiered.Meta):
        abstract = False
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "key"]
        constraints = [
            *Tiered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, minutes="")
                | (Q(closed_at__isnull=False) & ~Q(minutes="")),
                name="meeting_closed_with_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id}, {self.held_on}"


class AgendaItem(models.Model):
    """One point of the agenda, seen with its meeting.

    What it is about are the commitments that `query` picks, filters as in an address of the list of commitments, and
    those of the obligations whose codes are `picked`; or none. `title` is as somebody typed it; of a `standard` point,
    whose words are the product's own, it is English, and `words` has it as each reads.
    """

    class Standard(models.TextChoices):
        ADOPTION = "adoption", _("Adoption of the agenda")
        DELIVERABLES = "deliverables", _("Deliverables, party by party")
        NEXT_MEETING = "next_meeting", _("Next meeting")

    ledger_state: ClassVar[LedgerState] = LedgerState()

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    place = models.PositiveSmallIntegerField(_("place"))
    title = models.CharField(_("title"), max_length=LIMITS["title"])
    standard = models.CharField(
        _("standard point"),
        max_length=16,
        choices=Standard,
        blank=True,
        default="",
        db_default="",
    )
    query = models.CharField(_("filters"), max_length=LIMITS["url"], blank=True)
    picked = ArrayField(
        models.CharField(max_length=LIMITS["code"]), verbose_name=_("picked"), default=list, blank=True
    )
    conclusion = models.TextField(_("conclusion"), blank=True)

    class Meta:
        verbose_name = _("item of an agenda")
        verbose_name_plural = _("items of agendas")
        ordering = ["meeting_id", "place"]
        constraints = [models.UniqueConstraint(fields=["meeting", "place"], name="agenda_item_once")]

    def __str__(self) -> str:
        return f"{self.place}. {self.title}"

    @property
    def words(self) -> str:
        """Its title for who reads it here and now."""
        return str(self.Standard(self.standard).label) if self.standard else self.title

    @property
    def has_rows(self) -> bool:
        return bool(self.query or self.picked)
