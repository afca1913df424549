"""What people say on an obligation: claims, observations, contests, answers, withdrawals, other tiers, requests."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreement.models import Event, Participation
from agreement.viewers import observers_in
from obligations.commands import make_request, record_observation, take_back_request
from obligations.commands.evidence import record_with_evidence
from obligations.commands.proposals import Command
from obligations.commands.releases import Subject
from obligations.commands.replies import ANSWERED, WITHDRAWN, translate_statement
from obligations.commands.statements import CONTESTED
from obligations.commands.widening import Referent, requests_replied_to
from obligations.deadlines import day_in, present
from obligations.forms.audience import Choices, choices_for, choices_of_a_request
from obligations.forms.base import CommandForm, ReasonForm
from obligations.forms.statements import (
    AnswerForm,
    ClaimForm,
    ContestForm,
    ObservationForm,
    ReleaseForm,
    RequestForm,
    TranslationForm,
    WithdrawalForm,
)
from obligations.models import Commitment, Draft, Evidence, PartyRequest, Statement
from obligations.status.requests import request_states, with_all
from obligations.web.base.selection import key_in
from obligations.web.obligation.base import ObligationAct
from obligations.words.quoted import quoted
from parties.access import Audience, Tier
from parties.alphabets import by_name
from parties.models import Party
from parties.rights import Right


class StatementAct(ObligationAct):
    """An act about `subject`: a statement that the viewer may see, or what a subclass finds.

    `argument` is the name by which the command takes it, `kinds` are those of statements that it can be about.
    `requests` are those of the own party that it would reply to.
    """

    argument: ClassVar[str] = "statement"
    kinds: ClassVar[Collection[str]] = Statement.Kind.values
    own: Party | None = None
    requests: list[PartyRequest] = []

    def prepare(self) -> None:
        super().prepare()
        self.subject = self.find_subject()
        if self.grant.party_id is not None:
            self.own = Party.objects.get(pk=self.grant.party_id)

    def find_subject(self) -> Any:
        return self.statement_of_a_kind()

    def statement_of_a_kind(self) -> Statement:
        statement = self.statement_named()
        if statement.kind not in self.kinds:
            raise Http404
        return statement

    def replied_to(self) -> list[PartyRequest]:
        statement = self.subject if isinstance(self.subject, Statement) else None
        commitment = statement.commitment if statement else self.subject
        return requests_replied_to(commitment, statement, self.grant.party_id)

    def choices(self, referents: list[Referent]) -> Choices:
        """Who may see what the viewer says about all of `referents`."""
        return choices_for(self.owed.agreement, self.grant, self.now, referents)

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {self.argument: self.subject}

    def context(self, form: CommandForm) -> dict[str, Any]:
        shown: dict[str, Any] = {"subject": self.subject, "own": self.own}
        shown["requests"] = request_states(self.requests, self.viewer, present(self.now))
        if isinstance(self.subject, Statement):
            shown["statement"] = self.subject
            shown["quoted"] = quoted([self.subject], self.viewer, self.now)[0]
        if isinstance(self.subject, Commitment):
            shown["commitment"] = self.subject
        return super().context(form) | shown


class OfAParty(StatementAct):
    """What a representative says in the name of the own party, with the evidence that it rests on, and a draft."""

    command = staticmethod(record_with_evidence)
    kind: ClassVar[Statement.Kind]

    def prepare(self) -> None:
        super().prepare()
        if self.own is None:
            raise PermissionDenied(gettext("Your account speaks for no party."))
        self.requests = self.replied_to()

    def form_arguments(self) -> dict[str, Any]:
        evidence = Evidence.objects.visible_to(self.viewer, self.now).filter(obligation=self.owed)
        referents = [self.subject] if isinstance(self.subject, Statement) else []
        return {
            "evidence": list(evidence.select_related("confidant").newest_first()),
            "choices": self.choices([*referents, *self.requests]),
        }

    def said(self, form: CommandForm) -> dict[str, Any]:
        return super().said(form) | {"kind": self.kind}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return super().context(form) | {"draft": self.draft, "drafts": True}


class Claim(OfAParty):
    """Make a claim on the commitment `?commitment=`."""

    right, kind, draft_kind = Right.MAKE_CLAIM, Statement.Kind.CLAIM, Draft.Kind.CLAIM
    template, form_class, argument = "obligations/claim.html", ClaimForm, "commitment"
    done = _("Your claim on %(code)s is recorded. It waits for a finding.")

    def find_subject(self) -> Commitment:
        return self.commitment_named()

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"commitment": self.subject, "now": self.now}


class Observe(StatementAct):
    """Record an observation on `?commitment=`: an observer's own words, or a mediator's entry of those of an
    observer.
    """

    right, command = Right.RECORD_OBSERVATION, staticmethod(record_observation)
    template, form_class, argument = "obligations/observation.html", ObservationForm, "commitment"
    done = _("The observation is recorded. It moves no clock.")

    def find_subject(self) -> Commitment:
        return self.commitment_named()

    def form_arguments(self) -> dict[str, Any]:
        return {
            "commitment": self.subject,
            "now": self.now,
            "observers": [self.own] if self.own else observers_in(self.owed.agreement),
            "choices": self.choices([]),
        }


class Contest(OfAParty):
    """An objection to the claim, finding or observation `?statement=`."""

    right, kind, draft_kind = Right.CONTEST, Statement.Kind.CONTEST, Draft.Kind.CONTEST
    template, form_class, kinds = "obligations/contest.html", ContestForm, CONTESTED

    def confirmation(self, made: Statement) -> str:
        if self.subject.kind == Statement.Kind.OBSERVATION:
            told = gettext("Your contest on %(code)s is recorded. It stands beside the observation.")
        else:
            told = gettext("Your contest on %(code)s is recorded. It waits for the mediators.")
        return told % {"code": self.owed.code}


class Reply(StatementAct):
    """What may want a second mediator, about a statement. `page_name` is the last part of its address."""

    template = "obligations/reply.html"
    page_name: ClassVar[str]
    title: ClassVar[Promise]
    about: ClassVar[Promise]
    button: ClassVar[Promise]

    def sent(self, form: CommandForm) -> HttpResponse | None:
        try:
            return super().sent(form)
        except PermissionDenied as denied:
            form.add_error(None, str(denied))
            return None

    def context(self, form: CommandForm) -> dict[str, Any]:
        title = self.title % {"code": self.owed.code}
        words = {"page_name": self.page_name, "title": title, "about": self.about, "action": self.button}
        return super().context(form) | words


class Answer(Reply):
    """It begins with who sees what it answers: an answer tells of that."""

    right, command, form_class, page_name = Right.ANSWER, Command.ANSWER, AnswerForm, "answer"
    draft_kind, kinds = Draft.Kind.ANSWER, ANSWERED
    title = _("Answer on %(code)s")
    about = _("What you answer stays as it is; your answer stands beside it.")
    button = _("Record answer")
    done = _("Your answer on %(code)s is recorded.")

    def form_arguments(self) -> dict[str, Any]:
        self.requests = self.replied_to()
        return {"choices": self.choices([self.subject, *self.requests])}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return super().context(form) | {"draft": self.draft, "drafts": True}


class Withdraw(Reply):
    """It is seen by whoever sees the statement."""

    right, command, form_class, page_name = Right.WITHDRAW, Command.WITHDRAW, WithdrawalForm, "withdraw"
    kinds = WITHDRAWN
    title = _("Withdraw a statement on %(code)s")
    about = _("The statement stays on record with your reason beside it, and counts no more from now on.")
    button = _("Withdraw")
    done = _("The statement is withdrawn. It stays on record.")


class Translate(Reply):
    """It is seen by whoever sees the statement, beside it."""

    right, command, page_name = Right.TRANSLATE, staticmethod(translate_statement), "translate"
    form_class = TranslationForm
    title = _("Translate a statement on %(code)s")
    about = _(
        "The statement stays as it was said. The translation stands beside it, for whoever may see the statement."
    )
    button = _("Record translation")
    done = _("The translation is recorded. It stands beside the statement.")

    def form_arguments(self) -> dict[str, Any]:
        return {"statement": self.subject}


class Release(Reply):
    """Who may see a statement, or `?evidence=` or `?event=`. It begins with nothing chosen."""

    right, command, form_class, page_name = Right.RELEASE, Command.RELEASE, ReleaseForm, "release"
    argument, kinds = "subject", WITHDRAWN
    title = _("Who may see it: %(code)s")
    about = _("The change is recorded with your reason; what was published is shown with its day.")
    button = pgettext_lazy("button", "Change")
    done = _("Who may see it is changed, with your reason.")

    def find_subject(self) -> Subject:
        evidence, event = key_in(self.request.GET, "evidence"), key_in(self.request.GET, "event")
        if evidence:
            seen = Evidence.objects.visible_to(self.viewer, self.now)
            return get_object_or_404(seen, obligation=self.owed, key=evidence)
        if event:
            events = Event.objects.visible_to(self.viewer, self.now)
            return get_object_or_404(events, agreement=self.owed.agreement, code=event)
        return self.statement_of_a_kind()

    def form_arguments(self) -> dict[str, Any]:
        return {"subject": self.subject, "now": self.now, "choices": self.choices([])}


class MakeRequest(StatementAct):
    """A mediator asks for a claim on `?commitment=`, or for a reply to `?statement=`."""

    right, command = Right.REQUEST, staticmethod(make_request)
    template, form_class, kinds = "obligations/request.html", RequestForm, ANSWERED
    done = _("It is asked. It stands with the obligation, and on the desk until somebody replies.")

    def find_subject(self) -> Commitment | Statement:
        is_statement = "statement" in self.request.GET
        found = self.statement_of_a_kind() if is_statement else self.commitment_named()
        self.statement = found if isinstance(found, Statement) else None
        self.commitment = found.commitment if isinstance(found, Statement) else found
        return found

    def form_arguments(self) -> dict[str, Any]:
        referents: list[Referent] = [self.statement] if self.statement else []
        return {
            "parties": self.can_be_asked(),
            "first": None if self.statement else self.commitment.party,
            "today": day_in(self.now, self.owed.agreement.zone),
            "choices": choices_of_a_request(self.owed.agreement, self.now, referents),
        }

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"commitment": self.commitment, "statement": self.statement}

    def context(self, form: CommandForm) -> dict[str, Any]:
        return super().context(form) | {"commitment": self.commitment}

    def can_be_asked(self) -> list[Party]:
        """The parties and who owes this; about a statement those of them that see it, but for who made it."""
        places = Participation.objects.filter(agreement=self.owed.agreement_id, kind=Participation.Kind.PARTY)
        keys = {place.party_id for place in places}
        keys |= set(self.owed.commitments.values_list("party", flat=True))
        if self.statement is not None:
            audience = self.statement.audience(self.now)
            keys = {key for key in keys if Audience(Tier.IN_CONFIDENCE, key).within(audience)}
            keys -= {self.statement.by_id}
        return by_name(Party.objects.filter(pk__in=keys))


class TakeRequestBack(ObligationAct):
    """Take a request back, with the reason."""

    right, command = Right.REQUEST, staticmethod(take_back_request)
    template, form_class = "obligations/request_back.html", ReasonForm
    done = _("The request is taken back. It stays on record.")

    def prepare(self) -> None:
        super().prepare()
        rows = PartyRequest.objects.visible_to(self.viewer, self.now).filter(commitment__obligation=self.owed)
        if self.request.method != "POST":  # Who began before the reply came is told why it is refused.
            rows = rows.awaiting_a_reply()
        self.subject = get_object_or_404(with_all(rows), key=self.kwargs["key"])

    def said(self, form: CommandForm) -> dict[str, Any]:
        return form.said() | {"request": self.subject}

    def context(self, form: CommandForm) -> dict[str, Any]:
        (about,) = request_states([self.subject], self.viewer, present(self.now))
        return super().context(form) | {"about": about}
