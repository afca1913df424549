"""Many statements at once: the rows that are sent, and what becomes of each."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import Body
from obligations.bulk.sheet import COLUMNS


class BulkStatement(Body):
    """A row of a sheet: the same columns, with the same meaning."""

    def fields_of_body(self) -> dict[str, Any]:
        return {
            column.name: serializers.CharField(required=False, allow_blank=True, help_text=str(column.about))
            for column in COLUMNS
        }


class BulkBody(Body):
    agreement = serializers.CharField(help_text="Code of the agreement that all rows speak of.")
    rows = serializers.ListField(
        child=BulkStatement(),
        min_length=1,
        help_text="The statements, at most as many as the server's setting.",
    )
    preview = serializers.BooleanField(
        default=False, help_text="Say what recording would do, and record nothing."
    )
    shown = serializers.CharField(
        required=False,
        help_text="`digest` of the preview that is confirmed: 409, and nothing recorded, where it has changed.",
    )

    def validate_rows(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        if len(rows) > settings.BULK_ROWS:
            raise serializers.ValidationError(f"At most {settings.BULK_ROWS} rows.")
        return rows


class BulkRow(Shape):
    row = serializers.IntegerField(source="number", help_text="Its place in the body, from 1.")
    effect = serializers.CharField(help_text="What it does to the clock.")
    repeats = serializers.CharField(
        help_text="Where the same is recorded already: the row is left out. Else empty."
    )
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What is wrong, by column."
    )


class BulkAnswer(Shape):
    recorded = serializers.IntegerField(
        source="number_recorded", help_text="Statements recorded: all that are new, or none."
    )
    digest = serializers.CharField(help_text="Stands for this preview; give it as `shown`.")
    rows = BulkRow(source="outcomes", many=True)
