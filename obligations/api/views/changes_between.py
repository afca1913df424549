"""What changed in an agreement between two moments."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from agreement.models import Agreement
from obligations.api.base.problems import InvalidQuery
from obligations.api.base.views import Ranked, Rows
from obligations.api.filters import CHANGES
from obligations.api.serializers.changes import ChangeRow
from obligations.changes.what import changes, without_a_day
from obligations.changes.window import ByDay, Change, Window, WindowError, window_of
from obligations.lists.places import AN_INSTANT, KEY, NUMBER
from obligations.models import Commitment
from obligations.status.moments import written


class ChangesBetween(Ranked):
    """What was recorded between two moments, and what followed: statements, readings, dates, breaches, due dates."""

    is_costly = True
    model = Commitment
    serializer_class = ChangeRow
    filters = CHANGES
    # Its instant, kind and key, so that no later change shifts those before it.
    parts = (AN_INSTANT, NUMBER, KEY)

    def visible(self) -> QuerySet[Any]:
        return Commitment.objects.visible_to(self.viewer)

    def place(self, row: Change) -> tuple[Any, ...]:
        return row.place

    @cached_property
    def agreement(self) -> Agreement | None:
        readable = Agreement.objects.visible_to(self.viewer)
        code = self.request.query_params.get("agreement")
        return (readable.filter(code=code) if code else readable).first()

    def agreements(self) -> Iterable[Agreement]:
        return [self.agreement] if self.agreement else []

    @property
    def pins(self) -> dict[str, str]:
        window = self.window(self.agreement)
        return {"since": written(window.since), "until": written(window.until)}

    @extend_schema(operation_id="changes_between", tags=["changes"])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Oldest first. What follows from what was recorded is worked out from what you may see, and nothing else.

        Without a party or a provision, dates of triggers and days off that moved a due date are told of the whole
        agreement; with one, those that touch it.
        """
        return super().list(request, *args, **kwargs)

    def found(self) -> Rows:
        picked: Any = super().found()
        agreement, chosen = self.agreement, self.chosen
        window = self.window(agreement)
        kinds, by_day = list(chosen.get("kind", ())), "".join(chosen.get("by_day", ())) or ByDay.RECORDED
        if wrong := without_a_day(kinds, by_day):
            raise InvalidQuery({"kind": [wrong]})
        if agreement is None:
            return []
        narrowed = picked if {"party", "provision"} & set(chosen) else None
        return changes(agreement, self.viewer, window, narrowed, kinds, by_day)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "agreement": self.agreement}

    def window(self, agreement: Agreement | None) -> Window:
        asked, zone = self.request.query_params, agreement.zone if agreement else ZoneInfo("UTC")
        try:
            return window_of(asked.get("since", ""), asked.get("until", ""), self.now, zone)
        except WindowError as error:
            raise InvalidQuery({name: [said] for name, said in error.errors.items()}) from error
