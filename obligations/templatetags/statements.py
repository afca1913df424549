"""What can be done about a statement, by the one who looks."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.models import Event
from obligations.commands.releases import Subject
from obligations.commands.replies import ANSWERED, WITHDRAWN
from obligations.commands.statements import CONTESTED
from obligations.models import Statement
from parties.access import Grant, Role, Tier
from parties.rights import RIGHTS, Right

register = template.Library()

WORDS: dict[Right, tuple[str, Promise]] = {
    Right.CONTEST: ("obligation-contest", _("Contest this")),
    Right.ANSWER: ("obligation-answer", _("Answer this")),
    Right.ADD_EVIDENCE: ("evidence-add-file", _("Add evidence")),
    Right.REQUEST: ("obligation-request", _("Ask for a reply")),
    Right.WITHDRAW: ("obligation-withdraw", _("Withdraw this")),
    Right.RELEASE: ("obligation-release", _("Who may see this")),
}


@register.simple_tag(takes_context=True)
def offered(context: dict[str, Any], said: Statement) -> list[tuple[str, Promise]]:
    """The pages on which the viewer can act on the statement: the name of each address, with its words.

    None on a page that speaks of another day (`grant` is None there).
    """
    grant: Grant | None = context.get("grant")
    if grant is None:
        return []
    return [WORDS[act] for act in WORDS if grant.role in RIGHTS[act] and OFFERED[act](said, grant)]


def is_own(said: Statement, grant: Grant) -> bool:
    return said.by_id == grant.party_id


def can_contest(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in CONTESTED and not is_own(said, grant)


def can_answer(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in ANSWERED and not is_own(said, grant)


def can_request(said: Statement, grant: Grant) -> bool:
    """Nobody but the mediators may see what is theirs alone, so nobody can be asked about it."""
    return said.in_force() and said.kind in ANSWERED and said.tier != Tier.MEDIATORS


def can_withdraw(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in WITHDRAWN and is_own(said, grant)


def can_add_evidence(said: Statement, grant: Grant) -> bool:
    return said.kind != Statement.Kind.WITHDRAWAL and is_own(said, grant)


def can_release(said: Subject, grant: Grant) -> bool:
    """A withdrawal goes with what it takes back; a confidence is its party's, and a party hides nothing."""
    by = None if isinstance(said, Event) else said.by_id
    if isinstance(said, Statement) and said.kind == Statement.Kind.WITHDRAWAL:
        return False
    if grant.role == Role.REPRESENTATIVE:
        return by == grant.party_id and said.tier != Tier.PUBLIC
    return by is None or said.tier != Tier.IN_CONFIDENCE


@register.filter
def may_release(subject: Subject, grant: Grant | None) -> bool:
    """Whether the viewer can change who sees it; nobody can on a page that speaks of another day."""
    return grant is not None and grant.role in RIGHTS[Right.RELEASE] and can_release(subject, grant)


OFFERED = {
    Right.CONTEST: can_contest,
    Right.ANSWER: can_answer,
    Right.ADD_EVIDENCE: can_add_evidence,
    Right.REQUEST: can_request,
    Right.WITHDRAW: can_withdraw,
    Right.RELEASE: can_release,
}
