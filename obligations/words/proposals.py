"""Proposals in words: what exactly would be done, and what it rests on, as it was proposed and as it is now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from agreement.models import SignOff
from obligations.commands.errors import Refused
from obligations.commands.frozen import grounds_now, thaw
from obligations.commands.proposals import Command, ProposalState
from obligations.models import (
    Commitment,
    Gate,
    GateOpening,
    Period,
    Proposal,
    Reading,
    Release,
    Statement,
)
from obligations.models.proposal import POWERS
from obligations.models.statement import Conduct, Level
from obligations.status.periods import in_words
from obligations.words.languages import name_of, spoken, within
from obligations.words.readings import reading_in_words
from parties.access import Clearance, Role, Tier
from parties.languages import tag_of
from parties.models import User
from parties.texts import StrOrPromise

STATES: dict[ProposalState, StrOrPromise] = {
    ProposalState.WAITING: gettext_lazy("waits for another mediator"),
    ProposalState.OVERTAKEN: gettext_lazy("overtaken: what it rests on has changed"),
    ProposalState.CARRIED_OUT: gettext_lazy("approved and carried out"),
    ProposalState.REFUSED: pgettext_lazy("a proposal", "refused"),
    ProposalState.WITHDRAWN: gettext_lazy("taken back by who proposed it"),
    ProposalState.RENEWED: gettext_lazy("proposed anew"),
}
NAMES: dict[str, StrOrPromise] = {
    "account": gettext_lazy("Account"),
    "agreement": gettext_lazy("Agreement"),
    "clearance": gettext_lazy("Clearance"),
    "email": gettext_lazy("E-mail address"),
    "name": gettext_lazy("Name, if the account is new"),
    "on": gettext_lazy("May sign in"),
    "party": gettext_lazy("Party"),
    "role": gettext_lazy("Role"),
    "shown": gettext_lazy("The link is shown to who signs, since there is no mail server"),
    "second_factor": gettext_lazy("Roles that sign in with a second factor"),
    "wanted": gettext_lazy("What wants a second signature"),
    "agreed_by": gettext_lazy("Agreed by"),
    "agreed_on": gettext_lazy("Agreed on"),
    "cites": gettext_lazy("Claim that it judges"),
    "commitment": gettext_lazy("Commitment"),
    "commitments": gettext_lazy("Commitments"),
    "conduct": gettext_lazy("Conduct"),
    "confidant": gettext_lazy("In confidence with"),
    "despite": gettext_lazy("Though its condition is not seen to be met"),
    "effective_on": gettext_lazy("From the day"),
    "event": gettext_lazy("Event"),
    "evidence": gettext_lazy("Evidence"),
    "gate": gettext_lazy("Gate"),
    "language": gettext_lazy("Language of the text"),
    "level": gettext_lazy("Level"),
    "period": gettext_lazy("Period"),
    "opened_on": gettext_lazy("Open from"),
    "publish_at": gettext_lazy("Public from"),
    "reason": gettext_lazy("Reason"),
    "source": gettext_lazy("Source"),
    "statement": gettext_lazy("What it is about"),
    "subject": gettext_lazy("What is published"),
    "tier": gettext_lazy("Who may see it"),
    "wider": gettext_lazy("Meant for more people than see what it refers to"),
}
CHOICES: dict[str, Callable[[Any], Any]] = {
    "conduct": lambda value: Conduct(value).label,
    "language": lambda value: name_of(tag_of(value)),
    "level": lambda value: Level(value).label,
    "tier": lambda value: Tier(value).label,
    "clearance": lambda value: Clearance(value).label,
    "role": lambda value: Role(value).label,
    "second_factor": lambda value: Role(value).label,
    "wanted": lambda value: SignOff(value).label,
}
FIRST = (
    "commitment",
    "commitments",
    "gate",
    "subject",
    "statement",
    "level",
    "email",
    "account",
    "agreement",
    "role",
)
# Said also where it is no, or nothing.
ALWAYS = ("on", "second_factor", "wanted")


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that a proposal rests on: `then` when it was proposed, `now` today."""

    name: str
    then: str
    now: str
    differs: bool


def title_of(proposal: Proposal) -> str:
    """What it is, and about what, in one line. No query where its `commitment` is loaded with what names it."""
    return f"{capfirst(str(Command(proposal.command).label))}: {about_of(proposal)}"


def about_of(proposal: Proposal) -> str:
    if proposal.commitment is None:
        given = proposal.arguments
        if "email" in given:
            return str(given["email"])
        about = given.get("gate") or given.get("subject") or given.get("account") or given["agreement"]
        return str(about["name"])
    others = len(proposal.arguments.get("commitments", ())) - 1
    about = commitment_in_words(proposal.commitment)
    # Translators: “one” is a commitment, and there are “n” more.
    return about if others < 1 else _("%(one)s, and %(n)s more") % {"one": about, "n": others}


def lines_of(proposal: Proposal) -> list[tuple[StrOrPromise, str]]:
    """Every argument that was given, in words: nothing else is carried out, and nothing less."""
    said = {
        name: value
        for name, value in proposal.arguments.items()
        if name in ALWAYS or value not in (None, "", [], False)
    }
    order = [name for name in (*FIRST, *sorted(said)) if name in said]
    lines = {name: value_in_words(name, said[name]) for name in order}
    if "reason" in lines and "language" in proposal.arguments:
        lines["reason"] = spoken(lines["reason"], proposal.arguments["language"])
    return [(NAMES.get(name, name), line) for name, line in lines.items()]


def value_in_words(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value_in_words(name, one) for one in value) or _("nothing")
    if isinstance(value, dict) and "row" in value:
        try:
            return row_in_words(thaw(value))
        except Refused:
            return str(value["name"])
    if isinstance(value, dict):
        return when(thaw(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(CHOICES[name](value)) if name in CHOICES else str(value)


def when(at: object) -> str:
    if isinstance(at, datetime):
        return date_format(at, "DATETIME_FORMAT") + " UTC"
    return date_format(at) if isinstance(at, date) else str(at)


def row_in_words(row: Model) -> str:
    words = ROWS.get(type(row))
    return words(row) if words else str(row)


def commitment_in_words(commitment: Commitment) -> str:
    return f"{commitment.obligation.code} {commitment.obligation.title}, {commitment.party.name}"


def gate_in_words(gate: Gate | GateOpening) -> str:
    if gate.after_obligation:
        after = f"{gate.after_obligation.code} {gate.after_obligation.title}"
    else:
        after = gate.after_trigger.label if gate.after_trigger else gate.condition
    return _("%(code)s, only after: %(after)s") % {"code": gate.obligation.code, "after": after}


def statement_in_words(statement: Statement) -> str:
    words = {
        "kind": statement.get_kind_display(),
        "day": date_format(statement.effective_on),
        "reason": statement.reason,
        "verdict": statement.verdict(),
    }
    if words["verdict"]:
        # Translators: “kind” is a kind of statement in small letters, “verdict” a level or a conduct.
        return _("%(kind)s “%(verdict)s”, %(day)s: %(reason)s") % words
    return f"{words['kind']}, {words['day']}: {words['reason']}"


ROWS: dict[type[Model], Callable[[Any], str]] = {
    Commitment: commitment_in_words,
    Gate: gate_in_words,
    GateOpening: lambda one: (
        when(one.opened_on) if one.opened_on else pgettext("the opening of a gate", "taken back")
    ),
    Period: in_words,
    Reading: lambda one: f"{reading_in_words(one, {})}: {one.reason}",
    Release: lambda one: f"{Tier(one.to_tier).label}: {one.reason}",
    Statement: lambda one: within(statement_in_words(one), one.reason, one.language),
    User: lambda one: f"{one.email} ({one.name})" if one.name else one.email,
}
# Of each kind of ground: its name, and the rows that its values are keys of.
KINDS: dict[str, tuple[StrOrPromise, type[Model] | None]] = {
    "finding": (gettext_lazy("Newest finding"), Statement),
    "reading": (gettext_lazy("Newest reading"), Reading),
    "opening": (gettext_lazy("Newest opening of the gate"), GateOpening),
    "condition": (gettext_lazy("Condition of the gate"), None),
    "happened": (gettext_lazy("Day of the trigger"), None),
    "release": (gettext_lazy("Newest change of who may see it"), Release),
    "withdrawal": (gettext_lazy("Withdrawal"), Statement),
    "disclosure": (gettext_lazy("Newest change of who may see it"), Release),
    "publication": (gettext_lazy("Newest change of who may see it"), Release),
    "mandates": (gettext_lazy("Mandates of the account, and whether it may sign in (SHA-256)"), None),
    "policy": (gettext_lazy("Policy of second signatures (SHA-256)"), None),
}


def grounds_in_words(proposal: Proposal) -> list[Ground]:
    """Each thing that it rests on, with what was newest of it when it was proposed and what is now."""
    now = grounds_now(proposal.grounds)
    owed = [key for name in now for kind, key in [name.split(" ")] if kind in ("finding", "reading")]
    rows = Commitment.objects.filter(pk__in=owed).select_related("obligation", "party")
    names = {str(row.pk): f"{row.obligation.code}, {row.party.name}" for row in rows}
    told = []
    for name, then in proposal.grounds.items():
        kind, key = name.split(" ")
        label, model = KINDS[kind]
        about = f" ({names[key]})" if len(set(owed)) > 1 and key in names else ""
        values = [ground_in_words(model, value) for value in (then, now[name])]
        told.append(Ground(f"{label}{about}", values[0], values[1], then != now[name]))
    return told


def ground_in_words(model: type[Model] | None, value: Any) -> str:
    if value is None:
        return _("none")
    if model is None:
        return str(value)[:12]
    row = model._default_manager.filter(pk=value).first()
    return row_in_words(row) if row else _("none")


def told_of_proposing(proposal: Proposal) -> str:
    """The confirmation for who wanted to do it at once."""
    if proposal.command in POWERS:
        text = _(
            "Proposed, not recorded yet: %(title)s. Another administrator of the agreement has to sign it."
        )
        return text % {"title": title_of(proposal)}
    return _("Proposed, not recorded yet: %(title)s. Another mediator of the agreement has to sign it.") % {
        "title": title_of(proposal)
    }


def by_state(
    proposals: Sequence[Proposal], states: dict[int, ProposalState]
) -> list[tuple[Proposal, str, StrOrPromise]]:
    """Each with its line and the words of its state."""
    return [
        (proposal, title_of(proposal), state_in_words(proposal, states[proposal.pk]))
        for proposal in proposals
    ]


def state_in_words(proposal: Proposal, state: ProposalState) -> StrOrPromise:
    if state == ProposalState.WAITING and proposal.command in POWERS:
        return _("waits for another administrator")
    return STATES[state]
