from django.urls import include, path

from normalization_tracker.health import healthz, livez, readyz
from obligations.pages import asks, drafts

handler500 = "normalization_tracker.running.unavailable.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("livez", livez, name="livez"),
    path("account/", include("obligations.account.urls")),
    path("account/", include("parties.urls")),
    path("api/v1/", include("obligations.api.urls")),
    path("administration/", include("obligations.administration.urls")),
    path("asked/", asks.asked, name="asked"),
    path("bulk/", include("obligations.bulk.urls")),
    path("changes/", include("obligations.changes.urls")),
    path("ledger/", include("obligations.ledger.urls")),
    path("desk/", include("obligations.desk.urls")),
    path("drafts/", drafts.drafts, name="drafts"),
    path("obligations/", include("obligations.pages.urls")),
    path("search/", include("obligations.search.urls")),
    path("timeline/", include("obligations.timeline.urls")),
    path("", include("obligations.compliance.urls")),
]
