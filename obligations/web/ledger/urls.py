from django.urls import path

from obligations.web.ledger import views

urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("<slug:code>/export/", views.export, name="ledger-export"),
]
