"""A request in words, and where it is answered."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.deadlines import days_after
from obligations.models import PartyRequest
from obligations.words.numbers import amount


def answered_at(request: PartyRequest) -> str:
    """Where the party that is asked replies."""
    at = [request.agreement.code, request.commitment.obligation.code]
    if request.statement is not None:
        return f"{reverse('obligation-answer', args=at)}?statement={request.statement.key}"
    return f"{reverse('obligation-claim', args=at)}?commitment={request.commitment_id}"


def asked(request: PartyRequest, today: date, words: str = "") -> str:
    """Who is asked, and until when; and in which words, where they are given."""
    named = {
        "when": capfirst(reply_when(request.reply_by, today)),
        "party": request.party.name,
        "words": words,
    }
    if words:
        # Translators: “when” is such as “Reply by 5 Jan 2024, in 3 days”.
        return _("%(party)s is asked for a reply. %(when)s: “%(words)s”") % named
    return _("%(party)s is asked for a reply. %(when)s") % named


def taken_back(request: PartyRequest) -> str:
    named = {"party": request.party.name, "day": date_format(request.reply_by)}
    return _("%(party)s was asked for a reply by %(day)s and is asked no more.") % named


def reply_when(by: date, today: date) -> str:
    """How far the day by which a reply is asked for is away, in words."""
    named = {"day": date_format(by)}
    if by == today:
        return _("reply by the end of today")
    if by > today:
        days = days_after(today, by)
        said = ngettext("reply by %(day)s, in %(n)s day", "reply by %(day)s, in %(n)s days", days)
    else:
        days = days_after(by, today)
        said = ngettext(
            "a reply was asked for by %(day)s, %(n)s day ago",
            "a reply was asked for by %(day)s, %(n)s days ago",
            days,
        )
    return said % {**named, "n": amount(days)}


def when(due_on: date, today: date) -> str:
    """How far a due day is away, in words."""
    named = {"day": date_format(due_on)}
    if due_on == today:
        return _("due today")
    if due_on > today:
        days = days_after(today, due_on)
        said = ngettext("due on %(day)s, in %(n)s day", "due on %(day)s, in %(n)s days", days)
    else:
        days = days_after(due_on, today)
        said = ngettext("was due on %(day)s, %(n)s day ago", "was due on %(day)s, %(n)s days ago", days)
    return said % {**named, "n": amount(days)}
