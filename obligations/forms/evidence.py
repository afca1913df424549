"""The forms in which people hand in evidence. What it may be is decided by the commands; a form only asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from obligations.deadlines import day_in
from obligations.files.allowed import ALLOWED, in_words
from obligations.files.intake import too_large
from obligations.forms.audience import AudienceForm, unless_public
from obligations.forms.base import CommandForm, Text, checkboxes, day_input, select
from obligations.models import Evidence, Obligation, Statement
from obligations.words import languages
from parties.access import Tier
from parties.texts import LIMITS

ABOUT = ("title", "represents_on", "origin", "language", "supports", "statement")


class EvidenceForm(AudienceForm):
    """What is said of a file or a link.

    `statements` are those of the own side that it can be attached to. `older` is the version that it replaces.
    """

    title = Text("title", label=_("Title"))
    represents_on = forms.DateField(
        label=_("Day that it represents"),
        help_text=_("The day whose state it shows: that of the photograph, of the report's end, of the law."),
    )
    origin = Text(
        "origin",
        label=_("Where it comes from"),
        required=False,
        help_text=_("Who made it, and how it came to you."),
    )
    language = select(_("Language"))
    supports = checkboxes(_("Indicators that it supports"), required=False)
    statement = select(_("Statement that rests on it"), required=False)

    def __init__(
        self,
        *args: Any,
        obligation: Obligation,
        now: datetime,
        statements: Sequence[Statement],
        older: Evidence | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = described(older) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.statements = {statement.key: statement for statement in statements}
        self.older = older
        self.fields["tier"].required = False
        today = day_in(now, obligation.agreement.zone)
        self.fields["represents_on"].widget = day_input(latest=today)
        self.choice("language").choices = languages.choices(older.language if older else "")
        indicators = [indicator.text for indicator in obligation.indicators.all()]
        self.offer("supports", [(str(place), text) for place, text in enumerate(indicators)])
        self.indicators = indicators
        if older is not None:
            kept = [str(place) for place, text in enumerate(indicators) if text in older.supports]
            self.initial.setdefault("supports", kept)
        self.offer("statement", [(key, in_words_of(one)) for key, one in self.statements.items()], _("None"))

    def clean_tier(self) -> str:
        """Left out, it is that of the statement; public is said and never left out."""
        chosen = str(self.cleaned_data["tier"])
        inherited = self.choices.begins_with if self.data.get("statement") else ""
        if not chosen and inherited in ("", Tier.PUBLIC):
            raise forms.ValidationError(self.fields["tier"].error_messages["required"])
        return chosen or inherited

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = {name: data[name] for name in ("title", "represents_on", "origin", "language")}
        kept["supports"] = [self.indicators[int(place)] for place in data.get("supports", ())]
        kept["statement"] = self.statements.get(data.get("statement", ""))
        return kept | {"replaces": self.older} | self.audience()


class FileForm(EvidenceForm):
    file = forms.FileField(
        label=_("File"),
        # The command says what is wrong with a file, an empty one as well.
        allow_empty_file=True,
        error_messages={"required": _("Choose a file.")},
    )
    field_order = ("file", *ABOUT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        endings = ",".join(f".{one}" for kind in ALLOWED.values() for one in kind.extensions)
        file.widget.attrs |= {
            "class": "field",
            "accept": endings,
            "data-most": str(settings.EVIDENCE_MAX_BYTES),
            "data-too-large": too_large(),
        }
        file.help_text = gettext("At most %(most)s. What is taken: %(taken)s.") % {
            "most": filesizeformat(settings.EVIDENCE_MAX_BYTES),
            "taken": in_words(),
        }

    def said(self) -> dict[str, Any]:
        upload = self.cleaned_data["file"]
        return super().said() | {"upload": upload, "file_name": upload.name}


class LinkForm(EvidenceForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=LIMITS["url"],
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "field"}),
    )
    quote = Text(
        "quote",
        label=_("The words that you rely on"),
        help_text=_("Quoted as they stand there: the page may change or go, and nothing is fetched from it."),
    )
    seen_on = forms.DateField(label=_("Seen on"))
    field_order = ("url", "quote", "seen_on", *ABOUT)

    def __init__(self, *args: Any, obligation: Obligation, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, obligation=obligation, now=now, **kwargs)
        today = day_in(now, obligation.agreement.zone)
        seen = self.fields["seen_on"]
        seen.widget, seen.initial = day_input(latest=today), today

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().said() | {name: data[name] for name in ("url", "quote", "seen_on")}


class AttachForm(CommandForm):
    """Which of the own side's statements rests on evidence that is there."""

    statement = select(_("Statement"))

    def __init__(self, *args: Any, statements: Sequence[Statement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements = {statement.key: statement for statement in statements}
        self.choice("statement").choices = [(key, in_words_of(one)) for key, one in self.statements.items()]

    def said(self) -> dict[str, Any]:
        return {"statement": self.statements[self.cleaned_data["statement"]]}


def described(older: Evidence | None) -> dict[str, Any]:
    """What a new version starts from."""
    if older is None:
        return {}
    return {name: getattr(older, name) for name in ("title", "origin", "language", "url")}


def in_words_of(statement: Statement) -> str:
    """A statement as a choice: its kind, whose commitment, what it says, its day, who may see it."""
    about = [capfirst(statement.get_kind_display()), str(statement.commitment.party.name)]
    day = date_format(statement.effective_on)
    return ", ".join(filter(None, [*about, statement.verdict(), day, unless_public(statement)]))
