"""The addresses of all pages. A room's `urls.py` has its own."""

from django.conf import settings
from django.urls import include, path

from obligations.web.administration.mails import kept_mail

urlpatterns = [
    path("account/", include("obligations.web.account")),
    path("account/second-factor/", include("obligations.web.second_factor")),
    path("account/sessions/", include("obligations.web.sessions")),
    path("account/webhooks/", include("obligations.web.webhooks")),
    path("administration/", include("obligations.web.administration.views")),
    path("bulk/", include("obligations.web.bulk")),
    path("changes/", include("obligations.web.changes")),
    path("desk/", include("obligations.web.desk.views")),
    path("gates/", include("obligations.web.gates")),
    path("help/", include("obligations.web.help")),
    path("ledger/", include("obligations.web.ledger")),
    path("meetings/", include("obligations.web.meetings.views")),
    path("method/", include("obligations.web.method")),
    path("search/", include("obligations.web.search")),
    path("timeline/", include("obligations.web.timeline")),
    path("work/", include("obligations.web.work")),
    path("", include("obligations.web.calendars")),
    path("", include("obligations.web.following")),
    path("", include("obligations.web.mail")),
    path("mail/", kept_mail, name="kept-mail"),
    path("", include("obligations.web.subscriptions")),
    path("", include("obligations.web.compliance.rows")),
    path("", include("obligations.web.compliance.overview")),
    path("", include("obligations.web.obligation.views")),
    path("", include("obligations.web.party.views")),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", include("obligations.web.styleguide")))
