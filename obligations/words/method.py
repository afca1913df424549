"""How it is judged and counted: what each word of the scales means, and what each headline counts.

The figures are counted by the selections that stand here, and the page on method and the API's document are written
from them: neither can say what the other does not do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from obligations.deadlines import Timeliness
from obligations.models.commitment import ClockState
from obligations.models.obligation import KINDS_WITH_PERIODS, ObligationKind
from obligations.models.statement import Conduct
from obligations.status.filters import CLAIMS, DIFFERS, FILTERS, LEVELS, NO_FINDING, NOT_ASSESSABLE, Claim
from parties.texts import StrOrPromise

# Filters by name, each with the values that it lets through.
Selection = Mapping[str, tuple[str, ...]]


def values(*names: "str | Promise") -> tuple[str, ...]:
    return tuple(str(name) for name in names)


DUTIES = values(*KINDS_WITH_PERIODS)
DELIVERABLES = tuple(kind for kind in ObligationKind.values if kind not in DUTIES)
# What is due again and again is delivered each time, and not assessed by its conduct.
REVIEWED = tuple(clock for clock in ClockState.values if clock != ClockState.RECURRING)
AT_ONCE = values(ClockState.IMMEDIATE)
# What is suspended or waived is due on no day, and so in no denominator of what is.
UNDATED = values(Timeliness.NO_DATE, Timeliness.TRIGGER_PENDING, Timeliness.STOPPED)
DATED = tuple(state for state in Timeliness.values if state not in UNDATED)
MET = values(Timeliness.MET_ON_TIME, Timeliness.MET_LATE)
ASSESSED = tuple(Conduct.values)
COMPARED = values(Claim.AGREES, DIFFERS)
CLAIMS_LEAVE_OUT = _(
    "The newest claim is compared with the last finding that speaks of its day or a later one; where one is on the "
    "claim's own period, with that. Conduct has as many steps as levels. Commitments without such a claim or such a "
    "finding, and those where one of the two is “not assessable”, are left out."
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A number of the dashboard: what `picked` lets through, `of` what `among` does; for duties also of `in_all`.

    `share` says the same after the number, of how many: `total` and `all` stand in it, `n` chooses its plural.
    """

    name: str
    title: Promise
    of: Promise
    picked: Selection
    among: Selection
    leaves_out: "Promise | str"
    in_all: Selection | None = None
    share: StrOrPromise = ""


OVERDUE = "overdue"
HEADLINES: Final = (
    Headline(
        "complete",
        _("Complete"),
        _("deliverables"),
        {"kind": DELIVERABLES, "level": ("3",)},
        {"kind": DELIVERABLES},
        _(
            "Standing duties and what recurs are never complete, and are left out. A claim of completion counts "
            "nothing until a finding says so."
        ),
        # Translators: this and those below stand after a number, as in “3 of 12 deliverables”.
        share=ngettext_lazy("of %(total)s deliverable", "of %(total)s deliverables", "n"),
    ),
    Headline(
        OVERDUE,
        _("Overdue"),
        _("with a date"),
        {"timeliness": values(Timeliness.OVERDUE)},
        {"timeliness": DATED},
        _(
            "What the text gives no date, what waits for its trigger and what is suspended, waived or superseded is "
            "due on no day, and is left out. What several parties owe is one obligation, and a commitment of each."
        ),
        share=ngettext_lazy("of %(total)s with a date", "of %(total)s with a date", "n"),
    ),
    Headline(
        "duties",
        _("Standing duties kept"),
        _("assessed"),
        {"kind": DUTIES, "clock": REVIEWED, "conduct": values(Conduct.KEPT)},
        {"kind": DUTIES, "clock": REVIEWED, "conduct": ASSESSED},
        _(
            "A duty stands by the newest period under review that has ended: where nothing is found on it, it is not "
            "assessed, whatever was found before. What is due again and again is counted period by period, and left "
            "out."
        ),
        {"kind": DUTIES, "clock": REVIEWED},
        share=ngettext_lazy(
            "of %(total)s assessed, of %(all)s in all", "of %(total)s assessed, of %(all)s in all", "n"
        ),
    ),
    Headline(
        "own_claims",
        _("Own claim and finding differ"),
        _("with both"),
        {"own_claim": (DIFFERS,)},
        {"own_claim": COMPARED},
        CLAIMS_LEAVE_OUT,
        share=ngettext_lazy("of %(total)s with both", "of %(total)s with both", "n"),
    ),
    Headline(
        "met_late",
        _("Met late"),
        _("met"),
        {"timeliness": values(Timeliness.MET_LATE)},
        {"timeliness": MET},
        _("What is complete without a due day is neither on time nor late, and is left out."),
        share=ngettext_lazy("of %(total)s met", "of %(total)s met", "n"),
    ),
    Headline(
        "at_once",
        _("Due at once, complete"),
        _("due at once"),
        {"clock": AT_ONCE, "kind": DELIVERABLES, "level": ("3",)},
        {"clock": AT_ONCE, "kind": DELIVERABLES},
        _(
            "What the text asks for “immediately” or “urgently” has no day, and is neither on time nor late: each row "
            "says how many days after it was to begin it was complete, or how many it has run. What a reading gave a "
            "day counts with what has a date; standing duties are left out."
        ),
        share=ngettext_lazy("of %(total)s due at once", "of %(total)s due at once", "n"),
    ),
    Headline(
        "waiting",
        _("Own claim waits for a finding"),
        _("with a claim"),
        {"own_claim": values(Claim.NO_FINDING)},
        {"own_claim": tuple(CLAIMS)},
        _(
            "The newest claim of a party about itself, where no finding speaks of its day or a later one. Commitments "
            "without such a claim are left out."
        ),
        share=ngettext_lazy("of %(total)s with a claim", "of %(total)s with a claim", "n"),
    ),
    Headline(
        "other_claims",
        _("Claim of another and finding differ"),
        _("with both"),
        {"other_claim": (DIFFERS,)},
        {"other_claim": COMPARED},
        CLAIMS_LEAVE_OUT,
        share=ngettext_lazy("of %(total)s with both", "of %(total)s with both", "n"),
    ),
)

# Filters whose every value is a figure of its own: of what it is counted, in words and as filters.
SCALES: Final[tuple[tuple[str, Promise, Selection], ...]] = (
    ("level", _("deliverables"), {"kind": DELIVERABLES}),
    ("conduct", _("assessed"), {"kind": DUTIES, "clock": REVIEWED, "conduct": ASSESSED}),
    ("timeliness", _("commitments"), {}),
    ("own_claim", _("with a claim"), {"own_claim": tuple(CLAIMS)}),
    ("other_claim", _("with a claim"), {"other_claim": tuple(CLAIMS)}),
)

# From the most to the least, then what is no step of the scale.
LEVELS_SHOWN: Final = [*reversed(LEVELS[:4]), *LEVELS[4:]]

LEVELS_MEAN: Final[Mapping[str, Promise]] = {
    "3": _("All that the text demands is done, and verified against the agreed indicators."),
    "2": _("Substantial steps, by which it would be finished if they are kept up."),
    "1": _("Begun; at this pace it would not be finished."),
    "0": _("No step can be observed."),
    NOT_ASSESSABLE: _("What is known does not allow a judgement. It is not the same as no step."),
    NO_FINDING: _("The mediators have said nothing yet. It is not the same as no step."),
}
CONDUCT_MEANS: Final[Mapping[str, Promise]] = {
    Conduct.KEPT: _("The duty was respected throughout the period."),
    Conduct.KEPT_WITH_INCIDENTS: _(
        "It was respected on the whole, with breaches that were single or put right."
    ),
    Conduct.NOT_KEPT: _("It was not respected."),
    Conduct.CONTRARY: _("The opposite of what it demands was done."),
}
TIMELINESS_MEANS: Final[Mapping[str, Promise]] = {
    Timeliness.NO_DATE: _("The text gives no date, and no reading does."),
    Timeliness.TRIGGER_PENDING: _("The clock starts with an event that has not happened yet."),
    Timeliness.UPCOMING: _("Due, and not soon."),
    Timeliness.DUE_SOON: _("Due within the days that the agreement calls soon."),
    Timeliness.OVERDUE: _("The last day has ended, and no finding says that it is complete."),
    Timeliness.MET_ON_TIME: _("Found complete, since the due day or earlier."),
    Timeliness.MET_LATE: _("Found complete, since a day after the due day."),
    Timeliness.STOPPED: _("Suspended, waived or superseded: the clock does not run."),
}
KINDS_MEAN: Final[Mapping[str, Promise]] = {
    ObligationKind.ONE_OFF: _("A deliverable: done once, and then complete."),
    ObligationKind.CONDITIONAL: _("A deliverable that is owed once its condition is met."),
    ObligationKind.RECURRING: _("Due again and again: each period is on time, late or missed."),
    ObligationKind.STANDING: _(
        "A duty that holds all the time: each period under review is judged by its conduct."
    ),
}


def figures() -> list[Headline]:
    """Every number of the dashboard by what it counts: all, the headlines, and each step of each scale."""
    means = {"level": LEVELS_MEAN, "conduct": CONDUCT_MEANS, "timeliness": TIMELINESS_MEANS}
    found = [Headline("commitments", _("Commitments"), _("commitments"), {}, {}, ""), *HEADLINES]
    for name, of, among in SCALES:
        for value, words in FILTERS[name].choices or ():
            title = format_lazy("{}: {}", FILTERS[name].label, words)
            told = means.get(name, {}).get(value, "" if name in means else CLAIMS_LEAVE_OUT)
            found.append(Headline(f"{name}.{value}", title, of, {**among, name: (value,)}, among, told))
    return found


def meanings() -> list[tuple[str, Promise, list[tuple[str, str, Promise]]]]:
    """The scales: an anchor, a title, and each value with its name and what it means."""
    scales = (
        ("levels", _("Levels of a finding"), dict(LEVELS_SHOWN), LEVELS_MEAN),
        ("conduct", _("Conduct in a period"), dict(Conduct.choices), CONDUCT_MEANS),
        ("kinds", _("Kinds of obligations"), dict(ObligationKind.choices), KINDS_MEAN),
        ("timeliness", _("Timeliness"), dict(Timeliness.choices), TIMELINESS_MEANS),
    )
    return [
        (anchor, title, [(str(value), str(names[value]), text) for value, text in means.items()])
        for anchor, title, names, means in scales
    ]


def in_words(selection: Selection) -> list[tuple[str, list[str]]]:
    """Each filter of a selection by its label, with the labels of what it lets through."""
    said = []
    for name, allowed in selection.items():
        labels = {str(value): str(label) for value, label in FILTERS[name].choices or ()}
        said.append((str(FILTERS[name].label), [labels.get(value, value) for value in allowed]))
    return said
