from django.urls import path

from obligations.web.calendars import views

urlpatterns = [
    path("agreements/<slug:code>/calendars/", views.calendars, name="calendars"),
    path("agreements/<slug:code>/calendars/change/", views.change, name="calendar-change"),
]
