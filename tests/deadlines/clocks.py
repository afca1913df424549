"""Spans for tests of what is built on them, by the same functions that the app uses."""

from datetime import date
from zoneinfo import ZoneInfo

from obligations.deadlines import Grounds, ReadingAct, Span, spans

ZONE = ZoneInfo("Europe/Brussels")


def fixed_on(due_on: date, *acts: ReadingAct) -> tuple[Span, ...]:
    return spans(Grounds(ZONE, "fixed", {"date": due_on.isoformat()}, acts=acts))


def undated(*acts: ReadingAct) -> tuple[Span, ...]:
    return spans(Grounds(ZONE, "none", {}, acts=acts))
