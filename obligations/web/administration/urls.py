from django.urls import path

from obligations.web.administration import accounts, powers, rights, views
from obligations.web.administration.rights import for_administrators as guarded

urlpatterns = [
    path("", views.administration, name="administration"),
    path("accounts/", guarded(accounts.Accounts.as_view()), name="accounts"),
    path("accounts/<slug:key>/", accounts.account, name="account"),
    path("accounts/<slug:key>/link/", guarded(accounts.SendLink.as_view()), name="account-link"),
    path("accounts/<slug:key>/mandate/", guarded(accounts.GiveMandate.as_view()), name="account-mandate"),
    path(
        "accounts/<slug:key>/mandate/<slug:agreement>/withdraw/",
        guarded(accounts.WithdrawMandate.as_view()),
        name="account-withdraw",
    ),
    path("accounts/<slug:key>/switch/", guarded(accounts.Switch.as_view()), name="account-switch"),
    path("notices/<slug:key>/", powers.notice, name="notice"),
    path("policy/<slug:code>/", guarded(powers.Policy.as_view()), name="policy"),
    path("proposals/", powers.powers, name="powers"),
    path("proposals/<slug:key>/", guarded(powers.Power.as_view()), name="power"),
    path("rights/", rights.rights, name="rights"),
]
