"""Events that a mediator records: something dated and sourced that happened. It is no finding, and moves no clock."""

import secrets
from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from agreement.ledger import enter
from agreement.models import Agreement, Event
from obligations.commands.errors import Refused
from obligations.commands.protected import refuse_publication
from obligations.deadlines import day_in
from obligations.models import Obligation
from parties.access import Tier, Viewer
from parties.models import Party
from parties.once import once
from parties.rights import Right, require
from parties.texts import day_errors, text_errors, tidy

TOUCHES = Obligation.touched_by.through
# Of a code: capitals and digits that are not read for one another. It tells nothing of how many there are.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@once()
def record_event(
    *,
    agreement: Agreement,
    actor: Viewer,
    now: datetime,
    happened_on: date,
    title: str,
    source: str,
    tier: str,
    obligations: Collection[Obligation] = (),
    touches_all: bool = False,
    precision: str = Event.Precision.DAY,
    confidant: Party | None = None,
) -> Event:
    """Record what happened on a day, with its source, and which obligations it touches, or that it touches all.

    Raises PermissionDenied, and Refused for what cannot be, or where publishing it wants a second mediator.
    """
    require(actor, Right.RECORD_EVENT, agreement.pk)
    made = Event(
        agreement=agreement,
        code=code_of(happened_on),
        happened_on=happened_on,
        precision=precision,
        title=" ".join(title.split()),
        source=tidy(source),
        touches_all=touches_all,
        tier=tier,
        confidant=confidant,
        recorded_at=now,
        recorded_by_id=actor.user_id,
        in_pack=False,
    )
    if errors := errors_of(made, obligations, day_in(now, agreement.zone)):
        raise Refused(errors)
    refuse_publication(made, actor, now, _("Record it for the mediators, and propose its publication then."))
    made.save(force_insert=True)
    touched = [TOUCHES(event=made, obligation=one) for one in sorted(obligations, key=lambda one: one.place)]
    TOUCHES.objects.bulk_create(touched)
    told = {"happened_on": made.happened_on, "title": made.title}
    enter(
        agreement_id=agreement.pk,
        actor=actor,
        now=now,
        command="record_event",
        subject=made.code,
        after=told | {"obligations": [one.obligation.code for one in touched]},
        states=[made, *touched],
    )
    return made


def code_of(happened_on: date) -> str:
    return f"EV-{happened_on.isoformat()}-{''.join(secrets.choice(LETTERS) for _place in range(8))}"


def errors_of(made: Event, obligations: Collection[Obligation], today: date) -> dict[str, str]:
    errors = text_errors(("title",), title=made.title, source=made.source)
    errors |= day_errors(happened_on=made.happened_on)
    if not made.source:
        errors["source"] = _("Say where it is told: an address, or a document and its date.")
    if made.precision not in Event.Precision.values:
        errors["precision"] = _("Choose one of: %(kinds)s.") % {"kinds": ", ".join(Event.Precision.values)}
    elif made.happened_on > today and made.precision != Event.Precision.SCHEDULED:
        errors["happened_on"] = _("This day has not come yet; say that it was announced beforehand.")
    if made.tier not in Tier.values:
        errors["tier"] = _("Choose one of: %(tiers)s.") % {"tiers": ", ".join(Tier.values)}
    elif (made.tier == Tier.IN_CONFIDENCE) != (made.confidant is not None):
        errors["confidant"] = _("Name the party for what is in confidence, and none for anything else.")
    if not obligations and not made.touches_all:
        errors["obligations"] = _("Name the obligations that it touches, or say that it touches them all.")
    elif any(one.agreement_id != made.agreement_id for one in obligations):
        errors["obligations"] = _("Name obligations of this agreement.")
    return errors
