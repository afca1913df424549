from django.urls import path

from obligations.web.desk import proposals, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("findings/<int:commitment_id>/", views.for_mediators(views.Finding.as_view()), name="desk-finding"),
    path("findings/<int:commitment_id>/effect/", views.effect, name="desk-effect"),
    path("proposals/", proposals.proposals, name="proposals"),
    path(
        "proposals/<slug:key>/", views.for_mediators(proposals.ProposalOfTheRecord.as_view()), name="proposal"
    ),
]
