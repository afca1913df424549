"""What was so on a day as known on another: the database, Python and a plain replay of all rows tell the same."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from agreement.models import Agreement
from obligations.commands import revisions, statuses
from obligations.deadlines import Moment, Timeliness, moment_of
from obligations.models import TALLIES, ClockSpan, Commitment
from obligations.models.commitment import Life
from obligations.status.breaches import breaches_of
from obligations.status.moments import zone_of
from obligations.status.status import Standing, with_standing
from parties.access import PUBLIC_VIEWER, Viewer
from tests import make
from tests.effort import effort, in_turn
from tests.seen import seen as seen_rows
from tests.status.histories import ENDS, LIMITS, History, add, an_agreement, one_act, tell, viewers
from tests.status.replay import Answer, Recorded, Replay, all_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 7, 15, 10, 30, tzinfo=UTC)
OUTSET = datetime(2022, 12, 31, 12, tzinfo=UTC)
SEEDS, PAIRS = effort(in_turn((1, 3)), (1, 2, 3, 4, 6)), effort(30, 100)


def in_the_database(row: Any) -> Answer:
    """Of a row of `tests.seen`."""
    return Answer(
        life=row.life_then,
        clock=row.clock_then,
        due_on=row.falls_due_on,
        runs_from=row.runs_from,
        finding=row.finding_id,
        level=row.level,
        not_assessable=bool(row.not_assessable),
        conduct=row.conduct or "",
        found_on=row.found_on,
        complete_since=row.complete_since,
        last_finding=row.last_finding_id,
        own_claim=row.own_claim,
        other_claim=row.other_claim,
        timeliness=row.timeliness,
    )


def in_python(standing: Standing) -> Answer:
    found, last = standing.finding, standing.assessed.last_finding
    against = {one.is_own: one.outcome.value for one in standing.against}
    return Answer(
        life=standing.life,
        clock=standing.deadline.clock,
        due_on=standing.deadline.due_on,
        runs_from=standing.deadline.runs_from,
        finding=found.pk if found else None,
        level=found.level if found else None,
        not_assessable=bool(found and found.not_assessable),
        conduct=found.conduct if found else "",
        found_on=found.effective_on if found else None,
        complete_since=standing.complete_since,
        last_finding=last.pk if last else None,
        own_claim=against.get(True, ""),
        other_claim=against.get(False, ""),
        timeliness=standing.timeliness,
    )


def compare(rows: Recorded, agreements: Iterable[Agreement], viewer: Viewer, moment: Moment) -> Counter[str]:
    """How many commitments were in each state; fails where one of the three tells it otherwise."""
    keys, seen = {of.pk for of in agreements}, Counter[str]()
    replay = Replay(rows, viewer, moment.now, moment.spoken_on, moment.known_at)
    asked = Commitment.objects.filter(agreement__in=keys)
    adopted = dict(asked.values_list("pk", "obligation__provision__instrument__adopted_on"))
    there = {pk for pk, day in adopted.items() if not (day and moment.spoken_on and day > moment.spoken_on)}
    wanted = {
        one.pk: replay.answer(one) if one.pk in there else None
        for one in rows.commitments
        if one.pk in adopted
    }
    found: dict[int, Any] = {row.pk: row for row in seen_rows(viewer, moment, asked)}
    assert set(found) == {pk for pk, answer in wanted.items() if answer}
    for pk, answer in wanted.items():
        if answer is None:
            seen["not known"] += 1
            continue
        assert in_the_database(found[pk]) == answer, (pk, moment)
        assert in_python(found[pk].standing) == answer, (pk, moment)
        seen.update((answer.timeliness, answer.life))
    breaches = breaches_in_rows(found.values(), viewer, moment)
    assert breaches == breaches_in_python(found.values(), moment)
    if moment.spoken_on is None:  # what the desk's numbers rest on
        late = {pk for pk, row in found.items() if row.timeliness == Timeliness.OVERDUE}
        assert late == {pk for pk, _since, _cycle, is_open, *_rest in breaches if is_open}
    return seen


def breaches_in_rows(found: Iterable[Any], viewer: Viewer, moment: Moment) -> list[tuple[Any, ...]]:
    return sorted(
        (one.commitment_id, one.overdue_since, one.cycle, one.is_open, one.outcome, one.days_late)
        for one in breaches_of(found, viewer, moment)
    )


def breaches_in_python(found: Iterable[Any], moment: Moment) -> list[tuple[Any, ...]]:
    """The runs of each clock that were late on record: nothing had ended them by the time that they ran out."""
    late = []
    for row in found:
        at = moment.at_in(row.agreement.zone)
        said = {one.pk: one.recorded_at for one in row.standing.findings}
        for cycle, run in enumerate(row.standing.episodes, start=1):
            ended_in_time = run.ending == "met" and run.flag_at > said[run.closed_by]
            never_late = run.ending not in ("", "met") and not run.days_late
            if run.flag_at <= at and not ended_in_time and not never_late:
                days = (
                    max((at.astimezone(row.agreement.zone).date() - run.in_time_until).days, 0)
                    if run.is_open
                    else run.days_late
                )
                outcome = "" if run.is_open else OUTCOMES.get(run.ending) or MET[run.days_late > 0]
                late.append((row.pk, run.flag_at, cycle, run.is_open, outcome, days))
    return sorted(late)


OUTCOMES = {name: name for name in ("suspended", "waived", "superseded", "start_changed")} | {
    "moved": "extended"
}
MET = {True: "met_late", False: "met_on_time"}


def edges(rows: Recorded, zone: ZoneInfo) -> list[date]:
    """The days on which something is recorded, spoken of or due, and those before them."""
    said = [one for of in (rows.findings, rows.readings) for each in of.values() for one in each]
    dates = [one for each in rows.dates.values() for one in each]
    days: set[date | None] = {one.recorded_at.astimezone(zone).date() for one in (*said, *dates)}
    days |= {one.effective_on for one in said} | {one.occurred_on for one in dates}
    days |= {one.due_on for one in rows.commitments}
    there = {day for day in days if day is not None and day < NOW.date()}
    return sorted(there | {day - timedelta(days=1) for day in there})


def a_day(dice: random.Random, edges: list[date]) -> date | None:
    anywhere = date(2022, 12, 15) + timedelta(days=dice.randint(0, (ENDS - date(2022, 12, 1)).days))
    return dice.choice([anywhere, dice.choice(edges), dice.choice(edges), None])


@pytest.mark.parametrize("seed", SEEDS)
def test_random_pairs_of_days_are_told_as_a_replay_of_every_row_tells_them(seed: int, settings: Any) -> None:
    """Of two agreements in zones far apart, each alone and both in one list, for viewers who see other findings."""
    settings.PUBLIC_READING = True
    history = History(random.Random(seed), OUTSET)
    agreements = [
        an_agreement("accord", "Europe/Brussels", "calendar", history),
        an_agreement("bond", "Pacific/Auckland", "eu-1182-71", history),
    ]
    tell(history, 230, *agreements)
    # What each act changed alone is what all of it gives.
    assert statuses.differing(Commitment.objects.values_list("pk", flat=True)) == []
    assert not [tally for tally in TALLIES if revisions.wrong(tally)]
    rows, looking, seen = all_rows(), list(viewers(agreements).values()), Counter[str]()
    edges_in = cache(partial(edges, rows))
    for number in range(PAIRS):
        asked = (agreements[:1], agreements[1:], agreements)[number % 3]
        zone = zone_of(asked)
        spoken, known = (a_day(history.random, edges_in(zone)) for _ in range(2))
        moment = moment_of(spoken, known, NOW, zone)
        seen += compare(rows, asked, looking[number % len(looking)], moment)
    # Otherwise little would be compared. Texts are superseded in few histories.
    unseen = {*Timeliness.values, *Life.values, "not known"} - set(seen)
    assert unseen <= {Life.SUPERSEDED.value}, (seen, history.done)


days = st.dates(date(2023, 1, 1), date(2023, 12, 31))
acts = st.sampled_from(
    ["finding", "extend", "suspend", "resume", "waive", "count_by", "give_date", "withdraw", "take_back"]
)
said = st.lists(
    st.tuples(days, acts, st.integers(0, 60), st.integers(0, 3), st.booleans()), min_size=2, max_size=9
)


@trying(max_examples=effort(8, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.sampled_from([limit for limit in LIMITS if limit[2] != "T-SUMMIT"]),
    told=said,
    asked=st.lists(st.tuples(st.none() | days, st.none() | days), min_size=3, max_size=6),
)
def test_every_small_history_is_told_as_a_replay_of_its_rows_tells_it(
    limit: Any, told: list[Any], asked: list[Any], settings: Any
) -> None:
    settings.PUBLIC_READING = True
    of, mediator = make.agreement(), make.a_mediator()
    with transaction.atomic():
        rule, terms, starts = limit
        add("O-0", of, OUTSET, "none", {})
        trigger = make.trigger(starts, date(2023, 3, 18)) if starts.startswith("T-") else None
        add("O-1", of, OUTSET, rule, terms, trigger, after_first=starts == "first")
        for day, act, back, number, hidden in sorted(told, key=lambda one: one[0]):
            code = "O-0" if act == "finding" and number % 2 else "O-1"
            on = Commitment.objects.get(obligation__code=code, party__code="alpha")
            now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            one_act(act, on, now, day - timedelta(days=back), number, hidden)
        rows = all_rows()
        for spoken, known in asked:
            for viewer in (PUBLIC_VIEWER, mediator):
                compare(rows, [of], viewer, moment_of(spoken, known, NOW, of.zone))
        transaction.set_rollback(True)


def test_one_span_holds_for_each_day_as_known_at_each_instant(settings: Any) -> None:
    settings.PUBLIC_READING = True
    history = History(random.Random(9), OUTSET)
    of = an_agreement("accord", "Europe/Brussels", "eu-1182-71", history)
    tell(history, 120, of)
    spans = list(ClockSpan.objects.all())
    for commitment in Commitment.objects.all():
        own = [span for span in spans if span.commitment_id == commitment.pk]
        first = min(span.known_from for span in own)
        for at in {span.known_from for span in own}:
            for day in {span.from_day for span in own}:
                holding = [
                    span
                    for span in own
                    if span.known_from <= at < span.known_until and span.from_day <= day < span.until_day
                ]
                assert len(holding) == 1, (commitment.pk, at, day)
        assert not [span for span in own if span.known_from < first]


def test_rows_of_an_earlier_day_cost_five_queries_whatever_their_number(
    django_assert_num_queries: Any,
) -> None:
    viewer = make.a_mediator()
    moment = moment_of(date(2023, 9, 1), date(2023, 10, 1), make.NOW, ZoneInfo("Europe/Brussels"))
    for number in range(12):
        make.finding(make.commitment(f"O-{number}", days=150), 1)
    with django_assert_num_queries(5):  # the rows; what was said of them; terms, dates and readings
        rows = with_standing(Commitment.objects.order_by("pk"), viewer, moment)
        assert len(rows) == 12
