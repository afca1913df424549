"""What evidence cannot be."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from obligations.commands.errors import Refused
from obligations.commands.statements import tier_errors
from obligations.deadlines import day_in
from obligations.models import Evidence
from obligations.models.evidence import LANGUAGE
from parties.access import Viewer

LONGEST_QUOTE = 20_000  # characters
is_web_address = URLValidator(schemes=["http", "https"])


def refuse_what_cannot_be(
    evidence: Evidence, actor: Viewer, now: datetime, more: dict[str, str] | None = None
) -> None:
    errors = tier_errors(evidence, actor) | (more or {})
    if not evidence.title:
        errors["title"] = _("Give it a title.")
    for name, most in (("title", 300), ("origin", 300)):
        if len(getattr(evidence, name)) > most:
            errors[name] = _("At most %(most)s characters.") % {"most": most}
        if "\x00" in getattr(evidence, name):
            errors[name] = _("The text holds a character that cannot be kept (NUL).")
    if not re.fullmatch(LANGUAGE, evidence.language):
        errors["language"] = _(
            "Give a language code such as en, sq or sr-Latn; und where there is no language."
        )
    errors |= day_errors(evidence, now)
    agreed = (
        set(evidence.obligation.indicators.values_list("text", flat=True)) if evidence.supports else set()
    )
    if not set(evidence.supports) <= agreed or len(set(evidence.supports)) < len(evidence.supports):
        errors["supports"] = _("Choose among the indicators of this obligation.")
    if errors:
        raise Refused(errors)


def day_errors(evidence: Evidence, now: datetime) -> dict[str, str]:
    errors = {}
    today = day_in(now, evidence.obligation.agreement.zone)
    for name in ("represents_on", "seen_on"):
        day = getattr(evidence, name)
        if day is not None and day > today:
            errors[name] = _("This day has not come yet.")
        elif day is not None and day.year < 1900:
            errors[name] = _("Give a day after 1900.")
    return errors


def link_errors(evidence: Evidence) -> dict[str, str]:
    errors = {}
    try:
        is_web_address(evidence.url)
    except ValidationError:
        errors["url"] = _("Give an address that begins with https:// or http://.")
    if len(evidence.url) > 2000:
        errors["url"] = _("At most %(most)s characters.") % {"most": 2000}
    if not evidence.quote:
        errors["quote"] = _("Quote the words that you rely on: the page may change or go.")
    elif len(evidence.quote) > LONGEST_QUOTE:
        errors["quote"] = _("At most %(most)s characters.") % {"most": LONGEST_QUOTE}
    elif "\x00" in evidence.quote:
        errors["quote"] = _("The text holds a character that cannot be kept (NUL).")
    return errors
