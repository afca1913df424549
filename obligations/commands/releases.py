"""Who may see what was recorded: publications, their withdrawal, other tiers. Each change is a row with its reason."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from agreement.commands.powers import Signed
from agreement.ledger import enter
from agreement.models import Event
from obligations.commands import clock, statuses
from obligations.commands.errors import Refused
from obligations.commands.protected import watch
from obligations.commands.widening import Referent, refuse_wider
from obligations.models import Evidence, Release, Statement
from parties.access import Audience, Grant, Role, Tier, Viewer
from parties.models import TIER_COLUMNS, Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import day_error, text_errors, tidy

Subject = Statement | Event | Evidence
# By the field of a release that names it.
SUBJECTS: dict[str, type[Subject]] = {"statement": Statement, "event": Event, "evidence": Evidence}
WORKER = Viewer()


@once()
def release(
    *,
    subject: Subject,
    actor: Viewer,
    now: datetime,
    tier: str,
    reason: str,
    confidant: Party | None = None,
    publish_at: datetime | None = None,
    wider: bool = False,
    signed: Signed | None = None,
) -> Release:
    """Change who may see a statement, an event or evidence; at `publish_at`, a later instant, it becomes public.

    A representative makes what the own party said visible to more. A mediator may do either, but lets nobody see what a
    party said in confidence, on no detour. A withdrawal goes with the statement that it takes back. `wider` says that
    more people than see what the subject refers to, or is evidence for, are meant to see it. Raises PermissionDenied,
    Refused (Wider among them), and AwaitsSignature where a second mediator is to sign: what a mediator publishes, and
    what lets somebody see a completion.
    """
    grant = require(actor, Right.RELEASE, subject.agreement_id)
    subject = locked(subject)
    made = Release(
        agreement_id=subject.agreement_id,
        from_tier=subject.tier,
        from_confidant=subject.confidant,
        to_tier=tier,
        to_confidant=confidant,
        publish_at=publish_at,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        reason=tidy(reason),
        **{field_of(subject): subject},
    )
    refuse_what_cannot_be(made, subject, grant, wider)
    before = visibility(subject)
    about = [subject.commitment_id] if isinstance(subject, Statement) else []
    with watch(subject.agreement_id, actor, now, signed, about) as watched:
        made.save(force_insert=True)
        watched.rows.append(made)
        if publish_at is None:
            subject.tier, subject.confidant = tier, confidant
        subject.publish_at = publish_at or (now if tier == Tier.PUBLIC else None)
        changed = save_tier(subject, now)
    enter_release(subject, changed, actor, now, before, made)
    return made


def refuse_what_cannot_be(made: Release, subject: Subject, grant: Grant, wider: bool) -> None:
    now, at = made.recorded_at, made.publish_at or made.recorded_at
    if errors := errors_of(made, subject, now):
        raise Refused(errors)
    require_to_be_theirs(made, subject, grant)
    audience = Audience(Tier(made.to_tier), made.to_confidant_id)
    if not audience.within(subject.audience(now)):
        refuse_wider(audience, referents_of(subject, audience, at), subject.agreement, at, wider, subject)


@transaction.atomic
def publish_due(*, now: datetime) -> int:
    """Make public what was to be public by now; how many were. Until then it can be seen by its instant alone."""
    done = 0
    for model in SUBJECTS.values():
        due = model.objects.filter(publish_at__lte=now).exclude(tier=Tier.PUBLIC)
        for key in due.order_by("pk").values_list("pk", flat=True):
            subject = locked(model(pk=key))
            if subject.tier == Tier.PUBLIC or subject.publish_at is None or subject.publish_at > now:
                continue
            before = visibility(subject)
            subject.tier, subject.confidant = Tier.PUBLIC, None
            changed = save_tier(subject, now)
            enter_release(subject, changed, WORKER, now, before)
            done += 1
    return done


def referents_of(subject: Subject, audience: Audience, at: datetime) -> list[Referent]:
    """What it tells of: what a statement refers to; of evidence a statement for it, unless one is seen by as many."""
    if isinstance(subject, Statement):
        return [one for one in (subject.refers_to, subject.event) if one is not None]
    if isinstance(subject, Evidence):
        resting = list(Statement.objects.filter(attachments__evidence=subject).order_by("pk"))
        openly = any(audience.within(one.audience(at)) for one in resting)
        return [] if openly else list(resting[:1])
    return []


def field_of(subject: Subject) -> str:
    return next(name for name, model in SUBJECTS.items() if isinstance(subject, model))


def locked(subject: Subject) -> Any:
    """As it is now; a statement with its commitment locked, since clocks may rest on it."""
    if isinstance(subject, Statement):
        commitment = Statement.objects.values_list("commitment", flat=True).get(pk=subject.pk)
        (owed,) = clock.lock_all([commitment])
        found = (
            Statement.objects.select_for_update(of=("self",)).select_related("confidant").get(pk=subject.pk)
        )
        found.commitment = owed
        return found
    rows = type(subject).objects.select_for_update(of=("self",))
    return rows.select_related("confidant").get(pk=subject.pk)


def errors_of(made: Release, subject: Subject, now: datetime) -> dict[str, str]:
    errors: dict[str, str] = {}
    if made.to_tier not in Tier.values:
        errors["tier"] = _("Choose one of: %(tiers)s.") % {"tiers": ", ".join(Tier.values)}
    elif (made.to_tier == Tier.IN_CONFIDENCE) != (made.to_confidant is not None):
        errors["confidant"] = _("Name the party for what is in confidence, and none for anything else.")
    elif isinstance(subject, Statement) and subject.kind == Statement.Kind.WITHDRAWAL:
        errors["tier"] = _("A withdrawal is seen by whoever sees the statement that it takes back.")
    elif same_as_now(made, subject):
        errors["tier"] = _("That is who may see it now.")
    if made.publish_at is not None and made.to_tier != Tier.PUBLIC:
        errors["publish_at"] = _("Only a publication has a day; leave it out.")
    elif made.publish_at is not None and made.publish_at <= now:
        errors["publish_at"] = _("This has passed: leave it out to publish at once.")
    elif made.publish_at is not None and (error := day_error(made.publish_at.date())):
        errors["publish_at"] = error
    return errors | text_errors(("reason",), reason=made.reason)


def same_as_now(made: Release, subject: Subject) -> bool:
    """A planned publication is taken back by naming the tier that it has."""
    planned = subject.publish_at if subject.tier != Tier.PUBLIC else None
    named = (made.to_tier, made.to_confidant_id)
    return named == (subject.tier, subject.confidant_id) and planned is None


def require_to_be_theirs(made: Release, subject: Subject, grant: Grant) -> None:
    said_by = None if isinstance(subject, Event) else subject.by_id
    before = Audience(Tier(made.from_tier), made.from_confidant_id)
    after = Audience(Tier(made.to_tier), made.to_confidant_id)
    widens = before.within(after) and not after.within(before)
    if grant.role == Role.REPRESENTATIVE:
        if said_by is None or said_by != grant.party_id:
            raise PermissionDenied(
                _("A party decides about what it said or handed in itself, and nothing else.")
            )
        if not widens and not takes_back_a_plan(made, subject):
            raise PermissionDenied(
                _("A party cannot hide what others may see; withdraw the statement instead, with a reason.")
            )
    elif not isinstance(subject, Event) and said_by is not None:
        # Neither shared with another party, nor by way of a tier that is narrower still.
        begun = widens and subject.first_tier == Tier.IN_CONFIDENCE
        if begun or made.from_tier == Tier.IN_CONFIDENCE:
            raise PermissionDenied(
                _("The party said this in confidence: only that party can let others see it.")
            )
        if made.to_tier == Tier.MEDIATORS or made.to_confidant_id not in (None, said_by):
            text = _("A party keeps its own words in sight: choose a tier in which it sees them.")
            raise Refused({"tier": text})


def takes_back_a_plan(made: Release, subject: Subject) -> bool:
    """Whether a publication that has not come yet is taken back, and nothing else."""
    same = (made.to_tier, made.to_confidant_id) == (made.from_tier, made.from_confidant_id)
    return same and subject.publish_at is not None and subject.publish_at > made.recorded_at


def save_tier(subject: Subject, now: datetime) -> list[Model]:
    """Write its columns, and what follows from them; the rows whose tier this changed."""
    subject.save(update_fields=list(TIER_COLUMNS))
    changed: list[Model] = [subject]
    if isinstance(subject, Statement):
        taken_back = Statement.objects.filter(refers_to=subject, kind=Statement.Kind.WITHDRAWAL)
        taken_back.update(**{name: getattr(subject, name) for name in TIER_COLUMNS})
        changed += taken_back
        if subject.kind == Statement.Kind.FINDING:
            clock.restart_dependants(subject.commitment, now)
        statuses.follow([subject.commitment_id], now)
    return changed


def visibility(subject: Subject) -> dict[str, Any]:
    confidant = subject.confidant.code if subject.confidant else None
    return {"tier": subject.tier, "confidant": confidant, "publish_at": subject.publish_at}


def enter_release(
    subject: Subject,
    changed: list[Model],
    actor: Viewer,
    now: datetime,
    before: dict[str, Any],
    made: Release | None = None,
) -> None:
    name = subject.code if isinstance(subject, Event) else subject.key
    enter(
        agreement_id=subject.agreement_id,
        actor=actor,
        now=now,
        command="release" if made else "publish",
        subject=f"{field_of(subject)} {name}",
        before=before,
        after=visibility(subject),
        reason=made.reason if made else "",
        rows=[made] if made else [],
        states=changed,
    )
