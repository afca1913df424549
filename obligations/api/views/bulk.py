"""Many statements at once: all of them or none."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Agreement
from obligations.api.serializers.bulk import BulkAnswer, BulkBody
from obligations.api.views.acts import Writing, refusals
from obligations.bulk.run import Result, preview, record
from obligations.bulk.sheet import Row
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
    already is left out.
    """

    is_costly = True
    operation = "bulk_create"
    tag = "statements"
    takes = BulkBody
    answers = {200: BulkAnswer, 201: BulkAnswer}

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
        with refusals():
            done = record(agreement=about, rows=rows, actor=viewer, now=self.now, shown=said.get("shown"))
        if done.wrong:
            raise ValidationError(errors_of(done))
        if done.new and not done.recorded:
            raise Moved
        return Response(BulkAnswer(done).data, status=201)


def errors_of(result: Result) -> dict[str, list[str]]:
    """Every thing that is wrong, by the place of its row and its column."""
    return {
        f"rows.{one.number}.{column or 'row'}": [sentence]
        for one in result.wrong
        for column, sentence in one.errors.items()
    }
