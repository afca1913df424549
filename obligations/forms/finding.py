"""The forms in which people make statements. What a statement may say is decided by the commands; a form only asks."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import day_in
from obligations.deadlines.explain import DAY
from obligations.forms.audience import AudienceForm, unless_public
from obligations.forms.base import CommandForm
from obligations.forms.text import Text
from obligations.models import Commitment, Evidence, Period, Statement
from obligations.models.statement import Conduct, Level
from obligations.status.periods import in_words
from obligations.words.versions import Compared, compared
from parties.access import Audience, Tier

NOT_ASSESSABLE = "not_assessable"


def day_input(latest: date) -> forms.DateInput:
    return forms.DateInput(
        attrs={"type": "date", "class": "field", "max": latest.isoformat()}, format="%Y-%m-%d"
    )


class StatementForm(AudienceForm):
    """Reason, source and who may see it. Subclasses add what is said."""

    shown_at = {"level": "verdict", "conduct": "verdict"}

    reason = Text("reason", label=_("Reason"))
    source = Text(
        "source",
        label=_("Source"),
        required=False,
        help_text=_("An address, or a document and its date."),
    )

    def said(self) -> dict[str, Any]:
        """What a command takes."""
        return {name: self.cleaned_data[name] for name in ("reason", "source")} | self.audience()


class VerdictForm(StatementForm):
    """What a claim or a finding says: a level, or conduct where the obligation is a duty over time."""

    verdict = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    effective_on = forms.DateField(label=_("So since"))

    field_order = ("verdict", "effective_on", "cites", "reason", "source")

    def __init__(self, *args: Any, commitment: Commitment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = day_in(now, commitment.agreement.zone)
        on = self.fields["effective_on"]
        on.widget, on.initial = day_input(today), today
        verdict = self.fields["verdict"]
        verdict.choices = verdicts(commitment)  # type: ignore[attr-defined]
        verdict.label = _("Conduct") if commitment.obligation.has_conduct else _("Level")

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().said() | {"effective_on": data["effective_on"]} | spoken(data["verdict"])


class FindingForm(VerdictForm):
    """A mediator's. `periods` are those begun; `claims` those that it can judge, the newest first."""

    period = forms.ChoiceField(
        label=_("Period"), required=False, widget=forms.Select(attrs={"class": "field"})
    )
    cites = forms.ChoiceField(
        label=_("Claim that it judges"),
        required=False,
        widget=forms.Select(attrs={"class": "field"}),
        error_messages={"invalid_choice": _("This claim waits no more: choose again.")},
    )
    # The newest statement that the mediator had seen: another one since then is shown before anything is recorded.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    # That other one beside what the form holds, once it was found.
    versions: list[Compared] = []

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
        self.fields["period"].choices = [("", _("The one that the day lies in")), *offered]  # type: ignore[attr-defined]
        if not offered:
            del self.fields["period"]
        self.claims = {one.key: one for one in claims}
        judged = [(key, claim_in_words(one)) for key, one in self.claims.items()]
        self.fields["cites"].choices = [("", _("None: it answers no claim")), *judged]  # type: ignore[attr-defined]
        if not judged:
            del self.fields["cites"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["cites"] = self.claims.get(data.get("cites", ""))
        data["period"] = self.periods.get(data.get("period", ""))
        return data

    def show_overtaken(self, newer: Statement) -> None:
        """Show what somebody recorded meanwhile beside what the form holds; sent again, the form counts it as seen."""
        self.data = {**self.data.dict(), "seen": newer.key}  # type: ignore[attr-defined]
        self.versions = compared(self.beside(newer))
        by = newer.recorded_by or _("a mediator")
        message = _("Meanwhile %(by)s recorded a finding. Look at both; send again if yours still holds.")
        self.add_error(None, message % {"by": by})

    def beside(self, newer: Statement) -> Iterator[tuple[str, str, str]]:
        """Each field's label, what the other finding says, and what this form does."""
        data = self.cleaned_data
        yield str(self.fields["verdict"].label), newer.verdict(), str(self.chosen("verdict"))
        yield (
            str(self.fields["effective_on"].label),
            date_format(newer.effective_on, DAY),
            date_format(data["effective_on"], DAY),
        )
        theirs, mine = newer.period, data["period"]
        yield str(_("Period")), in_words(theirs) if theirs else "", in_words(mine) if mine else ""
        yield str(self.fields["reason"].label), newer.reason, data["reason"]
        yield str(self.fields["source"].label), newer.source, data["source"]
        theirs_seen_by = self.choices.readers.option(Audience(Tier(newer.tier), newer.confidant_id))
        mine_seen_by = self.choices.readers.option(audience_said(self.audience()))
        yield str(self.fields["tier"].label), theirs_seen_by, mine_seen_by

    def chosen(self, name: str) -> object:
        """The label of what is chosen."""
        return dict(self.fields[name].choices)[self.cleaned_data[name]]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        period = data["period"]
        if period is not None and period.holds(data["effective_on"]):
            period = None  # the day says it
        return super().said() | {"period": period, "cites": data["cites"]}


def audience_said(said: dict[str, Any]) -> Audience:
    party = said["confidant"]
    return Audience(said["tier"], party.pk if party else None)


def claim_in_words(claim: Statement) -> str:
    said = {"party": claim.by, "verdict": claim.verdict(), "day": date_format(claim.effective_on, DAY)}
    words = _("%(party)s: %(verdict)s, %(day)s") % said
    return ", ".join(filter(None, [words, unless_public(claim)]))


class RestsOn(CommandForm):
    """With the evidence that is there, to choose what the statement rests on. More can be handed in for it later."""

    rests_on = forms.MultipleChoiceField(
        label=_("Evidence that it rests on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who may see the evidence stays as it is."),
    )

    def __init__(self, *args: Any, evidence: Iterable[Evidence] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence = {one.key: one for one in evidence}
        self.fields["rests_on"].choices = [  # type: ignore[attr-defined]
            (key, evidence_in_words(one)) for key, one in self.evidence.items()
        ]
        if not self.evidence:
            del self.fields["rests_on"]

    def chosen(self) -> list[Evidence]:
        return [self.evidence[key] for key in self.cleaned_data.pop("rests_on", ())]


class ClaimForm(RestsOn, VerdictForm):
    pass


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
