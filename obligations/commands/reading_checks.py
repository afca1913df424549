"""What a reading cannot be, as sentences by field."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreement.models import Calendar, Participation
from obligations.commands.errors import Refused
from obligations.commands.overtaken import errors_before
from obligations.deadlines import CONVENTIONS, RULES, complete_day, day_in
from obligations.models import Commitment, Reading, Statement
from obligations.models.commitment import Life
from parties.content import told_to_who_asked
from parties.texts import day_errors, text_errors

Kind = Reading.Kind
Errors = dict[str, str]


def refuse_what_cannot_be(readings: Sequence[Reading], now: datetime) -> None:
    """Raises Refused, with the party named where only some of several commitments stand in the way."""
    if not readings:
        raise Refused({"commitments": _("Choose at least one commitment.")})
    for reading in readings:
        today = day_in(now, reading.commitment.agreement.zone)
        errors = text_errors(("reason",), reason=reading.reason, source=reading.source)
        errors |= agreed(reading, today) | days(reading, today)
        errors = errors or CHECKS[Kind(reading.kind)](reading)
        if errors and len(readings) > 1:
            with told_to_who_asked():
                party = str(reading.commitment.party.name)
            errors = {field: f"{party}: {text}" for field, text in errors.items()}
        if errors:
            raise Refused(errors)


def agreed(reading: Reading, today: date) -> Errors:
    if bool(reading.agreed_by) != (reading.agreed_on is not None):
        return {"agreed_on": _("Name both, who agreed and on what day, or neither.")}
    if reading.agreed_on and reading.agreed_on > today:
        return {"agreed_on": _("This day has not come yet.")}
    places = Participation.objects.filter(agreement=reading.agreement_id, party__code__in=reading.agreed_by)
    known = set(places.values_list("party__code", flat=True))
    if unknown := [code for code in reading.agreed_by if code not in known]:
        return {"agreed_by": _("No party of this agreement: %(codes)s.") % {"codes": ", ".join(unknown)}}
    return {}


def days(reading: Reading, today: date) -> Errors:
    if reading.effective_on and reading.effective_on > today:
        return {"effective_on": _("This day has not come yet: record it when it has.")}
    if reading.kind in Reading.WITH_A_DAY and reading.due_on is None:
        return {"due_on": _("Give the day.")}
    early = errors_before(reading.commitment, effective_on=reading.effective_on, due_on=reading.due_on)
    return early | day_errors(
        effective_on=reading.effective_on, due_on=reading.due_on, agreed_on=reading.agreed_on
    )


def of_counting(reading: Reading) -> Errors:
    if reading.convention not in CONVENTIONS:
        known = ", ".join(CONVENTIONS)
        return {"convention": _("Choose one of: %(conventions)s.") % {"conventions": known}}
    there = Calendar.objects.filter(agreement=reading.agreement_id, code__in=reading.calendars)
    known_codes = set(there.values_list("code", flat=True))
    if unknown := [code for code in reading.calendars if code not in known_codes]:
        return {"calendars": _("There is no calendar %(codes)s.") % {"codes": ", ".join(unknown)}}
    rule = reading.commitment.obligation.rule
    if not (rule.endswith(("_after", "_before")) or rule == "end_of_period"):
        return {"convention": _("No period is counted here; give it a date instead.")}
    return ended(reading)


def of_date(reading: Reading) -> Errors:
    if reading.commitment.obligation.rule == "recurring":
        return {"due_on": _("It recurs: its days follow from the text.")}
    if reading.commitment.obligation.has_conduct:
        text = _(
            "It is kept at all times and reviewed by period: no single day could be met, so it takes none."
        )
        return {"due_on": text}
    return ended(reading)


def ended(reading: Reading) -> Errors:
    life = reading.commitment.life
    if life in (Life.WAIVED, Life.SUPERSEDED):
        return {"commitment": _("It is %(life)s: its clock runs no more.") % {"life": Life(life).label}}
    return {}


def of_extension(reading: Reading) -> Errors:
    due_on = reading.commitment.due_on
    if errors := ended(reading):
        return errors
    if due_on is None:
        return {"due_on": _("It has no due date that could be extended; give it a date instead.")}
    if reading.due_on is not None and reading.due_on <= due_on:
        wanted = _("Give a day after %(day)s, the present due date.")
        return {"due_on": wanted % {"day": date_format(due_on)}}
    return runs_by_then(reading) or in_order(reading) or not_complete(reading)


def runs_by_then(reading: Reading) -> Errors:
    """An extension of a clock that had not begun would be lost when it begins."""
    commitment = reading.commitment
    begins = commitment.clock_from if RULES[commitment.obligation.rule].anchored == "after" else None
    if begins is None or reading.effective_on is None or reading.effective_on >= begins:
        return {}
    text = _("Its clock runs from %(day)s only: give that day or a later one.")
    return {"effective_on": text % {"day": date_format(begins)}}


def of_suspension(reading: Reading) -> Errors:
    if reading.commitment.life == Life.SUSPENDED:
        return {"kind": _("It is suspended already.")}
    return ended(reading) or in_order(reading) or not_complete(reading)


def of_resumption(reading: Reading) -> Errors:
    life = reading.commitment.life
    if life == Life.ACTIVE:
        return {"kind": _("Its clock was not stopped.")}
    if life == Life.SUPERSEDED:
        return {"kind": _("A later text took its place; only a pack can bring it back.")}
    return in_order(reading)


def of_waiver(reading: Reading) -> Errors:
    return ended(reading) or in_order(reading)


def of_withdrawal(reading: Reading) -> Errors:
    taken = reading.withdraws
    if taken is None or taken.commitment_id != reading.commitment_id:
        return {"withdraws": _("Name a reading of this commitment.")}
    if taken.kind in (Kind.WITHDRAWAL, Kind.SUPERSESSION):
        return {"withdraws": _("This one cannot be taken back; record a new one instead.")}
    if Reading.objects.filter(withdraws=taken).exists():
        return {"withdraws": _("It was taken back already.")}
    return {}


def in_order(reading: Reading) -> Errors:
    """Acts go forward: one before the day of another would change what that one meant."""
    rows = Reading.objects.filter(commitment=reading.commitment_id, withdrawn_by__isnull=True)
    last = rows.exclude(effective_on=None).order_by("-effective_on", "-pk").first()
    if last is None or last.effective_on is None or reading.effective_on is None:
        return {}
    if reading.effective_on >= last.effective_on:
        return {}
    text = _("Not before %(day)s, the day of the last act (%(kind)s); take that one back first.")
    return {"effective_on": text % {"day": date_format(last.effective_on), "kind": last.get_kind_display()}}


def not_complete(reading: Reading) -> Errors:
    """A clock that a finding stopped has nothing to move or stop."""
    said = Statement.objects.filter(commitment=reading.commitment_id).findings().in_force().in_order()
    since = complete_day(one.fact() for one in said)
    if since is None or reading.commitment.due_on is None:
        return {}
    return {"commitment": _("It is complete since %(day)s.") % {"day": date_format(since)}}


def in_the_way(kind: Kind, commitment: Commitment) -> str:
    """Why no reading of this kind can be recorded on the commitment now, whatever it says; empty where one can."""
    errors = CHECKS[kind](Reading(commitment=commitment, kind=kind, convention="calendar"))
    return next(iter(errors.values()), "")


CHECKS = {
    Kind.COUNTING: of_counting,
    Kind.DATE: of_date,
    Kind.EXTENSION: of_extension,
    Kind.SUSPENSION: of_suspension,
    Kind.RESUMPTION: of_resumption,
    Kind.WAIVER: of_waiver,
    Kind.WITHDRAWAL: of_withdrawal,
}
