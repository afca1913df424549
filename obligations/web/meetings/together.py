"""What says the same of several parties, or is of one obligation: told together on paper."""

from collections.abc import Iterable

from obligations.changes.window import Change
from obligations.models import Obligation
from obligations.status.status import Standing


def alike(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes that say the same of what several parties owe stand together."""
    groups: dict[object, list[Change]] = {}
    for one in changes:
        same: object = one.id
        if one.commitment and not (said := one.statement):
            what = one.reading.reason if one.reading else (one.due, one.outcome, one.ended)
            same = (one.kind, one.on, one.commitment.obligation_id, what)
        elif one.commitment and said and said.has_verdict:
            same = (
                one.kind,
                one.on,
                one.commitment.obligation_id,
                said.by_id,
                said.verdict(),
                said.reason,
                said.language,
            )
        groups.setdefault(same, []).append(one)
    return list(groups.values())


def by_obligation(standings: Iterable[Standing]) -> list[tuple[Obligation, list[Standing]]]:
    found: dict[int, list[Standing]] = {}
    for one in standings:
        found.setdefault(one.commitment.obligation_id, []).append(one)
    return [(of[0].commitment.obligation, of) for of in found.values()]


def same_lateness(standings: Iterable[Standing]) -> list[list[Standing]]:
    """What is overdue, those parties together of which the same is found and due."""
    found: dict[object, list[Standing]] = {}
    for one in standings:
        said = (one.finding.verdict(), one.finding.effective_on) if one.finding else None
        found.setdefault((one.commitment.obligation_id, said, one.deadline.due_on, one.days_late), []).append(
            one
        )
    return list(found.values())
