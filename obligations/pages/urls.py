from django.urls import path, register_converter
from django.urls.converters import StringConverter

from obligations.pages import asks, evidence, gates, readings, replies, statements, views


class CodeConverter(StringConverter):
    """A part of an address that a column can hold: no slash, and no NUL."""

    regex = r"[^/\x00]+"


register_converter(CodeConverter, "code")

urlpatterns = [
    path("<slug:agreement>/<code:code>/", views.obligation, name="obligation"),
    path("<slug:agreement>/<code:code>/claim/", statements.claim, name="obligation-claim"),
    path("<slug:agreement>/<code:code>/contest/", statements.contest, name="obligation-contest"),
    path(
        "<slug:agreement>/<code:code>/evidence/file/",
        evidence.add,
        {"kind": "file"},
        name="evidence-add-file",
    ),
    path(
        "<slug:agreement>/<code:code>/evidence/link/",
        evidence.add,
        {"kind": "link"},
        name="evidence-add-link",
    ),
    path("<slug:agreement>/<code:code>/evidence/<slug:key>/attach/", evidence.attach, name="evidence-attach"),
    path("<slug:agreement>/<code:code>/evidence/<slug:key>/file/", evidence.file, name="evidence-file"),
    path("<slug:agreement>/<code:code>/ask/", asks.make, name="obligation-ask"),
    path(
        "<slug:agreement>/<code:code>/ask/<slug:key>/take-back/", asks.take_back, name="obligation-ask-back"
    ),
    path("<slug:agreement>/<code:code>/answer/", replies.answer, name="obligation-answer"),
    path("<slug:agreement>/<code:code>/withdraw/", replies.withdraw, name="obligation-withdraw"),
    path("<slug:agreement>/<code:code>/release/", replies.change_tier, name="obligation-release"),
    path("<slug:agreement>/<code:code>/gate/<int:place>/", gates.gate, name="gate"),
    path("<slug:agreement>/<code:code>/reading/", readings.record, name="reading"),
    path("<slug:agreement>/<code:code>/reading/effect/", readings.effect, name="reading-effect"),
    path("<slug:agreement>/<code:code>/reading/<slug:key>/", readings.take_back, name="reading-take-back"),
]
