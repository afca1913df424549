"""What the ledger's entries call an act and what it changed, in the words of people."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from obligations.words.numbers import amount
from parties.texts import StrOrPromise

APPS = ("parties", "agreement", "obligations")
# Acts of which the command, with spaces, would not say in plain words what was done.
ACTS: dict[str, StrOrPromise] = {
    "acknowledge_breach": gettext_lazy("Acknowledged a breach"),
    "acknowledge_notice": gettext_lazy("Acknowledged a notice"),
    "add_agenda_item": gettext_lazy("Added a point to the agenda of a meeting"),
    "add_evidence": gettext_lazy("Added evidence"),
    "add_evidence_version": gettext_lazy("Added a new version of evidence"),
    "add_factor": gettext_lazy("Added a second factor"),
    "assign": gettext_lazy("Said who owns an obligation"),
    "attach_evidence": gettext_lazy("Attached evidence to a statement"),
    "change_meeting": gettext_lazy("Changed a meeting"),
    "close_account": gettext_lazy("Closed an account for good"),
    "close_gate": gettext_lazy("Closed a gate again"),
    "close_meeting": gettext_lazy("Recorded the minutes of a meeting"),
    "end_session": gettext_lazy("Ended a session"),
    "flag_overdue": gettext_lazy("Flagged what is overdue"),
    "follow": gettext_lazy("Followed an obligation, or no more"),
    "give_mandate": gettext_lazy("Gave a mandate"),
    "ledger_restored": gettext_lazy("Entered a break of the ledger"),
    "load_pack": gettext_lazy("Loaded a pack"),
    "load_statements": gettext_lazy("Loaded statements for a trial"),
    "make_account": gettext_lazy("Made an account"),
    "make_periods": gettext_lazy("Made review periods"),
    "make_request": gettext_lazy("Asked a party"),
    "make_token": gettext_lazy("Made a token for tools"),
    "open_gate": gettext_lazy("Opened a gate"),
    "plan_meeting": gettext_lazy("Planned a meeting"),
    "propose": gettext_lazy("Proposed an act that wants a second signature"),
    "recompute": gettext_lazy("Brought what had drifted into line"),
    "record_answer": gettext_lazy("Recorded an answer"),
    "record_claim": gettext_lazy("Recorded a claim"),
    "record_conclusion": gettext_lazy("Recorded a conclusion of a meeting"),
    "record_contest": gettext_lazy("Recorded a contest"),
    "record_counting": gettext_lazy("Said how a time limit is counted"),
    "record_date": gettext_lazy("Read the text as setting a date"),
    "record_event": gettext_lazy("Recorded an event"),
    "record_extension": gettext_lazy("Extended a time limit"),
    "record_finding": gettext_lazy("Recorded a finding"),
    "record_observation": gettext_lazy("Recorded an observation"),
    "record_resumption": gettext_lazy("Let a clock run again"),
    "record_supersession": gettext_lazy("Recorded that another text took the place of one"),
    "record_suspension": gettext_lazy("Stopped a clock"),
    "record_waiver": gettext_lazy("Waived a commitment"),
    "record_withdrawal": gettext_lazy("Took a statement back"),
    "release": gettext_lazy("Changed who may see something"),
    "remove_agenda_item": gettext_lazy("Took a point off the agenda of a meeting"),
    "remove_factor": gettext_lazy("Removed a second factor"),
    "reset_factor": gettext_lazy("Took the second factor of an account away"),
    "revoke_token": gettext_lazy("Ended a token for tools"),
    "revoke_tokens": gettext_lazy("Ended all tokens of an account"),
    "seal_ledger": gettext_lazy("Sealed the ledger"),
    "send_link": gettext_lazy("Sent a link to set a password"),
    "set_holiday": gettext_lazy("Said whether a day is a holiday"),
    "set_policy": gettext_lazy("Changed the policy of second signatures and factors"),
    "set_trigger_date": gettext_lazy("Gave a trigger its date"),
    "sign_out_everywhere": gettext_lazy("Signed an account out everywhere"),
    "switch_account": gettext_lazy("Switched an account on or off"),
    "translate_statement": gettext_lazy("Set a translation beside a statement"),
    "take_back_request": gettext_lazy("Took a request back"),
    "tie_to_meeting": gettext_lazy("Said what was recorded in a meeting"),
    "trial_accounts": gettext_lazy("Made the accounts of a trial"),
    "turn_breaches": gettext_lazy("Told whose breaches opened and closed"),
    "withdraw_mandate": gettext_lazy("Withdrew a mandate"),
    "withdraw_proposal": gettext_lazy("Withdrew a proposal"),
    "withdraw_statement": gettext_lazy("Took a statement back"),
    "witness_lost": gettext_lazy("Entered that a witness was lost"),
}
COLUMNS: dict[str, StrOrPromise] = {
    "cycle": gettext_lazy("Run of the clock"),
    "digest": gettext_lazy("Hash (SHA-256)"),
    "due_on": gettext_lazy("Due on"),
    "findings": gettext_lazy("Findings"),
    "flag_at": gettext_lazy("Overdue from"),
    "replaces": gettext_lazy("Replaces"),
    "request": pgettext_lazy("to a party", "Request"),
    "requests": pgettext_lazy("to a party", "Requests"),
    "second_factor": gettext_lazy("Roles that sign in with a second factor"),
    "sign_off": gettext_lazy("What wants a second signature"),
    "statement": gettext_lazy("Key of the statement"),
}
# What a key is of that an entry is about.
KINDS: dict[str, StrOrPromise] = {
    "account": gettext_lazy("Account"),
    "event": gettext_lazy("event"),
    "evidence": gettext_lazy("evidence"),
    "notice": gettext_lazy("notice"),
    "proposal": gettext_lazy("proposal"),
    "statement": gettext_lazy("statement"),
}


def act(command: str) -> str:
    """What was done, by the name of its command."""
    return str(ACTS.get(command) or spaced(command))


def subject(entered: str) -> tuple[str, str]:
    """What an entry is about: what of it is words, as they are read, and what is a code. The record keeps what was
    entered.
    """
    first, _space, rest = entered.partition(" ")
    n = int(first) if first.isdecimal() else 0
    if rest == "commitments":
        return ngettext("%(n)s commitment", "%(n)s commitments", n) % {"n": amount(n)}, ""
    if rest == "differences":
        return ngettext("%(n)s difference", "%(n)s differences", n) % {"n": amount(n)}, ""
    if entered == "accounts of the trial":
        return _("accounts of the trial"), ""
    return (str(KINDS[first]), rest) if first in KINDS and rest else ("", entered)


def column(name: str) -> str:
    """What is told of an entry, by its name there."""
    return str(COLUMNS.get(name) or capfirst(of_models().get(name)) or spaced(name))


@cache
def of_models() -> dict[str, StrOrPromise]:
    """What the rows and columns of the record are called, by their names."""
    found: dict[str, StrOrPromise] = {}
    for model in (one for app in APPS for one in apps.get_app_config(app).get_models()):
        about = model._meta
        found[str(about.model_name)] = about.verbose_name or ""
        found |= {one.name: one.verbose_name for one in about.fields if isinstance(one.verbose_name, Promise)}
    return found


def value(of: Any) -> str:
    """Something that an entry tells, on one line."""
    if of is None:
        return "\u2013"
    if isinstance(of, bool):
        return _("yes") if of else _("no")
    if isinstance(of, Mapping):
        return "; ".join(f"{column(name)}: {value(one)}" for name, one in of.items())
    if isinstance(of, (list, tuple)):
        return ", ".join(map(value, of)) or _("nothing")
    return str(of)


def spaced(code: str) -> str:
    return code.replace("_", " ").capitalize()
