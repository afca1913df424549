"""Addresses of the API, version 1. Rows have natural keys where they have any."""

from django.urls import URLPattern, include, path, re_path
from rest_framework.views import APIView

import obligations.api.base.schema  # noqa: F401  the document learns of our tokens
from obligations.api.base.views import Resource
from obligations.api.views import (
    agreement,
    bulk,
    care,
    changes,
    evidence,
    figures,
    following,
    ledger,
    meetings,
    proposals,
    root,
    search,
    signing,
    standing,
    tokens,
    webhooks,
    work,
    writing,
)


def resource(view: type[Resource], many: str, single: str, key: str) -> list[URLPattern]:
    return [
        path(f"{many}/", view.as_view({"get": "list"}), name=many),
        path(f"{many}/{key}/", view.as_view({"get": "retrieve"}), name=single),
    ]


def view(route: str, of: type[APIView], name: str) -> URLPattern:
    return path(route, of.as_view(), name=name)


routes = [
    view("", root.Root, "root"),
    view("schema/", root.Schema, "schema"),
    view("docs/", root.Docs, "docs"),
    *resource(agreement.Agreements, "agreements", "agreement", "<str:code>"),
    *resource(standing.Requests, "requests", "request", "<str:key>"),
    view("requests/<str:key>/taken-back/", writing.RequestsTakenBack, "request-taken-back"),
    *resource(standing.Breaches, "breaches", "breach", "<str:key>"),
    view("breaches/<str:key>/acknowledgement/", care.Acknowledgements, "breach-acknowledgement"),
    view("bulk/", bulk.Bulk, "bulk"),
    path("changes/", changes.Changes.as_view({"get": "list"}), name="changes"),
    path(
        "changes/between/",
        changes.ChangesBetween.as_view({"get": "list"}),
        name="changes-between",
    ),
    *resource(agreement.Calendars, "calendars", "calendar", "<str:agreement>/<str:code>"),
    *resource(standing.Commitments, "commitments", "commitment", "<int:pk>"),
    *resource(agreement.Events, "events", "event", "<str:agreement>/<str:code>"),
    *resource(evidence.EvidenceList, "evidence", "evidence-item", "<str:key>"),
    view("following/", following.Followed, "following"),
    view("following/<uuid:key>/", following.OneFollowed, "followed"),
    path("figures/", figures.Figures.as_view({"get": "retrieve"}), name="figures"),
    *resource(agreement.Instruments, "instruments", "instrument", "<str:agreement>/<str:code>"),
    path("ledger/", ledger.Ledger.as_view({"get": "list"}), name="ledger"),
    view("me/", figures.Me, "me"),
    *resource(meetings.Meetings, "meetings", "meeting", "<str:key>"),
    *resource(standing.Obligations, "obligations", "obligation", "<str:agreement>/<str:code>"),
    *resource(standing.Periods, "periods", "period", "<str:key>"),
    *resource(agreement.Parties, "parties", "party", "<str:agreement>/<str:code>"),
    *resource(proposals.Proposals, "proposals", "proposal", "<slug:key>"),
    *resource(
        agreement.Provisions, "provisions", "provision", "<str:agreement>/<str:instrument>/<str:anchor>"
    ),
    *resource(standing.Readings, "readings", "reading", "<str:key>"),
    path("search/", search.Search.as_view({"get": "list"}), name="search"),
    *resource(standing.Statements, "statements", "statement", "<str:key>"),
    *resource(agreement.Triggers, "triggers", "trigger", "<str:agreement>/<str:code>"),
    view("events/<str:agreement>/<str:code>/releases/", writing.EventReleases, "event-releases"),
    view("commitments/<int:pk>/requests/", writing.RequestsOf, "commitment-requests"),
    view("commitments/<int:pk>/claims/", writing.Claims, "claims"),
    view("commitments/<int:pk>/observations/", writing.Observations, "observations"),
    view("commitments/<int:pk>/findings/", writing.Findings, "findings"),
    view("commitments/<int:pk>/readings/", writing.ReadingsOf, "commitment-readings"),
    view("evidence/<str:key>/file/", evidence.EvidenceFile, "evidence-file"),
    view("evidence/<str:key>/statements/", writing.EvidenceStatements, "evidence-statements"),
    view("obligations/<str:agreement>/<str:code>/evidence/", writing.EvidenceOf, "obligation-evidence"),
    view("obligations/<str:agreement>/<str:code>/owner/", care.Owners, "obligation-owner"),
    view("obligations/<str:agreement>/<str:code>/events/", writing.EventsOf, "obligation-events"),
    view("statements/<str:key>/answers/", writing.Answers, "answers"),
    view("statements/<str:key>/contests/", writing.Contests, "contests"),
    view("statements/<str:key>/releases/", writing.Releases, "statement-releases"),
    view("statements/<str:key>/translations/", writing.StatementTranslations, "statement-translations"),
    view("statements/<str:key>/withdrawals/", writing.Withdrawals, "withdrawals"),
    view("triggers/<str:agreement>/<str:code>/dates/", writing.TriggerDates, "trigger-dates"),
    view("triggers/<str:agreement>/<str:code>/dates/waiting/", writing.WaitingDateOf, "trigger-waiting-date"),
    view("proposals/<slug:key>/renewals/", signing.Renewals, "renewals"),
    view("proposals/<slug:key>/signatures/", signing.Signatures, "signatures"),
    view(
        "obligations/<str:agreement>/<str:code>/gates/<int:place>/openings/",
        signing.Openings,
        "gate-openings",
    ),
    view("tokens/", tokens.Tokens, "tokens"),
    view("tokens/current/", tokens.CurrentToken, "current-token"),
    view("tokens/<str:key>/", tokens.Token, "token"),
    view("webhooks/", webhooks.Webhooks, "webhooks"),
    view("webhooks/<str:key>/", webhooks.OneWebhook, "webhook"),
    view("webhooks/<str:key>/deliveries/", webhooks.WebhookDeliveries, "webhook-deliveries"),
    view("webhooks/<str:key>/on/", webhooks.WebhookSwitches, "webhook-on"),
    view("webhooks/<str:key>/replay/", webhooks.WebhookReplays, "webhook-replay"),
    view("webhooks/<str:key>/secret/", webhooks.WebhookSecrets, "webhook-secret"),
    view("webhooks/<str:key>/test/", webhooks.WebhookTests, "webhook-test"),
    view("work/", work.AllWork, "work-list"),
    view("work/<str:key>/", work.OneWork, "work"),
    view("work/<str:key>/cancellation/", work.WorkCancellations, "work-cancellation"),
    view("work/<str:key>/file/", work.WorkFile, "work-file"),
    re_path(r"^", root.Nowhere.as_view(), name="nowhere"),
]

urlpatterns = [path("", include((routes, "api")))]
