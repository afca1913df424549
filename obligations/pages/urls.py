from django.urls import path

from obligations.pages import statements, views

urlpatterns = [
    path("<slug:agreement>/<str:code>/", views.obligation, name="obligation"),
    path("<slug:agreement>/<str:code>/claim/", statements.claim, name="obligation-claim"),
    path("<slug:agreement>/<str:code>/contest/", statements.contest, name="obligation-contest"),
]
