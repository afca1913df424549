"""Requests of mediators to parties."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from obligations.api.base.views import Recalled, Writing, refusals
from obligations.api.filters import REQUESTS
from obligations.api.serializers.request import RequestBody, RequestRow, RequestTakenBackBody
from obligations.commands import make_request, take_back_request
from obligations.models import Commitment, PartyRequest
from obligations.status.requests import RequestState, request_states, with_all
from parties.rights import Right, require


class Requests(Recalled):
    """What a mediator asks of a party, by a day: a claim on a commitment, or a reply to a statement."""

    model = PartyRequest
    serializer_class = RequestRow
    filters = REQUESTS
    keys = {"key": "key"}
    order = ("asked_at", "key")

    def visible(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = with_all(
            PartyRequest.objects.visible_to(self.viewer, self.now).as_of(self.moment)
        )
        return rows

    def agreement_of(self, pk: str) -> QuerySet[Any]:
        return PartyRequest.objects.visible_to(self.viewer, self.now).filter(key=pk).values("agreement")

    def load(self, queryset: QuerySet[Any]) -> list[RequestState]:
        return request_states(queryset, self.viewer, self.moment)


class RequestWriting(Writing):
    def answer(self, made: PartyRequest, status: int) -> Response:
        (row,) = request_states(with_all(PartyRequest.objects.filter(pk=made.pk)), self.viewer, self.moment)
        address = reverse("api:request", kwargs={"key": made.key}, request=self.request)
        return Response(RequestRow(row).data, status=status, headers={"Location": address})


class RequestsOf(RequestWriting):
    @extend_schema(
        operation_id="commitment_requests_create",
        tags=["requests"],
        request=RequestBody,
        responses={201: RequestRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask a party, as a mediator, for a claim on the commitment or for a reply to a statement on it."""
        seen = Commitment.objects.visible_to(self.viewer).select_related("agreement")
        commitment: Commitment = self.find(seen, pk=pk)
        require(self.viewer, Right.REQUEST, commitment.agreement_id)
        body = self.body(RequestBody, commitment.agreement)
        with refusals():
            made = make_request(commitment=commitment, actor=self.viewer, now=self.now, **body)
        return self.answer(made, 201)


class RequestsTakenBack(RequestWriting):
    @extend_schema(
        operation_id="requests_take_back",
        tags=["requests"],
        request=RequestTakenBackBody,
        responses={200: RequestRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Take a request back, with the reason. It stays on record."""
        made: PartyRequest = self.find(
            with_all(PartyRequest.objects.visible_to(self.viewer, self.now)), key=key
        )
        require(self.viewer, Right.REQUEST, made.agreement_id)
        body = self.body(RequestTakenBackBody, made.agreement)
        with refusals():
            take_back_request(request=made, actor=self.viewer, now=self.now, **body)
        return self.answer(made, 200)
