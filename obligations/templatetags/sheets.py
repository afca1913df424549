"""What pages have of documents (`obligations.words.paper`): their blocks, and the tier of each sheet."""

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agreement.models import Agreement
from obligations.deadlines import present
from obligations.models import Commitment, Obligation
from obligations.models.statement import Conduct
from obligations.status.tiers import audiences_told
from obligations.words.paper import Run, Words, tier_of_sheet

register = template.Library()

ELEMENTS = {
    "bold": "<b>{}</b>",
    "small": '<span class="small">{}</span>',
    "late": '<span class="late">{}</span>',
}


@register.simple_tag(takes_context=True)
def highest_tier(context: Context) -> str:
    """The highest tier of what the page shows and counts; empty where it is about no agreement. One query at most."""
    told = context.get("sheet_tier") or getattr(context.get("scope"), "sheet_tier", "")
    agreement, viewer, then, of = (
        context.get(name) for name in ("agreement", "viewer", "then", "obligation")
    )
    if told or not isinstance(agreement, Agreement) or viewer is None:
        return str(told)
    moment = then.moment if then else present(timezone.now())
    owed = Commitment.objects.filter(obligation=of) if isinstance(of, Obligation) else None
    return tier_of_sheet(audiences_told(viewer, moment, [agreement.pk], owed))


@register.filter
def runs(words: Words) -> SafeString:
    """Text with its marks, as the sheet has it."""
    if isinstance(words, str):
        return lines(words)
    return format_html_join("", "{}", ((run(one),) for one in words))


def run(one: str | Run) -> SafeString:
    if isinstance(one, str):
        return lines(one)
    if one.get("style") == "note":
        return format_html('<sup><a href="#s{}">{}</a></sup>', one["text"], one["text"])
    said = format_html(ELEMENTS.get(one.get("style", ""), "{}"), lines(one["text"]))
    if "lang" in one:
        said = format_html('<span lang="{}">{}</span>', one["lang"], said)
    if mark := one.get("mark"):
        flip = " flip" if one.get("flip") else ""
        said = format_html('<span class="{}{}">{}</span>', classes(mark), flip, said)
    if href := one.get("href"):
        link = '<a href="{}">{}</a>' if href.startswith("/") else '<a href="{}" rel="nofollow">{}</a>'
        said = format_html(link, href, said)
    return said


def lines(text: str) -> SafeString:
    """Text whose lines end where they were ended."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in str(text).split("\n")))


def classes(mark: str) -> str:
    """The classes of a mark by its name on paper."""
    if mark.startswith("party"):
        return f"party {mark.replace('party', 'mark', 1)}"
    return f"conduct c-{mark}" if mark in Conduct.values else f"level {mark}"


@register.filter
def plain(words: Words) -> str:
    """Text without its marks, for the label of a cell."""
    return (
        words
        if isinstance(words, str)
        else "".join(str(one if isinstance(one, str) else one["text"]) for one in words)
    )
