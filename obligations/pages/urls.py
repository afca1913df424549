from django.urls import path, register_converter
from django.urls.converters import StringConverter

from obligations.pages import statements, views


class CodeConverter(StringConverter):
    """A part of an address that a column can hold: no slash, and no NUL."""

    regex = r"[^/\x00]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("<slug:agreement>/<code:code>/", views.obligation, name="obligation"),
    path("<slug:agreement>/<code:code>/claim/", statements.claim, name="obligation-claim"),
    path("<slug:agreement>/<code:code>/contest/", statements.contest, name="obligation-contest"),
]
