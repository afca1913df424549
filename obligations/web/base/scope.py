"""What a page over an agreement is about: who looks, at which agreement, and what of it the address asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.deadlines import Moment, present
from obligations.models import Commitment, Obligation
from obligations.status.codes import codes_missing
from obligations.status.filters import FILTERS, Filter
from obligations.status.freshness import freshness_of
from obligations.status.moments import NAMES, Then, WrongDay, moment_asked, then_of
from obligations.status.provisions import with_parts, within
from obligations.status.reading import Listed
from obligations.status.tiers import audiences_told
from obligations.web.base.register import Place, Register, register_of
from obligations.web.base.selection import (
    NAMED,
    Option,
    active_in,
    address,
    label_in_full,
    options,
    problems,
    without,
)
from obligations.words.method import Selection
from obligations.words.paper import tier_of_sheet
from parties.access import Viewer
from parties.models import Party
from parties.texts import StrOrPromise
from parties.tier_words import counted_in, held_in

if TYPE_CHECKING:
    from obligations.models.commitment import CommitmentQuerySet


@dataclass(frozen=True)
class Reader:
    """Who looks, and at what: `fresh` is what the viewer can see, `agreements` all that they can read."""

    viewer: Viewer
    now: datetime
    fresh: str
    agreement: Agreement
    agreements: list[Agreement]
    register: Register

    @property
    def moment(self) -> Moment:
        return present(self.now)

    @property
    def owed(self) -> Any:
        """What picks the commitments that the page is about; None for all of the agreement."""
        return None

    counted_alone: ClassVar[bool] = False

    @cached_property
    def sheet_tier(self) -> str:
        """The highest tier of what the page shows and counts."""
        agreements, alone = [self.agreement.pk], self.counted_alone
        return tier_of_sheet(
            audiences_told(self.viewer, self.moment, agreements, self.owed, counted_alone=alone)
        )

    @property
    def parts(self) -> tuple[Viewer, datetime, str, Agreement, list[Agreement], Register]:
        return self.viewer, self.now, self.fresh, self.agreement, self.agreements, self.register


def reader_of(request: HttpRequest) -> Reader | None:
    """At the agreement that the address asks for, else the first; None where the viewer can read none of them."""
    viewer, now = viewer_of(request), timezone.now()
    readable = list(Agreement.objects.visible_to(viewer))
    code = request.GET.get("agreement") or (readable[0].code if readable else "")
    agreement = next((one for one in readable if one.code == code), None)
    if agreement is None:
        return None
    fresh = freshness_of(viewer, now)
    return Reader(viewer, now, fresh, agreement, readable, register_of(agreement))


@dataclass(frozen=True, slots=True)
class Tag:
    """An active filter in words, and the query string without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True)
class Scope(Reader):
    """What a compliance page is asked for: `then` is the moment that everything on it is of, `active` those of its
    `filters` that are set.
    """

    then: Then
    active: Selection
    problems: list[str]
    filters: Mapping[str, Filter]

    counted_alone = True

    @cached_property
    def selection(self) -> Selection:
        """What was chosen, with the days: they stay in every address."""
        days = {name: (day,) for name, day in self.then.days.items()}
        return {"agreement": (self.agreement.code,), **self.active, **days}

    def query_for(self, filters: Mapping[str, Filter]) -> str:
        """The query string of another list about the same: with the days, and those filters that it has as well."""
        return address({name: those for name, those in self.selection.items() if name in {*filters, *NAMES}})

    @property
    def moment(self) -> Moment:
        return self.then.moment

    @property
    def owed(self) -> Any:
        return self.listed.keys() if self.active else None

    @cached_property
    def listed(self) -> Listed:
        """What the filters leave."""
        return Listed(self.viewer, self.moment, self.selection)

    @cached_property
    def rows(self) -> dict[int, Place]:
        """The row of the table by article that each provision is counted in.

        Rows are the articles; within a provision that was chosen, what stands directly below it, unless it demands
        something itself, which then could not be listed without the rest.
        """
        chosen = self.register.provision_named("".join(self.active.get("provision", ())))
        if chosen is None:
            return self.register.rows()
        demands = Obligation.objects.filter(provision=chosen).exists()
        return self.register.rows(len(self.register.chains[chosen.pk]) - demands)

    @cached_property
    def count(self) -> int:
        """All commitments of the agreement that were known, whatever the filters."""
        return Listed(self.viewer, self.moment, {"agreement": (self.agreement.code,)}).count()

    @cached_property
    def tags(self) -> list[Tag]:
        return [
            Tag(
                str(self.filters[name].label),
                self.word(name, value),
                address(without(self.selection, name, value)),
            )
            for name, chosen in self.active.items()
            for value in chosen
        ]

    def word(self, name: str, value: str) -> str:
        if found := self.register.provision_named(value) if name == "provision" else None:
            return label_in_full(found)
        offered = options(name, self.register, self.filters) or []
        return next((option.label for option in offered if option.value == value), value)

    @property
    def counted_in(self) -> str:
        """Which tiers the figures were counted in, in words."""
        return counted_in(self.viewer, self.agreement.pk)


@dataclass(frozen=True)
class HistoryScope(Reader):
    """What a page over time is asked for: `party` and `provision` are codes, empty where none is chosen."""

    party: str
    provision: str
    problems: list[str]

    @cached_property
    def picked(self) -> "CommitmentQuerySet":
        """The commitments that are asked about, in the order of the text."""
        owed = Commitment.objects.visible_to(self.viewer).filter(agreement=self.agreement)
        if self.party:
            owed = owed.filter(party__in=with_parts(self.party))
        if self.provision:
            owed = owed.filter(within("obligation__provision")(None, self.provision))
        return owed.order_by("obligation__place", "party__name", "pk")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.party or self.provision)

    @property
    def owed(self) -> Any:
        return self.picked.order_by() if self.is_narrowed else None

    @property
    def parties(self) -> list[Party]:
        """Those asked about, in alphabetical order; all who owe something where none is chosen."""
        return self.register.asked([self.party] if self.party else [])

    @property
    def party_choices(self) -> list[Option]:
        return options("party", self.register) or []

    @property
    def provision_choices(self) -> list[Option]:
        return options("provision", self.register) or []

    @property
    def provision_name(self) -> str:
        found = self.register.provision_named(self.provision)
        return label_in_full(found) if found else ""

    @property
    def filters_told(self) -> list[tuple[str, str]]:
        """What it is narrowed by, in words: for a file or a citation."""
        named = {
            "party": ", ".join(str(one.name) for one in self.parties) if self.party else "",
            "provision": self.provision_name,
        }
        return [(str(FILTERS[name].label), said) for name, said in named.items() if said]

    @property
    def seen_tiers(self) -> str:
        """Which tiers the page shows, in words: it is printed and carried into meetings."""
        return held_in(self.viewer, self.agreement.pk)


def scope_of(
    request: HttpRequest, filters: Mapping[str, Filter] = FILTERS, ahead: bool = True
) -> Scope | None:
    """What a compliance page is about; None where the viewer can read no such agreement, or none at all.

    `ahead`: the day spoken of can be one to come.
    """
    reader = reader_of(request)
    if reader is None:
        return None
    agreement, active = reader.agreement, active_in(request.GET, reader.register, filters)
    wrong = problems(active, reader.register, filters)
    # The form offers no obligations, and not all provisions; links and addresses name them.
    wrong += named_in_vain(request, reader, NAMED)
    try:
        moment = moment_asked(request.GET, reader.now, agreement.zone, ahead)
    except WrongDay as error:
        moment = present(reader.now)
        wrong += error.sentences
    commitments = Commitment.objects.filter(agreement=agreement)
    then = then_of(moment, agreement.zone, commitments, reader.viewer, ahead)
    return Scope(*reader.parts, then, active, wrong, filters)


def named_in_vain(request: HttpRequest, reader: Reader, names: Iterable[str]) -> list[str]:
    """Sentences on what the address names of the agreement and there is not."""
    named = {name: given for name in names if (given := request.GET.get(name))}
    if not named:
        return []
    named["agreement"] = reader.agreement.code
    missing = codes_missing(named, named, reader.viewer)
    return [f"{FILTERS[name].label}: {told}" for name, told in missing.items()]


def history_of(request: HttpRequest) -> HistoryScope | None:
    """What a page over time is about; None as in `scope_of`."""
    reader = reader_of(request)
    if reader is None:
        return None
    given = {name: request.GET.get(name, "") for name in ("party", "provision")}
    wrong = named_in_vain(request, reader, given)
    provision = reader.register.in_full(given["provision"])
    return HistoryScope(*reader.parts, given["party"], provision, wrong)


def nothing_to_read(request: HttpRequest, title: StrOrPromise, at: str) -> HttpResponse:
    """There is no such agreement for this viewer: 404 where one was asked for by its code. `at` is the page."""
    readable = list(Agreement.objects.visible_to(viewer_of(request)))
    asked = request.GET.get("agreement", "")
    context = {"asked": asked, "choice": readable, "page_title": title, "at": at}
    return render(request, "components/no_agreement.html", context, status=404 if asked else 200)
