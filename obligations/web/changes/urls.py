from django.urls import URLPattern, URLResolver, path

from obligations.web.changes import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.what_changed, name="changes")]
