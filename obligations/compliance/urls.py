from django.urls import URLPattern, URLResolver, path

from obligations.compliance import calendars, overview, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("agreements/<slug:code>/", overview.agreement, name="agreement"),
    path("agreements/<slug:code>/calendars/", calendars.calendars, name="calendars"),
    path("agreements/<slug:code>/calendars/change/", calendars.change, name="calendar-change"),
    path("compliance/", views.compliance, name="compliance"),
    path("compliance/commitments/", views.commitments, name="commitments"),
]
