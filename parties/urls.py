"""Signing in, and one's own password. The library's other pages are not offered: an administrator vouches for the
address of an account, so nobody changes it here.
"""

from allauth.account import views
from django.urls import path, re_path

from parties import oidc, unsent

urlpatterns = [
    path("login/", unsent.SignIn.as_view(), name="account_login"),
    path("login/second/", unsent.SecondStep.as_view(), name="mfa_authenticate"),
    path("oidc/<slug:provider_id>/", oidc.sign_in, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/callback/", oidc.come_back, name="openid_connect_callback"),
    path("unsent/", unsent.unsent, name="unsent"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
]
