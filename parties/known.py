"""What was known at an instant: one comparison, for rows in memory and as a condition of the database.

`known_at` ends the day of knowledge: what was recorded at that very instant is of the next day, and what was taken back
at it stood until then. None asks for all that is on record.
"""

from datetime import UTC, datetime

from django.db.models import Q

# Bounds of what is known: from the outset, and still.
OUTSET = datetime(1900, 1, 1, tzinfo=UTC)
STILL = datetime(9999, 12, 31, tzinfo=UTC)
# Written out, so that a plan for any parameters can use the indexes of what is known at present.
STILL_KNOWN = f"known_until = '{STILL:%Y-%m-%d %H:%M}Z'::timestamptz"


def is_known(known_at: datetime | None, since: datetime, until: datetime | None = None) -> bool:
    """Whether what is known from `since` on was known, and not taken back. `until`: None or STILL where it lasts."""
    at = known_at or STILL
    return since < at and (until is None or at <= until)


def known(known_at: datetime | None, since: str = "", until: str = "") -> Q:
    """The same of rows, by the columns that hold the two. Columns called `known_until` hold STILL where it lasts."""
    rule = Q(**{f"{since}__lt": known_at}) if known_at and since else Q()
    if not until:
        return rule
    if until.endswith("known_until"):
        # Equal at present: by that condition the indexes are made.
        return rule & (Q(**{f"{until}__gte": known_at}) if known_at else Q(**{until: STILL}))
    lasts = Q(**{f"{until}__isnull": True})
    return rule & (lasts | Q(**{f"{until}__gte": known_at}) if known_at else lasts)


def known_sql(table: str, known_at: datetime | None) -> tuple[str, list[datetime]]:
    """The same in SQL, of rows with `known_from` and `known_until`."""
    if known_at is None:
        return f"{table}.{STILL_KNOWN}", []
    return f"{table}.known_from < %s AND {table}.known_until >= %s", [known_at, known_at]
