from django.urls import include, path

from obligations.web.obligation import care, events, evidence, gates, readings, statements, views

# What one obligation has.
OF_ONE = [
    path("", views.obligation, name="obligation"),
    path("claim/", statements.Claim.as_view(), name="obligation-claim"),
    path("contest/", statements.Contest.as_view(), name="obligation-contest"),
    path("owner/", care.Own.as_view(), name="obligation-owner"),
    path("acknowledge/", care.Acknowledge.as_view(), name="obligation-acknowledge"),
    path("event/", events.Record.as_view(), name="event-record"),
    path("evidence/file/", evidence.AddFile.as_view(), name="evidence-add-file"),
    path("evidence/link/", evidence.AddLink.as_view(), name="evidence-add-link"),
    path("evidence/<slug:key>/attach/", evidence.Attach.as_view(), name="evidence-attach"),
    path("evidence/<slug:key>/file/", evidence.file, name="evidence-file"),
    path("gate/<int:place>/", gates.OpenOrClose.as_view(), name="gate"),
    path("request/", statements.MakeRequest.as_view(), name="obligation-request"),
    path(
        "request/<slug:key>/take-back/",
        statements.TakeRequestBack.as_view(),
        name="obligation-request-back",
    ),
    path("observe/", statements.Observe.as_view(), name="obligation-observe"),
    path("answer/", statements.Answer.as_view(), name="obligation-answer"),
    path("withdraw/", statements.Withdraw.as_view(), name="obligation-withdraw"),
    path("translate/", statements.Translate.as_view(), name="obligation-translate"),
    path("release/", statements.Release.as_view(), name="obligation-release"),
    path("reading/", readings.Record.as_view(), name="reading"),
    path("reading/effect/", readings.effect, name="reading-effect"),
    path("reading/<slug:key>/", readings.TakeBack.as_view(), name="reading-take-back"),
]

urlpatterns = [
    path("triggers/<slug:agreement>/<code:trigger>/", events.GiveDate.as_view(), name="trigger-date"),
    path("obligations/<slug:agreement>/<code:code>/", include(OF_ONE)),
]
