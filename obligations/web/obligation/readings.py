"""Recording a reading, and taking one back. What it would do is shown before anything is recorded."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agreement.models import Calendar, Participation
from obligations.commands import Refused
from obligations.commands.errors import NotAsShown
from obligations.commands.reading_checks import in_the_way
from obligations.commands.shown import record_as_shown, withdraw_as_shown
from obligations.deadlines import present
from obligations.forms.readings import ReadingForm, TakeBackForm
from obligations.models import Commitment, Reading
from obligations.status.status import Standing, in_order_of_parties, with_standing
from obligations.web.obligation.base import ObligationAct
from obligations.web.obligation.effects import (
    LASTING,
    Effect,
    alike,
    effects_of_recording,
    effects_of_taking_back,
    mark_of,
)
from obligations.words.quoted import NOTHING_SEEN
from obligations.words.readings import NAMES, WHAT_IT_DOES, reading_in_words
from parties.alphabets import by_name
from parties.models import Party
from parties.rights import Right

Kind = Reading.Kind


class ReadingAct(ObligationAct):
    """`effects` are those of what is sent, worked out anew under the lock: NotAsShown where others were in sight."""

    right = Right.RECORD_READING
    effects: list[Effect] = []

    def prepare(self) -> None:
        super().prepare()
        self.standings = self.with_prospects()
        self.commitments = [standing.commitment for standing in self.standings]
        self.calendars = by_name(Calendar.objects.filter(agreement=self.owed.agreement_id))
        self.calendar_names = {calendar.code: calendar.name for calendar in self.calendars}

    def with_prospects(self, among: Iterable[int] | None = None) -> list[Standing]:
        """How the commitments stand, with all that a prospect asks for, by the parties' names."""
        rows = Commitment.objects.visible_to(self.viewer).filter(obligation=self.owed)
        rows = rows if among is None else rows.filter(pk__in=among)
        return in_order_of_parties(with_standing(rows, self.viewer, self.now, with_calendars=True))

    def confirmation(self, made: list[Reading]) -> str:
        """What was recorded, and what it did where that is the same for all."""
        words = reading_in_words(made[0], self.calendar_names)
        told = [_("Reading recorded: %(reading)s.") % {"reading": words}]
        if len(self.effects) == 1:
            told.append(self.effects[0].words)
        if others := ", ".join(one.code for one in self.owed.of_the_same_event):
            text = _(
                "The same event carries out %(others)s too: record the reading there where it holds as well."
            )
            told.append(text % {"others": others})
        return " ".join(told)


class Record(ReadingAct):
    """Choose the kind; then the form of that kind, `?kind=`."""

    template, form_class, command = "obligations/reading.html", ReadingForm, staticmethod(record_as_shown)
    kind: Kind | None = None

    def prepare(self) -> None:
        super().prepare()
        given = self.request.GET.get("kind", "")
        self.kind = Kind(given) if given in NAMES and self.commitments else None

    def instead(self) -> HttpResponse | None:
        if self.kind:
            return None
        context = self.context(None) | {"kinds": [self.about(kind) for kind in NAMES]}
        return self.render("obligations/reading_kinds.html", context)

    def about(self, kind: Kind) -> dict[str, Any]:
        """What a kind does, and why it cannot be recorded now where it cannot, on any of the commitments."""
        obstacles = [in_the_way(kind, commitment) for commitment in self.commitments]
        obstacle = obstacles[0] if obstacles and all(obstacles) else ""
        return {"code": kind.value, "name": NAMES[kind], "does": WHAT_IT_DOES[kind], "obstacle": obstacle}

    def form_arguments(self) -> dict[str, Any]:
        return {
            "initial": {"seen": newest_key(self.standings)},
            "kind": self.kind,
            "owed": self.commitments,
            "calendars": self.calendars,
            "parties": self.agreeing(),
            "now": self.now,
        }

    def agreeing(self) -> list[Party]:
        """Who may have agreed: the parties, and whoever else owes it, by name."""
        places = Participation.objects.filter(agreement=self.owed.agreement_id)
        parties = Q(pk__in=places.filter(kind=Participation.Kind.PARTY).values("party"))
        owing = Q(pk__in=[commitment.party_id for commitment in self.commitments])
        return by_name(Party.objects.filter(parties | owing))

    def said(self, form: ReadingForm) -> dict[str, Any]:
        said = form.said()

        def foresee() -> None:
            owed = self.with_prospects(one.pk for one in form.chosen)
            self.effects = effects_of_recording(form.kind, owed, self.viewer, self.now, **said)
            if form.cleaned_data["shown"] != mark_of(self.effects, form.kind, form.effective()):
                raise NotAsShown

        about = {"kind": form.kind, "commitments": form.chosen, "seen": form.cleaned_data["seen"]}
        return {**said, **about, "foresee": foresee}

    def context(self, form: ReadingForm | None) -> dict[str, Any]:
        shown = super().context(form) | {"same_event": self.owed.of_the_same_event}
        if form is None:
            return shown
        kind = {"kind_name": NAMES[form.kind], "does": WHAT_IT_DOES[form.kind]}
        return shown | kind | (self.foreseen(form) if form.is_bound else {})

    def foreseen(self, form: ReadingForm) -> dict[str, Any]:
        """What the reading in the form would do, or why it cannot be, as far as the form says enough."""
        effects, refused = list[Effect](), ""
        if form.says_what_it_does:
            said = form.effective() | {"reason": "-"}  # the effect hangs on no reason
            try:
                chosen = [one for one in self.standings if one.commitment in form.chosen]
                effects = effects_of_recording(form.kind, chosen, self.viewer, self.now, **said)
            except Refused as error:
                refused = " ".join(error.errors.values())
        is_told = form.says_what_it_does and not refused
        shown = mark_of(effects, form.kind, form.effective()) if is_told else ""
        return {"effects": effects, "refused": refused, "shown": shown}


@login_required
@require_GET
def effect(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """What the reading in the form would do: a fragment for htmx."""
    page = Record()
    page.setup(request, agreement=agreement, code=code)
    page.prepare()
    if page.kind is None:
        raise Http404
    form = ReadingForm(request.GET, **page.form_arguments())
    return render(request, "obligations/effect.html", page.foreseen(form))


class TakeBack(ReadingAct):
    """Take the reading `key` back, and what was said alike of the other commitments: all of those chosen or none."""

    template, form_class, command = (
        "obligations/take_back.html",
        TakeBackForm,
        staticmethod(withdraw_as_shown),
    )

    def prepare(self) -> None:
        super().prepare()
        self.readings = alike(self.standings, self.kwargs["key"], present(self.now))
        if not self.readings or self.readings[0].kind in LASTING:
            raise Http404

    def form_arguments(self) -> dict[str, Any]:
        return {"alike": self.readings}

    def instead(self) -> HttpResponse | None:
        taken_back = Reading.objects.filter(withdraws__in=[reading.pk for reading in self.readings])
        return self.go_on(None, _("It was taken back already.")) if taken_back.exists() else None

    def said(self, form: TakeBackForm) -> dict[str, Any]:
        chosen = form.chosen

        def foresee() -> None:
            owed = self.with_prospects(one.commitment_id for one in chosen)
            self.effects = effects_of_taking_back(owed, chosen, self.now)
            if form.cleaned_data["shown"] != mark_of(self.effects):
                raise NotAsShown

        return {"taken_back": chosen, "reason": form.cleaned_data["reason"], "foresee": foresee}

    def context(self, form: TakeBackForm) -> dict[str, Any]:
        chosen = form.chosen if form.is_valid() else self.readings
        effects = effects_of_taking_back(self.standings, chosen, self.now)
        words = reading_in_words(self.readings[0], self.calendar_names)
        return super().context(form) | {"effects": effects, "shown": mark_of(effects), "words": words}


def newest_key(standings: Iterable[Standing]) -> str:
    """What a form says was seen: the key of the reading that was recorded last, or that there was none."""
    readings = [reading for standing in standings for reading in standing.records.readings]
    last = max(readings, key=lambda one: one.pk, default=None)
    return last.key if last else NOTHING_SEEN
