"""The project's addresses, and the page of components, as where DEBUG is on."""

from django.urls import include, path

from normalization_tracker.urls import handler500, urlpatterns

__all__ = ["handler500"]
urlpatterns = [*urlpatterns, path("styleguide/", include("obligations.web.styleguide"))]
