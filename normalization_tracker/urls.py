from django.urls import include, path

from normalization_tracker.health import healthz, livez, readyz

handler500 = "normalization_tracker.middleware.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("livez", livez, name="livez"),
    path("account/", include("parties.urls")),
    path("api/v1/", include("obligations.api.urls")),
    path("", include("obligations.web.urls")),
]
