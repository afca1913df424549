"""Requests of mediators to parties."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from obligations.api import filters
from obligations.api.base.paging import InOrder
from obligations.api.base.views import Recalled, Writing, refusals
from obligations.api.serializers.ask import AskBody, AskRow, AskTakenBackBody
from obligations.commands import ask, take_back_ask
from obligations.models import Ask, Commitment
from obligations.status.requests import Asked, asked_of, with_all
from parties.rights import Act, require


class Asks(Recalled):
    """What a mediator asks of a party, by a day: a claim on a commitment, or a reply to a statement."""

    model = Ask
    serializer_class = AskRow
    filterset_class = filters.AskFilter
    pagination_class = InOrder
    keys = {"key": "key"}
    order = ("asked_at", "key")

    def visible(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = with_all(Ask.objects.visible_to(self.viewer, self.now).as_of(self.moment))
        return rows

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return Ask.objects.visible_to(self.viewer, self.now).filter(key=pk).values("agreement")

    def load(self, queryset: QuerySet[Any]) -> list[Asked]:
        return asked_of(queryset, self.viewer, self.moment)


class AskWriting(Writing):
    def answer(self, made: Ask, status: int) -> Response:
        (row,) = asked_of(with_all(Ask.objects.filter(pk=made.pk)), self.viewer, self.moment)
        address = reverse("api:ask", kwargs={"key": made.key}, request=self.request)
        return Response(AskRow(row).data, status=status, headers={"Location": address})


class AsksOf(AskWriting):
    @extend_schema(
        operation_id="commitment_asks_create", tags=["asks"], request=AskBody, responses={201: AskRow}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask a party, as a mediator, for a claim on the commitment or for a reply to a statement on it."""
        seen = Commitment.objects.visible_to(self.viewer).select_related("agreement")
        commitment: Commitment = self.find(seen, pk=pk)
        require(self.viewer, Act.ASK, commitment.agreement_id)
        body = self.body(AskBody, commitment.agreement)
        with refusals():
            made = ask(commitment=commitment, actor=self.viewer, now=self.now, **body)
        return self.answer(made, 201)


class AsksTakenBack(AskWriting):
    @extend_schema(
        operation_id="asks_take_back", tags=["asks"], request=AskTakenBackBody, responses={200: AskRow}
    )
    def post(self, request: Request, key: str) -> Response:
        """Take a request back, with the reason. It stays on record."""
        made: Ask = self.find(with_all(Ask.objects.visible_to(self.viewer, self.now)), key=key)
        require(self.viewer, Act.ASK, made.agreement_id)
        body = self.body(AskTakenBackBody, made.agreement)
        with refusals():
            take_back_ask(ask=made, actor=self.viewer, now=self.now, **body)
        return self.answer(made, 200)
