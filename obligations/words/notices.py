"""What administrators and mediators are told of acts of power, in words: until each has acknowledged it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import LedgerEntry, Notice, SignOff
from obligations.words.ledger import act
from parties.access import Clearance, Role, Viewer
from parties.texts import StrOrPromise

LINK_WAS_SHOWN = gettext_lazy(
    "The link by which its password was set had been shown to an administrator: have its owner change the password."
)
# The page shows the newest; the others follow when these are acknowledged.
SHOWN = 20


def unread(viewer: Viewer, role: Role | None = None) -> list[tuple[Notice, str]]:
    """What the viewer was told and did not acknowledge yet, the newest first, each with its sentence.

    With `role`, what was told to them in agreements in which they have it.
    """
    notices: QuerySet[Notice] = Notice.objects.visible_to(viewer).unread()
    if role is not None:
        notices = notices.filter(agreement__in=viewer.agreements_as(role))
    rows = notices.select_related("agreement", "entry__actor").order_by("-entry__at", "-pk")
    return [(notice, sentence(notice.entry)) for notice in rows[:SHOWN]]


def sentence(entry: LedgerEntry) -> str:
    """What was done, to whom: from the entry alone, as it was then."""
    return WORDS[entry.command](entry) if entry.command in WORDS else act(entry.command)


def mandate_given(entry: LedgerEntry) -> str:
    words = {"account": entry.after["email"], "now": in_words(entry.after), "before": in_words(entry.before)}
    if entry.after.get("link_was_shown"):
        # Translators: “now” is a role, with a party or a clearance in brackets.
        text = _("%(account)s was given a mandate: %(now)s.") % words
        return f"{text} {LINK_WAS_SHOWN}"
    if not entry.before:
        # Translators: “now” is a role, with a party or a clearance in brackets.
        return _("%(account)s was given a mandate: %(now)s.") % words
    return _("The mandate of %(account)s was changed. Now: %(now)s. Before: %(before)s.") % words


def mandate_withdrawn(entry: LedgerEntry) -> str:
    words = {"account": entry.before["email"], "before": in_words(entry.before)}
    return _("The mandate of %(account)s was withdrawn: %(before)s.") % words


def in_words(mandate: dict[str, Any]) -> str:
    """Such as "analyst (clearance: parties and mediators)", of what the ledger has."""
    if not mandate:
        return ""
    role = str(Role(mandate["role"]).label)
    if mandate.get("party"):
        return f"{role} ({mandate['party']})"
    if mandate.get("clearance", Clearance.PUBLIC) != Clearance.PUBLIC:
        clearance = Clearance(mandate["clearance"]).label
        return _("%(role)s (clearance: %(clearance)s)") % {"role": role, "clearance": clearance}
    return role


def policy_set(entry: LedgerEntry) -> str:
    return " ".join(
        str(text) % changed_in(entry, name) for name, text in POLICY.items() if name in entry.after
    )


POLICY: dict[str, StrOrPromise] = {
    "sign_off": gettext_lazy("What wants a second signature was changed. Now: %(now)s. Before: %(before)s."),
    "second_factor": gettext_lazy(
        "Which roles sign in with a second factor was changed. Now: %(now)s. Before: %(before)s."
    ),
}


def changed_in(entry: LedgerEntry, name: str) -> dict[str, str]:
    return {"now": listed(entry.after[name]), "before": listed(entry.before[name])}


def listed(codes: Iterable[str]) -> str:
    names: list[StrOrPromise] = [(SignOff if one in SignOff.values else Role)(one).label for one in codes]
    return ", ".join(map(str, names)) or _("nothing")


def link_given(entry: LedgerEntry) -> str:
    words = {"account": entry.before.get("email", entry.subject)}
    if shown_to := entry.after.get("shown_to"):
        words["reader"] = shown_to
        text = _("A link to set the password of %(account)s was shown to %(reader)s, to be handed over.")
    elif entry.after.get("shown_to_administrator"):
        text = _(
            "A link to set the password of %(account)s was shown to an administrator, to be handed over."
        )
    else:
        text = _("A link to set the password of %(account)s was sent to its address.")
    return text % words


def switched(entry: LedgerEntry) -> str:
    words = {"account": entry.before.get("email", entry.subject)}
    if entry.after["may_sign_in"]:
        return _("The account %(account)s was switched on.") % words
    return _("The account %(account)s was switched off.") % words


def by_the_server(text: StrOrPromise) -> Callable[[LedgerEntry], str]:
    """The sentence `text` with the address of the account that an entry is about."""
    return lambda entry: str(text) % {"account": entry.before.get("email", entry.subject)}


WORDS: dict[str, Callable[[LedgerEntry], str]] = {
    "changepassword": by_the_server(gettext_lazy("The password of %(account)s was set on the server.")),
    "createsuperuser": by_the_server(gettext_lazy("%(account)s was made an administrator of the server.")),
    "give_mandate": mandate_given,
    "load_pack": lambda entry: _("A pack was loaded that changes what wants a second signature."),
    "make_token": by_the_server(gettext_lazy("A token that writes was made on the server for %(account)s.")),
    "withdraw_mandate": mandate_withdrawn,
    "set_policy": policy_set,
    "reset_factor": by_the_server(gettext_lazy("The second factor of %(account)s was taken away.")),
    "send_link": link_given,
    "switch_account": switched,
}
