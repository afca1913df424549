"""Findings as the desk records them: one with the file that it rests on, or one on each of several periods.

Each is one transaction: nothing is half-done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from obligations.commands import clock
from obligations.commands.errors import Refused
from obligations.commands.evidence import draft, refuse_wider_evidence, store_file, taken_in
from obligations.commands.evidence_checks import refuse_what_cannot_be
from obligations.commands.proposals import Command, carry_out
from obligations.deadlines import present
from obligations.files.intake import Examined
from obligations.models import Commitment, Evidence, Period, Proposal, Statement
from obligations.status.periods import periods_seen
from parties.access import Viewer
from parties.once import once
from parties.rights import Right, require

# By BCP 47: nobody said in which language a file is.
UNDETERMINED = "und"


class SomeRefused(Refused):
    """Nothing was recorded, since some of several cannot be: `rows` has a sentence for each, by its commitment."""

    def __init__(self, rows: dict[int, str]) -> None:
        told = _(
            "Nothing is recorded: of some of the chosen this cannot be said. Take them out, or say it of each."
        )
        super().__init__({"picked": told})
        self.rows = rows


def record_with_file(
    *, commitment: Commitment, upload: Any, file_name: str, actor: Viewer, now: datetime, **said: Any
) -> Statement:
    """Record a finding (`said` is as `record_finding` takes it) that rests on a file handed in with it.

    The file has the finding's readers, its day, and its own name as a title. Raises what both commands raise, and
    Refused where a second mediator is to sign: then there is no finding yet that it could rest on.
    """
    grant = require(actor, Right.RECORD_FINDING, commitment.agreement_id)
    made = draft(
        Evidence.Kind.FILE,
        commitment.obligation,
        grant,
        actor,
        now,
        None,
        title=file_name,
        represents_on=said["effective_on"],
        language=UNDETERMINED,
        tier=said["tier"],
        confidant=said.get("confidant"),
    )
    with taken_in(upload, file_name) as file:
        return both(commitment=commitment, made=made, actor=actor, now=now, **file, **said)


@once(without=["made", "upload", "written"])
def both(
    *,
    commitment: Commitment,
    made: Evidence,
    upload: Any,
    file: Examined,
    written: list[str],
    actor: Viewer,
    now: datetime,
    **said: Any,
) -> Statement:
    finding = carry_out(Command.RECORD_FINDING, commitment=commitment, actor=actor, now=now, **said)
    if isinstance(finding, Proposal):
        told = _(
            "Another mediator has to sign this finding first. Record it without the file, and add that then."
        )
        raise Refused({"file": told})
    refuse_what_cannot_be(made, actor, now)
    refuse_wider_evidence(made, finding, now, wider=False)
    about = {"statement": finding}
    store_file(made=made, upload=upload, file=file, about=about, written=written, actor=actor, now=now)
    return finding  # type: ignore[no-any-return]


@once()
def assess_periods(
    *, periods: Sequence[Period], actor: Viewer, now: datetime, **said: Any
) -> list[Statement | Proposal]:
    """Record the same finding on each of several periods, as of its last day; `said` is as `record_finding` takes it.

    One statement each, which can be contested by itself. Raises SomeRefused, with all that cannot be: of a period that
    somebody assessed meanwhile, too.
    """
    found: list[Statement | Proposal] = []
    wrong: dict[int, str] = {}
    keys = sorted({period.commitment_id for period in periods})
    # Whoever assesses the same at the same time waits here, and is then told what the first one recorded.
    clock.lock_all(keys)
    there = {one.pk: one for one in periods_seen(keys, actor, present(now))}
    for period in sorted(periods, key=lambda one: one.commitment_id):
        seen = there.get(period.pk)
        if seen is None or not seen.wants_a_review:
            wrong[period.commitment_id] = _("This period was assessed meanwhile, or waits for no finding.")
            continue
        try:
            with transaction.atomic():
                on = {"commitment": period.commitment, "effective_on": period.ends_on}
                found.append(carry_out(Command.RECORD_FINDING, actor=actor, now=now, **on, **said))
        except Refused as refused:
            wrong[period.commitment_id] = " ".join(refused.errors.values())
    if wrong:
        raise SomeRefused(wrong)
    return found
