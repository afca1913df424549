"""Recording a reading, and taking one back. What it would do is shown before anything is recorded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agreement.models import Calendar, Participation
from agreement.viewers import viewer_of
from obligations.commands import Refused
from obligations.commands.errors import NotAsShown, Overtaken
from obligations.commands.reading_checks import in_the_way
from obligations.commands.shown import record_as_shown, withdraw_as_shown
from obligations.deadlines import present
from obligations.forms.readings import ReadingForm, TakeBackForm
from obligations.models import Commitment, Obligation, Proposal, Reading
from obligations.status.status import with_standing
from obligations.web.base.find import find
from obligations.web.obligation.effects import (
    Effect,
    effects_of_recording,
    effects_of_taking_back,
    mark_of,
)
from obligations.web.obligation.reading_entries import LASTING, alike
from obligations.words.proposals import told_of_proposing
from obligations.words.readings import NAMES, WHAT_IT_DOES, reading_in_words
from obligations.words.versions import NOTHING_SEEN
from parties.access import Viewer
from parties.models import Party
from parties.rights import Right, require

Kind = Reading.Kind
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads which obligation, and when."""

    owed: Obligation
    viewer: Viewer
    now: datetime

    def commitments(self, among: Iterable[int] | None = None) -> list[Commitment]:
        """With all that a prospect asks for, by the parties' names."""
        rows = Commitment.objects.visible_to(self.viewer).filter(obligation=self.owed)
        rows = rows if among is None else rows.filter(pk__in=among)
        return with_standing(rows.order_by("party__name", "pk"), self.viewer, self.now, with_calendars=True)

    def agreeing(self, owed: Iterable[Commitment]) -> list[Party]:
        """Who may have agreed: the parties, and whoever else owes it, by name."""
        places = Participation.objects.filter(agreement=self.owed.agreement_id)
        parties = Q(pk__in=places.filter(kind=Participation.Kind.PARTY).values("party"))
        owing = Q(pk__in=[one.party_id for one in owed])
        return list(Party.objects.filter(parties | owing).order_by("name", "pk"))

    def calendars(self) -> list[Calendar]:
        return list(Calendar.objects.filter(agreement=self.owed.agreement_id).order_by("name", "code"))


def for_who_may_read(view: View) -> View:
    """Hands the view a `Reader`; 404 for an obligation that is not there for the viewer, 403 to all but mediators."""

    @wraps(view)
    def guarded(request: HttpRequest, agreement: str, code: str, **kwargs: Any) -> HttpResponse:
        viewer = viewer_of(request)
        owed = find(viewer, agreement, code)
        require(viewer, Right.RECORD_READING, owed.agreement_id)
        return view(request, Reader(owed, viewer, timezone.now()), **kwargs)

    return login_required(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_may_read
def record(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Choose the kind; then the form of that kind, `?kind=`."""
    owed, kind = reader.commitments(), kind_named(request)
    if kind is None or not owed:
        return show(request, "obligations/reading_kinds.html", reader, kinds=kinds(owed))
    if request.method != "POST":
        return show(request, "obligations/reading.html", reader, form=form_of(kind, None, owed, reader))
    form = form_of(kind, request.POST, owed, reader)
    if form.is_valid() and (done := recorded(form, owed, reader)):
        return finish(request, reader, done)
    return show(request, "obligations/reading.html", reader, form=form, **foreseen(form, owed, reader))


@require_GET
@for_who_may_read
def effect(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What the reading in the form would do: a fragment for htmx."""
    owed, kind = reader.commitments(), kind_named(request)
    if kind is None or not owed:
        raise Http404
    form = form_of(kind, request.GET, owed, reader)
    return render(request, "obligations/effect.html", foreseen(form, owed, reader))


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_may_read
def take_back(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Take the reading `key` back, and what was said alike of the other commitments."""
    owed = reader.commitments()
    said = alike(owed, key, present(reader.now))
    if not said or said[0].kind in LASTING:
        raise Http404
    if are_taken_back(said):
        return finish(request, reader, _("It was taken back already."))
    form = TakeBackForm(request.POST or None, alike=said)
    if request.method == "POST" and form.is_valid() and (done := taken_back(form, reader)):
        return finish(request, reader, done)
    effects = effects_of_taking_back(owed, form.chosen() if form.is_valid() else said, reader.now)
    words = reading_in_words(said[0], names(reader.calendars()))
    context = {"form": form, "effects": effects, "shown": mark_of(effects), "words": words}
    return show(request, "obligations/take_back.html", reader, **context)


def finish(request: HttpRequest, reader: Reader, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("obligation", reader.owed.agreement.code, reader.owed.code)


def kind_named(request: HttpRequest) -> Kind | None:
    given = request.GET.get("kind", "")
    return Kind(given) if given in NAMES else None


def kinds(owed: Iterable[Commitment]) -> list[dict[str, Any]]:
    """What each kind does, and why it cannot be recorded now where it cannot, on any of the commitments."""
    told = []
    for kind, name in NAMES.items():
        obstacles = [in_the_way(kind, one) for one in owed]
        told.append(
            {
                "code": kind.value,
                "name": name,
                "does": WHAT_IT_DOES[kind],
                "obstacle": obstacles[0] if obstacles and all(obstacles) else "",
            }
        )
    return told


def form_of(kind: Kind, data: Any, owed: list[Commitment], reader: Reader) -> ReadingForm:
    return ReadingForm(
        data,
        initial={"seen": newest_key(read_of(owed))},
        kind=kind,
        owed=owed,
        calendars=reader.calendars(),
        parties=reader.agreeing(owed),
        now=reader.now,
    )


def foreseen(form: ReadingForm, owed: Iterable[Commitment], reader: Reader) -> dict[str, Any]:
    """What the reading in the form would do, or why it cannot be, as far as the form says enough."""
    if not form.says_what_it_does:
        return {"effects": [], "refused": "", "shown": ""}
    said = form.effective() | {"reason": "-"}  # the effect hangs on no reason
    try:
        effects = effects_of_recording(form.kind, form.chosen(owed), reader.viewer, reader.now, **said)
    except Refused as refused:
        return {"effects": [], "refused": " ".join(refused.errors.values()), "shown": ""}
    return {"effects": effects, "refused": "", "shown": mark_of(effects, form.kind, form.effective())}


def recorded(form: ReadingForm, owed: Iterable[Commitment], reader: Reader) -> str | None:
    """The confirmation; None where the form now says what is wrong, or its effect was not in sight before."""
    said, chosen = form.said(), form.chosen(owed)
    effects: list[Effect] = []

    def foresee() -> None:
        now_owed = reader.commitments(one.pk for one in chosen)
        effects.extend(effects_of_recording(form.kind, now_owed, reader.viewer, reader.now, **said))
        if form.cleaned_data["shown"] != mark_of(effects, form.kind, form.effective()):
            raise NotAsShown

    who = {"actor": reader.viewer, "now": reader.now, "seen": form.cleaned_data["seen"]}
    try:
        made = record_as_shown(kind=form.kind, commitments=chosen, foresee=foresee, **who, **said)
    except NotAsShown:
        return None
    except Overtaken as overtaken:
        form.show_overtaken(overtaken.newer, names(reader.calendars()))
        return None
    except Refused as refused:
        form.refuse(refused)
        return None
    if isinstance(made, Proposal):
        return told_of_proposing(made)
    return confirmed(made[0], effects, names(reader.calendars()))


def taken_back(form: TakeBackForm, reader: Reader) -> str | None:
    """The same for readings that are taken back, all of those chosen or none."""
    chosen, effects = form.chosen(), []

    def foresee() -> None:
        owed = reader.commitments(one.commitment_id for one in chosen)
        effects.extend(effects_of_taking_back(owed, chosen, reader.now))
        if form.cleaned_data["shown"] != mark_of(effects):
            raise NotAsShown

    who = {"actor": reader.viewer, "now": reader.now, "reason": form.cleaned_data["reason"]}
    try:
        made = withdraw_as_shown(taken_back=chosen, foresee=foresee, **who)
    except NotAsShown:
        return None
    except Refused as refused:
        form.refuse(refused)
        return None
    return confirmed(made[0], effects, names(reader.calendars()))


def are_taken_back(readings: Iterable[Reading]) -> bool:
    return Reading.objects.filter(withdraws__in=[one.pk for one in readings]).exists()


def read_of(commitments: Iterable[Commitment]) -> list[Reading]:
    """All readings that are on record, withdrawn ones and withdrawals too."""
    return [one for commitment in commitments for one in commitment.records.readings]  # type: ignore[attr-defined]


def newest_key(readings: Iterable[Reading]) -> str:
    """What a form says was seen: the key of the reading that was recorded last, or that there was none."""
    last = max(readings, key=lambda one: one.pk, default=None)
    return last.key if last else NOTHING_SEEN


def names(calendars: Iterable[Calendar]) -> dict[str, str]:
    return {one.code: one.name for one in calendars}


def confirmed(reading: Reading, effects: list[Effect], calendars: dict[str, str]) -> str:
    """What was recorded, and what it did where that is the same for all."""
    words = _("Reading recorded: %(reading)s.") % {"reading": reading_in_words(reading, calendars)}
    return f"{words} {effects[0].words}" if len(effects) == 1 else words


def show(request: HttpRequest, template: str, reader: Reader, **more: Any) -> HttpResponse:
    form: ReadingForm | TakeBackForm | None = more.get("form")
    context = {"agreement": reader.owed.agreement, "obligation": reader.owed, **more}
    if isinstance(form, ReadingForm):
        context |= {"kind_name": NAMES[form.kind], "does": WHAT_IT_DOES[form.kind]}
    return render(request, template, context, status=422 if form and form.errors else 200)
