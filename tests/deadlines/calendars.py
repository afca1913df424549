"""A calendar of days off to count by, as for a party and an institution together: few days, all of them real."""

from datetime import date, timedelta

from obligations.deadlines.conventions import Holidays


def closed(first: date, days: int) -> dict[date, str]:
    return {first + timedelta(days=number): "Year's end" for number in range(days)}


DAYS_OFF = Holidays(
    {
        date(2023, 4, 7): "Good Friday",
        date(2023, 4, 10): "Easter Monday",
        date(2023, 4, 14): "Orthodox Good Friday",
        date(2023, 4, 17): "Orthodox Easter Monday",
        date(2023, 5, 1): "Labour Day",
        date(2023, 8, 15): "Assumption Day",
        **closed(date(2023, 12, 24), 10),
        date(2024, 3, 29): "Good Friday",
        date(2024, 4, 1): "Easter Monday",
        date(2024, 5, 1): "Labour Day",
        date(2024, 5, 3): "Orthodox Good Friday",
        date(2024, 5, 6): "Orthodox Easter Monday",
        **closed(date(2024, 12, 24), 10),
    }
)
