"""Gates that the text sets: a mediator declares one open, with the reason, or takes that back."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreement.commands.powers import Signed
from agreement.ledger import enter
from obligations.commands.errors import Refused
from obligations.commands.protected import watch
from obligations.deadlines import complete_day, day_in
from obligations.models import Commitment, Gate, GateOpening, Obligation, Statement
from obligations.models.commitment import Life
from parties.access import Tier, Viewer
from parties.once import once
from parties.rights import Right, require
from parties.texts import day_errors, text_errors, tidy


@once()
def open_gate(
    *,
    gate: Gate,
    actor: Viewer,
    now: datetime,
    opened_on: date,
    reason: str,
    source: str = "",
    despite: bool = False,
    signed: Signed | None = None,
) -> GateOpening:
    """Declare a gate open from the day `opened_on`. It moves no clock: the text's own triggers do.

    Where its condition is not seen to be met, `despite` says that it is opened all the same. Raises PermissionDenied
    and Refused.
    """
    owed = gate.obligation
    require(actor, Right.OPEN_GATE, owed.agreement_id)
    Obligation.objects.select_for_update(of=("self",)).get(pk=owed.pk)  # one opening after the other
    today = day_in(now, owed.agreement.zone)
    met = is_met(gate, opened_on)
    if errors := text_errors(("reason",), reason=reason, source=source) | opening_errors(
        gate, opened_on, today, met, despite
    ):
        raise Refused(errors)
    opening = GateOpening(
        opened_on=opened_on,
        # What nobody can judge by the record is no opening against it.
        despite=met is False,
        **of(gate),
    )
    with watch(owed.agreement_id, actor, now, signed) as watched:
        watched.rows.append(write(opening, "open_gate", actor, now, reason, source))
    return opening


@once()
def close_gate(
    *, opening: GateOpening, actor: Viewer, now: datetime, reason: str, source: str = ""
) -> GateOpening:
    """Take an opening back: the gate is closed as if it had not been opened. Both stay on record."""
    require(actor, Right.OPEN_GATE, opening.agreement_id)
    Obligation.objects.select_for_update(of=("self",)).get(pk=opening.obligation_id)
    errors = text_errors(("reason",), reason=reason, source=source)
    if not GateOpening.objects.standing().filter(pk=opening.pk).exists():
        errors["opening"] = _("It was taken back already.")
    if errors:
        raise Refused(errors)
    names = ("agreement", "obligation", "after_obligation", "after_trigger", "condition")
    same = {name: getattr(opening, name) for name in names}
    return write(GateOpening(withdraws=opening, **same), "close_gate", actor, now, reason, source)


def of(gate: Gate) -> dict[str, object]:
    return {
        "agreement": gate.obligation.agreement,
        "obligation": gate.obligation,
        "after_obligation": gate.after_obligation,
        "after_trigger": gate.after_trigger,
        "condition": gate.condition,
    }


def opening_errors(
    gate: Gate, opened_on: date, today: date, met: bool | None, despite: bool
) -> dict[str, str]:
    if opened_on > today:
        return {"opened_on": _("This day has not come yet.")}
    if errors := day_errors(opened_on=opened_on):
        return errors
    if GateOpening.objects.of(gate).standing().exists():
        return {"gate": _("It is open already.")}
    if met is False and not despite:
        return {
            "despite": _(
                "Its condition was not seen to be met by that day: say that it is opened all the same."
            )
        }
    return {}


def write(
    opening: GateOpening, command: str, actor: Viewer, now: datetime, reason: str, source: str
) -> GateOpening:
    opening.reason, opening.source = tidy(reason), tidy(source)
    opening.recorded_at, opening.recorded_by_id = now, actor.user_id
    opening.save(force_insert=True)
    after = {"condition": condition_of(opening), "opened_on": opening.opened_on, "despite": opening.despite}
    enter(
        agreement_id=opening.agreement_id,
        actor=actor,
        now=now,
        command=command,
        subject=opening.obligation.code,
        after=after,
        reason=opening.reason,
        rows=[opening],
    )
    return opening


def condition_of(opening: GateOpening) -> str:
    if opening.after_obligation:
        return opening.after_obligation.code
    return opening.after_trigger.code if opening.after_trigger else opening.condition[:200]


def is_met(gate: Gate, on: date) -> bool | None:
    """Whether the record that everybody may see shows its condition met by that day; None where a person judges it.

    Of an obligation, each commitment that is still owed is complete by the public findings: that a gate was opened
    against what is seen must tell nothing of what is not.
    """
    if gate.after_trigger:
        happened = gate.after_trigger.occurred_on
        return happened is not None and happened <= on
    if not gate.after_obligation_id:
        return None
    owed = Commitment.objects.filter(obligation=gate.after_obligation_id)
    keys = list(owed.exclude(life__in=[Life.SUPERSEDED, Life.WAIVED]).values_list("pk", flat=True))
    public = Statement.objects.findings().in_force().filter(commitment__in=keys, tier=Tier.PUBLIC)
    facts: dict[int, list[Statement]] = {key: [] for key in keys}
    for one in public.filter(effective_on__lte=on).in_order():
        facts[one.commitment_id].append(one)
    return bool(keys) and all(complete_day(one.fact() for one in found) for found in facts.values())
