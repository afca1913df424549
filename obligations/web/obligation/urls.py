from django.urls import include, path

from obligations.web.obligation import (
    drafts,
    evidence,
    readings,
    replies,
    requests,
    statements,
    views,
)

# What one obligation has.
OF_ONE = [
    path("", views.obligation, name="obligation"),
    path("claim/", statements.claim, name="obligation-claim"),
    path("contest/", statements.contest, name="obligation-contest"),
    path(
        "evidence/file/",
        evidence.add,
        {"kind": "file"},
        name="evidence-add-file",
    ),
    path(
        "evidence/link/",
        evidence.add,
        {"kind": "link"},
        name="evidence-add-link",
    ),
    path(
        "evidence/<slug:key>/attach/",
        evidence.attach,
        name="evidence-attach",
    ),
    path(
        "evidence/<slug:key>/file/",
        evidence.file,
        name="evidence-file",
    ),
    path("request/", requests.make, name="obligation-request"),
    path(
        "request/<slug:key>/take-back/",
        requests.take_back,
        name="obligation-request-back",
    ),
    path("answer/", replies.answer, name="obligation-answer"),
    path("withdraw/", replies.withdraw, name="obligation-withdraw"),
    path("release/", replies.change_tier, name="obligation-release"),
    path("reading/", readings.record, name="reading"),
    path("reading/effect/", readings.effect, name="reading-effect"),
    path(
        "reading/<slug:key>/",
        readings.take_back,
        name="reading-take-back",
    ),
]

urlpatterns = [
    path("asked/", requests.asked, name="asked"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("obligations/<slug:agreement>/<code:code>/", include(OF_ONE)),
]
