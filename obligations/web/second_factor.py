"""The own second factor: the library's pages in our look, each act entered."""

from typing import Any, ClassVar

from allauth.mfa.base.views import IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse_lazy
from django.utils import timezone

from agreement.commands import note_factor
from agreement.models import Mandate
from agreement.viewers import viewer_for, viewer_of
from obligations.web.base.guards import user_of
from obligations.web.base.sessions import GOING_TO
from parties.second_factor import Type, has_factor


class Index(IndexView):
    """What one has, and what to do next."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = user_of(self.request)
        wanting = Mandate.objects.filter(user=user).select_related("agreement").order_by("agreement__code")
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return shown | {
            "lacks": viewer_of(self.request).lacks_second_factor,
            "wanting": [one for one in wanting if one.role in one.agreement.second_factor],
            "going_to": self.request.session.get(GOING_TO, ""),
            "trial": settings.TRIAL,
        }


class Entered:
    """A form of the library's whose act is entered in the same transaction."""

    request: HttpRequest
    adds: ClassVar[str] = ""
    removes: ClassVar[str] = ""

    def form_valid(self, form: Any) -> HttpResponse:
        is_first = bool(self.adds) and not has_factor(user_of(self.request))
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            account = note_factor(
                account=user_of(self.request),
                actor=viewer_for(user_of(self.request)),
                now=timezone.now(),
                added=self.adds,
                removed=self.removes,
            )
        if is_first:  # whose other sessions have ended
            update_session_auth_hash(self.request, account)
            UserSession.objects.create_from_request(self.request)
        return answer


class Activate(Entered, ActivateTOTPView):
    adds = Type.TOTP

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows, with the key in parts that one can read out."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        secret = shown["form"].secret
        return shown | {"key": [secret[at : at + 4] for at in range(0, len(secret), 4)]}


class Deactivate(Entered, DeactivateTOTPView):
    removes = Type.TOTP


class AddKey(Entered, AddWebAuthnView):
    adds = Type.WEBAUTHN


class RemoveKey(Entered, RemoveWebAuthnView):
    """Of one's own keys that which stands at the place of the address: their numbers are nobody's business."""

    removes = Type.WEBAUTHN
    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: QuerySet[Authenticator] | None = None) -> Authenticator:
        keys = list(self.get_queryset().order_by("pk"))
        place = self.kwargs["place"]
        if not 1 <= place <= len(keys):
            raise Http404
        found: Authenticator = keys[place - 1]
        return found


class RecoveryCodes(ViewRecoveryCodesView):
    """The codes, once; who says that they are kept goes on to where they were going."""

    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(request.session.pop(GOING_TO, "") or "mfa_index")


class NewRecoveryCodes(GenerateRecoveryCodesView):
    """Others in place of those that were used, lost or seen."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_factor(user_of(request)):
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


urlpatterns = [
    path("", Index.as_view(), name="mfa_index"),
    path("again/", ReauthenticateView.as_view(), name="mfa_reauthenticate"),
    path("app/", login_required(Activate.as_view()), name="mfa_activate_totp"),
    path("app/remove/", Deactivate.as_view(), name="mfa_deactivate_totp"),
    path("key/", login_required(AddKey.as_view()), name="mfa_add_webauthn"),
    path("key/again/", ReauthenticateWebAuthnView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("key/<int:place>/remove/", login_required(RemoveKey.as_view()), name="mfa_remove_webauthn"),
    path("recovery-codes/", RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/",
        login_required(NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
]
