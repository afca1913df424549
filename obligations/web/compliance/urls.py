"""The addresses of the compliance pages."""

from django.urls import URLPattern, URLResolver, path

from obligations.web.compliance import charts, dashboard, overview, report

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("agreements/<slug:code>/", overview.agreement, name="agreement"),
    path("compliance/", dashboard.compliance, name="compliance"),
    path("compliance/report.pdf", report.report, name="compliance-report"),
    path("compliance/charts/<slug:name>/", charts.chart, name="chart"),
    path("compliance/charts/<slug:name>/embed/", charts.embedded, name="chart-embedded"),
    path("compliance/charts/<slug:name>.<slug:form>", charts.chart_file, name="chart-file"),
]
