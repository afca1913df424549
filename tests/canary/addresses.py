"""Every address that the server answers: of each route, with the arguments of all that there is, and with every filter.

A route whose arguments are not known here, or a filter whose values are not, is a failure of the test: it would be left
out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreement.models import Agreement, Event, Notice
from obligations.models import (
    BreachStatus,
    Commitment,
    Draft,
    Evidence,
    Gate,
    Meeting,
    Obligation,
    PartyRequest,
    Period,
    Proposal,
    Reading,
    Statement,
    Subscription,
    Webhook,
    Work,
)
from obligations.web.compliance.charts import CHARTS
from parties.models import Tiered, User
from tests.effort import effort

Arguments = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the URL conf. `name` has its namespaces, such as "api:events"."""

    name: str
    view: Any
    parameters: frozenset[str]
    given: frozenset[str]

    @property
    def resource(self) -> Any:
        """The class of the view, where it is one of the API."""
        return getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)


def routes() -> list[Route]:
    return list(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            for route in _routes(one.url_patterns, inner):
                yield Route(route.name, route.view, route.parameters | set(_parameters(one)), route.given)
        else:
            yield Route(
                f"{space}{one.name}", one.callback, frozenset(_parameters(one)), frozenset(one.default_args)
            )


def _parameters(one: URLPattern | URLResolver) -> set[str]:
    pattern: Any = one.pattern
    return set(pattern.converters) | set(pattern.regex.groupindex)


def some(model: type[Model]) -> list[Any]:
    """One or two of each sort of rows with a tier, and the first and last few of others."""
    rows: list[Any] = list(model._default_manager.order_by("pk"))
    by_sort: dict[Any, list[Any]] = defaultdict(list)
    has_tiers = issubclass(model, Tiered)
    for row in rows:
        by_sort[(row.agreement_id, row.tier, row.confidant_id) if has_tiers else None].append(row)
    most = effort(2 if has_tiers else 3, len(rows))
    return [row for each in by_sort.values() for row in {one.pk: one for one in ends(each, most)}.values()]


def ends(rows: list[Any], most: int) -> list[Any]:
    return rows if len(rows) <= most else rows[: most // 2] + rows[-(most // 2) :]


def obligations() -> Arguments:
    return [
        {"agreement": one.agreement.code, "code": one.code}
        for one in Obligation.objects.select_related("agreement")
    ]


def late() -> Arguments:
    """An obligation on which everything was said. Forms about others are alike."""
    return [one for one in obligations() if one["code"] == "LATE"]


def commitments(name: str) -> Callable[[], Arguments]:
    return lambda: [{name: row.pk} for row in some(Commitment)]


def of_evidence() -> Arguments:
    return [
        {"agreement": one.agreement.code, "code": one.obligation.code, "key": one.key}
        for one in some(Evidence)
    ]


def of_readings() -> Arguments:
    rows = Reading.objects.select_related("agreement", "commitment__obligation")
    return [
        {"agreement": one.agreement.code, "code": one.commitment.obligation.code, "key": one.key}
        for one in rows
    ]


def accounts() -> Arguments:
    return [{"key": key} for key in User.objects.order_by("pk").values_list("key", flat=True)[:2]]


def agreements() -> Arguments:
    return [{"code": code} for code in Agreement.objects.values_list("code", flat=True)]


def of_requests() -> Arguments:
    rows = some(PartyRequest)
    return [
        {"agreement": one.agreement.code, "code": one.commitment.obligation.code, "key": one.key}
        for one in rows
    ]


def of_sheets() -> Arguments:
    """A draft that is none of a sheet is none here; and one that is nowhere."""
    return [
        {"agreement": "accord", "key": key} for key in (*Draft.objects.values_list("key", flat=True), "none")
    ]


def by_key(model: type[Model]) -> Callable[[], Arguments]:
    return lambda: [{"key": row.key} for row in some(model)]


def events() -> Arguments:
    return [{"agreement": one.agreement.code, "code": one.code} for one in some(Event)]


def breaches() -> list[str]:
    """The keys of all breaches, whoever sees them."""
    return list(dict.fromkeys(BreachStatus.objects.order_by("pk").values_list("key", flat=True)))


def gates() -> Arguments:
    rows = Gate.objects.select_related("obligation__agreement")
    return [
        {"agreement": one.obligation.agreement.code, "code": one.obligation.code, "place": one.place}
        for one in rows
    ]


def points() -> Arguments:
    return [{"key": row.key, "place": 1} for row in some(Meeting)]


# By route; those of the API that show rows know their arguments themselves.
ARGUMENTS: dict[str, Callable[[], Arguments]] = {
    "account": accounts,
    "account-factor": accounts,
    "account-close": accounts,
    "account-link": accounts,
    "account-mandate": accounts,
    "account-switch": accounts,
    "account-withdraw": lambda: [one | {"agreement": "accord"} for one in accounts()],
    "account_reset_password_from_key": lambda: [{"uidb36": "1", "key": "set-password"}],
    "agreement": agreements,
    "bulk-sheet": of_sheets,
    "bulk-template": lambda: [
        {"agreement": "accord", "form": "csv"},
        {"agreement": "accord", "form": "xlsx"},
    ],
    "bulk-upload": lambda: [{"agreement": "accord"}],
    "calendar-change": agreements,
    "chart": lambda: [{"name": name} for name in CHARTS],
    "chart-embedded": lambda: [{"name": name} for name in CHARTS],
    "chart-file": lambda: [
        {"name": name, "form": form} for name in CHARTS for form in ("svg", "csv", "xlsx")
    ],
    "calendars": agreements,
    "desk-effect": commitments("commitment_id"),
    "desk-finding": commitments("commitment_id"),
    "desk-undo": by_key(Statement),
    "desk-view": lambda: [{"key": "none"}],
    "desk-view-remove": lambda: [{"key": "none"}],
    "evidence-attach": of_evidence,
    "evidence-file": of_evidence,
    "obligation": obligations,
    "mfa_remove_webauthn": lambda: [{"place": 1}],
    "mail-again": lambda: [{"key": "none"}],
    "run-now": lambda: [{"part": "none"}],
    "help-topic": lambda: [{"topic": "mediators"}],
    "mail-stop": lambda: [*by_key(Subscription)(), {"key": "none"}],
    "own-calendar": lambda: [{"secret": "none"}],
    "openid_connect_login": lambda: [{"provider_id": "none"}],
    "openid_connect_callback": lambda: [{"provider_id": "none"}],
    "own-session-end": lambda: [{"named": "none"}],
    "own-token-revoke": lambda: [{"key": "none"}],
    "follow": lambda: [{"agreement": one["code"]} for one in agreements()],
    **dict.fromkeys(
        (
            "own-webhook",
            "own-webhook-on",
            "own-webhook-remove",
            "own-webhook-replay",
            "own-webhook-rotate",
            "own-webhook-test",
            "api:webhook",
            "api:webhook-deliveries",
            "api:webhook-on",
            "api:webhook-replay",
            "api:webhook-secret",
            "api:webhook-test",
        ),
        lambda: [{"key": key} for key in (*Webhook.objects.values_list("key", flat=True), "none")],
    ),
    **dict.fromkeys(
        (
            "work-again",
            "work-cancel",
            "work-download",
            "api:work",
            "api:work-cancellation",
            "api:work-file",
        ),
        lambda: [{"key": key} for key in (*Work.objects.values_list("key", flat=True), "none")],
    ),
    "feed": lambda: [{"form": "atom"}, {"form": "json"}],
    "gate": gates,
    "ledger-export": agreements,
    "obligation-request-back": of_requests,
    **dict.fromkeys(
        (
            "meeting",
            "meeting-agenda",
            "meeting-change",
            "meeting-close",
            "meeting-minutes",
            "meeting-minutes-pdf",
            "meeting-pack",
            "meeting-pack-pdf",
            "meeting-recorded",
        ),
        by_key(Meeting),
    ),
    "meeting-point": points,
    "notice": lambda: [{"key": key} for key in (*Notice.objects.values_list("key", flat=True), "none")],
    "policy": agreements,
    "power": by_key(Proposal),
    "proposal": by_key(Proposal),
    "reading-take-back": of_readings,
    "trigger-date": lambda: [{"agreement": "accord", "trigger": "T-START"}],
    "api:answers": by_key(Statement),
    "api:request-taken-back": by_key(PartyRequest),
    "api:breach": lambda: [{"key": key} for key in ends(breaches(), 6)],
    "api:breach-acknowledgement": lambda: [{"key": key} for key in ends(breaches(), 6)],
    "api:commitment": commitments("pk"),
    "api:period": lambda: [{"key": one.key} for one in ends(list(Period.objects.order_by("pk")), 6)],
    "api:claims": commitments("pk"),
    "api:observations": commitments("pk"),
    "api:commitment-requests": commitments("pk"),
    "api:commitment-readings": commitments("pk"),
    "api:contests": by_key(Statement),
    "api:event-releases": events,
    "api:evidence-file": by_key(Evidence),
    "api:evidence-statements": by_key(Evidence),
    "api:gate-openings": gates,
    "api:renewals": by_key(Proposal),
    "api:signatures": by_key(Proposal),
    "api:findings": commitments("pk"),
    "api:obligation-events": lambda: late(),
    "api:obligation-evidence": lambda: late(),
    "api:followed": lambda: [{"key": "0d2f8c3e-2b0c-4a43-8d3c-5c1a0a4f0f27"}],
    "api:obligation-owner": lambda: late(),
    "api:statement-releases": by_key(Statement),
    "api:token": lambda: [{"key": "none"}],
    "api:trigger-dates": lambda: [{"agreement": "accord", "code": "T-START"}],
    "api:trigger-waiting-date": lambda: [{"agreement": "accord", "code": "T-START"}],
    "api:statement-translations": by_key(Statement),
    "api:withdrawals": by_key(Statement),
}


def arguments_of(route: Route) -> Arguments:
    """Of each row that there is, hidden ones too."""
    wanted = route.parameters - route.given
    if not wanted:
        return [{}]
    if route.name in ARGUMENTS:
        return ARGUMENTS[route.name]()
    resource = route.resource
    names = getattr(resource, "keys", None) or {}
    if names and set(names) == wanted:
        chosen = [row.pk for row in some(resource.model)]
        rows = resource.model._default_manager.filter(pk__in=chosen).order_by("pk")
        return [dict(zip(names, row, strict=True)) for row in rows.values_list(*names.values())]
    if wanted == {"agreement", "code"}:
        return late() if not route.name.startswith("api:") else []
    return []


def addresses() -> list[str]:
    """Without a query string."""
    found = []
    for route in routes():
        if route.name == "api:nowhere":
            found.append("/api/v1/nothing/")
            continue
        found += [reverse(route.name, kwargs=one) for one in arguments_of(route)]
    return list(dict.fromkeys(found))


def without_arguments() -> list[str]:
    """The routes that no address was found for."""
    return [route.name for route in routes() if route.name != "api:nowhere" and not arguments_of(route)]


def guesses() -> list[str]:
    """Pages about an obligation, asked for with the keys of what is hidden and of what is not."""
    found = []
    for route in routes():
        if route.parameters == {"agreement", "code"} and not route.name.startswith("api:"):
            page = reverse(route.name, kwargs={"agreement": "accord", "code": "LATE"})
            found += [f"{page}?{name}={key}" for name, key in keys()]
    return found


def keys() -> list[tuple[str, object]]:
    """By the parameters in which pages take them: the first of all, and the last that is hidden."""
    found: list[tuple[str, object]] = []
    for name, model in (("statement", Statement), ("replaces", Evidence), ("commitment", Commitment)):
        rows = [row for row in some(model) if row.agreement.code == "accord"]
        found += [(name, getattr(row, "key", row.pk)) for row in ends(rows, effort(2, len(rows)))]
    return found
