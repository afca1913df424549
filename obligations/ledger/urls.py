from django.urls import path

from obligations.ledger import views

urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("<slug:code>/export/", views.export, name="ledger-export"),
]
