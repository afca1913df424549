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
from parties.texts import day_error, text_errors

is_web_address = URLValidator(schemes=["http", "https"])


def refuse_what_cannot_be(
    evidence: Evidence, actor: Viewer, now: datetime, more: dict[str, str] | None = None
) -> None:
    errors = tier_errors(evidence, actor) | (more or {})
    errors |= text_errors(("title",), title=evidence.title, origin=evidence.origin)
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
        elif error := day_error(day):
            errors[name] = error
    return errors


def link_errors(evidence: Evidence) -> dict[str, str]:
    errors = {}
    try:
        is_web_address(evidence.url)
    except ValidationError:
        errors["url"] = _("Give an address that begins with https:// or http://.")
    return errors | text_errors(("quote",), url=evidence.url, quote=evidence.quote)
