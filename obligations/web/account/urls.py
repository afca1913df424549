from django.urls import path

from obligations.web.account import views

urlpatterns = [
    path("", views.own, name="own-account"),
    path("sign-out-everywhere/", views.everywhere, name="sign-out-everywhere"),
    path("tokens/", views.tokens, name="own-tokens"),
    path("tokens/revoke/", views.revoke_all, name="own-tokens-revoke"),
    path("tokens/<str:key>/revoke/", views.revoke, name="own-token-revoke"),
]
