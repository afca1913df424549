"""What the views of resources share: they read what the viewer may see at one moment, and nothing else."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from agreement.models import Agreement
from agreement.viewers import viewer_of
from obligations.api.base.files import GIVEN, fields_asked, file_of
from obligations.api.base.filtering import DAYS, chosen_in, refuse_what_is_not_known
from obligations.api.base.negotiation import form_asked
from obligations.api.base.paging import Pages, in_order, parts_of
from obligations.api.base.problems import InvalidQuery
from obligations.deadlines import Moment, present
from obligations.lists.places import Part, after, value_at
from obligations.status.filters import Chosen, Parameter
from obligations.status.moments import NAMES, WrongDay, moment_asked, zone_of
from parties.access import TieredQuerySet, Viewer, readable

# Rows, where a class has a method called `list`.
Rows = list[Any]


class ViewerMixin:
    """Who looks, and when: the same for everything in one answer."""

    request: Any

    @cached_property
    def viewer(self) -> Viewer:
        return viewer_of(self.request)

    @cached_property
    def uri(self) -> str:
        """The whole address that was asked for."""
        return str(self.request.build_absolute_uri())

    @cached_property
    def root(self) -> str:
        """The server's address."""
        return str(self.request.build_absolute_uri("/"))

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def moment(self) -> Moment:
        """What is asked about: the present, unless a resource answers for other days."""
        return present(self.now)


class Resource(ViewerMixin, ListModelMixin, GenericViewSet[Any]):
    """A list and its rows. `keys` names the path that each part of a row's address stands for.

    What the viewer may not see is in no list or count, and its own address answers 404 like one that never was.
    """

    model: ClassVar[type[Model]]
    single: ClassVar[str] = ""  # what the address of a row is called, where an act gives it
    keys: ClassVar[dict[str, str]] = {}
    filters: Mapping[str, Parameter] = {}
    files: ClassVar[Mapping[str, Parameter]] = GIVEN
    # Columns that the rows show, the last of which tells them apart. A number is one where whoever reads some rows may
    # read all: else it would tell of hidden ones between.
    order: ClassVar[tuple[str, ...]] = ("id",)
    days: ClassVar[Mapping[str, Parameter]] = {}  # that name other days than the present
    understood: ClassVar[Mapping[str, Parameter]] = {}  # parameters of a row's own address
    # What `expand` can name, with a function of the view and the numbers of the commitments on a page that gives its
    # rows; and the member of a row that has such a number.
    expansions: ClassVar[Mapping[str, Callable[[Any, Collection[int]], Any]]] = {}
    numbered_by: ClassVar[str] = "commitment"

    def pagination_class(self) -> Pages:  # type: ignore[override]
        """Called as the class would be that the framework expects here."""
        return Pages(self)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Those of the order that is asked for."""
        (sort,) = self.given.get("sort", ("",)) if "sort" in self.files and self.request else ("",)
        return in_order(sort, self.order) if sort else self.order

    @property
    def parts(self) -> Sequence[Part]:
        return parts_of(self.model, self.columns)

    def place(self, row: Any) -> Iterable[Any]:
        return [value_at(row, name) for name in self.columns]

    def rows_after(self, rows: Any, place: Sequence[Any] | None, most: int) -> Rows:
        rows = rows.order_by(*self.columns)
        return self.load((rows if place is None else rows.filter(after(self.columns, place)))[:most])

    @cached_property
    def chosen(self) -> dict[str, Chosen]:
        """The filters that the address sets. Raises InvalidQuery for what cannot be asked for."""
        return {name: values for name, values in self.given.items() if name not in self.files}

    @cached_property
    def given(self) -> dict[str, Chosen]:
        """The filters, and how the rows are to be given. Raises InvalidQuery."""
        given = chosen_in(self.request, {**self.filters, **self.files}, set(Pages(self).parameters))
        if "expand" in given and self.form:
            raise InvalidQuery({"expand": [_("A file has the rows of its list alone: leave this out.")]})
        return given

    def expanded(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """What the rows of a page belong to, each once, where the address asks for it. Raises InvalidQuery."""
        names = self.given.get("expand", ()) if self.expansions else ()
        if not names:
            return {}
        if self.fields and self.numbered_by not in self.fields:
            sentence = _("Name %(name)s among `fields`: it leads from a row to what is expanded.")
            raise InvalidQuery({"expand": [sentence % {"name": self.numbered_by}]})
        numbers = {row[self.numbered_by] for row in rows}
        return {"expanded": {name: self.expansions[name](self, numbers) for name in names}}

    @property
    def form(self) -> str:
        """What the rows are taken away as; empty where they are shown."""
        return form_asked(self.request) if "format" in self.files else ""

    @cached_property
    def fields(self) -> frozenset[str]:
        """Those that are wanted of each row of a list; none: all. Raises InvalidQuery."""
        return fields_asked(self)

    def written(self, rows: Rows) -> Any:
        """The serializer of rows of a list, with the fields that are wanted."""
        serializer: Any = self.get_serializer(rows, many=True)
        for name in set(serializer.child.fields) - self.fields if self.fields else ():
            serializer.child.fields.pop(name)
        return serializer

    @property
    def is_costly(self) -> bool:
        return bool(self.form)

    @property
    def pins(self) -> dict[str, str] | None:
        """The parameters that fix the list to its days, where it answers for others; None: those of every page."""
        return None if self.days else {}

    def agreements(self) -> Iterable[Agreement]:
        """Those that are asked about: their zone is that of the days."""
        agreements = Agreement.objects.visible_to(self.viewer)
        code = self.kwargs.get("agreement") or self.request.query_params.get("agreement", "")
        return agreements.filter(code=code) if code and "\x00" not in code else agreements

    def found(self) -> Any:
        """The rows that the address asks for, on all pages."""
        return self.filter_queryset(self.get_queryset())

    def shown(self, page: Rows) -> Rows:
        """The rows of a page, as the serializer takes them."""
        return page

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        found = self.found()
        if self.form:
            return file_of(self, found)
        page = self.shown(self.paginate_queryset(found) or [])
        return self.get_paginated_response(self.written(page).data)

    def visible(self) -> QuerySet[Any]:
        """The rows that the viewer may see, with all that a row shows."""
        raise NotImplementedError

    @classmethod
    def address_of(cls, row: Any) -> dict[str, Any]:
        """The parts of its address."""
        return {part: value_at(row, path) for part, path in cls.keys.items()}

    def load(self, queryset: QuerySet[Any]) -> Rows:
        """The rows of a page; a fixed number of queries."""
        return list(queryset)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.action == "retrieve":
            refuse_what_is_not_known(request, set(self.understood), set())

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.visible()

    def retrieve(self, request: Request, **where: Any) -> Response:
        return Response(
            self.get_serializer(first_or_404(self.load(rows_at(self.get_queryset(), self.keys, where)))).data
        )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "moment": self.moment}


class Ranked(Resource):
    """A list that is worked out, in the order of what `place` says of a row."""

    def place(self, row: Any) -> tuple[Any, ...]:
        raise NotImplementedError

    def rows_after(self, rows: Any, place: Sequence[Any] | None, most: int) -> Rows:
        return [row for row in rows if place is None or self.place(row) > tuple(place)][:most]


class Recalled(Resource):
    """A resource that answers for other days as well: `?as_of=` the day spoken of, `?known_at=` the day of knowledge.

    Who may see what is judged by today's rights, whatever the days.
    """

    days = understood = DAYS
    agreement_path: ClassVar[str] = "agreement"
    looks_ahead: ClassVar[bool] = False  # whether the day spoken of can be one to come

    @cached_property
    def moment(self) -> Moment:
        asked = self.request.query_params
        if not any(asked.get(name) for name in NAMES):
            return present(self.now)
        try:
            return moment_asked(asked, self.now, zone_of(self.agreements()), self.looks_ahead)
        except WrongDay as wrong:
            raise InvalidQuery({name: [said] for name, said in wrong.errors.items()}) from wrong

    def agreements(self) -> Iterable[Agreement]:
        if own := {name: self.kwargs[name] for name in ("pk", "key") if name in self.kwargs}:
            keys = self.seen_today().filter(**own).values(self.agreement_path)
            return Agreement.objects.visible_to(self.viewer).filter(pk__in=keys)
        return super().agreements()

    def seen_today(self) -> QuerySet[Any]:
        rows = self.model._default_manager.all()
        if isinstance(rows, TieredQuerySet):
            return rows.visible_to(self.viewer, self.now)
        return rows.filter(readable(self.viewer, self.agreement_path))


def rows_at(queryset: QuerySet[Any], keys: dict[str, str], where: dict[str, Any]) -> QuerySet[Any]:
    """The row with that address, at most one. A text that no column can hold is nowhere."""
    if any("\x00" in str(value) for value in where.values()):
        raise Http404
    return queryset.filter(**{keys[name]: value for name, value in where.items()})


def first_or_404(rows: Iterable[Any]) -> Any:
    for row in rows:
        return row
    raise Http404
