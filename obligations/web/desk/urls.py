from django.urls import path

from obligations.web.desk import proposals, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("findings/<int:commitment_id>/", views.finding, name="desk-finding"),
    path("findings/<int:commitment_id>/effect/", views.effect, name="desk-effect"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<slug:key>/", proposals.proposal, name="proposal"),
]
