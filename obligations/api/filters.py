"""What lists of models can be narrowed by, as tables. Those that the database writes have theirs in SQL."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agreement.models import Instrument, Participation
from obligations.api.base.filtering import DAYS, Lookup
from obligations.api.base.problems import InvalidQuery
from obligations.changes.window import ByDay, ChangeKind
from obligations.deadlines import start_of_day
from obligations.delivery.kinds import Kind
from obligations.lists.labels import label_of
from obligations.models import Attachment, Commitment, Evidence, Obligation, Proposal, Reading, Statement
from obligations.models.obligation import ObligationKind
from obligations.search.hits import SearchKind
from obligations.status.codes import not_there
from obligations.status.filters import (
    DAY,
    NUMBER_OF_A_ROW,
    YES_NO,
    ParameterType,
    not_storable,
    whole_number,
)
from obligations.status.moments import KNOWN_AT, day_given, instant_given, zone_of
from obligations.status.provisions import HOW_NAMED, PROVISION, at, of_party, with_parts, within
from obligations.words import languages
from parties.access import Tier
from parties.texts import FIRST_YEAR, LAST_YEAR_OF_CALENDARS

Table = Mapping[str, Lookup]


# The window of what changed reads it, and says what is wrong with it.
DAY_OR_INSTANT = ParameterType(
    {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}, not_storable
)


def agreement(by: str = "agreement__code") -> Lookup:
    return Lookup(_("Agreement"), by)


def provision(path: str) -> Lookup:
    return Lookup(PROVISION, within(path), more=HOW_NAMED)


# What hangs on a commitment.
OF_A_COMMITMENT: Table = {
    "agreement": agreement(),
    "provision": provision("commitment__obligation__provision"),
    "obligation": Lookup(_("Obligation"), "commitment__obligation__code"),
    "commitment": Lookup(_("Commitment"), "commitment_id", of=NUMBER_OF_A_ROW),
    "party": Lookup(_("Party whose commitment it is about"), of_party("commitment__party")),
}
TIER = Lookup(_("Tier: who may see it"), "tier", choices=Tier.choices)


def recorded_since(column: str) -> dict[str, Lookup]:
    """What was recorded from a day or an instant on."""

    def condition(view: Any, value: str) -> Q:
        if "T" in value:
            return Q(**{f"{column}__gte": instant_given(value)})
        return Q(**{f"{column}__gte": start_of_day(day_given(value), zone_of(view.agreements()))})

    more = _("To follow what changes, read `/changes/`: what is published later was recorded before.")
    label = _("Recorded on this day or at this instant, or later.")
    return {"since": Lookup(label, condition, of=DAYS[KNOWN_AT].of, more=more)}


def sorted_by(*columns: str) -> dict[str, Lookup]:
    """Columns that are never null."""
    choices = [(f"{sign}{name}", label_of(name)) for name in columns for sign in ("", "-")]
    return {"sort": Lookup(_("Order of the rows, `-` turning it round."), choices=choices)}


def owed_by(view: Any, code: str) -> Q:
    owing = Commitment.objects.filter(obligation=OuterRef("pk"), party__in=with_parts(code))
    return Q(Exists(owing))


def touching(view: Any, code: str) -> Q:
    """Events of that obligation, and those that touch the whole of its agreement."""
    touched = Obligation.objects.filter(code=code, touched_by=OuterRef("pk"))
    of_the_whole = Obligation.objects.filter(code=code, agreement=OuterRef("agreement"))
    return Exists(touched) | Q(Exists(of_the_whole), touches_all=True)


def of_statement(view: Any, key: str) -> Q:
    """Of a statement that the viewer may see; a hidden one is refused as one that never was."""
    seen = Statement.objects.visible_to(view.viewer, view.now).filter(key=key)
    if not seen.exists():
        raise InvalidQuery({"statement": [not_there(key, [])]})
    return Q(Exists(Attachment.objects.filter(evidence=OuterRef("pk"), statement__in=seen)))


def in_language(view: Any, code: str) -> Q:
    """A language that has a name may have no evidence; another code is one of those that evidence has."""
    there = set(view.visible().order_by().values_list("language", flat=True))
    if code not in there and code not in languages.ALL:
        raise InvalidQuery({"language": [not_there(code, sorted(there))]})
    return Q(language=code)


AGREEMENTS: Table = {"party": Lookup(_("Party"), "parties__code")}
PARTIES: Table = {
    "agreement": agreement(),
    "kind": Lookup(_("Kind"), "kind", choices=Participation.Kind.choices),
}
INSTRUMENTS: Table = {
    "agreement": agreement(),
    "kind": Lookup(_("Kind"), "kind", choices=Instrument.Kind.choices),
}
PROVISIONS: Table = {
    "agreement": agreement("instrument__agreement__code"),
    "instrument": Lookup(_("Instrument"), "instrument__code"),
    "parent": Lookup(_("The provision directly above"), at("parent")),
}
CALENDARS: Table = {
    "agreement": agreement(),
    "party": Lookup(_("Party whose it is"), "served__party__code"),
    "year": Lookup(_("Show the days of this year only"), of=whole_number(FIRST_YEAR, LAST_YEAR_OF_CALENDARS)),
}
TRIGGERS: Table = {
    "agreement": agreement(),
    "dated": Lookup(
        _("Has a date"), lambda view, dated: Q(occurred_then__isnull=dated == "false"), choices=YES_NO
    ),
}
EVENTS: Table = {
    "agreement": agreement(),
    "obligation": Lookup(_("Obligation that it touches"), touching),
    "trigger": Lookup(_("Trigger"), "trigger__code"),
    "happened_from": Lookup(_("Happened on this day or later"), "happened_on__gte", of=DAY),
    "happened_until": Lookup(_("Happened on this day or earlier"), "happened_on__lte", of=DAY),
}
MEETINGS: Table = {
    "agreement": agreement(),
    "body": Lookup(_("Who meets"), "body__code"),
    "closed": Lookup(
        _("Has its minutes"), lambda view, closed: Q(closed_at__isnull=closed == "false"), choices=YES_NO
    ),
}
OBLIGATIONS: Table = {
    "agreement": agreement(),
    "instrument": Lookup(_("Instrument"), "provision__instrument__code"),
    "provision": provision("provision"),
    "party": Lookup(_("Party that owes it"), owed_by),
    "kind": Lookup(_("Kind"), "kind", choices=ObligationKind.choices),
    "tag": Lookup(_("Topic"), lambda view, tag: Q(tags__contains=[tag])),
}
STATEMENTS: Table = {
    **OF_A_COMMITMENT,
    "by": Lookup(_("Party that says it"), "by__code"),
    "kind": Lookup(_("Kind"), "kind", choices=Statement.Kind.choices),
    "tier": TIER,
    **recorded_since("recorded_at"),
}
EVIDENCE: Table = {
    "agreement": agreement(),
    "obligation": Lookup(_("Obligation"), "obligation__code"),
    "provision": provision("obligation__provision"),
    "statement": Lookup(_("Statement that rests on it"), of_statement),
    "by": Lookup(_("Party whose it is"), "by__code"),
    "kind": Lookup(_("Kind"), "kind", choices=Evidence.Kind.choices),
    "language": Lookup(_("Language"), in_language),
    "tier": TIER,
    **recorded_since("uploaded_at"),
}
REQUESTS: Table = {
    **OF_A_COMMITMENT,
    "party": Lookup(_("Party that is asked"), "party__code"),
    "due_from": Lookup(_("Asked for by this day or a later one"), "reply_by__gte", of=DAY),
    "due_until": Lookup(_("Asked for by this day or an earlier one"), "reply_by__lte", of=DAY),
    **recorded_since("asked_at"),
}
READINGS: Table = {
    **OF_A_COMMITMENT,
    "kind": Lookup(_("Kind"), "kind", choices=Reading.Kind.choices),
    **recorded_since("recorded_at"),
}
PROPOSALS: Table = {
    "agreement": agreement(),
    "commitment": OF_A_COMMITMENT["commitment"],
    "command": Lookup(_("What is proposed"), "command", choices=Proposal.Command.choices),
}
LEDGER: Table = {
    "agreement": Lookup(_("Agreement; the first that you mediate, if left out.")),
    "command": Lookup(_("Command")),
    "since": Lookup(_("From this day on"), of=DAY),
    "until": Lookup(_("Until the end of this day"), of=DAY),
    "subject": Lookup(_("Words in what it is about")),
}


def instant(label: Promise) -> Lookup:
    when = _(
        "A day (2024-01-31, in the agreement's time zone) or an instant (2024-01-31T12:00:00Z). By when it was "
        "recorded; a breach opens when its clock runs out."
    )
    return Lookup(format_lazy("{} {}", label, when), of=DAY_OR_INSTANT)


# They pick the commitments that are told of; the days and the kinds are asked of what is found about them.
CHANGES: Table = {
    "agreement": Lookup(_("Agreement; the first that you may read, if left out.")),
    "since": instant(_("From this on; seven days before the end, if left out.")),
    "until": instant(_("Until this, a day with its end; now, if left out.")),
    "by_day": Lookup(
        _("By which day it is in the window, and stands in the list: that of recording, if left out."),
        choices=ByDay.choices,
        more=_(
            "By the day spoken of is told what took effect, as it is on record now: claims, findings, contests and"
            " answers that were not withdrawn, acts on clocks, dates of triggers, and breaches that opened or closed."
        ),
    ),
    "party": Lookup(_("Party whose commitment it is"), of_party("party")),
    "provision": provision("obligation__provision"),
    "kind": Lookup(_("Kind of change"), choices=ChangeKind.choices, several=True),
}
# Of the stream of changes: they pick the agreements, and the kinds are asked of it.
STREAM: Table = {
    "agreement": agreement("code"),
    "kind": Lookup(_("Kind of change"), choices=Kind.choices, several=True),
}
SEARCH: Table = {
    "q": Lookup(
        _(
            "Words that are all to be there, in any form of English or Serbian; the last may be the beginning of one. "
            "“Words in quotes” are found as they stand, `-word` leaves out what has it, `OR` finds either."
        ),
        required=True,
    ),
    "agreement": agreement("code"),
    "provision": Lookup(PROVISION, more=HOW_NAMED),
    "kind": Lookup(_("Kind"), choices=SearchKind.choices),
}
