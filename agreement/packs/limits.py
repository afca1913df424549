"""What a schema cannot see of time limits: what starts a clock, from where terms are taken, how long a review lasts."""

from collections.abc import Iterator

from agreement.packs.codes import Known, refer
from agreement.packs.draft import Record
from agreement.packs.problems import Problem
from agreement.packs.source import shown


def check_limit(record: Record, known: Known) -> Iterator[Problem]:
    """The time limit of a sound obligation."""
    yield from _check_start(record, known)
    yield from _check_kind(record)
    yield from _check_deadline_from(record, known)


def _check_start(record: Record, known: Known) -> Iterator[Problem]:
    limit = record.entry["deadline"]
    yield from refer(record, ("deadline", "trigger"), "trigger", known.triggers)
    yield from refer(record, ("deadline", "after"), "obligation", known.obligations)
    if "trigger" in limit and "after" in limit:
        yield record.place("deadline", "after").problem(
            "the clock runs from a trigger or from a fulfilment, not from both; keep one"
        )
    if limit.get("after") == record.entry["code"]:
        yield record.place("deadline", "after").problem(
            "the clock of an obligation cannot start with its own fulfilment; name another"
        )
    if "after" in limit and "expected_due" in limit:
        yield record.place("deadline", "expected_due").problem(
            "a pack cannot tell this day: the clock starts with a fulfilment; remove it"
        )


def _check_kind(record: Record) -> Iterator[Problem]:
    kind, recurs = record.entry["kind"], record.entry["deadline"]["rule"] == "recurring"
    if recurs and kind == "one_off":
        yield record.place("deadline", "rule").problem(
            "what is done once does not recur; write another rule, or kind recurring"
        )
    if "review_every" in record.entry and (recurs or kind not in ("standing", "recurring")):
        yield record.place("review_every").problem(
            "goes with kind standing, or recurring without a recurrence rule; remove it"
        )


def check_circles(records: Iterator[Record]) -> Iterator[Problem]:
    """Clocks that would wait for each other for ever. Each circle is told once."""
    by_code = {record.entry["code"]: record for record in records}
    done: set[str] = set()
    for code in by_code:
        way: list[str] = []
        while code in by_code and code not in done:
            done.add(code)
            way.append(code)
            code = by_code[code].entry["deadline"].get("after")
        circle = way[way.index(code) :] if code in way else []
        if len(circle) > 1:
            told = " after ".join(map(shown, [*circle, code]))
            yield (
                by_code[code].place("deadline", "after").problem(f"these clocks wait for each other: {told}")
            )


def _check_deadline_from(record: Record, known: Known) -> Iterator[Problem]:
    yield from refer(record, ("deadline_from",), "obligation", known.obligations)
    other = known.obligations.get(record.entry.get("deadline_from", ""))
    if other is None or not other.sound:
        return
    place, code = record.place("deadline_from"), record.entry["deadline_from"]
    if other is record or "deadline_from" in other.entry:
        yield place.problem("must name the obligation whose own text sets the time limit; name that one")
    elif other.entry["deadline"] != record.entry["deadline"]:
        yield place.problem(
            f"the deadline here and that of {code} are not the same; write the same terms in both"
        )
