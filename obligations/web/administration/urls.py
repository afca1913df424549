from django.urls import path

from obligations.web.administration import accounts, notices, policy, powers, rights, views

urlpatterns = [
    path("", views.administration, name="administration"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<slug:key>/", accounts.account, name="account"),
    path("accounts/<slug:key>/link/", accounts.link, name="account-link"),
    path("accounts/<slug:key>/mandate/", accounts.mandate, name="account-mandate"),
    path(
        "accounts/<slug:key>/mandate/<slug:agreement>/withdraw/", accounts.withdraw, name="account-withdraw"
    ),
    path("accounts/<slug:key>/switch/", accounts.switch, name="account-switch"),
    path("notices/<slug:key>/", notices.notice, name="notice"),
    path("policy/<slug:code>/", policy.policy, name="policy"),
    path("proposals/", powers.powers, name="powers"),
    path("proposals/<slug:key>/", powers.power, name="power"),
    path("rights/", rights.rights, name="rights"),
]
