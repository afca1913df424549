"""What a mediator is shown of the ledger: entries of an agreement's chain, and how whole it was when last verified."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from agreement.models import Agreement, ChainHead, ChainLink, LedgerCheck, LedgerEntry
from obligations.deadlines import start_of_day
from obligations.models import PartyRequest, Statement
from obligations.status.codes import not_there
from parties.access import Viewer
from parties.rights import Right
from parties.texts import day_error

# What is said in words that have a language on record, and the column of these.
WORDED: dict[type[Model], str] = {Statement: "reason", PartyRequest: "words"}
FILTERS = ("command", "since", "until", "subject")


def mediated(viewer: Viewer) -> QuerySet[Agreement]:
    """The agreements whose ledger the viewer may read, by code."""
    return Agreement.objects.filter(pk__in=viewer.agreements_as(*Right.READ_LEDGER.roles)).order_by("code")


@dataclass(frozen=True, slots=True)
class EntriesAsked:
    """The filters, and in `problems` what is wrong with them."""

    command: str
    since: date | None
    until: date | None
    subject: str
    problems: dict[str, str]


def asked_of(given: Mapping[str, str], agreement: Agreement) -> EntriesAsked:
    problems: dict[str, str] = {}
    since, until = (day(given.get(name, ""), name, problems) for name in ("since", "until"))
    words = {name: given.get(name, "").strip() for name in ("command", "subject")}
    for name, value in words.items():
        if "\x00" in value or len(value) > 200:
            problems[name] = _("At most 200 characters, and none that cannot be kept.")
    command = words["command"]
    if command and "command" not in problems and command not in (there := commands(agreement)):
        problems["command"] = not_there(command, there)
    return EntriesAsked(command, since, until, words["subject"], problems)


def day(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        given = date.fromisoformat(text)
    except ValueError:
        problems[name] = _("Give a day as 2026-01-31.")
        return None
    if error := day_error(given):
        problems[name] = error
    return given


def entries(agreement: Agreement, asked: EntriesAsked) -> QuerySet[ChainLink]:
    """In the order of the chain; days are of the agreement's time zone, and both belong to the span."""
    links = ChainLink.objects.filter(chain=agreement.pk, position__isnull=False)
    if asked.problems:
        return links.none()
    if asked.command:
        links = links.filter(entry__command=asked.command)
    if asked.subject:
        links = links.filter(entry__subject__icontains=asked.subject)
    if asked.since:
        links = links.filter(entry__at__gte=start_of_day(asked.since, agreement.zone))
    if asked.until and asked.until < date.max:
        links = links.filter(entry__at__lt=start_of_day(asked.until + timedelta(days=1), agreement.zone))
    return links.select_related("entry__actor", "entry__on_behalf_of").order_by("position")


def with_languages(links: list[ChainLink]) -> list[ChainLink]:
    """The same, told in which language the reason of each entry is: as the row says whose words it repeats.

    Two queries.
    """
    named = {link.entry_id: rows_in(link.entry) for link in links}
    spoken: dict[tuple[str, str], str] = {}
    for model, column in WORDED.items():
        keys = [
            int(key) for rows in named.values() for label, key in rows if label == model._meta.label_lower
        ]
        rows = model._default_manager.filter(pk__in=keys).values_list("pk", column, "language")
        spoken |= {(f"{model._meta.label_lower} {pk}", words): language for pk, words, language in rows}
    for link in links:
        entry = link.entry
        found = (spoken.get((f"{label} {key}", entry.reason)) for label, key in named[link.entry_id])
        entry.reason_language = next(filter(None, found), "")
    return links


def rows_in(entry: LedgerEntry) -> list[tuple[str, str]]:
    """The append-only rows that an entry names, by model and key."""
    return [(label, str(key)) for label, key, *_digest in json.loads(entry.content or "{}").get("rows", ())]


def commands(agreement: Agreement) -> list[str]:
    """The names of the commands that the chain has entries of."""
    names = (
        LedgerEntry.objects.filter(agreement=agreement).order_by("command").values_list("command", flat=True)
    )
    return list(names.distinct())


def state(agreement: Agreement) -> dict[str, Any]:
    """The chain's head, and the newest verification as far as it is about this agreement."""
    newest = LedgerCheck.objects.first()
    faults = [one["what"] for one in newest.faults if one["agreement"] == agreement.code] if newest else []
    return {
        "head": ChainHead.objects.filter(chain=agreement.pk).first(),
        "verified_at": newest.finished_at if newest else None,
        "faults": faults,
    }
