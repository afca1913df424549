"""Addresses of the API, version 1. Rows have natural keys where they have any."""

from django.urls import URLPattern, include, path, re_path

import obligations.api.base.schema  # noqa: F401  the document learns of our tokens
from obligations.api.base.views import Resource
from obligations.api.kept import made_plainly
from obligations.api.lists import Listed
from obligations.api.views import (
    agreement,
    bulk,
    changes,
    evidence,
    ledger,
    proposals,
    root,
    search,
    signing,
    standing,
    tokens,
    writing,
)


def resource(view: type[Resource], many: str, single: str, key: str) -> list[URLPattern]:
    rows = view.as_view({"get": "list"})
    return [
        path(f"{many}/", made_plainly(view, rows) if issubclass(view, Listed) else rows, name=many),
        path(f"{many}/{key}/", view.as_view({"get": "retrieve"}), name=single),
    ]


routes = [
    path("", root.Root.as_view(), name="root"),
    path("schema/", root.Schema.as_view(), name="schema"),
    path("docs/", root.Docs.as_view(), name="docs"),
    *resource(agreement.Agreements, "agreements", "agreement", "<str:code>"),
    *resource(standing.Requests, "requests", "request", "<str:key>"),
    path("requests/<str:key>/taken-back/", writing.RequestsTakenBack.as_view(), name="request-taken-back"),
    *resource(standing.Breaches, "breaches", "breach", "<str:key>"),
    path("bulk/", bulk.Bulk.as_view(), name="bulk"),
    path("changes/", changes.Changes.as_view({"get": "list"}), name="changes"),
    *resource(agreement.Calendars, "calendars", "calendar", "<str:agreement>/<str:code>"),
    *resource(standing.Commitments, "commitments", "commitment", "<int:pk>"),
    *resource(agreement.Events, "events", "event", "<str:agreement>/<str:code>"),
    *resource(evidence.EvidenceList, "evidence", "evidence-item", "<str:key>"),
    *resource(agreement.Instruments, "instruments", "instrument", "<str:agreement>/<str:code>"),
    path("ledger/", ledger.Ledger.as_view({"get": "list"}), name="ledger"),
    *resource(standing.Obligations, "obligations", "obligation", "<str:agreement>/<str:code>"),
    *resource(standing.Periods, "periods", "period", "<str:key>"),
    *resource(agreement.Parties, "parties", "party", "<str:code>"),
    *resource(proposals.Proposals, "proposals", "proposal", "<slug:key>"),
    *resource(
        agreement.Provisions, "provisions", "provision", "<str:agreement>/<str:instrument>/<str:anchor>"
    ),
    *resource(standing.Readings, "readings", "reading", "<str:key>"),
    path("search/", search.Search.as_view({"get": "list"}), name="search"),
    *resource(standing.Statements, "statements", "statement", "<str:key>"),
    *resource(agreement.Triggers, "triggers", "trigger", "<str:agreement>/<str:code>"),
    path(
        "events/<str:agreement>/<str:code>/releases/", writing.EventReleases.as_view(), name="event-releases"
    ),
    path("commitments/<int:pk>/requests/", writing.RequestsOf.as_view(), name="commitment-requests"),
    path("commitments/<int:pk>/claims/", writing.Claims.as_view(), name="claims"),
    path("commitments/<int:pk>/findings/", writing.Findings.as_view(), name="findings"),
    path("commitments/<int:pk>/readings/", writing.ReadingsOf.as_view(), name="commitment-readings"),
    path("evidence/<str:key>/file/", evidence.EvidenceFile.as_view(), name="evidence-file"),
    path("evidence/<str:key>/statements/", writing.EvidenceStatements.as_view(), name="evidence-statements"),
    path(
        "obligations/<str:agreement>/<str:code>/evidence/",
        writing.EvidenceOf.as_view(),
        name="obligation-evidence",
    ),
    path("statements/<str:key>/answers/", writing.Answers.as_view(), name="answers"),
    path("statements/<str:key>/contests/", writing.Contests.as_view(), name="contests"),
    path("statements/<str:key>/releases/", writing.Releases.as_view(), name="statement-releases"),
    path("statements/<str:key>/withdrawals/", writing.Withdrawals.as_view(), name="withdrawals"),
    path("triggers/<str:agreement>/<str:code>/dates/", writing.TriggerDates.as_view(), name="trigger-dates"),
    path(
        "triggers/<str:agreement>/<str:code>/dates/waiting/",
        writing.WaitingDateOf.as_view(),
        name="trigger-waiting-date",
    ),
    path("proposals/<slug:key>/renewals/", signing.Renewals.as_view(), name="renewals"),
    path("proposals/<slug:key>/signatures/", signing.Signatures.as_view(), name="signatures"),
    path(
        "obligations/<str:agreement>/<str:code>/gates/<int:place>/openings/",
        signing.Openings.as_view(),
        name="gate-openings",
    ),
    path("tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/current/", tokens.CurrentToken.as_view(), name="current-token"),
    path("tokens/<str:key>/", tokens.Token.as_view(), name="token"),
    re_path(r"^.*$", root.Nowhere.as_view(), name="nowhere"),
]

urlpatterns = [path("", include((routes, "api")))]
