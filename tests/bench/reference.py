"""The addresses of the project, and two that a bench compares them with: one statement, and bytes that are there."""

from functools import cache

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

handler500 = "normalization_tracker.middleware.failed"

# Columns of the same fifty rows, some 17 kB.
ROWS = """
SELECT json_agg(r)::text FROM (
    SELECT s.commitment_id AS id, o.code, o.title, o.kind, p.anchor, y.code AS party, s.life, s.clock, s.phase,
        s.due_on, s.due_at, s.cycle, s.level, s.not_assessable, s.conduct, s.found_on, s.complete_since
    FROM obligations_commitmentstatus s
    JOIN obligations_obligation o ON o.id = s.obligation_id
    JOIN agreement_provision p ON p.id = s.provision_id
    JOIN parties_party y ON y.id = s.party_id
    WHERE s.is_present AND s.mask & 1 <> 0 ORDER BY s.commitment_id LIMIT 50
) r
"""


def read() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        return str(cursor.fetchone()[0]).encode()


@cache
def read_once() -> bytes:
    return read()


def json_agg(request: HttpRequest) -> HttpResponse:
    return HttpResponse(read(), content_type="application/json")


def fixed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(read_once(), content_type="application/json")


urlpatterns = [
    path("bench/json-agg", json_agg),
    path("bench/fixed", fixed),
    path("", include("normalization_tracker.urls")),
]
