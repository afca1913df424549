"""What stands before views: who may open a room, and files that a worker makes while who asked for them goes on."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.viewers import viewer_of
from parties.access import Viewer
from parties.models import User
from parties.rights import Right, may
from parties.texts import StrOrPromise

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Which page is whose, by what they may do: its name in the URL conf, and what the page is called.
OWN_PAGES: Final[tuple[tuple[Right, str, Promise], ...]] = (
    (Right.OPEN_DESK, "desk", _("Desk")),
    (Right.MAKE_CLAIM, "party", _("My commitments")),
    (Right.OPEN_ADMINISTRATION, "administration", _("Administration")),
)


def own_page(viewer: Viewer) -> tuple[str, Promise]:
    """The page of what the account is here to do: its name in the URL conf, and what it is called."""
    own = ((name, title) for right, name, title in OWN_PAGES if may(viewer, right))
    return next(own, ("compliance", _("Compliance")))


def guard(*rights: Right, otherwise: StrOrPromise) -> Callable[[View], View]:
    """A decorator of views: who is not signed in is asked to, and who has none of the rights in any agreement gets 403
    with the sentence `otherwise`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer = viewer_of(request)
            if not any(may(viewer, right) for right in rights):
                raise PermissionDenied(str(otherwise))
            return view(request, *args, **kwargs)

        return cast(View, login_required(guarded))

    return decorate


def for_readers(view: View) -> View:
    """A decorator of views: everybody where the public tier is open to read; else whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PUBLIC_READING or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return cast(View, guarded)


def user_of(request: HttpRequest) -> User:
    """Who is signed in: the decorators of these views let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def makes_file(title: StrOrPromise) -> Callable[[View], View]:
    """A decorator of views, before all others: a worker may make the file that it answers with, by that title."""

    def decorate(view: View) -> View:
        view.makes_file = title  # type: ignore[attr-defined]
        return view

    return decorate


def later(request: HttpRequest) -> HttpResponse | None:
    """The way to have this address made by a worker; None for the worker, and for who has no account."""
    if getattr(request, "in_background", False) or not request.user.is_authenticated:
        return None
    return redirect(reverse("work-file", query={"of": request.get_full_path()}))
