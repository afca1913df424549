"""The calendars of an agreement: which days are no working days, by whose word, and the form that changes one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.calendars import LIBRARY
from agreement.models import Agreement, Calendar, CalendarParty, Holiday
from agreement.viewers import viewer_of
from obligations.commands.calendars import set_holiday
from obligations.deadlines import day_in
from obligations.forms.base import CommandForm, Text, day_input, reason_field, select, source_field
from obligations.web.base.act import ActView
from obligations.web.base.guards import for_readers
from obligations.web.base.selection import year_in
from parties.alphabets import by_name, in_alphabet
from parties.models import Party
from parties.rights import Right, may, require
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS


@dataclass(frozen=True, slots=True)
class Day:
    """A day of which something was entered: what stands, and what was entered before, newest first."""

    standing: Holiday
    earlier: list[Holiday]
    # Said only where it is not what the whole calendar is from.
    source: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calendar's year. `is_known` is whether the calendar says anything about that year."""

    calendar: Calendar
    parties: list[Party]
    days: list[Day]
    is_known: bool
    library: str


@require_safe
@for_readers
def calendars(request: HttpRequest, code: str) -> HttpResponse:
    """The days of `?year=`; of this year where none is asked for."""
    viewer, now = viewer_of(request), timezone.now()
    agreement = get_object_or_404(Agreement.objects.visible_to(viewer), code=code)
    this_year = day_in(now, agreement.zone).year
    asked = request.GET.get("year", str(this_year))
    found = year_in(asked, LAST_YEAR_OF_CALENDARS)
    year = found or this_year
    shown = sheets(agreement, year)
    first = min((sheet.calendar.years_from or year for sheet in shown), default=year)
    last = max((sheet.calendar.years_until or year for sheet in shown), default=year)
    context = {
        "agreement": agreement,
        "sheets": shown,
        "year": year,
        "previous": year - 1 if year > first else None,
        "next": year + 1 if year < last else None,
        "limits": (FIRST_YEAR, LAST_YEAR_OF_CALENDARS),
        "no_year": None if found else asked,
        "estimated": any(day.standing.is_estimated for sheet in shown for day in sheet.days),
        "may_edit": may(viewer, Right.EDIT_CALENDAR, agreement.pk),
    }
    return render(request, "compliance/calendars.html", context, status=200 if found else 400)


def sheets(agreement: Agreement, year: int) -> list[Sheet]:
    """One for each calendar, in the order of the names of those whose it is; nobody's own come last."""
    entered: dict[int, dict[date, list[Holiday]]] = defaultdict(lambda: defaultdict(list))
    rows = Holiday.objects.filter(calendar__agreement=agreement, day__year=year)
    for row in rows.select_related("recorded_by").order_by("day", "-recorded_at", "-id"):
        entered[row.calendar_id][row.day].append(row)
    served = Prefetch("served", queryset=CalendarParty.objects.select_related("party"))
    found = [
        sheet(calendar, entered[calendar.pk], year)
        for calendar in agreement.calendars.prefetch_related(served)
    ]
    return sorted(found, key=place)


def sheet(calendar: Calendar, entered: dict[date, list[Holiday]], year: int) -> Sheet:
    first, last = calendar.years_from, calendar.years_until
    library = f"{LIBRARY} {calendar.library_version}, {calendar.library}" if calendar.library else ""
    main = library or f"pack {calendar.agreement.code}"
    return Sheet(
        calendar=calendar,
        parties=by_name([one.party for one in calendar.served.all()]),
        days=[
            Day(rows[0], rows[1:], "" if rows[0].source == main else rows[0].source)
            for rows in entered.values()
        ],
        is_known=first is None or last is None or first <= year <= last,
        library=library,
    )


def place(sheet: Sheet) -> tuple[bool, list[str], str]:
    names = [in_alphabet(party.name) for party in sheet.parties]
    return (not names, names, in_alphabet(sheet.calendar.name))


class HolidayForm(CommandForm):
    """A day as a mediator enters or strikes it. What may be said is decided by the command."""

    HOLIDAY, NONE = "holiday", "none"

    calendar = select(gettext_lazy("Calendar"))
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=day_input(latest=date(LAST_YEAR_OF_CALENDARS, 12, 31))
    )
    becomes = select(
        gettext_lazy("What it is"),
        choices=[(HOLIDAY, gettext_lazy("A holiday")), (NONE, gettext_lazy("No holiday: strike it"))],
    )
    name = Text(
        "name",
        label=gettext_lazy("Name of the holiday"),
        required=False,
        help_text=gettext_lazy("Not needed for a day that is struck."),
    )
    reason, source = reason_field(), source_field()

    def __init__(self, *args: Any, calendars: Iterable[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendars = {calendar.code: calendar for calendar in calendars}
        self.choice("calendar").choices = [(code, one.name) for code, one in self.calendars.items()]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {name: data[name] for name in ("day", "name", "reason", "source")}
        return values | {
            "calendar": self.calendars[data["calendar"]],
            "is_holiday": data["becomes"] == self.HOLIDAY,
        }


class ChangeDay(ActView):
    """Add or strike a day; `?calendar=`, `?day=`, `?becomes=` and `?name=` fill the form beforehand."""

    template, form_class = "compliance/calendar_change.html", HolidayForm
    command = staticmethod(set_holiday)

    def prepare(self) -> None:
        self.agreement = get_object_or_404(
            Agreement.objects.visible_to(self.viewer), code=self.kwargs["code"]
        )
        require(self.viewer, Right.EDIT_CALENDAR, self.agreement.pk)

    def form_arguments(self) -> dict[str, Any]:
        this_year = day_in(self.now, self.agreement.zone).year
        calendars = [sheet.calendar for sheet in sheets(self.agreement, this_year)]
        return {"calendars": calendars, "initial": self.request.GET.dict()}

    def context(self, form: HolidayForm) -> dict[str, Any]:
        return {"agreement": self.agreement}

    def next_page(self, made: Holiday) -> str:
        return f"{reverse('calendars', args=[self.agreement.code])}?year={made.day.year}"

    def confirmation(self, made: Holiday) -> str:
        words = {"day": date_format(made.day), "name": made.name, "calendar": made.calendar.name}
        if made.is_holiday:
            return _("%(day)s is a holiday now: %(name)s, %(calendar)s.") % words
        return _("%(day)s is no holiday any more: %(name)s, %(calendar)s.") % words


urlpatterns = [
    path("agreements/<slug:code>/calendars/", calendars, name="calendars"),
    path("agreements/<slug:code>/calendars/change/", ChangeDay.as_view(), name="calendar-change"),
]
