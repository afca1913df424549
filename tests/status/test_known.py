"""What was known at an instant is one comparison: for rows in memory, as a condition, and in SQL."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import connection

from obligations.models import Period, Statement
from parties.known import OUTSET, STILL, is_known, known, known_sql
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
A_BIT = timedelta(microseconds=1)
ASKED: list[datetime | None] = [None, *(at + by for at in (NOW, LATER) for by in (-A_BIT, 0 * A_BIT, A_BIT))]


@pytest.mark.parametrize("known_at", ASKED)
def test_periods_are_known_in_the_database_as_in_python(known_at: datetime | None) -> None:
    owed = make.commitment()
    bounds = list(product((OUTSET, NOW, LATER), (NOW, LATER, STILL)))
    days = [NOW.date() + timedelta(days=place) for place in range(len(bounds))]
    rows = [
        Period(commitment=owed, starts_on=day, ends_on=day, known_from=since, known_until=until)
        for day, (since, until) in zip(days, bounds, strict=True)
    ]
    Period.objects.bulk_create(rows)
    there = {row.pk for row in rows if is_known(known_at, row.known_from, row.known_until)}
    condition = known(known_at, "known_from", "known_until")
    assert set(Period.objects.filter(condition).values_list("pk", flat=True)) == there
    sql, given = known_sql("p", known_at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT p.id FROM obligations_period p WHERE {sql}", given)
        assert {pk for (pk,) in cursor.fetchall()} == there
    assert there


@pytest.mark.parametrize("known_at", ASKED)
def test_statements_are_known_in_the_database_as_in_python(known_at: datetime | None) -> None:
    owed = make.commitment()
    rows = [
        Statement(
            agreement=owed.agreement,
            commitment=owed,
            kind="finding",
            level=1,
            effective_on=NOW.date(),
            recorded_at=since,
            withdrawn_at=until,
            reason="Seen.",
            tier="public",
            first_tier="public",
        )
        for since, until in product((NOW - A_BIT, NOW, LATER), (None, NOW, LATER))
    ]
    Statement.objects.bulk_create(rows)
    there = {row.pk for row in rows if is_known(known_at, row.recorded_at, row.withdrawn_at)}
    condition = known(known_at, "recorded_at", "withdrawn_at")
    assert set(Statement.objects.filter(condition).values_list("pk", flat=True)) == there
    assert {row.pk for row in rows if row.in_force(known_at)} == there
    since = {row.pk for row in rows if is_known(known_at, row.recorded_at)}
    assert set(Statement.objects.filter(known(known_at, "recorded_at")).values_list("pk", flat=True)) == since
