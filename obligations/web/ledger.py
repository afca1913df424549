"""The ledger of an agreement, for its mediators: pages of entries, and the export that verifies elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreement.ledger.export import exported
from agreement.models import Agreement, ChainHead, ChainLink, LedgerCheck, LedgerEntry
from agreement.viewers import viewer_of
from obligations.deadlines import start_of_day
from obligations.status.codes import not_there
from obligations.web.base.guards import guard
from obligations.web.base.selection import address, key_in
from parties.access import Viewer
from parties.rates import costly
from parties.rights import Right
from parties.texts import day_error

PAGE_SIZE = 100
FILTERS = ("command", "since", "until", "subject")


def mediated(viewer: Viewer) -> QuerySet[Agreement]:
    """The agreements whose ledger the viewer may read, by code."""
    return Agreement.objects.filter(pk__in=viewer.agreements_as(*Right.READ_LEDGER.roles)).order_by("code")


@dataclass(frozen=True, slots=True)
class EntriesAsked:
    """The filters, and in `problems` what is wrong with them."""

    command: str
    since: date | None
    until: date | None
    subject: str
    problems: dict[str, str]


def asked_of(given: Mapping[str, str], agreement: Agreement) -> EntriesAsked:
    problems: dict[str, str] = {}
    since, until = (day(given.get(name, ""), name, problems) for name in ("since", "until"))
    words = {name: given.get(name, "").strip() for name in ("command", "subject")}
    for name, value in words.items():
        if "\x00" in value or len(value) > 200:
            problems[name] = _("At most 200 characters, and none that cannot be kept.")
    command = words["command"]
    if command and "command" not in problems and command not in (there := commands(agreement)):
        problems["command"] = not_there(command, there)
    return EntriesAsked(command, since, until, words["subject"], problems)


def day(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        given = date.fromisoformat(text)
    except ValueError:
        problems[name] = _("Give a day as 2026-01-31.")
        return None
    if error := day_error(given):
        problems[name] = error
    return given


def entries(agreement: Agreement, asked: EntriesAsked) -> QuerySet[ChainLink]:
    """In the order of the chain; days are of the agreement's time zone, and both belong to the span."""
    links = ChainLink.objects.filter(chain=agreement.pk, position__isnull=False)
    if asked.problems:
        return links.none()
    if asked.command:
        links = links.filter(entry__command=asked.command)
    if asked.subject:
        links = links.filter(entry__subject__icontains=asked.subject)
    if asked.since:
        links = links.filter(entry__at__gte=start_of_day(asked.since, agreement.zone))
    if asked.until and asked.until < date.max:
        links = links.filter(entry__at__lt=start_of_day(asked.until + timedelta(days=1), agreement.zone))
    return links.select_related("entry__actor", "entry__on_behalf_of").order_by("position")


def commands(agreement: Agreement) -> list[str]:
    """The names of the commands that the chain has entries of."""
    names = (
        LedgerEntry.objects.filter(agreement=agreement).order_by("command").values_list("command", flat=True)
    )
    return list(names.distinct())


def state(agreement: Agreement) -> dict[str, Any]:
    """The chain's head, and the newest verification as far as it is about this agreement."""
    newest = LedgerCheck.objects.order_by("-finished_at").first()
    faults = [one["what"] for one in newest.faults if one["agreement"] == agreement.code] if newest else []
    return {
        "head": ChainHead.objects.filter(chain=agreement.pk).first(),
        "verified_at": newest.finished_at if newest else None,
        "faults": faults,
    }


for_mediators = guard(
    Right.READ_LEDGER,
    otherwise=gettext_lazy("The ledger is for mediators. Your account has no such mandate."),
)


def theirs(request: HttpRequest, code: str = "") -> Agreement:
    """The agreement asked for, or the first; 404 where the viewer does not mediate it."""
    found = mediated(viewer_of(request))
    agreement = (found.filter(code=code) if code else found).first()
    if agreement is None:
        raise Http404
    return agreement


@for_mediators
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    agreement = theirs(request, key_in(request.GET, "agreement"))
    asked = asked_of(request.GET.dict(), agreement)
    found = entries(agreement, asked).order_by("-position")
    context: dict[str, Any] = {
        "agreement": agreement,
        "agreements": mediated(viewer_of(request)),
        "asked": asked,
        "given": {name: request.GET.get(name, "") for name in FILTERS},
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
        "commands": commands(agreement),
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "plain": address({"agreement": (agreement.code,)}),
        **state(agreement),
    }
    return render(request, "ledger/page.html", context, status=400 if asked.problems else 200)


@for_mediators
@require_safe
@costly
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The chain as lines of JSON, to be kept and to be verified elsewhere."""
    agreement = theirs(request, code)
    answer = StreamingHttpResponse(exported(agreement), content_type="application/jsonl")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{agreement.code}.jsonl"'
    return answer


urlpatterns = [
    path("", ledger, name="ledger"),
    path("<slug:code>/export/", export, name="ledger-export"),
]
