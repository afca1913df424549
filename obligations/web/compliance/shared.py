"""What every compliance page shows: what it is narrowed by, the form that asks for that, and what it is about."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from obligations.deadlines import day_in
from obligations.lists.about import About, about_of
from obligations.web.base.care import Subject, to_follow
from obligations.web.base.scope import Scope
from obligations.web.base.selection import ASKED, ASKED_SEVERAL, options
from parties.texts import StrOrPromise


def shared(scope: Scope) -> dict[str, Any]:
    return {
        "scope": scope,
        "then": scope.then,
        "agreement": scope.agreement,
        "assessed_on": scope.moment.spoken_on or day_in(scope.now, scope.agreement.zone),
        "asked": [asked(scope, name) for name in ASKED if name in scope.filters],
        "asked_several": [asked(scope, name) for name in ASKED_SEVERAL if name in scope.filters],
        "carried": [(name, value) for name, value in chosen(scope) if name not in ASKED + ASKED_SEVERAL],
        "to_follow": [] if scope.problems else followed_here(scope),
    }


def about(
    request: HttpRequest,
    scope: Scope,
    title: StrOrPromise,
    name: str,
    also: Mapping[str, str] | None = None,
) -> About:
    """What is shown, for a file or a citation."""
    filters = [(tag.label, tag.value) for tag in scope.tags] if not scope.problems else []
    return about_of(
        request, title, scope.viewer, scope.moment, [scope.agreement], filters, name=name, also=also
    )


def followed_here(scope: Scope) -> list[Subject]:
    """The one provision and the one party that the page is narrowed to, with whether the viewer follows them."""
    provision = scope.register.provision_named("".join(scope.active.get("provision", ())))
    codes = scope.active.get("party", ())
    parties = [
        one
        for one in scope.register.parties
        if codes == (one.code,) and one.code in scope.register.principals
    ]
    if not (provision or parties):
        return []
    found = to_follow(scope.agreement, scope.viewer, filter(None, [provision]), parties)
    return [subject for one, subject in found.items() if one != scope.agreement]


def chosen(scope: Scope) -> list[tuple[str, str]]:
    """The filters that are set, as a form keeps them."""
    return [(name, value) for name, values in scope.active.items() for value in values]


def asked(scope: Scope, name: str) -> dict[str, Any]:
    """A filter as the form asks for it, with what is chosen."""
    return {
        "name": name,
        "label": scope.filters[name].label,
        "options": options(name, scope.register, scope.filters) or [],
        "chosen": scope.active.get(name, ()),
    }
