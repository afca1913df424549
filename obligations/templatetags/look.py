"""The marks and addresses that all pages share. None of these asks the database."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreement.models import Agreement
from obligations.deadlines import Episode, day_in
from obligations.deadlines.explain import DAY
from obligations.models.statement import Conduct, Level
from parties.access import Tier
from parties.models import Party, Tiered

register = template.Library()


class Found(Protocol):
    """A statement, or a commitment `as_seen_by` a viewer."""

    level: int | None
    not_assessable: bool | None
    conduct: str | None


@register.inclusion_tag("components/level.html")
def level(of: Found | None) -> dict[str, str]:
    """What was found, as a mark and its word. Without a finding: that there is none yet."""
    if of is None:
        return level_mark(None)
    if of.conduct:
        return {"classes": f"conduct c-{of.conduct}", "word": str(Conduct(of.conduct).label)}
    return level_mark(_("Not assessable") if of.not_assessable else of.level)


@register.inclusion_tag("components/level.html")
def level_mark(value: int | str | None) -> dict[str, str]:
    """The mark of a level; a dashed ring with its word for anything that is no step of the scale."""
    if isinstance(value, int):
        return {"classes": f"level l{value}", "word": str(Level(value).label)}
    return {"classes": "level la", "word": value or _("No finding yet")}


@register.inclusion_tag("components/level.html")
def verdict(value: object, word: str) -> dict[str, str]:
    """The mark of a choice in a form: of a level, of conduct, or of "not assessable"."""
    code = str(value)
    if code in Conduct.values:
        return {"classes": f"conduct c-{code}", "word": word}
    return {"classes": f"level l{code}" if code.isdigit() else "level la", "word": word}


@register.inclusion_tag("components/party.html")
def party(of: Party) -> dict[str, Party]:
    return {"party": of}


@register.inclusion_tag("components/tier.html")
def tier(of: Tiered) -> dict[str, Any]:
    """Who may see it, as a tag; names the party of a confidence."""
    return {"label": Tier(of.tier).label, "confidant": of.confidant if of.confidant_id else None}


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """The widget of a form that is not ours, in our look."""
    kind = field.widget_type
    return field.as_widget(attrs={"class": "" if kind == "checkbox" else "field"})


@register.simple_tag
def day(on: date | None) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), date_format(on, DAY)) if on else ""


@register.simple_tag
def moment(at: datetime, agreement: Agreement) -> SafeString:
    """An instant as the agreement's own clock shows it."""
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(), date_format(at.astimezone(agreement.zone), f"{DAY}, H:i")
    )


@register.simple_tag
def overdue_from(episode: Episode, agreement: Agreement) -> SafeString | str:
    """The first day that is too late, in the agreement's zone."""
    return day(day_in(episode.flag_at, agreement.zone))


@register.simple_tag
def current(request: HttpRequest | None, address: str) -> SafeString | str:
    """Marks a link of the navigation that leads to this page, or to one that this page is a part of."""
    path = request.path if request else ""
    if not path.startswith(address):
        return ""
    return format_html(' aria-current="{}"', "page" if path == address else "true")


@register.simple_tag
def address(request: HttpRequest, at: str = "", **changes: object) -> str:
    """This page's address, or that of `at`, with some of its parameters changed; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    path = at or request.path
    return f"{path}?{query.urlencode()}" if query else path


@register.simple_tag(takes_context=True)
def notices(context: Context) -> list[str]:
    """The notices of the page's agreements, each once."""
    return distinct(one.notice for one in shown(context))


@register.simple_tag(takes_context=True)
def footnotes(context: Context) -> list[str]:
    """The footnotes on naming of the page's agreements, each once."""
    return distinct(one.footnote for one in shown(context))


def shown(context: Context) -> list[Agreement]:
    """What a page is about: it sets `agreement`, or `agreements` where there are several."""
    one = context.get("agreement")
    return [one] if isinstance(one, Agreement) else list(context.get("agreements") or [])


def distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
