"""Who may do what: one table, role by act. Every command asks `require` before it changes anything."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from parties.access import Grant, Role, Viewer


class Act(StrEnum):
    RECORD_FINDING = "record_finding"
    MAKE_CLAIM = "make_claim"
    CONTEST = "contest"
    SET_TRIGGER_DATE = "set_trigger_date"
    RECORD_READING = "record_reading"
    EDIT_CALENDAR = "edit_calendar"
    OPEN_DESK = "open_desk"
    OPEN_ADMINISTRATION = "open_administration"


# A right that is not in this table does not exist. Claims and contests are made in the name of the own party only.
RIGHTS: dict[Act, frozenset[Role]] = {
    Act.RECORD_FINDING: frozenset({Role.MEDIATOR}),
    Act.MAKE_CLAIM: frozenset({Role.REPRESENTATIVE}),
    Act.CONTEST: frozenset({Role.REPRESENTATIVE}),
    Act.SET_TRIGGER_DATE: frozenset({Role.MEDIATOR}),
    Act.RECORD_READING: frozenset({Role.MEDIATOR}),
    Act.EDIT_CALENDAR: frozenset({Role.MEDIATOR}),
    Act.OPEN_DESK: frozenset({Role.MEDIATOR}),
    Act.OPEN_ADMINISTRATION: frozenset({Role.ADMINISTRATOR}),
}


def may(viewer: Viewer, act: Act, agreement_id: int | None = None) -> bool:
    """Whether the viewer may do it in that agreement, or in any where none is named."""
    return any(viewer.has_role(role, agreement_id) for role in RIGHTS[act])


def require(viewer: Viewer, act: Act, agreement_id: int) -> Grant:
    """The grant that allows the act; PermissionDenied with a sentence for the user where there is none."""
    grant = viewer.grant(agreement_id)
    if grant is None or grant.role not in RIGHTS[act]:
        roles = ", ".join(sorted(str(role.label) for role in RIGHTS[act]))
        raise PermissionDenied(_("This needs the role %(roles)s in this agreement.") % {"roles": roles})
    return grant
