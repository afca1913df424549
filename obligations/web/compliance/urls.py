from django.urls import URLPattern, URLResolver, path

from obligations.web.compliance import overview, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("agreements/<slug:code>/", overview.agreement, name="agreement"),
    path("compliance/", views.compliance, name="compliance"),
    path("compliance/commitments/", views.commitments, name="commitments"),
]
