"""Who may see what: the one rule. Every query of something that has a tier starts from `visible`.

A viewer is what a user may do in each agreement, taken from mandates once a request. What a viewer may not see does
not exist for them: the rule is a filter, so that lists, counts, searches and single rows all obey it alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Func, Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from parties import replica


class Tier(TextChoices):
    PUBLIC = "public", _("public")
    PARTIES = "parties", _("parties and mediators")
    IN_CONFIDENCE = "in_confidence", _("in confidence")
    MEDIATORS = "mediators", _("mediators")


# What a party can say something in: nobody hides a statement from themselves.
TIERS_OF_A_PARTY = (Tier.PUBLIC, Tier.PARTIES, Tier.IN_CONFIDENCE)


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    ANALYST = "analyst", _("analyst")
    MEDIATOR = "mediator", _("mediator")
    OBSERVER = "observer", _("observer")
    REPRESENTATIVE = "representative", _("representative")


# Who has one of these speaks in the name of somebody: of a party, or of an observer that is no party and no mediator.
IN_A_NAME = (Role.OBSERVER, Role.REPRESENTATIVE)


class Clearance(TextChoices):
    """How far analysts, observers and administrators read; a mediator's and a representative's follow from the role."""

    PUBLIC = Tier.PUBLIC.value, Tier.PUBLIC.label
    PARTIES = Tier.PARTIES.value, Tier.PARTIES.label


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see something in one agreement: a tier, with the party of a confidence."""

    tier: Tier
    confidant_id: int | None = None

    def within(self, other: "Audience") -> bool:
        """Whether whoever may see what is for this audience may see what is for the `other` one.

        Mediators are within every audience, and every audience is within the public one. A confidence with one party
        and a confidence with another are not within each other.
        """
        if self.tier == other.tier == Tier.IN_CONFIDENCE:
            return self.confidant_id == other.confidant_id
        return FROM_THE_NARROWEST.index(self.tier) <= FROM_THE_NARROWEST.index(other.tier)


FROM_THE_NARROWEST = (Tier.MEDIATORS, Tier.IN_CONFIDENCE, Tier.PARTIES, Tier.PUBLIC)
EVERYBODY = Audience(Tier.PUBLIC)
# Those that every agreement has, by their bit in a mask; a party with its confidences has one of the others.
COMMON = (EVERYBODY, Audience(Tier.PARTIES), Audience(Tier.MEDIATORS))
BITS = 62
EVERY_BIT = 2**BITS - 1


def audience_of(tier: str, confidant_id: int | None, publish_at: datetime | None, now: datetime) -> Audience:
    """Who may see a row with these columns at `now`, as `visible` has it: what was due to be published is public."""
    if publish_at is not None and publish_at <= now:
        return EVERYBODY
    return Audience(Tier(tier), confidant_id)


def narrowest(audiences: Iterable[Audience]) -> Audience | None:
    """The one that is within all the others; None where there is none, or no audience at all."""
    among = list(audiences)
    return next((audience for audience in among if all(audience.within(other) for other in among)), None)


@dataclass(frozen=True, slots=True)
class Grant:
    """One mandate, as far as access is concerned."""

    agreement_id: int
    role: Role
    party_id: int | None = None
    clearance: Clearance = Clearance.PUBLIC

    @property
    def reads(self) -> frozenset[Tier]:
        """The tiers that it opens in its agreement; in confidence, but for a mediator, with the own party alone."""
        if self.role == Role.MEDIATOR:
            return frozenset(Tier)
        if self.role == Role.REPRESENTATIVE:
            return frozenset({Tier.PUBLIC, Tier.PARTIES, Tier.IN_CONFIDENCE})
        cleared = self.clearance == Clearance.PARTIES
        return frozenset({Tier.PUBLIC, Tier.PARTIES} if cleared else {Tier.PUBLIC})

    @property
    def reads_parties_tier(self) -> bool:
        return Tier.PARTIES in self.reads

    @property
    def reader(self) -> Audience:
        """The narrowest audience that it is in: it sees what that one sees, and nothing else."""
        if self.role == Role.REPRESENTATIVE and self.party_id is not None:
            return Audience(Tier.IN_CONFIDENCE, self.party_id)
        if self.role == Role.MEDIATOR:
            return Audience(Tier.MEDIATORS)
        return Audience(Tier.PARTIES if self.reads_parties_tier else Tier.PUBLIC)


def tiers_of(grant: Grant) -> tuple[Tier, ...]:
    """The tiers in which somebody with that grant can say something: those that they read, and a party its own."""
    return tuple(tier for tier in Tier if tier in grant.reads)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: `user_id` is None for the public and for a management command.

    `keeps_accounts` is for who administers the server itself, and so accounts and mandates in every agreement.
    `lacks_second_factor`: a policy wants one of this account, and it has none. `gave_it_elsewhere`: it has none, and
    gave one to its organisation's server in this session.
    """

    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    keeps_accounts: bool = False
    lacks_second_factor: bool = False
    gave_it_elsewhere: bool = False

    def held_back(self) -> "Viewer":
        """Who asks: one who lacks a second factor has nothing of their mandates until they have it."""
        return Viewer(self.user_id, lacks_second_factor=True) if self.lacks_second_factor else self

    def with_factor(self) -> "Viewer":
        """Who lacks a second factor, where they gave one to their organisation's server."""
        if not self.lacks_second_factor:
            return self
        return replace(self, lacks_second_factor=False, gave_it_elsewhere=True)

    def grant(self, agreement_id: int) -> Grant | None:
        return next((grant for grant in self.grants if grant.agreement_id == agreement_id), None)

    def agreements_as(self, *roles: Role) -> list[int]:
        """The keys of the agreements in which the viewer has one of these roles."""
        return [grant.agreement_id for grant in self.grants if grant.role in roles]

    def has_role(self, role: Role, agreement_id: int | None) -> bool:
        """Whether the viewer has the role in that agreement, or in any where it is None."""
        return any(g.role == role and agreement_id in (None, g.agreement_id) for g in self.grants)


PUBLIC_VIEWER = Viewer()


def agreements_of(grants: Iterable[Grant]) -> list[int]:
    return sorted({grant.agreement_id for grant in grants})


def readable(viewer: Viewer, field: str = "agreement_id") -> Q:
    """Rows of the agreements that the viewer may open at all. `field` is the path to the agreement's key."""
    if settings.PUBLIC_READING:
        return Q()
    return Q(**{f"{field}__in": agreements_of(viewer.grants)})


def visible(viewer: Viewer, now: datetime, prefix: str = "") -> Q:
    """Rows with a tier that the viewer may see at `now`.

    `prefix` is the path to the tiered row (``"statement__"``); empty where the query is on that model itself.
    """
    agreement, tier = f"{prefix}agreement_id", f"{prefix}tier"
    rule = Q(**{tier: Tier.PUBLIC}) | Q(**{f"{prefix}publish_at__lte": now})
    grants = viewer.grants
    if cleared := agreements_of(g for g in grants if g.reads_parties_tier):
        rule |= Q(**{f"{agreement}__in": cleared, tier: Tier.PARTIES})
    if mediated := agreements_of(g for g in grants if Tier.MEDIATORS in g.reads):
        rule |= Q(**{f"{agreement}__in": mediated})
    for grant in grants:
        if Tier.IN_CONFIDENCE in grant.reads and grant.party_id is not None:
            key = {
                agreement: grant.agreement_id,
                tier: Tier.IN_CONFIDENCE,
                f"{prefix}confidant_id": grant.party_id,
            }
            rule |= Q(**key)
    return rule & readable(viewer, agreement)


M = TypeVar("M", bound=Model)


class ReadableQuerySet(QuerySet[M]):
    """Rows without a tier of their own: whoever may open their agreement, to whose key `agreement` is the path."""

    agreement: ClassVar[str] = "agreement_id"

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(readable(viewer, self.agreement))


class TieredQuerySet(QuerySet[M]):
    """Rows with a tier."""

    def visible_to(self, viewer: Viewer, now: datetime) -> Self:
        return self.filter(visible(viewer, now))


# A withdrawal takes back an answer to a contest of a claim: so far do statements lead from one to another.
FURTHEST = 3


class SeenWithItsSubject(Func):
    """Rows as `visible` has them, but a reply only to who may see what it `refers_to` as well.

    A reply says nothing without that, and tells that it is there. Whoever may not see it sees no reply to it either,
    whatever the reply's own tier; a party alone keeps its own words in sight. Where what it refers to is published, the
    reply is there as well. `is_reply` says which of the model's rows are replies.

    It is written out as SQL once: most pages ask it many times, and to compose it takes longer than to run it.
    """

    output_field = BooleanField()

    def __init__(self, model: type[Model], viewer: Viewer, now: datetime, is_reply: Q) -> None:
        super().__init__("pk")
        own = Q(pk__in=[])
        for grant in viewer.grants:
            if grant.party_id is not None:
                own |= Q(agreement_id=grant.agreement_id, by_id=grant.party_id)
        self.table, connection = model._meta.db_table, replica.connection()
        seen, given = written(model, visible(viewer, now), connection)
        freely, more = written(model, ~is_reply | own, connection)
        self.rule, self.given = seen, given
        for step in range(FURTHEST, 0, -1):
            inside = self.rule.replace(ROW, f"seen_{step}")
            subject = f"SELECT 1 FROM {self.table} seen_{step} WHERE seen_{step}.id = {ROW}.refers_to_id AND {inside}"
            self.rule = f"({seen} AND ({freely} OR EXISTS ({subject})))"
            self.given = [*given, *more, *self.given]

    def as_sql(self, compiler: Any, connection: Any, *_how: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        (row,) = self.get_source_expressions()
        return self.rule.replace(ROW, compiler.quote_name_unless_alias(row.alias)), tuple(self.given)


# Stands for the row in a rule that is written out.
ROW = "the_row"


def written(model: type[Model], rule: Q, connection: Any) -> tuple[str, list[Any]]:
    """A rule of a model's own columns as SQL, with its parameters."""
    query = model._base_manager.filter(rule).query
    query.change_aliases({model._meta.db_table: ROW})
    try:
        sql, params = query.where.as_sql(query.get_compiler(connection=connection), connection)
    except EmptyResultSet:
        return "FALSE", []
    return f"({sql})".replace(f'"{ROW}"', ROW) if sql else "TRUE", list(params)


def sees(reader: Audience, row: Any, rows: Mapping[int, Any], now: datetime, steps: int = FURTHEST) -> bool:
    """Whether an audience sees a row at `now`: `SeenWithItsSubject`, for rows that are in memory.

    `rows` holds all that `row` may refer to, by key; rows have `audience(now)`, `is_reply`, `refers_to_id` and `by_id`.
    """
    if not reader.within(row.audience(now)):
        return False
    if (
        not row.is_reply
        or steps == 0
        or (reader.confidant_id is not None and row.by_id == reader.confidant_id)
    ):
        return True
    subject = rows.get(row.refers_to_id)
    return subject is not None and sees(reader, subject, rows, now, steps - 1)
