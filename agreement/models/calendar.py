"""Calendars of holidays: which days are no working days, for whom, and since when that is known."""

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreement.models.agreement import Agreement
from agreement.models.appendonly import append_only
from parties.access import ReadableQuerySet
from parties.content import PackChar, PackProse
from parties.known import known
from parties.models import LedgerState, Party


class Calendar(models.Model):
    """The holidays of parties of an agreement, or of an institution, in the years `years_from` to `years_until`.

    `library` is the code under which the library `holidays` has them, with the version that they were taken from; empty
    where all days were given by hand. `source` is where those were found. After `known_until` nothing is known: that a
    day is no holiday means nothing there. `in_pack` is False for what the last pack names no more.
    """

    ledger_state: ClassVar[LedgerState] = LedgerState()

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="calendars")
    code = models.CharField(_("code"), max_length=60)
    name = PackChar(_("name"), max_length=300)
    library = models.CharField(_("code in the library"), max_length=16, blank=True)
    library_version = models.CharField(_("version of the library"), max_length=32, blank=True)
    years_from = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    years_until = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    known_until = models.DateField(_("known until"), null=True, blank=True)
    # Other names for days of the library, by the library's name.
    names = models.JSONField(_("other names of days"), default=dict, blank=True)
    source = models.CharField(_("source of its own days"), max_length=500, blank=True)
    note = PackProse(_("note"), blank=True)
    place = models.PositiveIntegerField(_("place in the pack"), default=0)
    in_pack = models.BooleanField(_("named by the pack"), default=True)
    parties = models.ManyToManyField(Party, through="CalendarParty", related_name="calendars")

    objects = ReadableQuerySet["Calendar"].as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["agreement_id", "code"]
        constraints = [models.UniqueConstraint(fields=["agreement", "code"], name="calendar_code_once")]

    def __str__(self) -> str:
        return str(self.name)

    def days(self, known_at: datetime | None = None) -> dict[date, str]:
        """Its holidays with their names, in order, as they were known at `known_at`: all on record where it is None."""
        standing = Holiday.objects.filter(calendar=self).standing(known_at)
        return {row.day: row.name for row in standing if row.is_holiday}


class CalendarParty(models.Model):
    """A party whose working days a calendar gives: at most one calendar for each in an agreement."""

    ledger_state: ClassVar[LedgerState] = LedgerState()

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="served")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("party of a calendar")
        verbose_name_plural = _("parties of calendars")
        ordering = ["party__name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="calendar_one_for_each_party")
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.party_id}"


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def known(self, known_at: datetime | None) -> "HolidayQuerySet":
        """Rows on record at that moment. What came with the agreement's first load was known from the outset."""
        return self if known_at is None else self.filter(Q(from_outset=True) | known(known_at, "recorded_at"))

    def standing(self, known_at: datetime | None = None) -> "HolidayQuerySet":
        """The newest row of each day of each calendar, in order; `is_holiday` says whether it is a holiday by it."""
        newest_first = self.known(known_at).order_by("calendar_id", "day", "-recorded_at", "-id")
        return newest_first.distinct("calendar_id", "day")


class Holiday(models.Model):
    """What was entered about one day of a calendar: a holiday, or none any more. Append-only: the newest row stands."""

    class Origin(models.TextChoices):
        LIBRARY = "library", _("library")
        PACK = "pack", _("pack")  # a day of its own; or one of the library's that it excepts
        WITHDRAWN = "withdrawn", _("no longer in its source")
        PERSON = "person", _("mediators")

    of_agreement: ClassVar[str] = "calendar.agreement_id"

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = PackChar(_("name"), max_length=300)
    # False where the day is struck out.
    is_holiday = models.BooleanField(_("is a holiday"), default=True)
    origin = models.CharField(_("given by"), max_length=16, choices=Origin.choices)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_outset = models.BooleanField(_("came with the first load of the agreement"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["calendar_id", "day", "recorded_at", "id"]
        indexes = [
            models.Index(
                "calendar",
                "day",
                models.F("recorded_at").desc(),
                models.F("id").desc(),
                name="holiday_newest",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="person", recorded_by__isnull=False)
                | Q(origin__in=["library", "pack", "withdrawn"], recorded_by__isnull=True),
                name="holiday_of_a_person_names_them",
            )
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("holiday")

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.day} {self.name}"

    @property
    def is_estimated(self) -> bool:
        """Whether the library worked the day out from a computed moon; it says so in the name."""
        return "estimated)" in self.name
