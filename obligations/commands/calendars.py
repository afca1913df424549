"""Holidays that a mediator adds or strikes."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Calendar, Holiday
from obligations.commands import clock
from obligations.commands.errors import Refused
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require
from parties.texts import LAST_YEAR_OF_CALENDARS, day_error, text_errors, tidy

Origin = Holiday.Origin


@once()
def set_holiday(
    *,
    calendar: Calendar,
    actor: Viewer,
    now: datetime,
    day: date,
    name: str,
    is_holiday: bool,
    reason: str,
    source: str = "",
) -> Holiday:
    """Enter a day as a holiday of that name, or (`is_holiday` False) strike it; every deadline is counted anew.

    A mediator may. Raises PermissionDenied, and Refused for a missing reason or name, or for what is so already.
    """
    require(actor, Right.EDIT_CALENDAR, calendar.agreement_id)
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    before = Holiday.objects.filter(calendar=calendar, day=day).standing().first()
    name = " ".join(name.split()) or (before.name if before and not is_holiday else "")
    row = Holiday(
        calendar=calendar,
        day=day,
        name=name,
        is_holiday=is_holiday,
        origin=Origin.PERSON,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        reason=tidy(reason),
        source=tidy(source),
    )
    refuse_what_cannot_be(row, before)
    row.save()
    enter(
        agreement_id=calendar.agreement_id,
        actor=actor,
        now=now,
        command="set_holiday",
        subject=f"{calendar.code} {day.isoformat()}",
        before={"name": before.name, "is_holiday": before.is_holiday} if before else {},
        after={"name": row.name, "is_holiday": row.is_holiday},
        reason=row.reason,
        rows=[row],
    )
    clock.recount(calendar.agreement_id, now)
    return row


def refuse_what_cannot_be(row: Holiday, before: Holiday | None) -> None:
    errors = {}
    was_holiday = before is not None and before.is_holiday
    if row.is_holiday and before and was_holiday and before.name == row.name:
        errors["day"] = _("This day is a holiday of that name already.")
    if not row.is_holiday and not was_holiday:
        errors["day"] = _("This day is no holiday in this calendar: there is nothing to strike.")
    if error := day_error(row.day, LAST_YEAR_OF_CALENDARS):
        errors["day"] = error
    needed = ("reason", "name") if row.is_holiday else ("reason",)
    errors |= text_errors(needed, name=row.name, reason=row.reason, source=row.source)
    if errors:
        raise Refused(errors)
