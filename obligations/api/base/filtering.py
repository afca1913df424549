"""Filters of lists. A parameter that is not understood is an error: ignoring it would give wrong counts."""

from typing import Any

from django.db.models import QuerySet
from django.forms import ChoiceField
from django.utils.translation import gettext as _
from django_filters import MultipleChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from agreement.viewers import viewer_of
from obligations.api.base.problems import InvalidQuery
from obligations.status.codes import codes_missing, commitment_missing


class StrictFilters(DjangoFilterBackend):
    """The view's `filterset_class` over its rows; refuses unknown, empty and repeated parameters, and wrong values."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = filterset.base_filters if filterset else {}
        several = {name for name, one in known.items() if isinstance(one, MultipleChoiceFilter)}
        refuse_what_is_not_known(request, {*known, *pages(view)}, several)
        if filterset is None:
            return queryset
        for field in filterset.form.fields.values():
            if isinstance(field, ChoiceField):
                choices: Any = field.choices
                there = ", ".join(str(value) for value, _label in choices if value)
                field.error_messages["invalid_choice"] = (
                    _("There is no “%(value)s”. There are: ") + f"{there}."
                )
        if not filterset.is_valid():
            raise InvalidQuery({field: list(errors) for field, errors in filterset.errors.items()})
        if missing := self.codes_missing(request, set(known)):
            raise InvalidQuery({name: [sentence] for name, sentence in missing.items()})
        rows: QuerySet[Any] = filterset.qs
        return rows

    def codes_missing(self, request: Request, known: set[str]) -> dict[str, str]:
        """Sentences by parameter on codes that nothing has; who knows the codes says which."""
        return {}


def pages(view: APIView) -> tuple[str, ...]:
    return tuple(getattr(getattr(view, "paginator", None), "parameters", ()))


def refuse_what_is_not_known(request: Request, known: set[str], several: set[str]) -> None:
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known:
            errors[name] = [unknown(known)]
        elif len(values) > 1 and name not in several:
            errors[name] = [_("Given more than once; this one takes a single value.")]
        elif not all(values):
            errors[name] = [_("Give a value, or leave it out.")]
    if errors:
        raise InvalidQuery(errors)


def unknown(known: set[str]) -> str:
    if not known:
        return _("Unknown parameter. There is none here.")
    return _("Unknown parameter. Known here: %(names)s.") % {"names": ", ".join(sorted(known))}


class CodedFilters(StrictFilters):
    def codes_missing(self, request: Request, known: set[str]) -> dict[str, str]:
        asked, viewer = request.query_params, viewer_of(request)
        missing = codes_missing(asked, known, viewer)
        if "commitment" in known and asked.get("commitment"):
            missing |= commitment_missing(asked["commitment"], viewer)
        return missing
