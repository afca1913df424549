"""Files that take long: made by a worker, while who asked for them goes on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def makes_file(title: "StrOrPromise") -> Callable[[View], View]:
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
