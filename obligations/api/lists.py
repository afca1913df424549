"""Lists that the database writes, as resources of the API."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from rest_framework.request import Request

from obligations.api.base.files import about_list, expanding, in_background
from obligations.api.base.filtering import refuse_codes_missing
from obligations.api.base.paging import DEFAULT, Pages
from obligations.api.base.views import Recalled
from obligations.lists.listing import Key, Listing, ListQuery, Order, whole_list
from obligations.lists.places import Part
from obligations.lists.sorts import sorted_by
from obligations.status.codes import PROVISIONS
from obligations.status.filters import LARGEST_KEY, Parameter
from obligations.status.freshness import digest, freshness_of, until_it_changes
from parties.texts import is_storable


class Listed(Recalled):
    """A resource whose list is written by the database. `key` is the column that the address of a row names."""

    listing: ClassVar[Listing]
    key: ClassVar[str]

    @property
    def filters(self) -> Mapping[str, Parameter]:  # type: ignore[override]  # which is as the listing has them
        return self.listing.filters

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.files = {**Recalled.files, "sort": sorted_by(cls.listing.sorts), **expanding(cls.expansions)}

    @property
    def parts(self) -> list[Part]:
        return Order(self.sorted or self.listing.keys).parts

    @property
    def sorted(self) -> tuple[Key, ...]:
        """The keys of the order asked for, where it is another than the listing's own."""
        if not hasattr(self, "request"):
            return ()
        return self.listing.keys_of(self.given.get("sort", ()), self.moment)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self.answer(self.asked())

    def asked(self) -> ListQuery:
        """Raises InvalidQuery."""
        limit, after = Pages(self).asked(0 if self.form else DEFAULT)
        return ListQuery(
            self.viewer, self.moment, self.root, self.chosen, limit, after, self.sorted, self.fields
        )

    def answer(self, asked: ListQuery) -> HttpResponseBase:
        """Raises InvalidQuery for a code that nothing has."""
        plain = getattr(self.request, "_request", self.request)
        fresh = getattr(plain, "fresh", None) or freshness_of(self.viewer, self.now)
        tag = f'"{digest(fresh, self.uri)}"'
        headers = {"ETag": tag, "Allow": "GET, HEAD, OPTIONS"}
        if tag in self.request.headers.get("If-None-Match", ""):
            return HttpResponseNotModified(headers=headers)
        if self.form or PROVISIONS & asked.chosen.keys():
            refuse_codes_missing(asked.chosen, self.viewer)
        if self.form:
            return in_background(self, lambda: self.count(asked, fresh)) or self.taken_away(asked, tag)
        rows, following = self.listing.page(asked)
        if rows == "[]":
            refuse_codes_missing(asked.chosen, self.viewer)
        head = Pages(self).head(self.count(asked, fresh), following)
        expanded = self.expanded(json.loads(rows)) if "expand" in self.given else {}
        written = json.dumps({**head, **expanded}, default=str, ensure_ascii=False, separators=(",", ":"))
        body = f'{written[:-1]},"results":{rows}}}'.encode()
        return HttpResponse(body, content_type="application/json", headers=headers | Pages(self).links(head))

    def retrieve(self, request: Request, **where: Any) -> Any:
        return HttpResponse(self.row_at(*where.values()).encode(), content_type="application/json")

    def taken_away(self, asked: ListQuery, tag: str) -> HttpResponseBase:
        answer = whole_list(self.listing, asked, self.form, about_list(self))
        answer["ETag"] = tag
        return answer

    def row_at(self, value: Any) -> str:
        """The row with that key, as JSON; 404 where the viewer sees none."""
        if (value > LARGEST_KEY) if isinstance(value, int) else not is_storable(value):
            raise Http404
        only = (f"{self.key} = %s", [value])
        rows, _following = self.listing.page(ListQuery(self.viewer, self.moment, self.root), only)
        if rows == "[]":
            raise Http404
        return rows[1:-1]

    def count(self, asked: ListQuery, fresh: str) -> int:
        """How many rows there are on all pages: counted once as long as nothing changes."""
        days = (self.moment.spoken_on, self.moment.known_at)
        named = (type(self).__name__, sorted(asked.chosen.items()), days)
        return until_it_changes(fresh, named, lambda: self.listing.count(asked))
