"""Parameters of lists: read, refused and told of by the table that a list has of them.

A parameter that is not understood is an error: ignoring it would give wrong counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from obligations.api.base.problems import InvalidQuery
from obligations.status.codes import codes_missing, commitment_missing
from obligations.status.filters import DAY, Chosen, Parameter, ParameterType, not_a_day, wrong_parameters
from obligations.status.moments import AS_OF, DAY_WRITTEN, KNOWN_AT, TIME_WRITTEN, day_given, instant_given
from parties.access import Viewer
from parties.texts import FIRST_YEAR, LAST_YEAR


def not_known(value: str) -> str:
    try:
        instant_given(value) if "T" in value else day_given(value)
    except ValueError as wrong:
        return str(wrong)
    return ""


# Years that are taken, as the document says it of days and instants.
YEAR = f"({FIRST_YEAR // 100}|[{FIRST_YEAR // 1000 + 1}-{LAST_YEAR // 1000}][0-9])[0-9]{{2}}"
A_DAY = {**DAY.schema, "pattern": f"^{YEAR}{DAY_WRITTEN}$"}
AN_INSTANT = {"type": "string", "pattern": f"^{YEAR}{TIME_WRITTEN}$"}
DAY_OR_INSTANT = ParameterType({"type": "string", "anyOf": [A_DAY, AN_INSTANT]}, not_known)
# Of lists and rows that answer for other days than the present.
DAYS = {
    AS_OF: Parameter(
        gettext_lazy(
            "The day spoken of, in the agreement's time zone: how it stood at the end of that day. Today, if left out. "
            "Of commitments it can be a day to come: what falls due by then, with nothing recorded after today."
        ),
        of=ParameterType(A_DAY, not_a_day),
    ),
    KNOWN_AT: Parameter(
        gettext_lazy(
            "The day of knowledge: only what was recorded by its end counts, in the time zone of the agreement asked "
            "for, or in UTC where agreements of several zones are. An instant, such as 2026-01-31T09:30:00Z, takes "
            "what was recorded up to it. All that is on record counts, if left out."
        ),
        of=DAY_OR_INSTANT,
    ),
}


@dataclass(frozen=True, slots=True)
class Lookup(Parameter):
    """A parameter that picks rows of a model: the name of a lookup, or a function of the view and the value that gives
    a condition. Without either the view itself asks for what it says.
    """

    by: str | Callable[[Any, str], Q] | None = None
    required: bool = field(default=False, kw_only=True)

    def condition(self, view: Any, value: str) -> Q:
        if self.by is None:
            return Q()
        return Q(**{self.by: value}) if isinstance(self.by, str) else self.by(view, value)


class TableFilters(BaseFilterBackend):
    """The rows that the `chosen` parameters of a view's table of `filters` pick."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        refuse_codes_missing(view.chosen, view.viewer)
        for name, values in view.chosen.items():
            queryset = queryset.filter(view.filters[name].condition(view, values[0]))
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found = {name: in_document(name, one) for name, one in {**view.filters, **view.files}.items()}
        if "fields" in found:
            names = {"type": "string", "enum": list(view.serializer_class().fields)}
            listed = {"type": "array", "items": names, "minItems": 1, "uniqueItems": True}
            found["fields"] |= {"schema": listed, "style": "form", "explode": False}
        return list(found.values())


def in_document(name: str, of: Parameter) -> dict[str, Any]:
    """What the OpenAPI document says of a parameter."""
    schema, said = dict(of.of.schema), " ".join(filter(None, (str(of.label), str(of.more))))
    if of.choices is not None:
        schema = {"type": "string", "enum": sorted(str(value) for value, _label in of.choices)}
        said += "\n\n" + "\n".join(f"* `{value}` - {label}" for value, label in of.choices)
    found: dict[str, Any] = {"in": "query", "name": name, "schema": schema, "description": said}
    if of.several:
        found |= {"schema": {"type": "array", "items": schema}, "explode": True, "style": "form"}
    return found | ({"required": True} if getattr(of, "required", False) else {})


def chosen_in(request: Request, table: Mapping[str, Parameter], others: set[str]) -> dict[str, Chosen]:
    """The parameters that the address sets, `others` beside those of the table being known.

    Raises InvalidQuery for what is unknown, empty, repeated or wrong.
    """
    refuse_what_is_not_known(request, {*table, *others}, {name for name, one in table.items() if one.several})
    errors: dict[str, list[str]] = {}
    chosen: dict[str, Chosen] = {}
    for name, one in table.items():
        if name in request.query_params:
            chosen[name] = values = tuple(request.query_params.getlist(name))
            if wrong := [said for said in map(one.problem, values) if said]:
                errors[name] = wrong
        elif getattr(one, "required", False):
            errors[name] = [_("Give a value: nothing can be answered without it.")]
    if errors:
        raise InvalidQuery(errors)
    return chosen


def refuse_codes_missing(chosen: Mapping[str, Chosen], viewer: Viewer) -> None:
    """A code that nothing has is an error, not a count of nothing."""
    asked = {name: values[0] for name, values in chosen.items()}
    missing = codes_missing(asked, asked, viewer)
    if "commitment" in asked:
        missing |= commitment_missing(asked["commitment"], viewer)
    if missing:
        raise InvalidQuery({name: [sentence] for name, sentence in missing.items()})


def refuse_what_is_not_known(request: Request, known: set[str], several: set[str]) -> None:
    wrong = wrong_parameters(request.query_params, known, several)
    empty = {name for name, values in request.query_params.lists() if not all(values)}
    wrong = {name: _("Give a value, or leave it out.") for name in empty} | wrong
    if wrong:
        raise InvalidQuery({name: [sentence] for name, sentence in wrong.items()})
