"""A mediator acknowledges a breach, and says who looks after an obligation."""

from typing import Any

from django.db.models import F, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from obligations.api.serializers.common import Shape
from obligations.api.serializers.input import NoteBody, OwnerBody
from obligations.api.views.acts import Act, Answered, OnObligation, only_if_as_read, tagged
from obligations.commands.care import acknowledge_breach, assign
from obligations.deadlines.moment import STILL
from obligations.models import BreachAcknowledgement, BreachStatus, Obligation
from obligations.status.care import Care, care_of
from obligations.status.reading import MEDIATORS_BIT
from parties.access import Role
from parties.rights import Right


class AcknowledgementRow(Shape):
    breach = serializers.CharField(help_text="Id of the breach.")
    note = serializers.CharField()
    acknowledged_at = serializers.DateTimeField(source="recorded_at")


class CareRow(Shape):
    """Who owns an obligation, and whether you follow it."""

    owner = serializers.SerializerMethodField(
        help_text="E-mail address of its mediator; null: nobody owns it."
    )
    follows = serializers.BooleanField()

    def get_owner(self, care: Any) -> str | None:
        return care.owner.email if care.owner else None


class Acknowledgements(Act):
    """Take note of an open breach, as a mediator. It stays open, and waits on the desk no more."""

    operation = "breaches_acknowledge"
    tag = "breaches"
    right = Right.ACKNOWLEDGE
    about = "breach"
    takes = NoteBody
    shows = AcknowledgementRow

    def rows(self) -> QuerySet[Any]:
        mediated = self.viewer.agreements_as(Role.MEDIATOR)
        there = BreachStatus.objects.filter(
            agreement__in=mediated, known_until=STILL, shown_from__lte=self.now, shown_until__gt=self.now
        )
        seen = there.annotate(bit=F("mask").bitand(MEDIATORS_BIT)).exclude(bit=0)
        return seen.select_related("agreement", "commitment")

    def run(self, row: BreachStatus, said: dict[str, Any]) -> BreachAcknowledgement:
        return acknowledge_breach(
            commitment=row.commitment, breach=row.key, actor=self.viewer, now=self.now, **said
        )


class Owners(OnObligation):
    """Say which mediator owns an obligation, with all its commitments, or that nobody does."""

    operation = "obligations_own"
    tag = "obligations"
    right = Right.ASSIGN
    takes = OwnerBody
    shows: Answered = CareRow  # type: ignore[misc]
    shows_itself = True
    status = 200
    command = staticmethod(assign)

    def said_of(self, row: Obligation) -> Any:
        return CareRow(care_of([row.pk], self.viewer).get(row.pk, Care())).data

    @extend_schema(
        operation_id="obligations_owner",
        description="Who owns an obligation, for its mediators.",
        request=None,
        responses={200: CareRow},
    )
    def get(self, request: Request, **where: Any) -> Response:
        row = self.row(where)
        self.require(row)
        return tagged(self.said_of(row))

    def run(self, row: Obligation, said: dict[str, Any]) -> Any:
        return super().run(row, {**said, "check": only_if_as_read(self.request, self.said_of)})

    def answer(self, shows: Answered, done: Any, status: int) -> Response:
        return tagged(self.said_of(done), status)
