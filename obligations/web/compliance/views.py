"""The rows behind each number of the compliance pages."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from obligations.deadlines import day_in
from obligations.lists.about import about_of
from obligations.web.base.following import Subject, to_follow
from obligations.web.base.scope import Scope
from obligations.web.base.selection import ASKED, ASKED_SEVERAL, options


def show(request: HttpRequest, scope: Scope, template: str, context: dict[str, Any]) -> HttpResponse:
    filters = [(tag.label, tag.value) for tag in scope.tags] if not scope.problems else []
    also = {"agreement": scope.agreement.code}
    shared = {
        "about": about_of(
            request, _("Compliance"), scope.viewer, scope.moment, [scope.agreement], filters, also=also
        ),
        "scope": scope,
        "then": scope.then,
        "assessed_on": scope.moment.spoken_on or day_in(scope.now, scope.agreement.zone),
        "days_carried": [("agreement", scope.agreement.code), *carried(scope)],
        "agreement": scope.agreement,
        **form_of(scope),
        "carried": [
            *((name, value) for name, value in carried(scope) if name not in ASKED + ASKED_SEVERAL),
            *scope.then.days.items(),
        ],
    }
    return render(request, template, shared | context, status=400 if scope.problems else 200)


def form_of(scope: Scope) -> dict[str, Any]:
    """What the form asks for, of what the page can be narrowed by."""
    return {
        "asked": [asked(scope, name) for name in ASKED if name in scope.filters],
        "asked_several": [asked(scope, name) for name in ASKED_SEVERAL if name in scope.filters],
        "to_follow": [] if scope.problems else followed_here(scope),
    }


def followed_here(scope: Scope) -> list[Subject]:
    """The one provision and the one party that the page is narrowed to, with whether the viewer follows them."""
    provision = scope.register.provision_named("".join(scope.active.get("provision", ())))
    codes = scope.active.get("party", ())
    chosen = [
        one
        for one in scope.register.parties
        if codes == (one.code,) and one.code in scope.register.principals
    ]
    if not (provision or chosen):
        return []
    found = to_follow(scope.agreement, scope.viewer, filter(None, [provision]), chosen)
    return [subject for one, subject in found.items() if one != scope.agreement]


def carried(scope: Scope) -> Iterator[tuple[str, str]]:
    """What was chosen, as a form keeps it."""
    for name, chosen in scope.active.items():
        for value in chosen:
            yield name, value


def asked(scope: Scope, name: str) -> dict[str, Any]:
    """A filter as the form asks for it, with what is chosen."""
    return {
        "name": name,
        "label": scope.filters[name].label,
        "options": options(name, scope.register, scope.filters) or [],
        "chosen": scope.active.get(name, ()),
    }
