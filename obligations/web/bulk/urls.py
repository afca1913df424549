from django.urls import path

from obligations.web.bulk import views

urlpatterns = [
    path("", views.choose, name="bulk"),
    path("<slug:agreement>/", views.upload, name="bulk-upload"),
    path("<slug:agreement>/template.<str:form>", views.template, name="bulk-template"),
    path("<slug:agreement>/<str:key>/", views.sheet, name="bulk-sheet"),
]
