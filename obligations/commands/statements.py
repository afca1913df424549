"""Claims, findings and contests."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreement.commands.powers import Signed
from agreement.ledger import enter
from agreement.models import Event, SignOff
from obligations.commands import clock, statuses
from obligations.commands.errors import Refused
from obligations.commands.overtaken import errors_before, refuse_overtaken_finding
from obligations.commands.protected import refuse_unsigned, watch
from obligations.commands.widening import Referent, refuse_wider, requests_replied_to
from obligations.deadlines import day_in
from obligations.deadlines.moment import STILL
from obligations.models import Commitment, Evidence, PartyRequest, Period, Statement
from obligations.models.commitment import Life
from obligations.models.statement import Conduct, Level
from parties.access import Role, Tier, Viewer
from parties.languages import language_errors
from parties.models import Party
from parties.once import once
from parties.prepared import insert, run
from parties.rights import Right, require
from parties.texts import day_errors, text_errors, tidy

CONTESTED = Statement.VERDICTS
# What a finding can judge.
CITED = (Statement.Kind.CLAIM, Statement.Kind.OBSERVATION)
# What can be said about a statement also when its commitment is no more.
AFTERWARDS = (Statement.Kind.ANSWER, Statement.Kind.WITHDRAWAL)
# What a party replies with to a request.
REPLYING = (Statement.Kind.CLAIM, Statement.Kind.CONTEST, Statement.Kind.ANSWER)


ANY_CONTEST = (
    f"SELECT 1 FROM {Statement._meta.db_table} WHERE commitment_id = %s AND kind = 'contest' LIMIT 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingVerdict:
    """What a claim or finding says: exactly one of the three."""

    level: int | None = None
    not_assessable: bool = False
    conduct: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a statement that is only tried is judged by, beside itself: read once for many of them, and locked by none.

    `contested` are the claims on its commitment that are contested and wait for a finding, `requests` those to the
    author that it would reply to, `wanted` what the policy wants two mediators for.
    """

    contested: Sequence[Statement] = ()
    requests: Sequence[PartyRequest] = ()
    wanted: frozenset[SignOff] = frozenset()


@once()
def record_finding(
    *,
    commitment: Commitment,
    actor: Viewer,
    now: datetime,
    effective_on: date,
    reason: str,
    tier: str,
    level: int | None = None,
    not_assessable: bool = False,
    conduct: str = "",
    cites: Statement | None = None,
    wider: bool = False,
    seen: str = "",
    signed: Signed | None = None,
    tried: Beside | None = None,
    **more: Any,
) -> Statement:
    """Record the mediator's finding on a commitment, as of the day `effective_on` (the agreement's zone).

    One of `level` (0 to 3), `not_assessable` or `conduct`, as the obligation's kind wants. `tier` says who may see it,
    and has no default; `wider` that more people than see the claim or the event that it refers to are meant to. `cites`
    is the claim or observation that it judges; needed where a claim is contested and no finding came after. `more` may
    hold `source`, `language` (of the words), `confidant` (a Party, with the tier in confidence), `event`, `import_key`
    and `period`: the period that it is about, where that is an earlier one than the day lies in. Level 3 stops the
    clock and closes the breach; a lower level after that starts a new cycle. `seen` is the key of the newest statement
    that the author had seen, "none" for none; left out, nothing is asked. With `tried` it is only checked: nothing is
    written, and no row is locked. Raises PermissionDenied, Refused (Wider among them), Overtaken where another's
    finding came after what was seen, and AwaitsSignature where a second mediator is to sign.
    """
    require(actor, Right.RECORD_FINDING, commitment.agreement_id)
    if seen:
        commitment = clock.lock(commitment)
        refuse_overtaken_finding(commitment, seen, actor)
    said = FindingVerdict(level=level, not_assessable=not_assessable, conduct=conduct)
    statement = Statement(
        kind=Statement.Kind.FINDING, effective_on=effective_on, reason=reason, refers_to=cites
    )
    more |= {"tier": tier}
    return record(statement, commitment, said, actor, now, more, wider, signed=signed, tried=tried)


@once()
def record_claim(
    *,
    commitment: Commitment,
    actor: Viewer,
    now: datetime,
    effective_on: date,
    reason: str,
    tier: str,
    level: int | None = None,
    not_assessable: bool = False,
    conduct: str = "",
    by: Party | None = None,
    wider: bool = False,
    tried: Beside | None = None,
    **more: Any,
) -> Statement:
    """Record a party's claim about its own or another's commitment, in the name of the actor's own party.

    `by`, where given, must be that party. `wider` says that more people than see a request to which it is a reply are
    meant to see it. The rest is as in `record_finding`; a claim never moves a clock.
    """
    grant = require(actor, Right.MAKE_CLAIM, commitment.agreement_id)
    require_own_party(grant.party_id, by)
    said = FindingVerdict(level=level, not_assessable=not_assessable, conduct=conduct)
    statement = Statement(
        kind=Statement.Kind.CLAIM, by_id=grant.party_id, effective_on=effective_on, reason=reason
    )
    return record(statement, commitment, said, actor, now, {"tier": tier, **more}, wider, tried=tried)


@once()
def record_contest(
    *,
    statement: Statement,
    actor: Viewer,
    now: datetime,
    reason: str,
    tier: str,
    effective_on: date | None = None,
    by: Party | None = None,
    wider: bool = False,
    tried: Beside | None = None,
    **more: Any,
) -> Statement:
    """Record a party's objection to a claim, finding or observation.

    `effective_on` is today in the agreement's zone if left out. `tier` and `more` are as in `record_finding`; `wider`
    says that more people than see the statement, or a request for a reply to it, are meant to see the contest.
    """
    grant = require(actor, Right.CONTEST, statement.agreement_id)
    require_own_party(grant.party_id, by)
    refuse_to_refer(
        statement,
        CONTESTED,
        _("Only a claim, a finding or an observation can be contested; answer it instead."),
    )
    contest = Statement(
        kind=Statement.Kind.CONTEST,
        by_id=grant.party_id,
        effective_on=effective_on or day_in(now, statement.agreement.zone),
        reason=reason,
        refers_to=statement,
    )
    more |= {"tier": tier}
    return record(contest, statement.commitment, None, actor, now, more, wider, tried=tried)


def refuse_to_refer(statement: Statement, kinds: Container[str], sentence: str) -> None:
    if statement.kind not in kinds:
        raise Refused({"statement": sentence})


def require_own_party(own: int | None, by: Party | None) -> None:
    if by is not None and by.pk != own:
        raise PermissionDenied(_("You speak in the name that your mandate has, and in no other."))


def record(
    statement: Statement,
    commitment: Commitment,
    said: FindingVerdict | None,
    actor: Viewer,
    now: datetime,
    more: dict[str, Any],
    wider: bool,
    *,
    signed: Signed | None = None,
    tried: Beside | None = None,
) -> Statement:
    """Check, write the statement, set the clock anew where it is a finding, and enter it in the ledger."""
    if tried is None:
        commitment = clock.lock(commitment)
    statement.agreement, statement.commitment = commitment.agreement, commitment
    statement.recorded_at, statement.recorded_by_id = now, actor.user_id
    statement.reason = tidy(statement.reason)
    fill(statement, **more)
    beside = tried or beside_on_record(statement)
    refuse_what_cannot_be(statement, said, actor, now, beside.contested)
    refuse_wider(
        statement.audience(now), referents(statement, beside), commitment.agreement, now, wider, statement
    )
    if statement.period and statement.period.holds(statement.effective_on):
        statement.period = None  # the day says it
    if tried is not None:
        refuse_unsigned(statement, actor, tried.wanted)
        return statement
    with watch(commitment.agreement_id, actor, now, signed, [commitment.pk]) as watched:
        insert(statement)
        watched.rows.append(statement)
        before = standing_columns(commitment)
        follow_finding(statement, commitment, now, cause=statement)
    enter(
        agreement_id=commitment.agreement_id,
        actor=actor,
        now=now,
        command=f"record_{statement.kind}",
        subject=f"{commitment.obligation.code} {commitment.party.code}",
        before=before,
        after={"statement": statement.key, **standing_columns(commitment)},
        reason=statement.reason,
        rows=[statement],
    )
    return statement


def beside_on_record(statement: Statement) -> Beside:
    """As it is under the lock."""
    if statement.refers_to_id is not None:
        statement.refers_to = Statement.objects.select_related("by").get(pk=statement.refers_to_id)
    return Beside(contested=contested_beside(statement), requests=requests_beside(statement))


def contested_beside(statement: Statement) -> list[Statement]:
    if statement.kind != Statement.Kind.FINDING or statement.refers_to_id is not None:
        return []
    if not run(ANY_CONTEST, [statement.commitment_id]):
        return []  # as on most commitments: to compose what follows takes longer than to know it
    waiting = Statement.objects.filter(commitment=statement.commitment).contested_claims()
    return [one for one in waiting.select_related("by") if one.recorded_at != statement.recorded_at]


def requests_beside(statement: Statement) -> list[PartyRequest]:
    if statement.kind not in REPLYING:
        return []
    return requests_replied_to(statement.commitment, statement.refers_to, statement.by_id)


def referents(statement: Statement, beside: Beside) -> list[Referent]:
    """What it refers to; the event that it rests on; and the requests that it replies to."""
    of_its_own = (statement.refers_to, statement.event)
    return [*(one for one in of_its_own if one is not None), *beside.requests]


def follow_finding(statement: Statement, commitment: Commitment, now: datetime, cause: Statement) -> None:
    """Set the clocks by a finding that came, or that `cause` withdrew. What others say moves none."""
    if statement.kind != Statement.Kind.FINDING:
        statuses.follow([commitment.pk], now, since=now, only_said=True)
        return
    clock.follow_finding(commitment, now, cause)
    if statement.tier == Tier.PUBLIC:
        clock.restart_dependants(commitment, now)


def fill(
    statement: Statement,
    *,
    tier: str,
    source: str = "",
    language: str = "",
    confidant: Party | None = None,
    event: Event | None = None,
    import_key: str = "",
    period: Period | None = None,
) -> None:
    statement.source, statement.language = tidy(source), language
    statement.begin_as(tier, confidant)
    statement.event, statement.import_key, statement.period = event, import_key, period


def standing_columns(commitment: Commitment) -> dict[str, Any]:
    return {"due_on": commitment.due_on, "flag_at": commitment.flag_at, "cycle": commitment.cycle}


def refuse_what_cannot_be(
    statement: Statement,
    said: FindingVerdict | None,
    actor: Viewer,
    now: datetime,
    contested: Sequence[Statement] = (),
) -> None:
    errors = tier_errors(statement, actor)
    commitment = statement.commitment
    if said is not None:
        errors |= verdict_errors(said, commitment.obligation.has_conduct)
        statement.level, statement.not_assessable, statement.conduct = (
            said.level,
            said.not_assessable,
            said.conduct,
        )
    errors |= text_errors(("reason",), reason=statement.reason, source=statement.source)
    errors |= language_errors(language=statement.language)
    if statement.effective_on > day_in(now, commitment.agreement.zone):
        errors["effective_on"] = _("This day has not come yet: give the day since when it is so.")
    errors |= errors_before(commitment, effective_on=statement.effective_on)
    errors |= day_errors(effective_on=statement.effective_on)
    errors |= period_errors(statement) | citing_errors(statement, contested)
    referred = statement.refers_to
    if statement.kind in Statement.REPLIES and referred is not None and not referred.in_force():
        errors["statement"] = _("It was withdrawn: nothing more can be said about it.")
    if commitment.life == Life.SUPERSEDED and statement.kind not in AFTERWARDS:
        errors["commitment"] = _("This commitment was superseded; record it on the one that took its place.")
    if errors:
        raise Refused(errors)


def tier_errors(statement: Statement | Evidence, actor: Viewer) -> dict[str, str]:
    """A confidence has its party, and who speaks in a name shares only what that one may see."""
    grant = actor.grant(statement.agreement_id)
    of_a_party = grant is not None and grant.role == Role.REPRESENTATIVE
    if statement.tier not in Tier.values:
        return {"tier": _("Choose one of: %(tiers)s.") % {"tiers": ", ".join(Tier.values)}}
    if (statement.tier == Tier.IN_CONFIDENCE) != (statement.confidant_id is not None):
        return {"confidant": _("Name the party for what is in confidence, and none for anything else.")}
    if of_a_party and statement.tier == Tier.MEDIATORS:
        return {"tier": _("A party cannot hide its own statement from itself; choose “in confidence”.")}
    if of_a_party and grant is not None and statement.confidant_id not in (None, grant.party_id):
        return {"confidant": _("A confidence is shared with your own party.")}
    if grant is not None and grant.role == Role.OBSERVER and statement.tier not in grant.reads:
        return {"tier": _("Choose a tier that you read yourself.")}
    return {}


def period_errors(statement: Statement) -> dict[str, str]:
    period = statement.period
    if period is None:
        return {}
    if statement.kind != Statement.Kind.FINDING:
        return {"period": _("Only a finding is put to another period than that of its day.")}
    if period.commitment_id != statement.commitment_id or period.known_until != STILL:
        return {"period": _("Choose a period of this commitment.")}
    if period.starts_on > statement.effective_on:
        return {"period": _("This period had not begun on that day: choose an earlier one.")}
    return {}


def citing_errors(statement: Statement, contested: Sequence[Statement]) -> dict[str, str]:
    """A finding cites a claim or an observation on its commitment, and has to where a claim is contested and waits."""
    if statement.kind != Statement.Kind.FINDING:
        return {}
    cited = statement.refers_to
    if cited is None:
        names = ", ".join(sorted({str(one.by) for one in contested}))
        text = _("A claim is contested (%(parties)s): say which one this finding judges.")
        return {"cites": text % {"parties": names}} if contested else {}
    if cited.kind not in CITED or cited.commitment_id != statement.commitment_id:
        return {"cites": _("Choose a claim or an observation on this commitment.")}
    if not cited.in_force():
        return {"cites": _("It was withdrawn.")}
    return {}


def verdict_errors(said: FindingVerdict, wants_conduct: bool) -> dict[str, str]:
    given = [said.level is not None, said.not_assessable, bool(said.conduct)]
    field = "conduct" if wants_conduct else "level"
    if sum(given) != 1:
        return {field: _("Choose exactly one.")}
    if wants_conduct and said.conduct not in Conduct.values:
        return {
            "conduct": _("This is a duty over time: choose one of %(all)s.")
            % {"all": ", ".join(Conduct.values)}
        }
    if not wants_conduct and said.conduct:
        return {"level": _("This has a deliverable: give a level from 0 to 3, or “not assessable”.")}
    if said.level is not None and said.level not in Level.values:
        return {"level": _("Choose a level from 0 to 3.")}
    return {}
