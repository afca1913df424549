"""What rows of several resources share."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from rest_framework import serializers

from obligations.deadlines import Moment
from obligations.models.obligation import ObligationKind
from obligations.status.moments import query_of

# Those that pages come in.
LANGUAGES = settings.LANGUAGES


class Shape(serializers.Serializer[Any]):
    # What is read. Everything in it is always there.

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        for field in fields.values():
            field.read_only, field.required = True, False
        return fields


class ModelColumn(serializers.Field[Any, Any, Any, Any]):
    """A column of the row's model, as the model has it; `options` say more of it in the document."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options


# Of any type: names of columns, such as `source`, are those of attributes of a field, too.
Column: Any = ModelColumn


class Row(Shape, serializers.ModelSerializer[Any]):
    # A row of a model. The document describes it by the docstring of its class.

    model: ClassVar[type[Model]]
    Meta: ClassVar[Any] = None

    def __init_subclass__(cls) -> None:
        """Its fields stand in the order in which the class names them."""
        declared: dict[str, Any] = cls._declared_fields
        columns = {name: field for name, field in declared.items() if isinstance(field, ModelColumn)}
        above = cls.Meta
        cls._declared_fields = {name: field for name, field in declared.items() if name not in columns}
        cls.Meta = type(
            "Meta",
            (),
            {
                "model": cls.model,
                "fields": list(dict.fromkeys([*(above.fields if above else ()), *declared])),
                "extra_kwargs": {
                    **(above.extra_kwargs if above else {}),
                    **{name: {"read_only": True, **column.options} for name, column in columns.items()},
                },
            },
        )


class WordOrNull(serializers.ChoiceField):
    """One of fixed words; null where there is none."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        return str(value) if value else None


class Code(serializers.CharField):
    """The code of what `source` leads to; null where it leads to nothing."""

    def __init__(self, source: str, **options: Any) -> None:
        super().__init__(source=f"{source}.code", **options)


class Key(serializers.CharField):
    """The random key of the row, or of what `source` leads to; null where it leads to nothing."""

    def __init__(self, source: str = "", **options: Any) -> None:
        super().__init__(source=f"{source}.key" if source else "key", allow_null=bool(source), **options)


class PartyName(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class ProvisionName(Shape):
    instrument = Code("instrument")
    anchor = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ObligationName(Shape):
    code = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=ObligationKind.choices)


def page_of_obligation(request: Any, agreement: str, code: str, moment: Moment | None = None) -> str:
    """The absolute address of the obligation's page, as of the same days."""
    address: str = request.build_absolute_uri(reverse("obligation", args=[agreement, code]))
    return address + query_of(moment) if moment else address
