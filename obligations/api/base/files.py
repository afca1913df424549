"""Lists of the API taken away in a file: their columns follow from their serializers, their rows come page by page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from agreement.translations import in_own_language
from obligations.api.base.filtering import Lookup
from obligations.api.base.paging import MOST, Pages
from obligations.api.base.problems import InvalidQuery
from obligations.lists.about import About, about_of
from obligations.lists.labels import TITLES, label_of
from obligations.lists.takeaway import FORMATS, Column, Kind, answer_of, as_cells, as_lines
from obligations.status.filters import Chosen, Parameter, ParameterType, not_storable
from parties import progress, replica

FORMAT = Lookup(
    _("Rows to take away in a file: all of them, unless `limit` says how many."),
    choices=[(name, form.label) for name, form in FORMATS.items()],
)
FIELDS = Lookup(
    _(
        "The fields that are wanted of each row, by their names with commas between; all, if left out. "
        "The others are missing then, also those that this document calls required."
    ),
    of=ParameterType({"type": "string", "pattern": "^[a-z_0-9]+(,[a-z_0-9]+)*$"}, not_storable),
)
EXPANDED = {"commitment": _("the commitments"), "obligation": _("the obligations")}


def expanding(names: Iterable[str]) -> dict[str, Lookup]:
    """The parameter that asks for some of these beside the rows."""
    label = _("What the rows belong to, under `expanded`: each once, as its own list has it.")
    choices = [(name, EXPANDED[name]) for name in names]
    return {"expand": Lookup(label, choices=choices, several=True)}


# How the rows of a list are given.
GIVEN = {"format": FORMAT, "fields": FIELDS}


def fields_asked(view: Any) -> frozenset[str]:
    """The fields of a row that an address of a list names. Raises InvalidQuery for those that there are not."""
    asked = view.request.GET.get("fields", "")
    if not asked or "fields" not in view.files:
        return frozenset()
    there, wanted = list(view.serializer_class().fields), asked.split(",")
    if missing := [name for name in wanted if name not in there]:
        words = {"names": ", ".join(missing), "fields": ", ".join(there)}
        raise InvalidQuery({"fields": [gettext("There is no %(names)s. There are: %(fields)s.") % words]})
    if len(set(wanted)) < len(wanted):
        raise InvalidQuery({"fields": [gettext("Name each field once.")]})
    return frozenset(wanted)


KINDS: list[tuple[type[serializers.Field[Any, Any, Any, Any]], Kind]] = [
    (serializers.BooleanField, Kind.FLAG),
    (serializers.IntegerField, Kind.NUMBER),
    (serializers.DateTimeField, Kind.INSTANT),
    (serializers.DateField, Kind.DAY),
]


def about_list(view: Any) -> About:
    """What the list is about that a view of the API gives away: all of it in the language of who asks, also the names
    of agreements and their footnote, as the labels of columns are. The rows are as they were written.
    """
    name, plain = view.request.resolver_match.url_name, getattr(view.request, "_request", view.request)
    filters = filters_in_words(view.chosen, view.filters)
    those = view.agreements()
    about = about_of(plain, TITLES[name], view.viewer, view.moment, those, filters, view.pins, name)
    with in_own_language():
        return about.told()


def filters_in_words(chosen: Mapping[str, Chosen], table: Mapping[str, Parameter]) -> list[tuple[str, str]]:
    found = []
    for name, values in chosen.items():
        labels = {str(value): str(label) for value, label in table[name].choices or ()}
        found.append((str(table[name].label).rstrip("."), ", ".join(labels.get(one, one) for one in values)))
    return found


def columns_of(serializer: Any, above: str = "") -> list[Column]:
    """A column for each value of a row, those of an object by both names: `obligation_code`. Lists of objects have
    none.
    """
    found: list[Column] = []
    for name, field in serializer.fields.items():
        field = annotated(serializer, field)
        if isinstance(field, serializers.Serializer):
            found += columns_of(field, f"{above}{name}_")
        elif not isinstance(
            field, serializers.ListSerializer | serializers.DictField | serializers.JSONField
        ):
            found.append(Column(above + name, label_of(above + name), kind_of(field)))
    return found


def kind_of(field: Any) -> Kind:
    if isinstance(field, serializers.ChoiceField):
        return Kind.NUMBER if all(isinstance(value, int) for value in field.choices) else Kind.TEXT
    return next((kind for type_, kind in KINDS if isinstance(field, type_)), Kind.TEXT)


def annotated(serializer: Any, field: Any) -> Any:
    """What a method of the serializer gives, where it says so to the document."""
    if not isinstance(field, serializers.SerializerMethodField):
        return field
    method = getattr(serializer, field.method_name or "")
    given = getattr(method, "_spectacular_annotation", {}).get("field", field)
    if isinstance(given, serializers.Serializer):
        return given
    return field


def flat(row: Mapping[str, Any], found: dict[str, Any], above: str = "") -> dict[str, Any]:
    """The values of a row by the keys of its columns."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat(value, found, f"{above}{name}_")
        else:
            found[above + name] = ", ".join(map(str, value)) if isinstance(value, list) else value
    return found


# A workbook of more rows takes a web server longer than anybody should wait: a worker makes it.
AT_ONCE = 10_000


def in_background(view: Any, number: Callable[[], int]) -> HttpResponse | None:
    """What is answered where a workbook has too many rows to be made while somebody waits; else None.

    A person is led to the page that has a worker make it. Raises InvalidQuery for a program, with what to do.
    """
    plain = getattr(view.request, "_request", view.request)
    if view.form != "xlsx" or getattr(plain, "in_background", False):
        return None
    limit, _place = Pages(view).asked(0)
    if limit or (rows := number()) <= AT_ONCE:
        return None
    if view.request.user.is_authenticated and view.request.auth is None:
        return redirect(reverse("work-file", query={"of": plain.get_full_path()}))
    text = gettext(
        "This workbook has %(rows)s rows. One of more than %(most)s is made in the background, for an account: send "
        "its address to /api/v1/work/. Other formats are given at once."
    )
    raise InvalidQuery({"format": [text % {"rows": rows, "most": AT_ONCE}]})


def file_of(view: Any, rows: Any) -> HttpResponseBase:
    """All rows, as they are at one instant. Raises InvalidQuery."""
    form, columns = view.form, columns_of(view.written([]).child)
    if answer := in_background(view, lambda: number_of(rows)):
        return answer
    progress.expect(lambda: number_of(rows))
    connection = replica.connection()
    with transaction.atomic(using=connection.alias):
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return answer_of(form, columns, written(form, columns, each(view, rows)), about_list(view))


def number_of(rows: Any) -> int:
    return int(rows.count()) if isinstance(rows, QuerySet) else len(rows)


def written(form: str, columns: Sequence[Column], rows: Iterator[Mapping[str, Any]]) -> Iterator[Any]:
    if form in ("json", "ndjson"):
        return (JSONRenderer().render(row).decode() for row in rows)
    values = (values_of(row, columns) for row in rows)
    return as_lines(columns, values) if form == "csv" else as_cells(columns, values)


def values_of(row: Mapping[str, Any], columns: Sequence[Column]) -> list[Any]:
    there = flat(row, {})
    return [there.get(column.key) for column in columns]


def each(view: Any, rows: Any) -> Iterator[Mapping[str, Any]]:
    """The rows as the serializer gives them, read a page at a time."""
    limit, place = Pages(view).asked(0)
    while page := view.rows_after(rows, place, limit or MOST):
        yield from view.written(view.shown(page)).data
        if limit or len(page) < MOST:
            return
        place = view.place(page[-1])
