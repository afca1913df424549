"""Who may do what: one table, role by act. Every command asks `require` before it changes anything."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.access import Grant, Role, Viewer


class Act(StrEnum):
    RECORD_FINDING = "record_finding"
    MAKE_CLAIM = "make_claim"
    CONTEST = "contest"
    ADD_EVIDENCE = "add_evidence"
    ANSWER = "answer"
    ASK = "ask"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    SET_TRIGGER_DATE = "set_trigger_date"
    RECORD_READING = "record_reading"
    EDIT_CALENDAR = "edit_calendar"
    OPEN_DESK = "open_desk"
    READ_LEDGER = "read_ledger"
    OPEN_ADMINISTRATION = "open_administration"
    MANAGE_ACCOUNTS = "manage_accounts"
    OPEN_GATE = "open_gate"
    SET_POLICY = "set_policy"
    SIGN = "sign"
    SIGN_POWERS = "sign_powers"


# A right that is not in this table does not exist. Claims and contests are made in the name of the own party only.
RIGHTS: dict[Act, frozenset[Role]] = {
    Act.RECORD_FINDING: frozenset({Role.MEDIATOR}),
    Act.MAKE_CLAIM: frozenset({Role.REPRESENTATIVE}),
    Act.CONTEST: frozenset({Role.REPRESENTATIVE}),
    Act.ADD_EVIDENCE: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    # What the own side said; of a representative, what the own party said.
    Act.ANSWER: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Act.ASK: frozenset({Role.MEDIATOR}),
    Act.WITHDRAW: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Act.RELEASE: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Act.SET_TRIGGER_DATE: frozenset({Role.MEDIATOR}),
    Act.RECORD_READING: frozenset({Role.MEDIATOR}),
    Act.EDIT_CALENDAR: frozenset({Role.MEDIATOR}),
    Act.OPEN_DESK: frozenset({Role.MEDIATOR}),
    Act.READ_LEDGER: frozenset({Role.MEDIATOR}),
    Act.OPEN_ADMINISTRATION: frozenset({Role.ADMINISTRATOR}),
    Act.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Act.OPEN_GATE: frozenset({Role.MEDIATOR}),
    # Not the mediators': whom it binds does not loosen it.
    Act.SET_POLICY: frozenset({Role.ADMINISTRATOR}),
    Act.SIGN: frozenset({Role.MEDIATOR}),
    Act.SIGN_POWERS: frozenset({Role.ADMINISTRATOR}),
}
# What who keeps the server's accounts does without a mandate: the first mandates have to come from somebody.
# They sign as the second where one of two administrators is away, else nobody could.
OF_KEEPERS = frozenset({Act.OPEN_ADMINISTRATION, Act.MANAGE_ACCOUNTS, Act.SIGN_POWERS})

# Each act in plain words, for the page that shows the table.
MEANING: dict[Act, Promise] = {
    Act.RECORD_FINDING: gettext_lazy("Record a finding on a commitment, in any tier."),
    Act.MAKE_CLAIM: gettext_lazy("Make a claim about the own or the other party's commitment."),
    Act.CONTEST: gettext_lazy("Contest what was said, for the own party."),
    Act.ADD_EVIDENCE: gettext_lazy(
        "Hand in files and links as evidence, and attach them to statements of the own side."
    ),
    Act.ANSWER: gettext_lazy("Answer a claim, a finding or a contest of another side."),
    Act.ASK: gettext_lazy("Ask a party for a claim or a reply by a day, and take that back."),
    Act.WITHDRAW: gettext_lazy("Take back what the own side said, with a reason; it stays on record."),
    Act.RELEASE: gettext_lazy(
        "Change who may see something: a party of its own statements, a mediator of any."
    ),
    Act.SET_TRIGGER_DATE: gettext_lazy("Give a trigger the day on which it happened."),
    Act.RECORD_READING: gettext_lazy("Say how a deadline is read; extend, suspend, resume or waive."),
    Act.EDIT_CALENDAR: gettext_lazy("Add or strike a holiday that deadlines are counted by."),
    Act.OPEN_DESK: gettext_lazy("Open the desk with what waits for a finding."),
    Act.READ_LEDGER: gettext_lazy("Read the agreement's ledger, and take it away to verify it elsewhere."),
    Act.OPEN_ADMINISTRATION: gettext_lazy("Look at the checks of the machine and at this table."),
    Act.MANAGE_ACCOUNTS: gettext_lazy(
        "Make accounts, switch them off, and give or withdraw mandates; of accounts with a mandate elsewhere, that in"
        " this agreement alone."
    ),
    Act.OPEN_GATE: gettext_lazy("Declare a gate open that the text sets, or take that back."),
    Act.SET_POLICY: gettext_lazy("Decide what wants a second signature."),
    Act.SIGN: gettext_lazy("Sign or refuse what another mediator proposed, and withdraw an own proposal."),
    Act.SIGN_POWERS: gettext_lazy("Sign or refuse acts of power that another administrator proposed."),
}


def may(viewer: Viewer, act: Act, agreement_id: int | None = None) -> bool:
    """Whether the viewer may do it in that agreement, or in any where none is named."""
    if viewer.keeps_accounts and act in OF_KEEPERS:
        return True
    return any(viewer.has_role(role, agreement_id) for role in RIGHTS[act])


def require(viewer: Viewer, act: Act, agreement_id: int) -> Grant:
    """The grant that allows the act; PermissionDenied with a sentence for the user where there is none."""
    grant = viewer.grant(agreement_id)
    if grant is None or grant.role not in RIGHTS[act]:
        roles = ", ".join(sorted(str(role.label) for role in RIGHTS[act]))
        raise PermissionDenied(_("This needs the role %(roles)s in this agreement.") % {"roles": roles})
    return grant


def require_any_way(viewer: Viewer, act: Act, agreement_id: int | None = None) -> None:
    """PermissionDenied unless a mandate allows the act, or that the viewer keeps the server's accounts."""
    if not may(viewer, act, agreement_id):
        raise PermissionDenied(_("This needs the role administrator in this agreement."))


def require_to_administer(viewer: Viewer, agreement_id: int | None = None) -> None:
    """PermissionDenied unless the viewer manages accounts: in that agreement, or in any where none is named."""
    require_any_way(viewer, Act.MANAGE_ACCOUNTS, agreement_id)
