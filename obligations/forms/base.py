"""The form whose fields go to a command, and its fields. A form only asks: what may be said the command decides."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from obligations.commands import Refused
from obligations.words import languages
from obligations.words.quoted import Compared, compared
from parties.languages import read_here
from parties.texts import LIMITS, StrOrPromise, text_error, tidy

ROWS = {"reason": 3, "words": 3, "quote": 4}
FIELD = {"class": "field"}


class Text(forms.CharField):
    """A text by its name in `LIMITS`; as many lines as such a text has, unless another widget is given."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        rows = ROWS.get(name)
        attributes = {"class": "field"} | ({"rows": rows} if rows else {})
        widget = forms.Textarea(attrs=attributes) if rows else forms.TextInput(attrs=attributes)
        super().__init__(max_length=LIMITS[name], **{"widget": widget} | kwargs)
        # One sentence says each fault, in `validate`.
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        """As it is stored: a browser sends two characters for the end of a line, and counts one."""
        return tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if error := text_error(self.name, value, needed=self.required):
            raise ValidationError(error)

    def run_validators(self, value: str) -> None:
        """`validate` has judged its length already."""


def reason_field(**kwargs: Any) -> Text:
    return Text("reason", label=gettext_lazy("Reason"), **kwargs)


def source_field() -> Text:
    help_text = gettext_lazy("An address, or a document and its date.")
    return Text("source", label=gettext_lazy("Source"), required=False, help_text=help_text)


def language_field() -> forms.ChoiceField:
    """That of the words in the form: the one in which their author reads, until another is chosen."""
    return select(
        gettext_lazy("Language of the text"), required=False, choices=languages.of_words, initial=read_here
    )


def select(label: StrOrPromise, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=forms.Select(attrs=FIELD), **kwargs)


def checkboxes(label: StrOrPromise, **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, widget=forms.CheckboxSelectMultiple, **kwargs)


def day_input(*, latest: date | None = None, earliest: date | None = None) -> forms.DateInput:
    limits = {"max": latest, "min": earliest}
    given = {name: day.isoformat() for name, day in limits.items() if day}
    return forms.DateInput(attrs={"type": "date", **FIELD, **given}, format="%Y-%m-%d")


class CommandForm(forms.Form):
    """Shows what a command refused at the fields that it names; the rest on top.

    `shown_at` gives the field of a command's argument that has no field of its own name. A file that came with what is
    refused has to be chosen again, and its field says so. `versions` are what somebody recorded meanwhile beside what
    the form holds, once that was found.
    """

    shown_at: ClassVar[dict[str, str]] = {}
    meanwhile: ClassVar[StrOrPromise] = ""
    versions: list[Compared] = []

    def said(self) -> dict[str, Any]:
        """What the command takes."""
        return dict(self.cleaned_data)

    def refuse(self, refused: Refused) -> None:
        for argument, message in refused.errors.items():
            name = self.shown_at.get(argument, argument)
            self.add_error(name if self.is_shown(name) else None, message)
        self.ask_for_files_again()

    def show_overtaken(self, newer: Any) -> None:
        """Show what somebody recorded meanwhile beside what the form holds; sent again, the form counts it as seen."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = newer.key
        self.data = data
        self.versions = compared(self.beside(newer))
        self.add_error(None, str(self.meanwhile) % {"by": newer.recorded_by or _("a mediator")})

    def beside(self, newer: Any) -> Iterable[tuple[str, ...]]:
        """Of each field its label, what `newer` says, and what this form does; of a text the languages of both, too."""
        raise NotImplementedError

    def choice(self, name: str) -> forms.ChoiceField:
        """A field that offers choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def labels(self, name: str) -> dict[Any, Any]:
        """Of what a field offers, by its values."""
        return dict(self.choice(name).choices)  # type: ignore[arg-type]

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]], first: StrOrPromise | None = None) -> None:
        """The choices of a field, behind an empty one that says `first`; without any, the field is left out."""
        offered = list(choices)
        if not offered:
            del self.fields[name]
            return
        self.choice(name).choices = [*([] if first is None else [("", first)]), *offered]

    def is_shown(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].widget.is_hidden

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:
            self.ask_for_files_again()

    def ask_for_files_again(self) -> None:
        """Say at each field of a file that was sent that the browser has it no more."""
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField) and (file := self.files.get(self.add_prefix(name))):
                message = _("Choose the file again: “%(name)s” was not recorded, and no browser keeps it.")
                told = message % {"name": file.name}
                if told not in self.errors.get(name, []):
                    self.add_error(name, told)


class ReasonForm(CommandForm):
    """What wants nothing but a reason."""

    reason = reason_field()
