"""What statements say in other languages, by a moment. Who sees a statement sees its translations, and nobody else."""

from collections import defaultdict
from collections.abc import Iterable

from obligations.deadlines import Moment
from obligations.models import Statement, StatementTranslation

# By the keys of statements.
Translations = dict[int, list[StatementTranslation]]


def translations_of(statements: Iterable[Statement], moment: Moment) -> Translations:
    """The newest translation of each language; of statements that the viewer was found to see. One query."""
    found: Translations = defaultdict(list)
    rows = StatementTranslation.objects.newest(moment).filter(statement__in=[one.pk for one in statements])
    for row in rows.order_by("recorded_at", "pk"):
        found[row.statement_id].append(row)
    return dict(found)
