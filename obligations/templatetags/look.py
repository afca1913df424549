"""The marks and addresses that all pages share. None of these asks the database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any, Protocol
from urllib.parse import urlsplit

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from agreement.models import Agreement
from obligations.deadlines import Episode, day_in, present
from obligations.deadlines.grid import Day, Month
from obligations.lists.about import About, about_of
from obligations.lists.takeaway import FORMATS
from obligations.models.statement import Conduct, Level
from obligations.status.moments import written
from obligations.words import ledger
from obligations.words.assessed import assessed
from obligations.words.help import helps_at
from obligations.words.languages import name_of, translation_note
from obligations.words.method import Headline
from obligations.words.numbers import amount
from obligations.words.readings import ended
from parties.access import Tier
from parties.addresses import pieces, with_scheme
from parties.cases import in_case
from parties.content import Shown
from parties.languages import tag_of
from parties.models import Party, Tiered
from parties.texts import StrOrPromise

register = template.Library()
DAYS_OF_A_CODE = re.compile(r"(\d+(?:-\d+)+-?)")
register.filter(assessed)
register.filter("language_tag", tag_of)
register.simple_tag(translation_note)


class HasFinding(Protocol):
    """A statement, or a commitment `as_seen_by` a viewer."""

    level: int | None
    not_assessable: bool | None
    conduct: str | None


class Counted(Protocol):
    @property
    def n(self) -> int: ...
    @property
    def query(self) -> str: ...


@register.simple_tag
def level(of: HasFinding | None) -> SafeString:
    """What was found, as a mark and its word. Without a finding: that there is none yet."""
    if of is None:
        return level_mark(None)
    if of.conduct:
        return verdict(of.conduct, Conduct(of.conduct).label)
    return level_mark(_("Not assessable") if of.not_assessable else of.level)


@register.simple_tag
def old_level(of: HasFinding) -> SafeString:
    """What was found in an earlier period, as grey as what is past."""
    return format_html('<span class="old">{}</span>', level(of))


@register.simple_tag
def level_mark(value: int | str | None) -> SafeString:
    """The mark of a level; a dash where nothing is found yet, for that is no level at all."""
    if isinstance(value, int):
        return verdict(value, Level(value).label)
    return verdict("none" if value else "", value or _("No finding yet"))


@register.simple_tag
def verdict(value: object, word: object) -> SafeString:
    """The mark of a level, of conduct, of nothing (a dash), or of anything else (a dashed ring), with its word."""
    code = str(value)
    if code in Conduct.values:
        return format_html('<span class="conduct c-{}">{}</span>', code, word)
    kind = f"l{code}" if code.isdigit() else "la" if code else "ln"
    return format_html('<span class="level {}">{}</span>', kind, word)


@register.simple_tag
def party(of: Party) -> SafeString:
    def marked(name: object) -> SafeString:
        return format_html('<span class="party mark-{}">{}</span>', of.mark, name)

    return Shown(marked(of.name), lambda form: marked(in_case(of.name, form)))


@register.simple_tag
def parties(several: Iterable[Party]) -> SafeString:
    def joined(names: Iterable[SafeString]) -> SafeString:
        return format_html_join(", ", "{}", ((one,) for one in names))

    shown = [party(one) for one in several]
    return Shown(joined(shown), lambda form: joined(in_case(one, form) for one in shown))


@register.simple_tag
def count(number: Counted) -> SafeString:
    """A number as a link to just the rows that it counts."""
    if not number.query:
        return format_html('<span class="zero">{}</span>', intcomma(number.n))
    return format_html('<a href="{}?{}">{}</a>', reverse("commitments"), number.query, intcomma(number.n))


@register.simple_tag
def of_what(of: Headline, total: Counted, in_all: Counted | None) -> SafeString:
    """Of how many a number of the dashboard is, and of what, with the numbers as links."""
    words = of.share % {"n": total.n, "total": "{total}", "all": "{all}"}
    return format_html(words, total=count(total), all=count(in_all or total))


@register.simple_tag
def tier(of: Tiered) -> SafeString:
    """Who may see it, as a tag; names the party of a confidence."""
    label: object = Tier(of.tier).label
    if of.confidant_id and of.confidant:
        label = _("in confidence with %(party)s") % {"party": of.confidant.name}
    return format_html('<span class="tag tier">{}</span>', label)


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """A block of the page once more, as it is filled there: the title, on each printed sheet."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context) if block else ""


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """The widget of a form that is not ours, in our look."""
    kind = field.widget_type
    return field.as_widget(attrs={"class": "" if kind == "checkbox" else "field", "placeholder": ""})


@register.simple_tag
def day(on: date | None, style: str = "DATE_FORMAT") -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), date_format(on, style)) if on else ""


@register.simple_tag
def moment(at: datetime, agreement: Agreement) -> SafeString:
    """An instant as the agreement's own clock shows it."""
    return format_html(
        '<time datetime="{}">{}</time>',
        at.isoformat(),
        date_format(at.astimezone(agreement.zone), "DATETIME_FORMAT"),
    )


@register.simple_tag
def overdue_from(episode: Episode, agreement: Agreement) -> SafeString | str:
    """The first day that is too late, in the agreement's zone."""
    return day(day_in(episode.flag_at, agreement.zone))


@register.filter
def how_it_ended(episode: Episode) -> str:
    """How a late run of the clock ended."""
    return ended(episode)


# What a day of the small calendar is marked with, in words.
MARKS: dict[str, StrOrPromise] = {
    "start": gettext_lazy("the clock runs from here; not counted"),
    "counted": gettext_lazy("counted"),
    "weekend": gettext_lazy("weekend"),
    "holiday": gettext_lazy("holiday"),
    "moved_from": gettext_lazy("the last day moved from here"),
    "last": gettext_lazy("last day"),
}


@register.simple_tag
def marks(of: Day) -> str:
    """The marks of a day of the small calendar, for who does not see them."""
    return ", ".join(str(MARKS[mark]) for mark in of.marks)


@register.simple_tag
def legend(months: Iterable[Month]) -> list[tuple[str, StrOrPromise]]:
    """The marks that a small calendar has, with their words."""
    there = {mark for month in months for week in month.weeks for day in week for mark in day.marks}
    return [(mark, word) for mark, word in MARKS.items() if mark in there]


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
def cited(context: Context, title: str, **pins: datetime) -> About:
    """What a page is about, to be cited by. `pins` are the parameters that fix it, where these are no two days."""
    then, agreements = context.get("then"), shown(context)
    moment = then.moment if then else present(context["scope"].now)
    fixing = {name: written(at) for name, at in pins.items()} or None
    request = context["request"]
    is_named = len(agreements) == 1 and not request.resolver_match.kwargs
    also = {"agreement": agreements[0].code} if is_named else {}
    return about_of(
        request,
        " ".join(unescape(title).split()),
        context["viewer"],
        moment,
        agreements,
        getattr(context.get("scope"), "filters_told", ()),
        fixing,
        also=also,
    )


@register.filter
def files(address: str) -> list[tuple[str, str]]:
    """The addresses of files of a list or a figure, each with the name of its format."""
    mark = "&" if "?" in address else "?"
    return [(f"{address}{mark}format={name}", form.name) for name, form in FORMATS.items()]


@register.filter
def topic(tag: str, agreement: Agreement) -> str:
    """A topic's code in words."""
    return agreement.topic_name(tag)


register.filter("act", ledger.act)
register.filter("ledger_column", ledger.column)
register.filter("ledger_subject", ledger.subject)
register.filter("ledger_value", ledger.value)


# A day as data writes it, where it stands in a sentence and not in a code or an address.
DAY_IN_DATA = re.compile(r"(?<![\w/.-])(\d{4}-\d\d-\d\d)(?![\w/-])")


@register.filter
def with_days(text: str) -> str:
    """The days in a sentence of a pack as pages write them: "19 Mar 2023" for "2023-03-19"."""

    def written(found: re.Match[str]) -> str:
        try:
            return date_format(date.fromisoformat(found[1]))
        except ValueError:
            return found[1]

    return DAY_IN_DATA.sub(written, str(text))


@register.filter
def linked(text: str) -> SafeString:
    """A source as its writer gave it, with each address in it a link."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}" rel="nofollow">{}</a>', href, words) if href else words,)
            for words, href in pieces(str(text))
        ),
    )


@register.filter
def sited(text: str) -> SafeString:
    """The same for a line of a list: of an address its site alone."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}" rel="nofollow">{}</a>', href, site_of(href)) if href else words,)
            for words, href in pieces(str(text))
        ),
    )


def site_of(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.")


@register.filter
def language(tag: str) -> str:
    """The English name of a language, by its tag of BCP 47."""
    return name_of(tag)


@register.filter
def number(text: str) -> str:
    """A number of a pack with its thousands apart, and as many decimals as it was written with."""
    return amount(Decimal(text))


@register.filter
def page(address: str) -> str:
    """The address of a page with its scheme."""
    return with_scheme(address)


@register.filter
def at(items: Mapping[object, object] | None, key: object) -> object:
    """The item under a key; None where there is none."""
    return items.get(key) if items else None


@register.filter
def in_pieces(code: str) -> SafeString:
    """A code that is long, where the line must break: between its words, and never inside of its day."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="nb">{}</span>', one) if one[0].isdigit() else one,)
            for one in DAYS_OF_A_CODE.split(code)
            if one
        ),
    )


@register.filter
def value_in(row: Any, column: Any) -> object:
    """What a row of a table has in one of its columns."""
    return template.Variable(column.path or column.key).resolve(row)


@register.filter
def nth(items: Sequence[object], at: int) -> object:
    return items[at]


@register.simple_tag(takes_context=True)
def notices(context: Context) -> list[str]:
    """The notices of the page's agreements, each once; in the reader's language, where we have it."""
    return distinct(gettext(one.notice) for one in shown(context) if one.notice)


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


@register.simple_tag
def help_page(address: str) -> str:
    """The address of what helps on the page at an address."""
    return helps_at(address)
