"""The days that an address asks about: `as_of`, the day spoken of, and `known_at`, the day of knowledge.

Pages and API read them by the same rules, so that the same two days show the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext, pgettext_lazy

from agreement.models import Agreement, TriggerDate
from obligations.deadlines import Moment, day_in, moment_of
from obligations.models import Commitment, Obligation, Reading, Statement
from parties.access import Viewer
from parties.texts import day_error

if TYPE_CHECKING:
    from obligations.models.commitment import CommitmentQuerySet

AS_OF, KNOWN_AT = "as_of", "known_at"
NAMES = (AS_OF, KNOWN_AT)
LABELS = {AS_OF: pgettext_lazy("label of a day", "As of"), KNOWN_AT: gettext_lazy("As known on")}
TO_COME = {
    AS_OF: gettext_noop(
        "This day has not come yet; today is %(today)s. Ahead there are only dates that fall due: ask for commitments."
    ),
    KNOWN_AT: gettext_noop("This day has not come yet; today is %(today)s."),
}
# After the year.
DAY_WRITTEN = r"-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME_WRITTEN = DAY_WRITTEN + r"T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,6})?Z"
WRITTEN = re.compile("[0-9]{4}" + DAY_WRITTEN)
INSTANT_WRITTEN = re.compile("[0-9]{4}" + TIME_WRITTEN)
NO_ZONE = ZoneInfo("UTC")


class WrongDay(ValueError):
    """Days that nothing can be said of; `errors` holds a sentence for each parameter."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors

    @property
    def sentences(self) -> list[str]:
        """What is wrong as a page says it, by the names that its form has."""
        return [f"{LABELS[name]}: {told}" for name, told in self.errors.items()]


def moment_asked(query: Mapping[str, str], now: datetime, zone: ZoneInfo, ahead: bool = False) -> Moment:
    """The moment that the parameters name, days being those of `zone`; the present where they name none.

    `ahead`: the day spoken of may be one to come. Raises WrongDay for what is no day, or one before 1900, or to come.
    """
    today = day_in(now, zone)
    days: dict[str, date] = {}
    errors: dict[str, str] = {}
    for name in NAMES:
        try:
            if given := query.get(name):
                days[name] = instant_given(given) if name == KNOWN_AT and "T" in given else day_given(given)
                is_to_come, day = is_after(days[name], now, zone)
                if is_to_come and not (ahead and name == AS_OF):
                    raise ValueError(_(TO_COME[name]) % {"today": date_format(today)})
                if error := day_error(day):
                    raise ValueError(error)
        except ValueError as wrong:
            errors[name] = str(wrong)
    if errors:
        raise WrongDay(errors)
    return moment_of(days.get(AS_OF), days.get(KNOWN_AT), now, zone)


def day_given(given: str) -> date:
    """ValueError with a sentence that says what is wrong."""
    try:
        day = date.fromisoformat(given) if WRITTEN.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("Give a day as YYYY-MM-DD."))
    return day


def instant_given(given: str) -> datetime:
    """In UTC; ValueError with a sentence that says what is wrong."""
    try:
        found = datetime.fromisoformat(given) if INSTANT_WRITTEN.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(_("Give a day as YYYY-MM-DD, or an instant as YYYY-MM-DDTHH:MM:SSZ."))
    return found


def is_after(asked: date | datetime, now: datetime, zone: ZoneInfo) -> tuple[bool, date]:
    """Whether a day or an instant is still to come, and the day that it is on."""
    if isinstance(asked, datetime):
        return asked > now, day_in(asked, zone)
    return asked > day_in(now, zone), asked


def zone_of(agreements: Iterable[Agreement]) -> ZoneInfo:
    """The zone that all of them count their days in; UTC where they have several, or are none."""
    zones = {one.time_zone for one in agreements}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else NO_ZONE


def days_of(moment: Moment) -> dict[str, str]:
    """The days as an address has them; none at present."""
    days = {AS_OF: moment.spoken_on, KNOWN_AT: known_of(moment)}
    return {name: written(day) for name, day in days.items() if day is not None}


def known_of(moment: Moment) -> date | datetime | None:
    """The day of knowledge, or the instant that stands in its place; None where all that is on record counts."""
    return moment.known_by or moment.known_on


def written(day: date | datetime) -> str:
    """As an address has it."""
    return (
        day.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(day, datetime)
        else day.isoformat()
    )


def in_words(day: date | datetime | None, zone: ZoneInfo) -> str:
    """A day as pages write it; an instant with the time of day, by the clock of `zone`."""
    if isinstance(day, datetime):
        return date_format(day.astimezone(zone), "SECOND_FORMAT")
    return date_format(day) if day else ""


def query_of(moment: Moment) -> str:
    """What an address that has no parameters goes on with, to speak of the same moment."""
    days = days_of(moment)
    return f"?{urlencode(days)}" if days else ""


def page_of(agreement: Agreement, obligation: Obligation, moment: Moment, at: str = "") -> str:
    """The obligation's page as of the same days, at one thing on it."""
    page = reverse("obligation", args=[agreement.code, obligation.code])
    return page + query_of(moment) + (f"#{at}" if at else "")


@dataclass(frozen=True)
class Then:
    """The moment that a page speaks of. Its addresses keep the two days, but for the one that leads back to today.

    `began` is when the first of what the viewer may see here was recorded, None where nothing was; it is asked for
    only where the day of knowledge is an earlier one. `may_look_ahead`: whether the page answers for days to come.
    """

    moment: Moment
    zone: ZoneInfo
    began: datetime | None = None
    may_look_ahead: bool = False

    @cached_property
    def days(self) -> dict[str, str]:
        return days_of(self.moment)

    @property
    def also(self) -> str:
        """What goes on an address that has parameters already."""
        return f"&{urlencode(self.days)}" if self.days else ""

    @property
    def only(self) -> str:
        """What goes on an address that has none."""
        return query_of(self.moment)

    @property
    def is_another(self) -> bool:
        return not self.moment.is_present

    @property
    def is_ahead(self) -> bool:
        """Whether the day spoken of has not come: deadlines as they are, with nothing recorded after today."""
        return self.moment.spoken_on is not None and self.moment.spoken_on > self.today

    @property
    def words(self) -> str:
        """The moment as a title tells it; empty at present."""
        spoken = date_format(self.moment.spoken_on) if self.moment.spoken_on else ""
        known = in_words(known_of(self.moment), self.zone)
        if self.is_ahead:
            return _("looking ahead to %(spoken)s") % {"spoken": spoken}
        if spoken and known:
            return _("as of %(spoken)s, as known on %(known)s") % {"spoken": spoken, "known": known}
        if spoken:
            return pgettext("in a title", "as of %(spoken)s") % {"spoken": spoken}
        return _("as known on %(known)s") % {"known": known} if known else ""

    @property
    def sentence(self) -> str:
        """The same as a sentence of its own: a day that ends in a full stop ends it."""
        return capfirst(self.words) + "." * (bool(self.words) and not self.words.endswith("."))

    @property
    def known(self) -> str:
        """The day of knowledge in words, or the instant; empty where all that is on record counts."""
        return in_words(known_of(self.moment), self.zone)

    @property
    def today(self) -> date:
        return day_in(self.moment.now, self.zone)

    @property
    def is_before_all(self) -> bool:
        """Whether the day of knowledge ended before anything that can be seen here was recorded."""
        known_at = self.moment.known_at
        return known_at is not None and (self.began is None or self.began >= known_at)

    @property
    def began_on(self) -> date | None:
        return day_in(self.began, self.zone) if self.began else None


def then_of(
    moment: Moment, zone: ZoneInfo, commitments: "CommitmentQuerySet", viewer: Viewer, ahead: bool = False
) -> Then:
    """Of a page about these commitments."""
    began = recording_began(commitments, viewer, moment.now) if moment.known_at else None
    return Then(moment, zone, began, ahead)


def recording_began(commitments: QuerySet[Commitment], viewer: Viewer, now: datetime) -> datetime | None:
    """When the first statement that the viewer may see, reading or given date of a trigger was recorded on these.

    What came with the text itself, as its own dates did, is no recording. Three queries.
    """
    keys = commitments.order_by().values("pk")
    rows: list[QuerySet[Statement] | QuerySet[Reading] | QuerySet[TriggerDate]] = [
        Statement.objects.visible_to(viewer, now).filter(commitment__in=keys),
        Reading.objects.filter(commitment__in=keys),
        TriggerDate.objects.filter(known_since=None, trigger__obligations__commitments__in=keys),
    ]
    first = [found.order_by().aggregate(first=Min("recorded_at"))["first"] for found in rows]
    return min((at for at in first if at), default=None)
