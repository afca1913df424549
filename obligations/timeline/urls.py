from django.urls import URLPattern, URLResolver, path

from obligations.timeline import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.timeline, name="timeline")]
