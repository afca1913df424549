from django.urls import URLPattern, URLResolver, path

from obligations.web.timeline import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.timeline, name="timeline")]
