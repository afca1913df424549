"""The form whose fields go to a command. What may be said is decided by the command; a form only asks."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _

from obligations.commands import Refused


class CommandForm(forms.Form):
    """Shows what a command refused at the fields that it names; the rest on top.

    `shown_at` gives the field of a command's argument that has no field of its own name. A file that came with what is
    refused has to be chosen again, and its field says so.
    """

    shown_at: ClassVar[dict[str, str]] = {}

    def refuse(self, refused: Refused) -> None:
        for argument, message in refused.errors.items():
            name = self.shown_at.get(argument, argument)
            self.add_error(name if self.is_shown(name) else None, message)
        self.ask_for_files_again()

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
