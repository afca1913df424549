"""What a schema cannot see of time limits: what starts a clock, from where terms are taken, how long a review lasts."""

from collections.abc import Iterator

from agreement.packs.codes import Known, refer
from agreement.packs.model import Obligation
from agreement.packs.problems import Problem
from agreement.packs.source import shown


def check_limit(owed: Obligation, known: Known) -> Iterator[Problem]:
    """The time limit of a sound obligation."""
    yield from _check_start(owed, known)
    yield from _check_kind(owed)
    yield from _check_deadline_from(owed, known)


def _check_start(owed: Obligation, known: Known) -> Iterator[Problem]:
    limit = owed.deadline
    yield from refer(limit, "trigger", "trigger", known.triggers)
    yield from refer(limit, "after", "obligation", known.obligations)
    if limit.trigger and limit.after:
        yield limit.place("after").problem(
            "the clock runs from a trigger or from a fulfilment, not from both; keep one"
        )
    if limit.after == owed.code:
        yield limit.place("after").problem(
            "the clock of an obligation cannot start with its own fulfilment; name another"
        )
    if limit.after and limit.expected_due:
        yield limit.place("expected_due").problem(
            "a pack cannot tell this day: the clock starts with a fulfilment; remove it"
        )


def _check_kind(owed: Obligation) -> Iterator[Problem]:
    recurs = owed.deadline.rule == "recurring"
    if recurs and owed.kind == "one_off":
        yield owed.deadline.place("rule").problem(
            "what is done once does not recur; write another rule, or kind recurring"
        )
    if owed.review_every and (recurs or owed.kind not in ("standing", "recurring")):
        yield owed.place("review_every").problem(
            "goes with kind standing, or recurring without a recurrence rule; remove it"
        )


def check_circles(obligations: Iterator[Obligation]) -> Iterator[Problem]:
    """Clocks that would wait for each other for ever. Each circle is told once."""
    by_code: dict[str | None, Obligation] = {owed.code: owed for owed in obligations}
    done: set[str | None] = set()
    for start in by_code:
        code, way = start, list[str | None]()
        while code in by_code and code not in done:
            done.add(code)
            way.append(code)
            code = by_code[code].deadline.after
        circle = way[way.index(code) :] if code in way else []
        if len(circle) > 1:
            told = " after ".join(map(shown, [*circle, code]))
            place = by_code[code].deadline.place("after")
            yield place.problem(f"these clocks wait for each other: {told}")


def _check_deadline_from(owed: Obligation, known: Known) -> Iterator[Problem]:
    yield from refer(owed, "deadline_from", "obligation", known.obligations)
    other = known.obligations.get(owed.deadline_from or "")
    if other is None:
        return
    place = owed.place("deadline_from")
    if other is owed or other.deadline_from:
        yield place.problem("must name the obligation whose own text sets the time limit; name that one")
    elif other.deadline != owed.deadline:
        yield place.problem(
            f"the deadline here and that of {other.code} are not the same; write the same terms in both"
        )
