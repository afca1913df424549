"""Who may do what: one table, role by act. Every command asks `require` before it changes anything."""

from enum import Enum
from typing import Self

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parties.access import Grant, Role, Viewer
from parties.alphabets import place_of

MEDIATORS, REPRESENTATIVES = frozenset({Role.MEDIATOR}), frozenset({Role.REPRESENTATIVE})
BOTH_SIDES = MEDIATORS | REPRESENTATIVES
OBSERVERS = frozenset({Role.OBSERVER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


class Right(Enum):
    """An act: the roles that may do it, and what it is in plain words, for the page that shows the table.

    A right that is not in this table does not exist. Claims and contests are made in the name of the own party only.
    """

    roles: frozenset[Role]
    meaning: Promise

    def __new__(cls, roles: frozenset[Role], meaning: Promise) -> Self:
        act = object.__new__(cls)
        act._value_, act.roles, act.meaning = len(cls.__members__), roles, meaning
        return act

    RECORD_FINDING = MEDIATORS, _("Record a finding on a commitment, in any tier.")
    MAKE_CLAIM = REPRESENTATIVES, _("Make a claim about the own or the other party's commitment.")
    RECORD_OBSERVATION = (
        MEDIATORS | OBSERVERS,
        _(
            "Record what an observer says: an observer its own words, a mediator those of any that the agreement names."
        ),
    )
    CONTEST = REPRESENTATIVES, _("Contest what was said, for the own party.")
    ADD_EVIDENCE = (
        BOTH_SIDES,
        _("Hand in files and links as evidence, and attach them to statements of the own side."),
    )
    # What the own side said; of a representative, what the own party said.
    ANSWER = BOTH_SIDES, _("Answer a claim, a finding or a contest of another side.")
    REQUEST = MEDIATORS, _("Ask a party for a claim or a reply by a day, and take that back.")
    WITHDRAW = (
        BOTH_SIDES | OBSERVERS,
        _("Take back what the own side said, with a reason; it stays on record."),
    )
    TRANSLATE = MEDIATORS, _("Set a translation beside a statement, which stays as it was said.")
    RELEASE = BOTH_SIDES, _("Change who may see something: a party of its own statements, a mediator of any.")
    SET_TRIGGER_DATE = MEDIATORS, _("Give a trigger the day on which it happened.")
    RECORD_EVENT = MEDIATORS, _("Record something that happened, with its day and source.")
    RECORD_READING = MEDIATORS, _("Say how a deadline is read; extend, suspend, resume or waive.")
    EDIT_CALENDAR = MEDIATORS, _("Add or strike a holiday that deadlines are counted by.")
    OPEN_DESK = MEDIATORS, _("Open the desk with what waits for a finding.")
    ACKNOWLEDGE = MEDIATORS, _("Take note of a breach, so that it waits on the desk no more.")
    ASSIGN = MEDIATORS, _("Say which mediator owns an obligation, or that nobody does.")
    FOLLOW = (
        frozenset(Role),
        _("Follow an obligation, an article, a party or the agreement; that one does is on record."),
    )
    ASK_FOR_WORK = (
        frozenset(Role),
        _("Have a worker do what takes long, and cancel that; what comes of it is its owner's alone."),
    )
    READ_LEDGER = MEDIATORS, _("Read the agreement's ledger, and take it away to verify it elsewhere.")
    OPEN_ADMINISTRATION = ADMINISTRATORS, _("Look at the checks of the machine and at this table.")
    MANAGE_ACCOUNTS = (
        ADMINISTRATORS,
        _(
            "Make accounts, switch them off, take a lost second factor away, and give or withdraw mandates; of accounts"
            " with a mandate elsewhere, that in this agreement alone."
        ),
    )
    HOLD_MEETINGS = (
        MEDIATORS,
        _("Plan a meeting, set its agenda, record its conclusions, and close it with minutes."),
    )
    LOAD_PACK = ADMINISTRATORS, _("See what a pack would change in the agreement, and load it.")
    OPEN_GATE = MEDIATORS, _("Declare a gate open that the text sets, or take that back.")
    # Not the mediators': whom it binds does not loosen it.
    SET_POLICY = ADMINISTRATORS, _("Decide what wants a second signature.")
    SIGN = MEDIATORS, _("Sign or refuse what another mediator proposed, and withdraw an own proposal.")
    SIGN_POWERS = ADMINISTRATORS, _("Sign or refuse acts of power that another administrator proposed.")


# What who keeps the server's accounts does without a mandate: the first mandates have to come from somebody.
# They sign as the second where one of two administrators is away, else nobody could.
OF_KEEPERS = frozenset(
    {
        Right.OPEN_ADMINISTRATION,
        Right.MANAGE_ACCOUNTS,
        Right.LOAD_PACK,
        Right.SIGN_POWERS,
        Right.ASK_FOR_WORK,
    }
)


# Acts that make a statement of one's own side, one by one or by a sheet.
STATING = (Right.RECORD_FINDING, Right.MAKE_CLAIM, Right.RECORD_OBSERVATION)


def states(viewer: Viewer, agreement_id: int | None = None) -> bool:
    """Whether the viewer makes statements in that agreement, or in any where none is named."""
    return any(may(viewer, right, agreement_id) for right in STATING)


def may(viewer: Viewer, act: Right, agreement_id: int | None = None) -> bool:
    """Whether the viewer may do it in that agreement, or in any where none is named."""
    if viewer.keeps_accounts and act in OF_KEEPERS:
        return True
    return any(viewer.has_role(role, agreement_id) for role in act.roles)


def require(viewer: Viewer, act: Right, agreement_id: int) -> Grant:
    """The grant that allows the act; PermissionDenied with a sentence for the user where there is none."""
    grant = viewer.grant(agreement_id)
    if grant is None or grant.role not in act.roles:
        roles = ", ".join(sorted((str(role.label) for role in act.roles), key=place_of))
        raise PermissionDenied(gettext("This needs the role %(roles)s in this agreement.") % {"roles": roles})
    return grant


def require_any_way(viewer: Viewer, act: Right, agreement_id: int | None) -> None:
    """PermissionDenied unless a mandate allows the act, or that the viewer keeps the server's accounts."""
    if not may(viewer, act, agreement_id):
        raise PermissionDenied(gettext("This needs the role administrator in this agreement."))


def require_to_administer(viewer: Viewer, agreement_id: int | None = None) -> None:
    """PermissionDenied unless the viewer manages accounts: in that agreement, or in any where none is named."""
    require_any_way(viewer, Right.MANAGE_ACCOUNTS, agreement_id)
