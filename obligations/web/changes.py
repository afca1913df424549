"""The page of what changed between two moments: what a mediator reads before a meeting."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from agreement.models import Calendar
from obligations.changes.what import changes, without_a_day
from obligations.changes.window import DAY, ByDay, Change, ChangeKind, Window, WindowError, window_of
from obligations.deadlines import day_in, present
from obligations.deadlines.moment import INSTANT
from obligations.lists.places import EPOCH, FALLING, KEY, NUMBER
from obligations.status.recall import translations_of
from obligations.web.base.guards import for_readers
from obligations.web.base.register import Place, Register
from obligations.web.base.scope import HistoryScope, history_of, nothing_to_read
from obligations.web.base.selection import address, no_such
from obligations.web.base.table import Order, page_after
from parties.alphabets import by_name
from parties.models import Party
from parties.rates import costly


@dataclass(frozen=True, slots=True)
class Article:
    place: Place
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class OfParty:
    """What changed of one party's commitments; `total` counts it on all pages."""

    party: Party
    total: int
    articles: list[Article]


@dataclass(frozen=True, slots=True)
class Grouped:
    whole: list[Change]
    parties: list[OfParty]


@dataclass(frozen=True, slots=True)
class Placed:
    """A change with what orders the page: parties by name, articles in the order of the text, the newest first.

    The whole agreement is the party 0. `age` and `kind` are negative, so that what is newer comes first.
    """

    change: Change
    party: int
    article: int
    age: int
    kind: int
    key: str


# The page is read party by party, and so has no other order.
BY_TEXT: Order = (
    ("party", NUMBER),
    ("article", NUMBER),
    ("age", FALLING),
    ("kind", FALLING),
    ("key", KEY),
)


def placed(changes: Iterable[Change], register: Register) -> list[Placed]:
    rows = register.rows()
    order = {place: at for at, place in enumerate(register.places(rows))}
    names = {party.pk: at for at, party in enumerate(register.parties, start=1)}
    made = []
    for one in changes:
        at, kind, key = one.place
        party = article = 0
        if one.commitment is not None:
            party = names.get(one.commitment.party_id, len(names) + 1)
            article = order[row(one, rows)]
        made.append(Placed(one, party, article, (EPOCH - at) // INSTANT, -kind, key))
    return made


def row(change: Change, rows: dict[int, Place]) -> Place:
    assert change.commitment is not None
    return rows[change.commitment.obligation.provision_id]


def grouped(
    changes: Sequence[Change], totals: Counter[int], register: Register, parties: Sequence[Party]
) -> Grouped:
    """Group the changes of one page. Each of `parties` has its place, also where nothing changed."""
    rows = register.rows()
    found: dict[int, dict[Place, list[Change]]] = defaultdict(lambda: defaultdict(list))
    whole = []
    for change in changes:
        if change.commitment is None:
            whole.append(change)
        else:
            found[change.commitment.party_id][row(change, rows)].append(change)
    return Grouped(
        whole,
        [
            OfParty(
                one,
                totals[one.pk],
                [Article(place, entries) for place, entries in found[one.pk].items()],
            )
            for one in by_name(parties)
        ],
    )


def totals_of(changes: Iterable[Change]) -> Counter[int]:
    """How many there are of each party, by its key."""
    return Counter(change.commitment.party_id for change in changes if change.commitment is not None)


def counts_in_words(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """Each kind that there is with how many, in the order of kinds: ("finding", "3 findings")."""
    counted = Counter(change.kind for change in changes)
    return [(kind.value, counted_words(kind, counted[kind])) for kind in ChangeKind if counted[kind]]


def counted_words(kind: ChangeKind, n: int) -> str:
    words = {
        ChangeKind.CLAIM: ngettext("%(n)d claim", "%(n)d claims", n),
        ChangeKind.FINDING: ngettext("%(n)d finding", "%(n)d findings", n),
        ChangeKind.OBSERVATION: ngettext("%(n)d observation", "%(n)d observations", n),
        ChangeKind.CONTEST: ngettext("%(n)d contest", "%(n)d contests", n),
        ChangeKind.ANSWER: ngettext("%(n)d answer", "%(n)d answers", n),
        ChangeKind.WITHDRAWAL: ngettext("%(n)d withdrawal", "%(n)d withdrawals", n),
        ChangeKind.BREACH_OPENED: ngettext("%(n)d breach opened", "%(n)d breaches opened", n),
        ChangeKind.BREACH_CLOSED: ngettext("%(n)d breach closed", "%(n)d breaches closed", n),
        ChangeKind.BREACH_VOIDED: ngettext(
            "%(n)d breach that counts no more", "%(n)d breaches that count no more", n
        ),
        ChangeKind.READING: ngettext("%(n)d reading", "%(n)d readings", n),
        ChangeKind.DUE_DATE: ngettext("%(n)d due date moved", "%(n)d due dates moved", n),
        ChangeKind.TRIGGER_DATE: ngettext("%(n)d date of a trigger", "%(n)d dates of triggers", n),
        ChangeKind.HOLIDAY: ngettext("%(n)d day off", "%(n)d days off", n),
    }
    return words[kind] % {"n": n}


PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class Quick:
    """A span of days to choose with one click."""

    label: str
    query: str
    chosen: bool


@require_safe
@for_readers
@costly
def what_changed(request: HttpRequest) -> HttpResponse:
    scope = history_of(request)
    if scope is None:
        return nothing_to_read(request, _("What changed"), request.path)
    kinds = [kind for kind in dict.fromkeys(request.GET.getlist("kind")) if kind]
    problems = scope.problems + [no_such(_("Kind"), kind) for kind in kinds if kind not in ChangeKind.values]
    by_day = request.GET.get("by_day") or ByDay.RECORDED.value
    if by_day not in ByDay.values:
        problems.append(no_such(pgettext("field: by which day changes are told", "By"), by_day))
    elif not set(kinds) - set(ChangeKind.values) and (wrong := without_a_day(kinds, by_day)):
        problems.append(wrong)
    window = None
    try:
        window = window_of(
            request.GET.get("since", ""), request.GET.get("until", ""), scope.now, scope.agreement.zone
        )
    except WindowError as error:
        names = {"since": pgettext("a day", "From"), "until": pgettext("a day", "Until")}
        problems += [f"{names[name]}: {sentence}" for name, sentence in error.errors.items()]
    context = asked(request, scope, window, kinds, by_day) | {"problems": problems, "window": window}
    if window is not None and not problems:
        context |= context_of(request, scope, window, kinds, by_day)
    return render(request, "changes/page.html", context, status=400 if problems else 200)


def asked(
    request: HttpRequest, scope: HistoryScope, window: Window | None, kinds: Sequence[str], by_day: str
) -> dict[str, Any]:
    """What the form shows: what was asked for, and what else can be."""
    today = day_in(scope.now, scope.agreement.zone)
    begins = day_in(window.since, scope.agreement.zone) if window else today
    since, until = request.GET.get("since") or begins.isoformat(), request.GET.get("until") or ""
    return {
        "scope": scope,
        "agreement": scope.agreement,
        "today": today,
        "since": since,
        "until": until,
        "plain": {
            name: not given or DAY.fullmatch(given) for name, given in (("since", since), ("until", until))
        },
        "kinds": [(kind.value, kind.label, kind.value in kinds) for kind in ChangeKind],
        "by_day": by_day,
        "by_days": [(one.value, one.label, one.value == by_day) for one in ByDay],
        "is_spoken_of": by_day == ByDay.SPOKEN_OF,
        "quick": quick(scope, today, since, until, kinds, by_day),
        "is_filtered": scope.is_narrowed or bool(kinds),
        "selection": selection(scope, since, until, kinds, by_day),
    }


def quick(
    scope: HistoryScope, today: date, since: str, until: str, kinds: Sequence[str], by_day: str
) -> list[Quick]:
    offered = {
        _("last 7 days"): today - timedelta(days=7),
        _("last 30 days"): today - timedelta(days=30),
        _("since the start of the year"): today.replace(month=1, day=1),
    }
    return [
        Quick(
            label,
            selection(scope, day.isoformat(), "", kinds, by_day),
            day.isoformat() == since and not until,
        )
        for label, day in offered.items()
    ]


def selection(scope: HistoryScope, since: str, until: str, kinds: Sequence[str], by_day: str) -> str:
    """The query string that asks for the same, on this page and of the API."""
    chosen = {
        "agreement": (scope.agreement.code,),
        "since": (since,),
        "until": (until,),
        "party": (scope.party,),
        "provision": (scope.provision,),
        "kind": tuple(kinds),
        "by_day": (by_day if by_day != ByDay.RECORDED else "",),
    }
    return address({name: values for name, values in chosen.items() if any(values)})


def context_of(
    request: HttpRequest, scope: HistoryScope, window: Window, kinds: Sequence[str], by_day: str
) -> dict[str, Any]:
    picked = scope.picked if scope.is_narrowed else None
    found: list[Change] = changes(scope.agreement, scope.viewer, window, picked, kinds, by_day)
    page = page_after(request.GET, placed(found, scope.register), BY_TEXT, size=PAGE_SIZE)
    totals = totals_of(found)
    said = [one.change.statement for one in page.rows if one.change.statement]
    return {
        "total": len(found),
        "counts": counts_in_words(found),
        "whole_total": len(found) - totals.total(),
        **page.context,
        "grouped": grouped([one.change for one in page.rows], totals, scope.register, scope.parties),
        "calendars": {one.code: one.name for one in Calendar.objects.filter(agreement=scope.agreement)},
        "names": {party.code: party.name for party in scope.register.parties},
        "translations": translations_of(said, present(scope.now)),
    }


urlpatterns: list[URLPattern | URLResolver] = [path("", what_changed, name="changes")]
