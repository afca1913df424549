from django.urls import URLPattern, URLResolver, path

from obligations.web.meetings import acts, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.meetings, name="meetings"),
    path("plan/", acts.Plan.as_view(), name="meeting-plan"),
    path("<code:key>/", views.meeting, name="meeting"),
    path("<code:key>/change/", acts.Change.as_view(), name="meeting-change"),
    path("<code:key>/agenda/", acts.AddItem.as_view(), name="meeting-agenda"),
    path("<code:key>/agenda/<int:place>/", acts.Conclude.as_view(), name="meeting-point"),
    path("<code:key>/recorded/", acts.Record.as_view(), name="meeting-recorded"),
    path("<code:key>/close/", acts.Close.as_view(), name="meeting-close"),
    path("<code:key>/pack/", views.pack, name="meeting-pack"),
    path("<code:key>/pack.pdf", views.pack_pdf, name="meeting-pack-pdf"),
    path("<code:key>/minutes/", views.minutes, name="meeting-minutes"),
    path("<code:key>/minutes.pdf", views.minutes_pdf, name="meeting-minutes-pdf"),
]
