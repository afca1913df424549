"""What is over time of one obligation: dues, breaches, claims, findings, periods and events as lanes on one axis."""

from collections.abc import Sequence

from agreement.models import Event
from obligations.deadlines import Moment, day_in
from obligations.models import Obligation
from obligations.status.breaches import SeenBreach
from obligations.status.status import Standing
from obligations.web.base.lanes import Chart, axis_over, chart_of
from obligations.web.base.marks import Mark, marks_on, of_event, of_trigger, years_of
from parties.access import Viewer


def strip_of(
    owed: Obligation,
    standings: Sequence[Standing],
    events: Sequence[Event],
    breaches: Sequence[SeenBreach],
    viewer: Viewer,
    moment: Moment,
) -> tuple[Chart | None, list[Mark]]:
    """The drawing, and what it shows in the order of days. Events of the time before are left to their list."""
    agreement = owed.agreement
    marks = marks_on(standings, viewer, moment, breaches)
    if owed.trigger and owed.trigger.occurred_on:
        marks.append(of_trigger(owed.trigger, owed.trigger.occurred_on, agreement))
    if not marks:
        return None, []
    today = moment.spoken_on or day_in(moment.at, agreement.zone)
    years = years_of(marks, today, "", "")
    marks += [one for one in (of_event(event, agreement) for event in events) if years.has(one)]
    shown = sorted((one for one in marks if years.has(one)), key=lambda one: one.place)
    return chart_of(shown, axis_over(shown, years, today)), shown
