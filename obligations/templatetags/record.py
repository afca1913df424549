"""What was said, read and handed in: in words, and with what can be done about it. Nothing here asks the database."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.models import Event
from obligations.commands.releases import Subject
from obligations.commands.replies import ANSWERED, WITHDRAWN, is_own_side
from obligations.commands.statements import CONTESTED
from obligations.files.allowed import ALLOWED, charset_of, essence
from obligations.models import Evidence, Statement
from obligations.words.languages import name_of
from obligations.words.numbers import all_of, called
from obligations.words.quoted import named
from obligations.words.readings import reading_in_words
from parties.access import Grant, Role, Tier
from parties.rights import Right

register = template.Library()

WORDS: dict[Right, tuple[str, Promise]] = {
    Right.CONTEST: ("obligation-contest", gettext_lazy("Contest this")),
    Right.ANSWER: ("obligation-answer", gettext_lazy("Answer this")),
    Right.ADD_EVIDENCE: ("evidence-add-file", gettext_lazy("Add evidence")),
    Right.REQUEST: ("obligation-request", gettext_lazy("Ask for a reply")),
    Right.WITHDRAW: ("obligation-withdraw", gettext_lazy("Withdraw this")),
    Right.TRANSLATE: ("obligation-translate", gettext_lazy("Translate this")),
    Right.RELEASE: ("obligation-release", gettext_lazy("Who may see this")),
}


register.filter(named)


@register.simple_tag(takes_context=True)
def offered(context: dict[str, Any], said: Statement) -> list[tuple[str, Promise]]:
    """The pages on which the viewer can act on the statement: the name of each address, with its words.

    None on a page that speaks of another day (`grant` is None there).
    """
    grant: Grant | None = context.get("grant")
    if grant is None:
        return []
    return [WORDS[act] for act in WORDS if grant.role in act.roles and OFFERED[act](said, grant)]


def is_by_own(said: Statement, grant: Grant) -> bool:
    """Whether it is in the viewer's own name; what a mediator enters for an observer is not."""
    return said.by_id == grant.party_id


def can_contest(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in CONTESTED and not is_by_own(said, grant)


def can_answer(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in ANSWERED and not is_by_own(said, grant)


def can_request(said: Statement, grant: Grant) -> bool:
    """Nobody but the mediators may see what is theirs alone, so nobody can be asked about it."""
    return said.in_force() and said.kind in ANSWERED and said.tier != Tier.MEDIATORS


def can_withdraw(said: Statement, grant: Grant) -> bool:
    return said.in_force() and said.kind in WITHDRAWN and is_own_side(said, grant)


def can_add_evidence(said: Statement, grant: Grant) -> bool:
    return said.kind != Statement.Kind.WITHDRAWAL and is_by_own(said, grant)


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
    return grant is not None and grant.role in Right.RELEASE.roles and can_release(subject, grant)


OFFERED = {
    Right.TRANSLATE: lambda said, grant: True,
    Right.CONTEST: can_contest,
    Right.ANSWER: can_answer,
    Right.ADD_EVIDENCE: can_add_evidence,
    Right.REQUEST: can_request,
    Right.WITHDRAW: can_withdraw,
    Right.RELEASE: can_release,
}


register.filter("reads_as", reading_in_words)


@register.filter
def names_of(codes: Collection[str], names: Mapping[str, str]) -> str:
    """Parties by their names, in the order of `names`: "Alpha and Beta". A code that has none stays."""
    return all_of(called(codes, names))


@register.filter
def kind_word(evidence: Evidence) -> str:
    """What a file is, as people call it; a text with its code page, which is told by its letters."""
    kind = ALLOWED.get(essence(evidence.media_type))
    if kind is None:
        return evidence.media_type
    if charset := charset_of(evidence.media_type):
        return _("%(kind)s, by its letters in %(charset)s") % {"kind": kind.word, "charset": charset}
    return str(kind.word)


@register.filter
def language_word(evidence: Evidence) -> str:
    """The name of its language."""
    return name_of(evidence.language)


@register.filter
def attached(statements: Iterable[Statement], to: Mapping[int, list[Evidence]] | None) -> list[Evidence]:
    """The evidence that any of these statements rests on, each once."""
    there = [one for statement in statements for one in (to or {}).get(statement.pk, ())]
    return list({one.pk: one for one in there}.values())
