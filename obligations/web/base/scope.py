"""What a compliance page is about: who looks, at which agreement, through which filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.deadlines import Moment, present
from obligations.models import Commitment
from obligations.status.codes import codes_missing
from obligations.status.filters import FILTERS
from obligations.status.freshness import freshness_of
from obligations.status.moments import NAMES, Then, WrongDay, moment_asked, then_of
from obligations.status.reading import InText, Listed
from obligations.web.base.choices import active_in, options, problems
from obligations.web.base.register import Register, register_of
from obligations.web.base.selection import Selection, address, without
from parties.access import Viewer
from parties.tier_words import counted_in

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Tag:
    """An active filter in words, and the query string without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True)
class Scope:
    """`then` is the moment that everything on the page is of; `now` is real; `fresh` is what the viewer can see."""

    viewer: Viewer
    now: datetime
    fresh: str
    then: Then
    agreement: Agreement
    agreements: list[Agreement]
    register: Register
    active: Selection
    problems: list[str]

    @cached_property
    def selection(self) -> Selection:
        """What was chosen, with the days: they stay in every address."""
        days = {name: (day,) for name, day in self.then.days.items()}
        return {"agreement": (self.agreement.code,), **self.active, **days}

    @property
    def moment(self) -> Moment:
        return self.then.moment

    @cached_property
    def listed(self) -> Listed:
        """What the filters leave."""
        return Listed(self.viewer, self.moment, self.selection)

    @cached_property
    def keys(self) -> Sequence[int]:
        """Of what the filters leave, in the order of the text; none while they ask for what there is not."""
        return [] if self.problems else InText(self.listed)

    @cached_property
    def count(self) -> int:
        """All commitments of the agreement that were known, whatever the filters."""
        return Listed(self.viewer, self.moment, {"agreement": (self.agreement.code,)}).count()

    @cached_property
    def tags(self) -> list[Tag]:
        return [
            Tag(
                str(FILTERS[name].label),
                self.word(name, value),
                address(without(self.selection, name, value)),
            )
            for name, chosen in self.active.items()
            for value in chosen
        ]

    def word(self, name: str, value: str) -> str:
        offered = options(name, self.register) or []
        return next((option.label for option in offered if option.value == value), value)

    @property
    def counted_in(self) -> str:
        """Which tiers the figures were counted in, in words."""
        return counted_in(self.viewer, self.agreement.pk)


def for_readers(view: View) -> View:
    """Everybody where the public tier is open to read; else whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.PUBLIC_READING or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return guarded


def scope_of(request: HttpRequest, also_known: tuple[str, ...] = ()) -> Scope | None:
    """The scope that the address asks for; None where the viewer can read no such agreement, or none at all."""
    viewer = viewer_of(request)
    readable = list(Agreement.objects.visible_to(viewer))
    code = request.GET.get("agreement") or (readable[0].code if readable else "")
    agreement = next((one for one in readable if one.code == code), None)
    if agreement is None:
        return None
    now = timezone.now()
    fresh = freshness_of(viewer, now)
    register, active = register_of(agreement, fresh), active_in(request.GET)
    wrong = problems(request.GET, active, register, (*also_known, *NAMES))
    # The form offers no obligations; links and addresses name them.
    named = {"agreement": agreement.code, "obligation": request.GET.get("obligation", "")}
    wrong += codes_missing(named, named, viewer).values()
    try:
        moment = moment_asked(request.GET, now, agreement.zone)
    except WrongDay as error:
        moment = present(now)
        wrong += error.sentences
    then = then_of(moment, agreement.zone, Commitment.objects.filter(agreement=agreement), viewer)
    return Scope(viewer, now, fresh, then, agreement, readable, register, active, wrong)


def nothing_to_count(request: HttpRequest) -> HttpResponse:
    """There is no such agreement for this viewer: 404 where one was asked for by its code."""
    readable = list(Agreement.objects.visible_to(viewer_of(request)))
    asked = request.GET.get("agreement", "")
    context = {"asked": asked, "choice": readable}
    return render(request, "compliance/none.html", context, status=404 if asked else 200)
