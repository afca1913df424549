"""Acts: a finding, a claim, a contest, a reading, a trigger's date. Commands judge and write; nothing is half-done."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agreement.models import Trigger
from obligations.api.serializers.clock import TriggerDateRow
from obligations.api.serializers.input import (
    ClaimBody,
    ContestBody,
    FindingBody,
    ReadingBody,
    TriggerDateBody,
)
from obligations.api.serializers.reading import ReadingRow
from obligations.api.serializers.statement import StatementRow
from obligations.api.views.base import Writing, refusals
from obligations.api.views.readings import readings_seen_by
from obligations.api.views.standing import statements_seen_by
from obligations.commands import record_claim, record_contest, record_finding, set_trigger_date
from obligations.commands.readings import record as record_reading
from obligations.models import Commitment, Reading, Statement
from parties.rights import Act, require


class StatementWriting(Writing):
    def commitment(self, pk: int) -> Commitment:
        seen = Commitment.objects.visible_to(self.viewer).select_related("agreement")
        found: Commitment = self.find(seen, pk=pk)
        return found

    def recorded(self, statement: Statement) -> Response:
        row = statements_seen_by(self.viewer, self.moment).get(pk=statement.pk)
        address = reverse("api:statement", kwargs={"pk": statement.pk}, request=self.request)
        return Response(StatementRow(row).data, status=201, headers={"Location": address})


class Findings(StatementWriting):
    @extend_schema(
        operation_id="findings_create",
        tags=["commitments"],
        request=FindingBody,
        responses={201: StatementRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record a mediator's finding. Level 3 stops the clock and ends the breach; a lower one then starts it anew."""
        commitment = self.commitment(pk)
        require(self.viewer, Act.RECORD_FINDING, commitment.agreement_id)
        body = self.body(FindingBody, commitment.agreement)
        with refusals():
            statement = record_finding(commitment=commitment, actor=self.viewer, now=self.now, **body)
        return self.recorded(statement)


class Claims(StatementWriting):
    @extend_schema(
        operation_id="claims_create", tags=["commitments"], request=ClaimBody, responses={201: StatementRow}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record a claim of the representative's own party, on its own or another's commitment. It moves no clock."""
        commitment = self.commitment(pk)
        require(self.viewer, Act.MAKE_CLAIM, commitment.agreement_id)
        body = self.body(ClaimBody, commitment.agreement)
        with refusals():
            statement = record_claim(commitment=commitment, actor=self.viewer, now=self.now, **body)
        return self.recorded(statement)


class Contests(StatementWriting):
    @extend_schema(
        operation_id="contests_create",
        tags=["statements"],
        request=ContestBody,
        responses={201: StatementRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record the own party's objection to a claim or a finding."""
        seen = Statement.objects.visible_to(self.viewer, self.now).select_related("agreement", "commitment")
        contested: Statement = self.find(seen, pk=pk)
        require(self.viewer, Act.CONTEST, contested.agreement_id)
        body = self.body(ContestBody, contested.agreement)
        with refusals():
            statement = record_contest(statement=contested, actor=self.viewer, now=self.now, **body)
        return self.recorded(statement)


class ReadingsOf(StatementWriting):
    @extend_schema(
        operation_id="commitment_readings_create",
        tags=["commitments"],
        request=ReadingBody,
        responses={201: ReadingRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record how the commitment's time limit is read, as a mediator, or move, stop or start its clock."""
        commitment = self.commitment(pk)
        require(self.viewer, Act.RECORD_READING, commitment.agreement_id)
        said = self.body(ReadingBody, commitment.agreement)
        kind = Reading.Kind(said.pop("kind"))
        with refusals():
            (reading,) = record_reading(kind, [commitment], self.viewer, self.now, **said)
        row = readings_seen_by(self.viewer, self.moment).get(pk=reading.pk)
        address = reverse("api:reading", kwargs={"pk": reading.pk}, request=request)
        return Response(ReadingRow(row).data, status=201, headers={"Location": address})


class TriggerDates(Writing):
    @extend_schema(
        operation_id="trigger_dates_create",
        tags=["triggers"],
        request=TriggerDateBody,
        responses={201: TriggerDateRow},
    )
    def post(self, request: Request, agreement: str, code: str) -> Response:
        """Give a trigger its date, as a mediator; every deadline that hangs on it is computed anew."""
        seen = Trigger.objects.visible_to(self.viewer).select_related("agreement")
        trigger: Trigger = self.find(seen, agreement__code=agreement, code=code)
        require(self.viewer, Act.SET_TRIGGER_DATE, trigger.agreement_id)
        body = self.body(TriggerDateBody, trigger.agreement)
        with refusals():
            given = set_trigger_date(trigger=trigger, actor=self.viewer, now=self.now, **body)
        return Response(TriggerDateRow(given).data, status=201)
