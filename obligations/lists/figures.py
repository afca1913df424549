"""The numbers of figures, counted in one query by the selections that say what they count."""

from collections.abc import Iterable, Mapping

from obligations.status.filters import conditions
from obligations.status.reading import Listed, joined, number
from obligations.words.method import Headline

# How many, of how many, and of what in all where a headline says that.
Numbers = tuple[int, ...]


def numbers_by_party(listed: Listed, figures: Iterable[Headline]) -> Mapping[str, dict[int, Numbers]]:
    """The numbers of each figure, by its name and then by the key of each party that owes something of what is
    listed.
    """
    every = list(figures)
    sql, params, places = ["s.party_id"], list[object](), dict[str, slice]()
    for one in every:
        begins = len(sql) - 1
        for selection in filter(lambda those: those is not None, (one.picked, one.among, one.in_all)):
            where, given = joined(conditions(selection or {}, listed.moment))
            sql.append(number(where or "true"))
            params += given
        places[one.name] = slice(begins, len(sql) - 1)
    rows = listed.counted((", ".join(sql), params), "GROUP BY 1")
    return {name: {party: tuple(numbers[at]) for party, *numbers in rows} for name, at in places.items()}


def summed(those: Iterable[Numbers], how_many: int = 2) -> Numbers:
    """Each of the numbers, of all together."""
    every = list(those)
    return tuple(sum(numbers[at] for numbers in every) for at in range(how_many))
