"""What waits for a reply of the parties that somebody speaks for. Their representatives see every reply of theirs."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from obligations.models import PartyRequest, Release, RequestTakenBack, Statement
from obligations.models.party_request import REPLIES
from obligations.models.party_request import PartyRequestQuerySet as Requests
from obligations.models.statement import StatementQuerySet as Statements
from obligations.status.freshness import until_it_changes
from obligations.status.reading import rows_of
from parties.access import Grant, Role, Viewer

Kind = Statement.Kind


def own_grants(viewer: Viewer) -> list[Grant]:
    """Those by which the viewer speaks for a party."""
    return [one for one in viewer.grants if one.role == Role.REPRESENTATIVE and one.party_id is not None]


def of_own(viewer: Viewer, party: str) -> Q:
    """Rows of the own parties, each in the agreement in which the viewer speaks for it; `party` is the path to it."""
    rule = Q(pk__in=[])
    for grant in own_grants(viewer):
        rule |= Q(**{"agreement": grant.agreement_id, party: grant.party_id})
    return rule


def requests_waiting(viewer: Viewer, now: datetime) -> Requests:
    """Requests to the own parties without a reply, whether their day has ended or not."""
    return PartyRequest.objects.visible_to(viewer, now).filter(of_own(viewer, "party")).awaiting_a_reply()


def about_own(viewer: Viewer, now: datetime) -> Statements:
    """What others said about commitments of the own parties and was not taken back, as far as the viewer may see it."""
    seen = Statement.objects.visible_to(viewer, now).in_force()
    return seen.filter(of_own(viewer, "commitment__party"), ~of_own(viewer, "by") | Q(by__isnull=True))


def to_object_to(viewer: Viewer, now: datetime) -> Statements:
    """Claims of others about the own parties, the newest of each author on each commitment; contests of own words."""
    seen = Statement.objects.visible_to(viewer, now).in_force()
    same = {"kind": Kind.CLAIM, "commitment": OuterRef("commitment"), "by": OuterRef("by")}
    later = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"), recorded_at__gt=OuterRef("recorded_at")
    )
    claims = Q(kind=Kind.CLAIM) & of_own(viewer, "commitment__party") & ~Exists(seen.filter(later, **same))
    contests = Q(kind=Kind.CONTEST) & of_own(viewer, "refers_to__by")
    return seen.filter(claims | contests).exclude(of_own(viewer, "by"))


def without_own_reply(rows: Statements, viewer: Viewer) -> Statements:
    """Those to which the own party neither answered nor objected."""
    replies = Statement.objects.in_force().filter(kind__in=REPLIES, refers_to=OuterRef("pk"))
    return rows.filter(~Exists(replies.filter(of_own(viewer, "by"))))


def statements_waiting(viewer: Viewer, now: datetime) -> Statements:
    """Claims about the own parties and contests of their words without their reply, and no finding since.

    What a request asks about is that request's.
    """
    waiting = Statement.objects.awaiting_a_finding(viewer, now, kinds=(Kind.CLAIM, Kind.CONTEST))
    asked = requests_waiting(viewer, now).filter(statement=OuterRef("pk"))
    rows = to_object_to(viewer, now).filter(~Exists(asked), pk__in=waiting.values("pk"))
    return without_own_reply(rows, viewer)


# What the number hangs on: the newest row of each, and the minute, since publications come by the clock.
MINUTE = 60
NEWEST = "SELECT " + ", ".join(
    f"(SELECT max(id) FROM {model._meta.db_table})"
    for model in (Statement, Release, PartyRequest, RequestTakenBack)
)


def number_waiting(viewer: Viewer, now: datetime) -> int:
    """How many wait, for the header of every page: worked out where something is new, else one small query.

    None for who speaks for no party.
    """
    if not own_grants(viewer):
        return 0
    fresh = repr((rows_of(NEWEST, []), int(now.timestamp()) // MINUTE, viewer.grants))

    def work_out() -> int:
        return in_one(requests_waiting(viewer, now), statements_waiting(viewer, now))

    return until_it_changes(fresh, ("to answer",), work_out)


def number_in_all(viewer: Viewer, now: datetime) -> int:
    """How many there are to answer or were: all requests to the own parties, and all that could be answered."""
    asked = PartyRequest.objects.visible_to(viewer, now).filter(of_own(viewer, "party"))
    return in_one(asked, to_object_to(viewer, now))


def in_one(one: QuerySet[PartyRequest], other: QuerySet[Statement]) -> int:
    return one.order_by().values("pk").union(other.order_by().values("pk"), all=True).count()
