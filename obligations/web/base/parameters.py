"""What the addresses of pages can ask for: one table, and one place that refuses all else, as the API does.

A parameter that a page does not know would be passed over in silence, and what it shows be taken for what was asked.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from obligations.lists.listings import BREACHES, PERIODS
from obligations.status import ledger
from obligations.status.filters import FILTERS, wrong_parameters
from obligations.status.moments import NAMES

OVER_TIME = ("agreement", "party", "provision", "since", "until", "after")
SORTED = ("sort", "after")
LISTED = (*NAMES, *SORTED, "limit", "group", "column", "cite")
ON_THE_DESK = (
    *FILTERS,
    "owner",
    "queue",
    *SORTED,
    "view",
    "commitment",
    "claim",
    "picked",
    "recorded",
)
# By the name of the address; what is not here takes nothing. None: the fields of a form, as htmx sends them.
PARAMETERS: dict[str, tuple[str, ...] | None] = {
    "calendar-file": (*FILTERS,),
    "own-mail": ("agreement",),
    "own-webhook": ("after",),
    "own-calendar": (*FILTERS,),
    "calendar-change": ("calendar", "day", "becomes", "name"),
    "calendars": ("year",),
    "changes": (*OVER_TIME, "kind", "by_day", "cite"),
    "chart": (*FILTERS, *NAMES, "cite"),
    "chart-embedded": (*FILTERS, *NAMES),
    "chart-file": (*FILTERS, *NAMES),
    "breaches": (*BREACHES.filters, *LISTED),
    "commitments": (*FILTERS, *LISTED),
    "compliance": (*FILTERS, *NAMES, "compare_with", "cite"),
    "compliance-report": (*FILTERS, *NAMES),
    "desk": ON_THE_DESK,
    "desk-effect": None,
    "desk-finding": ON_THE_DESK,
    "desk-periods": ON_THE_DESK,
    "evidence-add-file": ("replaces", "statement"),
    "evidence-add-link": ("replaces", "statement"),
    "feed": ("agreement", "kind"),
    "gates": ("agreement", *NAMES),
    "accounts": SORTED,
    "imports": ("pack", *SORTED),
    "ledger": (*ledger.FILTERS, "agreement", "cite", *SORTED),
    "mail-log": SORTED,
    "meeting-pack": ("for", *NAMES),
    "meeting-pack-pdf": ("for", *NAMES),
    "meeting-plan": ("agreement",),
    "meetings": ("agreement", *SORTED),
    "obligation": (*NAMES, "order", "cite"),
    "obligation-acknowledge": ("commitment", "breach", "desk"),
    "obligation-owner": ("desk",),
    "obligation-answer": ("statement", "from"),
    "obligation-claim": ("commitment", "from"),
    "obligation-observe": ("commitment",),
    "obligation-contest": ("statement", "from"),
    "obligation-release": ("statement", "evidence", "event"),
    "obligation-request": ("statement", "commitment", "desk"),
    "obligation-translate": ("statement",),
    "obligation-withdraw": ("statement",),
    "party": ("agreement", "show", "after"),
    "periods": (*PERIODS.filters, *LISTED),
    "powers": ("after",),
    "proposal": ("desk",),
    "reading": ("kind", "desk"),
    "reading-effect": None,
    "search": ("q", "kind", "agreement", "provision", "after", "cite", *NAMES),
    "trigger-date": ("obligation",),
    "work-file": ("of",),
    "timeline": (*OVER_TIME, *NAMES, "sort", "format", "cite"),
}
SEVERAL = {name for name, one in FILTERS.items() if one.several}
# Of the addresses at which others may be given more than once.
SEVERAL_AT = {
    "commitments": {*SEVERAL, "column"},
    "changes": {"kind"},
    "feed": {"kind"},
    "breaches": {"column"},
    "periods": {"state", "column"},
    "search": set[str](),
}
SEVERAL_AT |= dict.fromkeys(("desk", "desk-finding", "desk-periods"), SEVERAL | {"picked", "recorded"})


class WrongParameter(ValueError):
    """What an address asks of one parameter in vain, as a sentence."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


class KnownParameters:
    """Middleware: a page that is asked for what it does not know, or twice for one thing, is not shown.

    What is sent with a form is left to it, so that nothing typed is lost.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method not in ("GET", "HEAD") or not view.__module__.startswith("obligations.web."):
            return None
        match = request.resolver_match
        name = (match.url_name if match else None) or ""
        known = PARAMETERS.get(name, ())
        if known is None:
            return None
        wrong = wrong_parameters(request.GET, set(known), SEVERAL_AT.get(name, SEVERAL))
        return refused(request, wrong) if wrong else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, WrongParameter):
            return refused(request, {exception.name: str(exception)})
        return None


def refused(request: HttpRequest, wrong: dict[str, str]) -> HttpResponse:
    rest = request.GET.copy()
    for parameter in wrong:
        del rest[parameter]
    context = {"wrong": [told_of(*pair) for pair in wrong.items()], "rest": rest.urlencode()}
    return render(request, "components/wrong_address.html", context, status=400)


def told_of(name: str, sentence: str) -> str:
    shown = name[:60].replace("\x00", "")
    return _("“%(name)s”: %(sentence)s") % {"name": shown, "sentence": sentence}
