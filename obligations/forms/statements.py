"""The forms of what is said about commitments and statements: claims, findings, contests, replies and requests."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from obligations.commands.releases import Subject
from obligations.deadlines import day_in, start_of_day
from obligations.forms.audience import AudienceForm, unless_public
from obligations.forms.base import (
    CommandForm,
    ReasonForm,
    Text,
    checkboxes,
    day_input,
    language_field,
    reason_field,
    select,
    source_field,
)
from obligations.models import Commitment, Evidence, Period, Statement
from obligations.models.statement import Conduct, Level
from obligations.status.periods import in_words
from obligations.words import languages
from obligations.words.languages import name_of
from parties.access import Audience, Tier
from parties.languages import tag_of
from parties.models import Party
from parties.texts import day_error

NOT_ASSESSABLE = "not_assessable"


class StatementForm(AudienceForm):
    """Reason, source, language and who may see it. Subclasses add what is said."""

    shown_at = AudienceForm.shown_at | {"level": "verdict", "conduct": "verdict"}

    reason, source, language = reason_field(), source_field(), language_field()

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("reason", "source", "language")} | self.audience()


class AnswerForm(StatementForm):
    """What the author answers, whose words are no reason for anything."""

    reason = Text("reason", label=pgettext_lazy("field: the words of an answer", "Answer"))


class VerdictForm(StatementForm):
    """What a claim or a finding says: a level, or conduct where the obligation is a duty over time."""

    verdict = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    effective_on = forms.DateField(label=_("Since which day"))

    field_order: tuple[str, ...] = ("verdict", "effective_on", "cites", "reason", "source", "language")

    def __init__(self, *args: Any, commitment: Commitment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = day_in(now, commitment.agreement.zone)
        on = self.fields["effective_on"]
        on.widget, on.initial = day_input(latest=today), today
        self.offer("verdict", verdicts(commitment))
        self.fields["verdict"].label = _("Conduct") if commitment.obligation.has_conduct else _("Level")

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().said() | {"effective_on": data["effective_on"]} | spoken(data["verdict"])


class FindingForm(VerdictForm):
    """A mediator's. `periods` are those begun; `claims` those that it can judge, the newest first."""

    period = select(_("Period"), required=False)
    cites = select(
        _("Claim or observation that it judges"),
        required=False,
        error_messages={"invalid_choice": _("This waits no more: choose again.")},
    )
    # The newest statement that the mediator had seen: another one since then is shown before anything is recorded.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File that it rests on"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "field"}),
        help_text=_("Handed in with the finding: for the same readers, and of the same day."),
    )
    meanwhile = _("Meanwhile %(by)s recorded a finding. Look at both; send again if yours still holds.")

    def __init__(
        self,
        *args: Any,
        periods: Iterable[Period] = (),
        claims: Iterable[Statement] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {period.key: period for period in periods}
        offered = [(key, in_words(period)) for key, period in self.periods.items()]
        self.offer("period", offered, _("The one that the day lies in"))
        self.claims = {claim.key: claim for claim in claims}
        judged = [(key, claim_in_words(one)) for key, one in self.claims.items()]
        self.offer("cites", judged, _("None: it answers none of these"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["cites"] = self.claims.get(data.get("cites", ""))
        data["period"] = self.periods.get(data.get("period", ""))
        return data

    def beside(self, newer: Statement) -> Iterator[tuple[str, ...]]:
        data = self.cleaned_data
        yield str(self.fields["verdict"].label), newer.verdict(), str(self.chosen("verdict"))
        yield (
            str(self.fields["effective_on"].label),
            date_format(newer.effective_on),
            date_format(data["effective_on"]),
        )
        theirs, mine = newer.period, data["period"]
        yield str(_("Period")), in_words(theirs) if theirs else "", in_words(mine) if mine else ""
        written_in = newer.language, data["language"]
        yield str(self.fields["reason"].label), newer.reason, data["reason"], *written_in
        yield str(self.fields["language"].label), *(name_of(tag_of(code)) for code in written_in)
        yield str(self.fields["source"].label), newer.source, data["source"]
        theirs_seen_by = self.choices.readers.option(Audience(Tier(newer.tier), newer.confidant_id))
        mine_seen_by = self.choices.readers.option(audience_said(self.audience()))
        yield str(self.fields["tier"].label), theirs_seen_by, mine_seen_by

    def chosen(self, name: str) -> object:
        """The label of what is chosen."""
        return self.labels(name)[self.cleaned_data[name]]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        period = data["period"]
        if period is not None and period.holds(data["effective_on"]):
            period = None  # the day says it
        told = super().said() | {"period": period, "cites": data["cites"], "seen": data["seen"]}
        if (file := data["file"]) is not None:
            told |= {"upload": file, "file_name": file.name}
        return told


class PeriodsForm(StatementForm):
    """One finding for several periods of standing duties."""

    shown_at = StatementForm.shown_at | {"picked": ""}

    verdict = forms.ChoiceField(
        label=_("What you find, for all of them"),
        widget=forms.RadioSelect,
        choices=Conduct.choices,
        error_messages={"required": _("Choose one.")},
    )

    field_order = ("verdict", "reason", "source", "language")

    def said(self) -> dict[str, Any]:
        return super().said() | spoken(self.cleaned_data["verdict"])


def audience_said(said: dict[str, Any]) -> Audience:
    party = said["confidant"]
    return Audience(said["tier"], party.pk if party else None)


def claim_in_words(claim: Statement) -> str:
    words = f"{claim.by}: {claim.verdict()}, {date_format(claim.effective_on)}"
    return ", ".join(filter(None, [words, unless_public(claim)]))


class RestsOn(CommandForm):
    """With the evidence that is there, to choose what the statement rests on. More can be handed in for it later."""

    rests_on = checkboxes(
        _("Evidence that it rests on"),
        required=False,
        help_text=_("Who may see the evidence stays as it is."),
    )

    def __init__(self, *args: Any, evidence: Iterable[Evidence] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence = {item.key: item for item in evidence}
        self.offer("rests_on", [(key, evidence_in_words(one)) for key, one in self.evidence.items()])

    def said(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get("rests_on", ())
        return super().said() | {"evidence": [self.evidence[key] for key in chosen]}


class ClaimForm(RestsOn, VerdictForm):
    pass


class ObservationForm(VerdictForm):
    """`observers` are those in whose name it can be said; with one alone, it goes without saying."""

    by = select(_("Who observed it"))

    field_order = ("by", *VerdictForm.field_order)

    def __init__(self, *args: Any, observers: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.observers = {one.code: one for one in observers}
        first = None if len(self.observers) == 1 else _("Choose one")
        self.offer("by", [(code, one.name) for code, one in self.observers.items()], first)

    def said(self) -> dict[str, Any]:
        return super().said() | {"by": self.observers[self.cleaned_data["by"]]}


class ContestForm(RestsOn, StatementForm):
    pass


def evidence_in_words(evidence: Evidence) -> str:
    """Its title, and who may see it where that is not everybody."""
    return ", ".join(filter(None, [evidence.title, unless_public(evidence)]))


def verdicts(commitment: Commitment) -> list[tuple[str, Any]]:
    if commitment.obligation.has_conduct:
        return list(Conduct.choices)
    return [*((str(level.value), level.label) for level in Level), (NOT_ASSESSABLE, _("Not assessable"))]


def spoken(verdict: str) -> dict[str, Any]:
    """A choice of the form as the commands take it."""
    if verdict == NOT_ASSESSABLE:
        return {"not_assessable": True}
    return {"level": int(verdict)} if verdict.isdigit() else {"conduct": verdict}


class WithdrawalForm(ReasonForm):
    language = language_field()


class ReleaseForm(AudienceForm):
    """Who may see `subject` from now on, and from which day where it is published."""

    shown_at = AudienceForm.shown_at | {"publish_at": "publish_on"}

    reason = reason_field()
    publish_on = forms.DateField(
        label=_("Public from"),
        required=False,
        widget=day_input(),
        help_text=_("Of a publication: the day on which it becomes public. Left out, it is public at once."),
    )

    field_order = ("reason", "publish_on")

    def __init__(self, *args: Any, subject: Subject, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = subject.agreement.zone, day_in(now, subject.agreement.zone)

    def clean_publish_on(self) -> date | None:
        on: date | None = self.cleaned_data["publish_on"]
        if error := day_error(on):
            raise forms.ValidationError(error)
        return on

    def said(self) -> dict[str, Any]:
        """With the beginning of the day in the agreement's zone; of today, at once."""
        on: date | None = self.cleaned_data["publish_on"]
        later = on is not None and on != self.today
        publish_at = start_of_day(on, self.zone) if on and later else None
        return {"reason": self.cleaned_data["reason"], "publish_at": publish_at} | self.audience()


class RequestForm(AudienceForm):
    """`parties` are those that can be asked, by name; `first` is the one that is offered first."""

    party = select(_("Whom you ask"))
    reply_by = forms.DateField(
        label=_("Reply by"), help_text=_("The end of this day, in the agreement's time zone.")
    )
    words = Text("words", label=_("What you ask"))
    language = language_field()

    def __init__(
        self, *args: Any, parties: Iterable[Party], first: Party | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.pk): one for one in parties}
        party = self.choice("party")
        party.choices = [(key, one.name) for key, one in self.parties.items()]
        party.initial = str(first.pk) if first else None
        self.fields["reply_by"].widget = day_input(earliest=today)

    def said(self) -> dict[str, Any]:
        """In confidence is with the party that is asked."""
        data, audience = self.cleaned_data, self.audience()
        asked = {name: data[name] for name in ("reply_by", "words", "language")}
        asked["party"] = self.parties[data["party"]]
        return asked | {name: audience[name] for name in ("tier", "wider")}


class TranslationForm(CommandForm):
    """What a statement says in another language. Its own is asked for where its author did not say it."""

    of_language = select(_("The statement is in"), choices=languages.to_choose)
    language = select(_("The translation is in"), choices=languages.to_choose)
    text = Text("reason", label=_("Translation"))

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own := statement.language:
            del self.fields["of_language"]
            others = (pair for pair in languages.of_pages() if pair[0] != own)
            self.offer("language", others, _("Choose the language"))
