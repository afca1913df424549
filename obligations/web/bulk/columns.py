"""The columns of a sheet of statements."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the header; `about` says what a cell may hold."""

    name: str
    about: Promise


COLUMNS = (
    Column("agreement", _("Code of the agreement; may be left empty.")),
    Column("obligation", _("Code of the obligation.")),
    Column("party", _("Code of the party whose commitment it is; may be left empty where only one owes it.")),
    Column("kind", _("“finding” of a mediator, “claim” or “contest” of a party; empty: finding or claim.")),
    Column("level", _("0, 1, 2 or 3, or “not assessable”, of what is done once.")),
    Column("conduct", _("“kept”, “kept with incidents”, “not kept” or “contrary”, of a duty over time.")),
    Column(
        "refers_to",
        _("Key of the statement that a contest objects to, or of the claim that a finding judges."),
    ),
    Column("effective_on", _("The day since when it is so: a date, or text such as 2023-03-18.")),
    Column("reason", _("Why: nothing is recorded without a reason.")),
    Column("source", _("An address, or a document and its date; may be left empty.")),
    Column("tier", _("Who may see it; never left empty.")),
    Column("in_confidence_with", _("Code of the party, for the tier “in confidence”.")),
    Column(
        "wider",
        _(
            "“yes” where more people are meant to see it than see the statement in refers_to; else left empty."
        ),
    ),
)
NAMES = tuple(column.name for column in COLUMNS)
# What says which commitment it is: a row that holds nothing else is one of the template that was left alone.
PLACE = frozenset({"agreement", "obligation", "party"})
