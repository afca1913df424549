"""The pages. Any of their files can be imported first: what addresses of several have in common is registered here."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A part of an address that a column can hold: no slash, and no NUL."""

    regex = r"[^/\x00]+"


register_converter(CodeConverter, "code")
