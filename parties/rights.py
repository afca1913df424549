"""Who may do what: one table, role by act. Every command asks `require` before it changes anything."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.access import Grant, Role, Viewer


class Right(StrEnum):
    RECORD_FINDING = "record_finding"
    MAKE_CLAIM = "make_claim"
    CONTEST = "contest"
    ADD_EVIDENCE = "add_evidence"
    ANSWER = "answer"
    REQUEST = "request"
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
RIGHTS: dict[Right, frozenset[Role]] = {
    Right.RECORD_FINDING: frozenset({Role.MEDIATOR}),
    Right.MAKE_CLAIM: frozenset({Role.REPRESENTATIVE}),
    Right.CONTEST: frozenset({Role.REPRESENTATIVE}),
    Right.ADD_EVIDENCE: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    # What the own side said; of a representative, what the own party said.
    Right.ANSWER: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Right.REQUEST: frozenset({Role.MEDIATOR}),
    Right.WITHDRAW: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Right.RELEASE: frozenset({Role.MEDIATOR, Role.REPRESENTATIVE}),
    Right.SET_TRIGGER_DATE: frozenset({Role.MEDIATOR}),
    Right.RECORD_READING: frozenset({Role.MEDIATOR}),
    Right.EDIT_CALENDAR: frozenset({Role.MEDIATOR}),
    Right.OPEN_DESK: frozenset({Role.MEDIATOR}),
    Right.READ_LEDGER: frozenset({Role.MEDIATOR}),
    Right.OPEN_ADMINISTRATION: frozenset({Role.ADMINISTRATOR}),
    Right.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Right.OPEN_GATE: frozenset({Role.MEDIATOR}),
    # Not the mediators': whom it binds does not loosen it.
    Right.SET_POLICY: frozenset({Role.ADMINISTRATOR}),
    Right.SIGN: frozenset({Role.MEDIATOR}),
    Right.SIGN_POWERS: frozenset({Role.ADMINISTRATOR}),
}
# What who keeps the server's accounts does without a mandate: the first mandates have to come from somebody.
# They sign as the second where one of two administrators is away, else nobody could.
OF_KEEPERS = frozenset({Right.OPEN_ADMINISTRATION, Right.MANAGE_ACCOUNTS, Right.SIGN_POWERS})

# Each act in plain words, for the page that shows the table.
MEANING: dict[Right, Promise] = {
    Right.RECORD_FINDING: gettext_lazy("Record a finding on a commitment, in any tier."),
    Right.MAKE_CLAIM: gettext_lazy("Make a claim about the own or the other party's commitment."),
    Right.CONTEST: gettext_lazy("Contest what was said, for the own party."),
    Right.ADD_EVIDENCE: gettext_lazy(
        "Hand in files and links as evidence, and attach them to statements of the own side."
    ),
    Right.ANSWER: gettext_lazy("Answer a claim, a finding or a contest of another side."),
    Right.REQUEST: gettext_lazy("Ask a party for a claim or a reply by a day, and take that back."),
    Right.WITHDRAW: gettext_lazy("Take back what the own side said, with a reason; it stays on record."),
    Right.RELEASE: gettext_lazy(
        "Change who may see something: a party of its own statements, a mediator of any."
    ),
    Right.SET_TRIGGER_DATE: gettext_lazy("Give a trigger the day on which it happened."),
    Right.RECORD_READING: gettext_lazy("Say how a deadline is read; extend, suspend, resume or waive."),
    Right.EDIT_CALENDAR: gettext_lazy("Add or strike a holiday that deadlines are counted by."),
    Right.OPEN_DESK: gettext_lazy("Open the desk with what waits for a finding."),
    Right.READ_LEDGER: gettext_lazy("Read the agreement's ledger, and take it away to verify it elsewhere."),
    Right.OPEN_ADMINISTRATION: gettext_lazy("Look at the checks of the machine and at this table."),
    Right.MANAGE_ACCOUNTS: gettext_lazy(
        "Make accounts, switch them off, and give or withdraw mandates; of accounts with a mandate elsewhere, that in"
        " this agreement alone."
    ),
    Right.OPEN_GATE: gettext_lazy("Declare a gate open that the text sets, or take that back."),
    Right.SET_POLICY: gettext_lazy("Decide what wants a second signature."),
    Right.SIGN: gettext_lazy("Sign or refuse what another mediator proposed, and withdraw an own proposal."),
    Right.SIGN_POWERS: gettext_lazy("Sign or refuse acts of power that another administrator proposed."),
}


def may(viewer: Viewer, act: Right, agreement_id: int | None = None) -> bool:
    """Whether the viewer may do it in that agreement, or in any where none is named."""
    if viewer.keeps_accounts and act in OF_KEEPERS:
        return True
    return any(viewer.has_role(role, agreement_id) for role in RIGHTS[act])


def require(viewer: Viewer, act: Right, agreement_id: int) -> Grant:
    """The grant that allows the act; PermissionDenied with a sentence for the user where there is none."""
    grant = viewer.grant(agreement_id)
    if grant is None or grant.role not in RIGHTS[act]:
        roles = ", ".join(sorted(str(role.label) for role in RIGHTS[act]))
        raise PermissionDenied(_("This needs the role %(roles)s in this agreement.") % {"roles": roles})
    return grant


def require_any_way(viewer: Viewer, act: Right, agreement_id: int | None = None) -> None:
    """PermissionDenied unless a mandate allows the act, or that the viewer keeps the server's accounts."""
    if not may(viewer, act, agreement_id):
        raise PermissionDenied(_("This needs the role administrator in this agreement."))


def require_to_administer(viewer: Viewer, agreement_id: int | None = None) -> None:
    """PermissionDenied unless the viewer manages accounts: in that agreement, or in any where none is named."""
    require_any_way(viewer, Right.MANAGE_ACCOUNTS, agreement_id)
