"""The forms of meetings."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from obligations.commands import Refused
from obligations.commands.meetings import Rewritten
from obligations.deadlines import Timeliness
from obligations.forms.audience import AudienceForm
from obligations.forms.base import FIELD, CommandForm, Text, checkboxes, day_input, select
from obligations.status.filters import chosen_in
from obligations.web.base.register import Register
from obligations.web.base.selection import Option, options
from obligations.words.method import DELIVERABLES, Selection
from parties.models import Party


def lines(label: Any, rows: int, required: bool = False, help_text: Any = "") -> Text:
    widget = forms.Textarea(attrs={"class": "field", "rows": rows})
    return Text("words", label=label, required=required, help_text=help_text, widget=widget)


class MeetingForm(AudienceForm):
    """A sitting: of which body, when, where, who comes, and who may see it all."""

    body = select(gettext_lazy("Who meets"))
    held_on = forms.DateField(label=gettext_lazy("Day"), widget=day_input())
    venue = Text("name", label=gettext_lazy("Place"), required=False)
    members = lines(gettext_lazy("Members"), 4, help_text=gettext_lazy("One on each line."))

    def __init__(self, *args: Any, bodies: Iterable[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {one.code: one for one in bodies}
        self.offer("body", ((code, one.name) for code, one in self.bodies.items()), gettext_lazy("choose"))

    def said(self) -> dict[str, Any]:
        audience = self.audience()
        del audience["wider"]  # it refers to nothing
        return self.facts() | audience | {"body": self.bodies[self.cleaned_data["body"]]}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("held_on", "venue", "members")}


class About(NamedTuple):
    """What a point of the agenda is most often about: as a choice, as a sentence and as filters."""

    label: Any
    sentence: Any
    chosen: Selection


ABOUT = {
    "deliverables": About(
        gettext_lazy("Deliverables"), gettext_lazy("What is to be delivered once."), {"kind": DELIVERABLES}
    ),
    "overdue": About(
        gettext_lazy("What is overdue"),
        gettext_lazy("What is overdue."),
        {"timeliness": (Timeliness.OVERDUE.value,)},
    ),
    "due_soon": About(
        gettext_lazy("What is due soon"),
        gettext_lazy("What is due soon."),
        {"timeliness": (Timeliness.DUE_SOON.value,)},
    ),
    "claims": About(
        gettext_lazy("Claims that differ from the finding"),
        gettext_lazy("Where a party's own claim differs from the finding."),
        {"own_claim": ("differs",)},
    ),
}


class ItemForm(CommandForm):
    """A point of the agenda, with what it is about: none of these, or as many as are chosen, all at once."""

    shown_at = {"query": "about"}

    title = Text("title", label=gettext_lazy("Point"))
    view = select(gettext_lazy("Your saved view"), required=False)
    about = select(pgettext_lazy("field: what a point of the agenda is about", "About"), required=False)
    provision = select(gettext_lazy("Article"), required=False)
    tag = select(gettext_lazy("Topic"), required=False)
    picked = forms.CharField(
        label=gettext_lazy("Obligations"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Their codes, with a comma between them, such as AX-6.1, OA-7.1."),
        widget=forms.TextInput(attrs=FIELD),
    )

    def __init__(self, *args: Any, register: Register, views: Mapping[str, str], **kwargs: Any) -> None:
        """`views` are the filters of saved views, by their names."""
        super().__init__(*args, **kwargs)
        self.views = views
        self.offer("view", ((name, name) for name in views), gettext_lazy("no view"))
        about = ((name, one.label) for name, one in ABOUT.items())
        self.offer("about", about, gettext_lazy("no commitments of one sort"))
        for name, every in (("provision", gettext_lazy("any article")), ("tag", gettext_lazy("any topic"))):
            self.offer(name, grouped(options(name, register) or []), every)

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen: dict[str, Any] = dict(chosen_in(QueryDict(self.views.get(data.get("view", ""), ""))))
        chosen |= ABOUT[data["about"]].chosen if data["about"] else {}
        chosen |= {name: (data[name],) for name in ("provision", "tag") if data.get(name)}
        return {
            "title": data["title"],
            "query": urlencode(chosen, doseq=True),
            "picked": [code for code in (one.strip() for one in data["picked"].split(",")) if code],
        }


def grouped(offered: Iterable[Option]) -> list[tuple[Any, Any]]:
    """Options under their sections, as a select takes them."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for one in offered:
        sections.setdefault(one.section, []).append((one.value, one.label))
    found: list[tuple[Any, Any]] = [*sections.pop("", [])]
    return found + list(sections.items())


class RewritingForm(CommandForm):
    """Holds what stood in a text when it was opened, so that nobody writes over what they did not see."""

    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @property
    def was_seen(self) -> str | None:
        return self.cleaned_data["seen"] if "seen" in self.data else None

    def said(self) -> dict[str, Any]:
        return super().said() | {"seen": self.was_seen}

    def refuse(self, refused: Refused) -> None:
        """Sent again, the form counts what was recorded meanwhile as seen."""
        super().refuse(refused)
        if isinstance(refused, Rewritten):
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["seen"] = refused.there
            self.data = data


class ChangeForm(RewritingForm, MeetingForm):
    """A sitting that is planned already: another body's is another meeting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["body"]

    def said(self) -> dict[str, Any]:
        return self.facts() | self.audience() | {"seen": self.was_seen}


class ConclusionForm(RewritingForm):
    conclusion = lines(gettext_lazy("Conclusion"), 4, required=True)


class RecordedForm(RewritingForm):
    """What was recorded in the meeting: findings and requests by their keys, with what is chosen already."""

    findings = checkboxes(gettext_lazy("Findings"), required=False)
    requests = checkboxes(gettext_lazy("Requests"), required=False)

    def __init__(self, *args: Any, findings: dict[str, Any], requests: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {"findings": findings, "requests": requests}
        for name, rows in self.rows.items():
            self.offer(name, ((key, label) for key, (_row, label) in rows.items()))

    def clean(self) -> dict[str, Any]:
        if self.fields.keys() == {"seen"}:
            raise ValidationError(_("There is nothing to choose yet."))
        if self.was_seen is None:
            # What is empty would take back all that was said.
            raise ValidationError(
                _("What was said before did not come with it: look at what is chosen now, and send it.")
            )
        return super().clean() or {}

    def said(self) -> dict[str, Any]:
        chosen = {
            name: [rows[key][0] for key in self.cleaned_data.get(name, [])]
            for name, rows in self.rows.items()
        }
        return chosen | {"seen": self.was_seen}


class MinutesForm(RewritingForm):
    members = lines(gettext_lazy("Who was there"), 4, help_text=gettext_lazy("One on each line."))
    minutes = lines(gettext_lazy("Minutes"), 10, required=True)
