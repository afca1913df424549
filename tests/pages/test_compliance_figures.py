"""The figures themselves, from groups alone: the same for each party."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from obligations.deadlines import Timeliness
from obligations.models.commitment import ClockState
from obligations.models.obligation import ObligationKind
from obligations.models.period import PeriodState
from obligations.status.filters import CLAIMS, GAPS
from obligations.web.base.register import Place
from obligations.web.base.selection import narrowed
from obligations.web.compliance.counts import Group, PeriodGroup
from obligations.web.compliance.figures import Figures, figures, number, period_figures
from parties.models import Party

PARTIES = [Party(pk=1, code="alpha", name="Alpha"), Party(pk=2, code="beta", name="Beta")]
OTHER = {"alpha": "beta", "beta": "alpha"}
PLACES = [Place("main", "main/art_1", "Main", "Article 1", ""), Place("old", "", "Earlier", "Old", "2012")]

any_group = st.builds(
    lambda place, **fields: Group(instrument=place.instrument, provision=place.provision, **fields),
    place=st.sampled_from(PLACES),
    party=st.sampled_from(["alpha", "beta"]),
    kind=st.sampled_from(ObligationKind.values),
    level=st.sampled_from(["", "0", "1", "2", "3", "none", "not_assessable"]),
    conduct=st.sampled_from(["", "kept", "kept_with_incidents", "not_kept", "contrary"]),
    timeliness=st.sampled_from(Timeliness.values),
    own_claim=st.sampled_from(["", *CLAIMS]),
    own_gap=st.sampled_from(["", *GAPS]),
    other_claim=st.sampled_from(["", *CLAIMS]),
    other_gap=st.sampled_from(["", *GAPS]),
    clock=st.sampled_from(ClockState.values),
    n=st.integers(1, 50),
)


def of_party(shown: Figures, code: str) -> str:
    """All that the figures say of one party, with its code taken out."""
    levels = [line for line in shown.levels if line.party.code == code]
    claims = [line for line in (*shown.own_claims, *shown.other_claims) if line.party.code == code]
    dates = [line for line in shown.dates if line.party.code == code]
    cells = [[c for c in row.cells if c.party.code == code] for part in shown.sections for row in part.rows]
    party = next(party for party in PARTIES if party.code == code)
    return (
        repr((levels, dates, claims, cells)).replace(repr(party), "PARTY").replace(f"party={code}", "party=")
    )


@given(st.lists(any_group))
def test_swapping_the_data_of_two_parties_gives_mirrored_figures(groups: list[Group]) -> None:
    shown = figures(groups, PARTIES, PLACES, {}, {})
    swapped = figures([replace(group, party=OTHER[group.party]) for group in groups], PARTIES, PLACES, {}, {})
    assert of_party(shown, "alpha") == of_party(swapped, "beta")
    assert of_party(shown, "beta") == of_party(swapped, "alpha")
    assert (shown.total, shown.deliverables) == (swapped.total, swapped.deliverables)
    for one, other in zip(shown.shares, swapped.shares, strict=True):
        assert replace(one, parts=()) == replace(other, parts=())
        assert [(part.number.n, part.total.n) for part in one.parts] == [
            (part.number.n, part.total.n) for part in reversed(other.parts)
        ]


@given(st.lists(any_group))
def test_the_parts_of_each_line_add_up_to_its_denominator(groups: list[Group]) -> None:
    proper = [replace(group, level=group.level or "none") for group in groups]
    shown = figures(proper, PARTIES, PLACES, {}, {})
    for levels in shown.levels:
        assert sum(mark.number.n for mark in levels.levels) == levels.deliverables.n
    for dates in shown.dates:
        assert dates.ahead.n + dates.overdue.n + dates.on_time.n + dates.late.n == dates.dated.n
        assert dates.dated.n + dates.stopped.n <= dates.commitments.n
    assert (
        sum(cell.total.n for part in shown.sections for row in part.rows for cell in row.cells)
        == shown.total.n
    )


def test_a_number_keeps_the_filters_of_the_page_and_narrows_them() -> None:
    group = Group("alpha", "main", "art_1", "one_off", "3", "", "overdue", "", "", "", "", "dated", 4)
    active = {"agreement": ("accord",), "kind": ("one_off", "standing"), "tag": ("papers",)}
    counted = number([group], active, {"kind": ("one_off", "conditional"), "level": ("3",)})
    assert (counted.n, counted.query) == (4, "agreement=accord&kind=one_off&tag=papers&level=3")


def test_nothing_is_left_of_selections_that_share_no_value() -> None:
    assert narrowed({"level": ("1",)}, {"level": ("3",)}) is None


def test_zero_leads_nowhere() -> None:
    assert number([], {"agreement": ("accord",)}, {"level": ("3",)}).query == ""


periods = st.lists(
    st.builds(
        PeriodGroup,
        party=st.sampled_from(["alpha", "beta"]),
        is_due=st.booleans(),
        state=st.sampled_from(PeriodState.values),
        n=st.integers(1, 50),
    ),
    unique_by=lambda group: (group.party, group.is_due, group.state),
)


@given(periods)
def test_periods_of_two_parties_are_counted_alike_and_add_up(groups: list[PeriodGroup]) -> None:
    shown = period_figures(groups, PARTIES, {})
    swapped = period_figures([replace(group, party=OTHER[group.party]) for group in groups], PARTIES, {})
    for lines, mirrored in ((shown.due, swapped.due), (shown.reviews, swapped.reviews)):
        assert [line.party.code for line in lines] in ([], ["alpha", "beta"])
        assert [(line.total, line.marks) for line in lines] == [
            (line.total, line.marks) for line in reversed(mirrored)
        ]
        assert all(line.total == sum(mark.number.n for mark in line.marks) for line in lines)


def test_a_time_that_nothing_was_owed_on_is_no_part_of_the_denominator() -> None:
    groups = [
        PeriodGroup("alpha", True, "late", 2),
        PeriodGroup("alpha", True, "missed", 1),
        PeriodGroup("alpha", True, "stopped", 5),
    ]
    alpha, beta = period_figures(groups, PARTIES, {}).due
    assert (alpha.total, [(mark.value, mark.number.n) for mark in alpha.marks]) == (
        3,
        [("on_time", 0), ("late", 2), ("missed", 1)],
    )
    assert beta.total == 0


def test_where_nothing_is_due_again_there_is_no_table_of_it() -> None:
    shown = period_figures([PeriodGroup("alpha", False, "no_finding", 3)], PARTIES, {})
    assert shown.due == ()
    assert [line.total for line in shown.reviews] == [3, 0]


@given(st.lists(any_group))
def test_a_whole_has_what_its_parts_have_beside_its_own(groups: list[Group]) -> None:
    """Alpha is part of beta, which owes something itself as well."""
    apart = figures(groups, PARTIES, PLACES, {}, {})
    shown = figures(groups, PARTIES, PLACES, {}, {"alpha": ["beta"]})
    (alpha, beta), (part, whole) = apart.levels, shown.levels
    assert part == alpha
    assert whole.deliverables.n == alpha.deliverables.n + beta.deliverables.n
    for one, other, both in zip(alpha.levels, beta.levels, whole.levels, strict=True):
        assert both.number.n == one.number.n + other.number.n
    assert shown.dates[1].overdue.n == apart.dates[0].overdue.n + apart.dates[1].overdue.n
    assert shown.total == apart.total
    for share, of_each in zip(shown.shares, apart.shares, strict=True):
        assert replace(share, parts=()) == replace(of_each, parts=())
        assert [part.party.code for part in share.parts] == ["beta"]
        assert share.parts[0].number.n == sum(part.number.n for part in of_each.parts)
    assert [party.code for party in shown.wholes] == ["beta"]
    cells = [cell for part in shown.sections for row in part.rows for cell in row.cells]
    assert sum(cell.total.n for cell in cells) == shown.total.n
