"""What a list or a figure is about, in words: for the sheet of a file, for a citation, for the head of a document.

Its address is permanent: it names the day spoken of and what was recorded until then, so that it gives the same rows
later, to whoever may see the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreement.models import Agreement
from obligations.deadlines import Moment, day_in
from obligations.deadlines.moment import pinned
from obligations.models.statement import Level
from obligations.status.moments import days_of, in_words, known_of, zone_of
from obligations.words.languages import translation_note
from parties.access import Viewer
from parties.texts import StrOrPromise
from parties.tier_words import counted_in

# What says where on a list one stands or how it is taken away, and not which rows are on it.
NOT_CITED = frozenset({"after", "limit", "format", "cite", "commitment"})


@dataclass(frozen=True, slots=True)
class Fact:
    key: str
    label: str
    value: str


@dataclass(frozen=True)
class About:
    """`moment` is pinned; `filters` are pairs of words; `address` is absolute; `name` is what a file is called."""

    title: str
    name: str
    agreements: Sequence[Agreement]
    moment: Moment
    zone: ZoneInfo
    filters: Sequence[tuple[str, str]]
    seen: str
    address: str

    @property
    def day(self) -> date:
        return self.moment.spoken_on or day_in(self.moment.now, self.zone)

    @property
    def known(self) -> date | datetime:
        return known_of(self.moment) or self.moment.now

    @property
    def taken_on(self) -> date:
        return day_in(self.moment.now, self.zone)

    def of_each(self, name: str) -> str:
        """A property of the agreements, each value once."""
        return "; ".join(
            dict.fromkeys(str(value) for one in self.agreements if (value := getattr(one, name)))
        )

    @cached_property
    def footnote(self) -> str:
        notes = dict.fromkeys(str(one.footnote) for one in self.agreements if one.footnote)
        return " ".join([*notes, *filter(None, [translation_note()])])

    @property
    def picked(self) -> str:
        return "; ".join(f"{label}: {value}" for label, value in self.filters)

    @cached_property
    def citation(self) -> str:
        """One sentence after the other, to be copied as they are."""
        words = {
            "title": f"{self.title} ({self.picked})" if self.filters else self.title,
            "agreement": self.of_each("title"),
            "day": in_words(self.day, self.zone),
            "known": in_words(self.known, self.zone),
            "seen": self.seen,
            "address": self.address,
            "accessed": in_words(self.taken_on, self.zone),
            "version": self.of_each("data_version"),
            "licence": self.of_each("licence"),
        }
        sentences = [
            _("%(agreement)s: %(title)s, as of %(day)s, as known on %(known)s.")
            if words["agreement"]
            else _("%(title)s, as of %(day)s, as known on %(known)s."),
            words["seen"],
            _("Version of the data: %(version)s.") if words["version"] else "",
            _("Licence: %(licence)s.") if words["licence"] else "",
            _("Normalization Tracker, %(address)s, accessed on %(accessed)s."),
        ]
        return " ".join(sentence % words for sentence in sentences if sentence)

    @cached_property
    def facts(self) -> list[Fact]:
        found = [
            Fact("title", _("Title"), self.title),
            Fact("agreement", _("Agreement"), self.of_each("title")),
            Fact("as_of", pgettext("label of a day", "As of"), self.day.isoformat()),
            Fact("known_at", _("As known on"), days_of(self.moment).get("known_at", "")),
            Fact("filters", _("Filters"), self.picked),
            Fact("tiers", _("Tiers"), self.seen),
            Fact("footnote", _("Footnote"), self.footnote),
            Fact("version", _("Version of the data"), self.of_each("data_version")),
            Fact("pack", _("SHA-256 of the pack"), self.of_each("pack_digest")),
            Fact("licence", _("Licence"), self.of_each("licence")),
            Fact("levels", _("Levels"), "; ".join(f"{one.value} {one.label}" for one in Level)),
            Fact("method", _("Method: how it is judged and counted"), self.at(reverse("method"))),
            Fact("taken_at", _("Taken away at"), self.moment.now.astimezone(UTC).isoformat()[:19] + "Z"),
            Fact("address", _("Permanent address"), self.address),
            Fact("citation", _("To cite it"), self.citation),
        ]
        return [fact for fact in found if fact.value]

    def told(self) -> "About":
        """Itself, with its sentences made here and now: in this language, and by these translations of packs."""
        _kept = self.facts, self.footnote
        return self

    def at(self, path: str) -> str:
        """A path on the same server."""
        scheme, host, *_rest = urlsplit(self.address)
        return f"{scheme}://{host}{path}"


def about_of(
    request: HttpRequest,
    title: StrOrPromise,
    viewer: Viewer,
    moment: Moment,
    agreements: Iterable[Agreement],
    filters: Iterable[tuple[str, str]] = (),
    pins: Mapping[str, str] | None = None,
    name: str = "",
    also: Mapping[str, str] | None = None,
) -> About:
    """About what an address shows. `pins` are the parameters that fix it to its days, where these are others than
    `as_of` and `known_at`, and `also` others that it is to have, such as the agreement that it took as the first;
    `name` is the first part of a file's name.
    """
    those = list(agreements)
    zone = zone_of(those)
    fixed = pinned(moment, zone)
    seen = " ".join(dict.fromkeys(counted_in(viewer, one.pk) for one in those))
    day = str(fixed.spoken_on)
    codes = [one.code for one in those] if len(those) == 1 else []
    called = "-".join([slugify(name or str(title)), *codes, day])
    fixing = {**(also or {}), **(days_of(fixed) if pins is None else pins)}
    return About(str(title), called, those, fixed, zone, list(filters), seen, permanent(request, fixing))


def permanent(request: HttpRequest, fixing: Mapping[str, str]) -> str:
    """The absolute address of what is shown, with the parameters that fix it."""
    asked = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name not in NOT_CITED and name not in fixing
    ]
    query = urlencode([*asked, *fixing.items()])
    return request.build_absolute_uri(request.path) + (f"?{query}" if query else "")
