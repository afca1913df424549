"""Many statements at once: all of them or none."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Agreement
from obligations.api.serializers.bulk import BulkAnswer, BulkBody
from obligations.api.serializers.work import WorkRow
from obligations.api.views.acts import Writing, refusals
from obligations.api.views.work import accepted
from obligations.bulk.later import AT_ONCE, send_sheet
from obligations.bulk.run import Result, preview, record
from obligations.bulk.sheet import Row
from parties.once import is_on_record
from parties.rights import states


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
