"""Evidence on the page of an obligation: its versions, what rests on it, the indicators it supports."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from obligations.commands.evidence import side_of
from obligations.deadlines import Moment
from obligations.models import Attachment, Evidence, Indicator, Obligation, Statement
from parties.access import Viewer
from parties.rights import Right, may


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence with its older versions, of those that the viewer may see. `own`: the viewer may add another."""

    newest: Evidence
    older: tuple[Evidence, ...]
    statements: tuple[Statement, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Supported:
    """An agreed indicator with the evidence that supports it."""

    text: str
    evidence: tuple[Evidence, ...]


def context_of(
    owed: Obligation,
    indicators: Iterable[Indicator],
    statements: Iterable[Statement],
    viewer: Viewer,
    moment: Moment,
) -> dict[str, Any]:
    """What the obligation's page shows; `statements` are those that the viewer may see. Two queries."""
    rows = list(
        Evidence.objects.seen_by(viewer, moment)
        .filter(obligation=owed)
        .select_related("by", "confidant")
        .newest_first()
    )
    by_evidence, by_statement = attachments_of(rows, list(statements), moment)
    chains: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        chains[row.first_id or row.pk].append(row)
    may_add = moment.is_present and may(viewer, Right.ADD_EVIDENCE, owed.agreement_id)
    grant = viewer.grant(owed.agreement_id)
    shown = [
        Shown(
            newest=chain[0],
            older=tuple(chain[1:]),
            statements=tuple(by_evidence[chain[0].pk]),
            own=may_add and grant is not None and chain[0].by_id == side_of(grant),
        )
        for chain in chains.values()
    ]
    return {
        "evidence": shown,
        "may_add_evidence": may_add,
        "attached": dict(by_statement),
        "indicators": [
            Supported(one.text, tuple(s.newest for s in shown if one.text in s.newest.supports))
            for one in indicators
        ],
    }


def attachments_of(
    evidence: Sequence[Evidence], statements: Sequence[Statement], moment: Moment
) -> tuple[dict[int, list[Statement]], dict[int, list[Evidence]]]:
    """Statements by evidence and evidence by statement, where both can be seen, as of the moment."""
    seen, said = {one.pk: one for one in evidence}, {one.pk: one for one in statements}
    by_evidence: dict[int, list[Statement]] = defaultdict(list)
    by_statement: dict[int, list[Evidence]] = defaultdict(list)
    links = Attachment.objects.filter(evidence__in=seen, statement__in=said)
    if moment.known_at:
        links = links.filter(attached_at__lt=moment.known_at)
    for statement_id, evidence_id in links.values_list("statement", "evidence"):
        by_evidence[evidence_id].append(said[statement_id])
        by_statement[statement_id].append(seen[evidence_id])
    return by_evidence, by_statement
