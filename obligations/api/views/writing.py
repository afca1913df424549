"""Acts: a finding, a claim, a contest, a reading, a trigger's date. Commands judge and write; nothing is half-done."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from agreement.models import Event, Trigger
from obligations.api.base.problems import Overtaken
from obligations.api.base.views import Writing, refusals
from obligations.api.serializers.input import (
    ClaimBody,
    ContestBody,
    FindingBody,
    ReadingBody,
    ReleaseBody,
    TriggerDateBody,
    WithdrawalBody,
)
from obligations.api.serializers.proposal import ProposalRow
from obligations.api.serializers.reading import ReadingRow
from obligations.api.serializers.statement import StatementRow
from obligations.api.serializers.trigger import EventRow, TriggerDateRow
from obligations.api.views.proposals import proposed
from obligations.api.views.readings import readings_seen_by
from obligations.api.views.standing import statements_seen_by
from obligations.commands import (
    errors,
    record_claim,
    record_contest,
    set_trigger_date,
)
from obligations.commands.proposals import Command, carry_out
from obligations.commands.readings import record as record_reading
from obligations.models import Commitment, Proposal, Reading, Statement
from parties.rights import Right, require


class StatementWriting(Writing):
    def commitment(self, pk: int) -> Commitment:
        seen = Commitment.objects.visible_to(self.viewer).select_related("agreement")
        found: Commitment = self.find(seen, pk=pk)
        return found

    def recorded_or_proposed(self, done: Statement | Proposal) -> Response:
        if isinstance(done, Proposal):
            return proposed(self.request, self.viewer, done)
        return self.recorded(done)

    def recorded(self, statement: Statement) -> Response:
        row = statements_seen_by(self.viewer, self.moment).get(pk=statement.pk)
        address = reverse("api:statement", kwargs={"key": statement.key}, request=self.request)
        return Response(StatementRow(row).data, status=201, headers={"Location": address})


class Findings(StatementWriting):
    @extend_schema(
        operation_id="findings_create",
        tags=["commitments"],
        request=FindingBody,
        responses={201: StatementRow, 202: ProposalRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record a mediator's finding. Level 3 stops the clock and ends the breach; a lower one then starts it anew.

        202 where the agreement wants a second mediator to sign it: then a proposal is all that is recorded.
        """
        commitment = self.commitment(pk)
        require(self.viewer, Right.RECORD_FINDING, commitment.agreement_id)
        body = self.body(FindingBody, commitment.agreement)
        try:
            with refusals():
                done = carry_out(
                    Command.RECORD_FINDING, commitment=commitment, actor=self.viewer, now=self.now, **body
                )
        except errors.Overtaken as overtaken:
            theirs = statements_seen_by(self.viewer, self.moment).get(pk=overtaken.newer.pk)
            raise Overtaken(StatementRow(theirs).data, request.data) from overtaken
        return self.recorded_or_proposed(done)


class Claims(StatementWriting):
    @extend_schema(
        operation_id="claims_create", tags=["commitments"], request=ClaimBody, responses={201: StatementRow}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record a claim of the representative's own party, on its own or another's commitment. It moves no clock."""
        commitment = self.commitment(pk)
        require(self.viewer, Right.MAKE_CLAIM, commitment.agreement_id)
        body = self.body(ClaimBody, commitment.agreement)
        with refusals():
            statement = record_claim(commitment=commitment, actor=self.viewer, now=self.now, **body)
        return self.recorded(statement)


class OfStatement(StatementWriting):
    """What is said about a statement that the viewer may see."""

    def subject(self, key: str, act: Right) -> Statement:
        seen = Statement.objects.visible_to(self.viewer, self.now).select_related("agreement", "commitment")
        found: Statement = self.find(seen, key=key)
        require(self.viewer, act, found.agreement_id)
        return found


class Contests(OfStatement):
    @extend_schema(
        operation_id="contests_create",
        tags=["statements"],
        request=ContestBody,
        responses={201: StatementRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Record the own party's objection to a claim or a finding."""
        contested = self.subject(key, Right.CONTEST)
        body = self.body(ContestBody, contested.agreement)
        with refusals():
            statement = record_contest(statement=contested, actor=self.viewer, now=self.now, **body)
        return self.recorded(statement)


class Answers(OfStatement):
    @extend_schema(
        operation_id="answers_create",
        tags=["statements"],
        request=ContestBody,
        responses={201: StatementRow, 202: ProposalRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Record what the own party, or the mediator, answers to a claim, a finding or a contest.

        202 where the agreement wants a second mediator to sign what a mediator says in public.
        """
        answered = self.subject(key, Right.ANSWER)
        body = self.body(ContestBody, answered.agreement)
        with refusals():
            done = carry_out(Command.ANSWER, statement=answered, actor=self.viewer, now=self.now, **body)
        return self.recorded_or_proposed(done)


class Withdrawals(OfStatement):
    @extend_schema(
        operation_id="withdrawals_create",
        tags=["statements"],
        request=WithdrawalBody,
        responses={201: StatementRow, 202: ProposalRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Take a statement of the own side back. Both stay on record; what was withdrawn counts no more.

        202 where the agreement wants a second mediator to sign it: a completion stands again by it, or it is public.
        """
        taken_back = self.subject(key, Right.WITHDRAW)
        body = self.body(WithdrawalBody, taken_back.agreement)
        with refusals():
            done = carry_out(Command.WITHDRAW, statement=taken_back, actor=self.viewer, now=self.now, **body)
        return self.recorded_or_proposed(done)


class Releases(OfStatement):
    @extend_schema(
        operation_id="statement_releases_create",
        tags=["statements"],
        request=ReleaseBody,
        responses={200: StatementRow, 202: ProposalRow},
    )
    def post(self, request: Request, key: str) -> Response:
        """Change who may see a statement, with the reason: publish it, now or later, or take a publication back."""
        subject = self.subject(key, Right.RELEASE)
        if proposal := self.release(subject):
            return proposed(request, self.viewer, proposal)
        row = statements_seen_by(self.viewer, self.moment).get(pk=subject.pk)
        return Response(StatementRow(row).data)


class EventReleases(Writing):
    @extend_schema(
        operation_id="event_releases_create",
        tags=["events"],
        request=ReleaseBody,
        responses={200: EventRow, 202: ProposalRow},
    )
    def post(self, request: Request, agreement: str, code: str) -> Response:
        """Change who may see an event, with the reason, as a mediator."""
        seen = Event.objects.visible_to(self.viewer, self.now).select_related("agreement", "trigger")
        event: Event = self.find(seen, agreement__code=agreement, code=code)
        require(self.viewer, Right.RELEASE, event.agreement_id)
        if proposal := self.release(event):
            return proposed(request, self.viewer, proposal)
        return Response(EventRow(seen.prefetch_related("obligations").get(pk=event.pk)).data)


class ReadingsOf(StatementWriting):
    @extend_schema(
        operation_id="commitment_readings_create",
        tags=["commitments"],
        request=ReadingBody,
        responses={201: ReadingRow, 202: ProposalRow},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Record how the commitment's time limit is read, as a mediator, or move, stop or start its clock."""
        commitment = self.commitment(pk)
        require(self.viewer, Right.RECORD_READING, commitment.agreement_id)
        said = self.body(ReadingBody, commitment.agreement)
        kind = Reading.Kind(said.pop("kind"))
        with refusals():
            done = (
                carry_out(Command.WAIVE, commitments=[commitment], actor=self.viewer, now=self.now, **said)
                if kind == Reading.Kind.WAIVER
                else record_reading(kind, [commitment], self.viewer, self.now, **said)
            )
        if isinstance(done, Proposal):
            return proposed(request, self.viewer, done)
        (reading,) = done
        row = readings_seen_by(self.viewer, self.moment).get(pk=reading.pk)
        address = reverse("api:reading", kwargs={"key": reading.key}, request=request)
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
        require(self.viewer, Right.SET_TRIGGER_DATE, trigger.agreement_id)
        body = self.body(TriggerDateBody, trigger.agreement)
        with refusals():
            given = set_trigger_date(trigger=trigger, actor=self.viewer, now=self.now, **body)
        return Response(TriggerDateRow(given).data, status=201)
