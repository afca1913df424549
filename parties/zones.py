"""The time zones that people and packs may choose: of an area and a city, and UTC.

The system's database holds more: what this machine is set to (`localtime`), abbreviations that name no rule for long,
and fixed differences whose signs are the other way round (`Etc/GMT+2`).
"""

from functools import cache
from zoneinfo import available_timezones

AREAS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


@cache
def zones() -> tuple[str, ...]:
    """In alphabetical order."""
    return tuple(
        sorted(one for one in available_timezones() if one == "UTC" or one.partition("/")[0] in AREAS)
    )


def is_zone(name: str) -> bool:
    return name in zones()
