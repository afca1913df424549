"""Many statements at once: the rows that are sent, all of them or none, and what becomes of each."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Agreement
from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import Body
from obligations.api.views.acts import Writing, refusals
from obligations.api.views.work import WorkRow, accepted
from obligations.bulk.run import AT_ONCE, Result, preview, record, send_sheet
from obligations.bulk.sheet import COLUMNS, Row
from parties.once import is_on_record
from parties.rights import states


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


class Moved(APIException):
    status_code = 409

    def __init__(self) -> None:
        super().__init__(
            _("The record has changed since the preview. Nothing was recorded; ask for it anew.")
        )


class Bulk(Writing):
    """Record many statements in one transaction, or with `preview` say what each would do and what is wrong.

    Mediators record findings; representatives claims and contests of their own party. A statement that is recorded
    already is left out. More than 100 rows are recorded in the background: 202, and `Location` says how far that is.
    """

    is_costly = True
    operation = "bulk_create"
    tag = "statements"
    takes = BulkBody
    answers = {200: BulkAnswer, 201: BulkAnswer, 202: WorkRow}

    def post(self, request: Request) -> Response:
        viewer = self.viewer
        if not states(viewer):
            raise PermissionDenied(
                _("Bulk entry is for mediators, for observers and for representatives of a party.")
            )
        said = self.body()
        about: Agreement = self.find(Agreement.objects.visible_to(viewer), code=said["agreement"])
        if not states(viewer, about.pk):
            raise PermissionDenied(_("You record nothing in this agreement."))
        rows = [
            Row(number, {name: text for name, text in one.items() if text})
            for number, one in enumerate(said["rows"], start=1)
        ]
        if said["preview"]:
            return Response(BulkAnswer(preview(about, rows, viewer, self.now)).data)
        if len(rows) > AT_ONCE:
            return self.recorded_later(about, rows, said)
        with refusals():
            done = record(agreement=about, rows=rows, actor=viewer, now=self.now, shown=said.get("shown"))
        if done.wrong:
            raise ValidationError(errors_of(done))
        if done.new and not done.recorded:
            raise Moved
        return Response(BulkAnswer(done).data, status=201)

    def recorded_later(self, about: Agreement, rows: list[Row], said: dict[str, Any]) -> Response:
        """What is wrong is said now; where nothing is, the sheet is saved, and a worker records it as it stands."""
        shown = ""
        if not is_on_record(self.viewer):
            looked_at = preview(about, rows, self.viewer, self.now)
            if looked_at.wrong:
                raise ValidationError(errors_of(looked_at))
            if said.get("shown") not in (None, looked_at.digest):
                raise Moved
            if not looked_at.new:
                return Response(BulkAnswer(looked_at).data, status=201)
            shown = looked_at.digest
        content = {"name": _("Sent by a program"), "rows": [asdict(row) for row in rows]}
        who: Any = {"actor": self.viewer, "now": self.now}
        with refusals():
            work = send_sheet(agreement=about, content=content, shown=shown, **who)
        return accepted(self.request, work)


def errors_of(result: Result) -> dict[str, list[str]]:
    """Every thing that is wrong, by the place of its row and its column."""
    return {
        f"rows.{one.number}.{column or 'row'}": [sentence]
        for one in result.wrong
        for column, sentence in one.errors.items()
    }
