"""Statements that go with a pack."""

from typing import Annotated

from pydantic import ConfigDict

from agreement.packs.entry import Entry, Terms
from agreement.packs.fields import (
    AgreementCode,
    Code,
    Day,
    LeftOut,
    Listed,
    OneOrMore,
    Reason,
    Slug,
    Text,
    Words,
)
from agreement.packs.model.files import Format


class Statement(Entry):
    """One thing said about commitments: one row for each of the obligors.

    A contest takes obligation and obligors from the statement that it objects to, and has neither level nor conduct.
    Otherwise exactly one of the two is set; not_assessable is not zero.
    """

    choice = "kind"
    choices = {
        "claim": Terms((("obligation",), ("obligors",)), ("level", "conduct")),
        "finding": Terms((("obligation",), ("obligors",)), ("level", "conduct")),
        "contest": Terms((("objects_to",),)),
    }

    key: Code
    """A code that never changes"""
    kind: Annotated[str, Words("claim", "finding", "contest")]
    """claim: what an actor says of a commitment. finding: what a facilitator finds. contest: an objection to an
    earlier statement.
    """
    by: Slug
    """The actor who says it"""
    obligation: Code = ""
    obligors: OneOrMore[Slug] = ()
    """one obligor or more, of whose commitments it speaks"""
    level: Annotated[int | str | None, Words(0, 1, 2, 3, "not_assessable")] = None
    """0 not initiated, 1 minimal, 2 intermediate, 3 complete, or not_assessable"""
    conduct: Annotated[LeftOut[str], Words("kept", "kept_with_incidents", "not_kept", "contrary")] = None
    """for what is reviewed by period"""
    effective_on: Day
    """The day that it speaks of"""
    reason: Reason
    event: LeftOut[Code] = None
    """The event that it rests on"""
    objects_to: LeftOut[Code] = None
    """The key of the statement that it objects to, which stands earlier"""


class Statements(Entry):
    """Claims, findings and contests to load with a pack, for a trial."""

    model_config = ConfigDict(title="Statements for a pack, format 1")

    format: Format
    agreement: AgreementCode
    """Code of the agreement that they speak of"""
    notice: Text
    """What the statements are, shown with them"""
    statements: Listed[Statement]
