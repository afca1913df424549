"""What is recorded about commitments, statements, evidence, events and triggers."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from agreement.models import Event, Trigger
from obligations.api.base.access import MayRead
from obligations.api.base.filtering import refuse_what_is_not_known
from obligations.api.base.parsing import PlainJSON
from obligations.api.base.problems import Overtaken
from obligations.api.base.views import ViewerMixin, first_or_404, rows_at
from obligations.api.serializers.input import (
    ClaimBody,
    ContestBody,
    EventBody,
    FindingBody,
    ObservationBody,
    ReadingBody,
    ReasonBody,
    ReleaseBody,
    RequestBody,
    TranslationBody,
    TriggerDateBody,
    WithdrawalBody,
)
from obligations.api.serializers.statement import TranslationRow
from obligations.api.views.acts import Act, Answered, OnObligation
from obligations.api.views.agreement import Events, TriggerDateRow, WaitingDateRow
from obligations.api.views.evidence import (
    AttachmentBody,
    EvidenceBody,
    EvidenceFileBody,
    EvidenceLinkBody,
    EvidenceList,
)
from obligations.api.views.standing import Readings, Requests, Statements
from obligations.commands import (
    errors,
    make_request,
    record_claim,
    record_contest,
    record_event,
    record_observation,
    set_trigger_date,
    take_back_request,
)
from obligations.commands.evidence import add_file, add_link, attach
from obligations.commands.proposals import Command, carry_out
from obligations.commands.readings import record as record_reading
from obligations.commands.replies import translate_statement
from obligations.models import (
    Commitment,
    Evidence,
    Obligation,
    PartyRequest,
    Proposal,
    Reading,
    Statement,
    WaitingDate,
)
from parties.rights import Right, require


class OnCommitment(Act):
    about = "commitment"
    shows: ClassVar[Answered] = Statements

    def rows(self) -> QuerySet[Any]:
        return Commitment.objects.visible_to(self.viewer).select_related("agreement")


class Findings(OnCommitment):
    """Record a mediator's finding. Level 3 stops the clock and ends the breach; a lower one then starts it anew.

    202 where the agreement wants a second mediator to sign it: then a proposal is all that is recorded.
    """

    operation = "findings_create"
    right = Right.RECORD_FINDING
    takes = FindingBody
    command = Command.RECORD_FINDING
    can_wait = True

    def run(self, row: Commitment, said: dict[str, Any]) -> Any:
        try:
            return super().run(row, said)
        except errors.Overtaken as overtaken:
            raise Overtaken(self.shown(Statements, overtaken.newer), self.request.data) from overtaken


class Claims(OnCommitment):
    """Record a claim of the representative's own party, on its own or another's commitment. It moves no clock."""

    operation = "claims_create"
    right = Right.MAKE_CLAIM
    takes = ClaimBody
    command = staticmethod(record_claim)


class Observations(OnCommitment):
    """Record what an observer says of the commitment: in its own name, or as a mediator in the name of `by`.

    It moves no clock, and no status rests on it.
    """

    operation = "observations_create"
    right = Right.RECORD_OBSERVATION
    takes = ObservationBody
    command = staticmethod(record_observation)


class ReadingsOf(OnCommitment):
    """Record how the commitment's time limit is read, as a mediator, or move, stop or start its clock."""

    operation = "commitment_readings_create"
    right = Right.RECORD_READING
    takes = ReadingBody
    shows = Readings
    can_wait = True

    def run(self, row: Commitment, said: dict[str, Any]) -> Any:
        kind = Reading.Kind(said.pop("kind"))
        done = (
            carry_out(Command.WAIVE, commitments=[row], actor=self.viewer, now=self.now, **said)
            if kind == Reading.Kind.WAIVER
            else record_reading(kind, [row], self.viewer, self.now, **said)
        )
        return done if isinstance(done, Proposal) else done[0]


class RequestsOf(OnCommitment):
    """Ask a party, as a mediator, for a claim on the commitment or for a reply to a statement on it."""

    operation = "commitment_requests_create"
    tag = "requests"
    right = Right.REQUEST
    takes = RequestBody
    shows = Requests
    command = staticmethod(make_request)


class RequestsTakenBack(Act):
    """Take a request back, with the reason. It stays on record."""

    operation = "requests_take_back"
    right = Right.REQUEST
    about = "request"
    takes = ReasonBody
    shows = Requests
    shows_itself = True
    status = 200
    command = staticmethod(take_back_request)

    def rows(self) -> QuerySet[Any]:
        seen = PartyRequest.objects.visible_to(self.viewer, self.now)
        return seen.select_related("agreement", "commitment", "party")


class OnStatement(Act):
    """What is said about a statement that the viewer may see."""

    about = "statement"
    shows = Statements

    def rows(self) -> QuerySet[Any]:
        seen = Statement.objects.visible_to(self.viewer, self.now)
        return seen.select_related("agreement", "commitment")


class Contests(OnStatement):
    """Record the own party's objection to a claim, a finding or an observation."""

    operation = "contests_create"
    right = Right.CONTEST
    takes = ContestBody
    command = staticmethod(record_contest)


class Answers(OnStatement):
    """Record what the own party, or the mediator, answers to a claim, a finding, an observation or a contest.

    202 where the agreement wants a second mediator to sign what a mediator says in public.
    """

    operation = "answers_create"
    right = Right.ANSWER
    takes = ContestBody
    command = Command.ANSWER
    can_wait = True


class Withdrawals(OnStatement):
    """Take a statement of the own side back. Both stay on record; what was withdrawn counts no more.

    202 where the agreement wants a second mediator to sign it: a completion stands again by it, or it is public.
    """

    operation = "withdrawals_create"
    right = Right.WITHDRAW
    takes = WithdrawalBody
    command = Command.WITHDRAW
    can_wait = True


class StatementTranslations(OnStatement):
    """Set a translation beside a statement, as a mediator. The statement stays as it was said."""

    operation = "statement_translations_create"
    right = Right.TRANSLATE
    takes = TranslationBody
    shows = TranslationRow  # type: ignore[assignment]
    command = staticmethod(translate_statement)


class Releasing(Act):
    """Who may see the row is changed."""

    right = Right.RELEASE
    about = "subject"
    takes = ReleaseBody
    command = Command.RELEASE
    shows_itself = True
    status = 200
    can_wait = True


class Releases(Releasing, OnStatement):
    """Change who may see a statement, with the reason: publish it, now or later, or take a publication back."""

    operation = "statement_releases_create"
    about = "subject"


class EventReleases(Releasing):
    """Change who may see an event, with the reason, as a mediator."""

    operation = "event_releases_create"
    keys = {"agreement": "agreement__code"}
    shows = Events

    def rows(self) -> QuerySet[Any]:
        return Event.objects.visible_to(self.viewer, self.now).select_related("agreement", "trigger")


class EvidenceOf(OnObligation):
    """Hand in a file or a link about an obligation, in the name of the own side. 413 where a file is too large."""

    parser_classes = [MultiPartParser, PlainJSON]
    operation = "evidence_create"
    tag = "evidence"
    right = Right.ADD_EVIDENCE
    takes = EvidenceBody
    described = {"multipart/form-data": EvidenceFileBody, "application/json": EvidenceLinkBody}
    shows = EvidenceList

    def run(self, row: Obligation, said: dict[str, Any]) -> Evidence:
        given = {"obligation": row, "actor": self.viewer, "now": self.now, **said}
        if (upload := given.pop("file", None)) is None:
            return add_link(**given)
        return add_file(upload=upload, file_name=upload.name, **given)


class EventsOf(OnObligation):
    """Record something that happened and touches this obligation, as a mediator. It is no finding, and moves no clock.

    A trigger gets its day by an act of its own.
    """

    operation = "obligation_events_create"
    right = Right.RECORD_EVENT
    takes = EventBody
    shows = Events

    def run(self, row: Obligation, said: dict[str, Any]) -> Event:
        return record_event(
            agreement=row.agreement, obligations=[row], actor=self.viewer, now=self.now, **said
        )


class EvidenceStatements(Act):
    """Say that a statement of the own side rests on this evidence."""

    operation = "evidence_statements_create"
    right = Right.ADD_EVIDENCE
    about = "evidence"
    takes = AttachmentBody
    shows = EvidenceList
    shows_itself = True
    command = staticmethod(attach)

    def rows(self) -> QuerySet[Any]:
        seen = Evidence.objects.visible_to(self.viewer, self.now)
        return seen.select_related("agreement", "obligation")


class TriggerDates(Act):
    """Give a trigger its date, as a mediator; every deadline that hangs on it is computed anew.

    Where more than 500 commitments hang on it, that is done after the answer, which is 202: ask `waiting/` beside this
    address how far it is. Until all is done nothing of it shows, and no other date is taken.
    """

    operation = "trigger_dates_create"
    keys = {"agreement": "agreement__code"}
    right = Right.SET_TRIGGER_DATE
    about = "trigger"
    takes = TriggerDateBody
    shows = TriggerDateRow
    command = staticmethod(set_trigger_date)

    @property
    def answers(self) -> dict[int, Answered]:
        return {201: TriggerDateRow, 202: WaitingDateRow}

    def rows(self) -> QuerySet[Any]:
        return Trigger.objects.visible_to(self.viewer).select_related("agreement")

    def answer(self, shows: Answered, done: Any, status: int) -> Response:
        if isinstance(done, WaitingDate):
            if done.recorded is None:
                return super().answer(WaitingDateRow, done, 202)
            done = done.recorded  # sent again
        return super().answer(shows, done, status)


class WaitingDateOf(ViewerMixin, GenericAPIView[Any]):
    needs_account = True
    permission_classes = [MayRead]
    filter_backends = ()
    pagination_class = None

    @extend_schema(operation_id="trigger_waiting_date", tags=["triggers"], responses={200: WaitingDateRow})
    def get(self, request: Request, agreement: str, code: str) -> Response:
        """How far the newest date is that was answered with 202, for mediators; 404 where there was none."""
        refuse_what_is_not_known(request, set(), set())
        seen = Trigger.objects.visible_to(self.viewer)
        where = {"agreement": agreement, "code": code}
        trigger = first_or_404(rows_at(seen, {"agreement": "agreement__code", "code": "code"}, where))
        require(self.viewer, Right.SET_TRIGGER_DATE, trigger.agreement_id)
        newest = WaitingDate.objects.filter(trigger=trigger).order_by("-pk")
        return Response(WaitingDateRow(first_or_404(newest[:1])).data)
