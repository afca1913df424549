"""Fields of forms for what people write. What is wrong with a text `parties.texts` says, here as in the commands."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from parties.texts import LIMITS, text_error, tidy

ROWS = {"reason": 3, "words": 3, "quote": 4}


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
