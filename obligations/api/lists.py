"""Lists whose rows the database writes as JSON.

Making a row of models and serializers takes thirty times as long as the query. The serializer stays as what the
document says of a row, and answers for a single one; a test reads each list both ways.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from obligations.api.base.filtering import refuse_codes_missing
from obligations.api.base.paging import DEFAULT, Pages, Part
from obligations.api.base.views import Recalled
from obligations.api.exports import FORMATS, columns, taken_away
from obligations.api.values import Members, as_json
from obligations.deadlines import Moment, day_in
from obligations.status import reading
from obligations.status.codes import PROVISIONS
from obligations.status.filters import LARGEST_KEY, Chosen, Condition, Filter, Parameter, conditions
from obligations.status.freshness import digest, freshness_of, until_it_changes
from obligations.status.moments import zone_of
from obligations.status.prepared import run
from obligations.status.reading import joined
from parties.access import Viewer
from parties.texts import is_storable


@dataclass(frozen=True, slots=True)
class Key:
    """A column that rows are in the order of: its SQL and type, and how a cursor writes it."""

    sql: str
    type: str
    part: Part


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list, by whom, of which days; all rows where `limit` is 0. `root` is the server's address."""

    viewer: Viewer
    moment: Moment
    root: str
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    limit: int = 1
    after: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in SQL, of tables with one letter each; `s` has the agreement `a` of each row.

    `tables` and `seen` give the rows that a viewer may see at a moment, and `keys` tell these apart; `row` gives the
    members of one, from `details` that are joined to a page's rows. Of the commitments, numbers are kept
    (`is_of_commitments`).
    """

    keys: tuple[Key, ...]
    tables: str
    seen: Callable[[Viewer, Moment], list[Condition]]
    details: Callable[[Viewer, Moment], Condition]
    row: Callable[[Viewer, Moment, str], tuple[Members, list[Any]]]
    filters: Mapping[str, Filter]
    is_of_commitments: bool = False
    # Members that a sheet leaves out, since others say as much. Their SQL has no parameters.
    not_in_sheets: frozenset[str] = frozenset()

    def where(self, asked: Asked) -> Condition:
        picked = conditions(asked.chosen, asked.moment, self.filters)
        return joined([*self.seen(asked.viewer, asked.moment), *picked])

    def count(self, asked: Asked) -> int:
        if self.is_of_commitments:
            return reading.Listed(asked.viewer, asked.moment, asked.chosen).count()
        where, params = self.where(asked)
        return int(run(f"SELECT count(*) FROM {self.tables} WHERE {where}", params)[0][0])

    def picked(self, asked: Asked, only: Condition | None = None) -> Condition:
        """The SELECT of the rows, each with its keys, in their order. `only` picks further."""
        where, given = self.where(asked)
        if only is not None:
            where, given = joined([(where, given), only])
        in_order = ", ".join(key.sql for key in self.keys)
        if asked.after is not None:
            marks = ", ".join(f"%s::{key.type}" for key in self.keys)
            where, given = f"{where} AND ({in_order}) > ({marks})", [*given, *asked.after]
        named = ", ".join(f"{key.sql} AS k{place}" for place, key in enumerate(self.keys))
        return f"SELECT {named}, s.id AS row FROM {self.tables} WHERE {where} ORDER BY {in_order}", given

    def page(self, asked: Asked, only: Condition | None = None) -> tuple[str, list[Any] | None]:
        """The rows as a JSON array, and the keys of the last where others follow it. One query.

        `only` picks further.
        """
        picked, given = self.picked(asked, only)
        row, of_row = self.row(asked.viewer, asked.moment, asked.root)
        details, of_details = self.details(asked.viewer, asked.moment)
        names, limit = self.names, asked.limit
        sql = f"""
            WITH page AS MATERIALIZED ({picked} LIMIT {limit + 1}),
                shown AS (SELECT * FROM page ORDER BY {", ".join(names)} LIMIT {limit})
            SELECT (SELECT count(*) FROM page),
                (SELECT coalesce(string_agg({as_json(row)}, ',' ORDER BY {", ".join(names)}), '')
                    FROM shown {details}),
                {", ".join(f"last.{name}" for name in names)}
            FROM (SELECT 1) AS nothing LEFT JOIN (
                SELECT * FROM shown ORDER BY {", ".join(f"{name} DESC" for name in names)} LIMIT 1
            ) AS last ON true
        """
        ((number_of, text, *last),) = run(sql, [*given, *of_row, *of_details])
        return f"[{text}]", list(last) if number_of > limit else None

    def whole(self, asked: Asked, form: str) -> tuple[Members, Condition]:
        """The members of a row in a format of `exports`, and a SELECT of such rows in their order."""
        picked, given = self.picked(asked)
        row, of_row = self.row(asked.viewer, asked.moment, asked.root)
        details, of_details = self.details(asked.viewer, asked.moment)
        if form != "ndjson":
            row = {name: value for name, value in row.items() if name not in self.not_in_sheets}
        shown = f"({picked} LIMIT {asked.limit})" if asked.limit else f"({picked})"
        sql = f"SELECT {columns(form, row)} FROM {shown} AS shown {details} ORDER BY {', '.join(self.names)}"
        return row, (sql, [*of_row, *given, *of_details])

    @property
    def names(self) -> list[str]:
        return [f"k{place}" for place in range(len(self.keys))]

    @property
    def parts(self) -> list[Part]:
        return [key.part for key in self.keys]


FORMAT = Parameter(
    _("Rows to take away in a file: all of them, unless `limit` says how many."),
    choices=[(name, form.label) for name, form in FORMATS.items()],
)


class Listed(Recalled):
    """A resource whose list is written by the database. `key` is the column that the address of a row names."""

    listing: ClassVar[Listing]
    key: ClassVar[str]

    @property
    def filters(self) -> Mapping[str, Parameter]:  # type: ignore[override]  # which is as the listing has them
        return {**self.listing.filters, "format": FORMAT}

    @property
    def parts(self) -> list[Part]:
        return self.listing.parts

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self.answer(self.asked())

    @property
    def root(self) -> str:
        return str(self.request.build_absolute_uri("/"))

    def asked(self) -> Asked:
        """Raises InvalidQuery."""
        chosen = {name: values for name, values in self.chosen.items() if name != "format"}
        limit, after = Pages(self).asked(0 if self.form else DEFAULT)
        return Asked(self.viewer, self.moment, self.root, chosen, limit, after)

    def answer(self, asked: Asked) -> HttpResponseBase:
        """Raises InvalidQuery for a code that nothing has."""
        plain = getattr(self.request, "_request", self.request)
        fresh = getattr(plain, "fresh", None) or freshness_of(self.viewer, self.now)
        tag = f'"{digest(fresh, self.request.build_absolute_uri())}"'
        headers = {"ETag": tag, "Allow": "GET, HEAD, OPTIONS"}
        if tag in self.request.headers.get("If-None-Match", ""):
            return HttpResponseNotModified(headers=headers)
        if self.form or PROVISIONS & asked.chosen.keys():
            refuse_codes_missing(asked.chosen, self.viewer)
        if self.form:
            return self.taken_away(asked, tag)
        rows, following = self.listing.page(asked)
        if rows == "[]":
            refuse_codes_missing(asked.chosen, self.viewer)
        head = Pages(self).head(self.count(asked, fresh), following)
        written = json.dumps(head, default=str, ensure_ascii=False, separators=(",", ":"))
        body = f'{written[:-1]},"results":{rows}}}'.encode()
        return HttpResponse(body, content_type="application/json", headers=headers)

    def retrieve(self, request: Request, **where: Any) -> Any:
        return HttpResponse(self.row_at(*where.values()).encode(), content_type="application/json")

    @property
    def form(self) -> str:
        """What the rows are taken away as; empty where they are shown."""
        return str(self.request.query_params.get("format", ""))

    @property
    def is_costly(self) -> bool:
        return bool(self.form)

    def taken_away(self, asked: Asked, tag: str) -> HttpResponseBase:
        """A file of the rows, called by what is in it, of which agreement, and the day."""
        day = self.moment.spoken_on or day_in(self.now, zone_of(self.agreements()))
        name = "-".join([type(self).__name__.lower(), *asked.chosen.get("agreement", ()), str(day)])
        answer = taken_away(self.form, *self.listing.whole(asked, self.form), f"{name}.{self.form}")
        answer["ETag"] = tag
        return answer

    def row_at(self, value: Any) -> str:
        """The row with that key, as JSON; 404 where the viewer sees none."""
        if (value > LARGEST_KEY) if isinstance(value, int) else not is_storable(value):
            raise Http404
        only = (f"{self.key} = %s", [value])
        rows, _following = self.listing.page(Asked(self.viewer, self.moment, self.root), only)
        if rows == "[]":
            raise Http404
        return rows[1:-1]

    def count(self, asked: Asked, fresh: str) -> int:
        """How many rows there are on all pages: counted once as long as nothing changes."""
        days = (self.moment.spoken_on, self.moment.known_on)
        named = (type(self).__name__, sorted(asked.chosen.items()), days)
        return until_it_changes(fresh, named, lambda: self.listing.count(asked))
