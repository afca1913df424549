"""What the columns of files and the lists themselves are called by people; programs go by their keys."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.texts import StrOrPromise

# By the key of a column.
LABELS: dict[str, StrOrPromise] = {
    "id": _("Its number or key"),
    "agreement": _("Agreement"),
    "commitment": _("Number of the commitment"),
    "obligation_code": _("Obligation"),
    "obligation_title": _("What is owed"),
    "obligation_kind": _("Kind"),
    "provision_instrument": _("Instrument"),
    "provision_anchor": _("Provision in addresses"),
    "provision_label": _("Provision"),
    "party_code": _("Code of the party"),
    "party_name": _("Party"),
    "by_code": _("Code of who says it"),
    "by_name": _("Who says it"),
    "share": pgettext_lazy("column: the part of a duty that a party owes", "Share"),
    "life": pgettext_lazy("column: whether a commitment is active", "Life"),
    "clock": _("Clock"),
    "due_on": _("Due on"),
    "due_at": _("Due at (UTC)"),
    "timeliness": _("Timeliness"),
    "overdue_since": _("Overdue since (UTC)"),
    "days_late": _("Days late"),
    "days_running": _("Days running"),
    "days_taken": _("Days taken"),
    "level": _("Level found"),
    "not_assessable": _("Not assessable"),
    "conduct": _("Conduct found"),
    "found_on": _("Found on"),
    "complete_since": _("Complete since"),
    "last_assessed_starts_on": _("Last assessed period, from"),
    "last_assessed_ends_on": _("Last assessed period, until"),
    "last_assessed_found_on": _("Last assessed on"),
    "last_assessed_conduct": _("Conduct in the last assessed period"),
    "last_assessed_periods_ago": _("Periods since the last assessed one"),
    "own_claim": _("The party's own claim, beside the finding"),
    "own_gap": _("Levels from the finding up to the party's own claim"),
    "other_claim": _("Another party's claim, beside the finding"),
    "other_gap": _("Levels from the finding up to another party's claim"),
    "url": _("Page"),
    "kind": _("Kind"),
    "effective_on": _("Day spoken of"),
    "recorded_at": _("Recorded at (UTC)"),
    "reason": _("Reason"),
    "language": _("Language of the text"),
    "source": _("Source"),
    "tier": _("Who may see it"),
    "period": _("Period"),
    "state": _("How it stands"),
    "outcome": _("Outcome"),
    "open": _("Still open"),
    "cycle": _("Run of the clock"),
    "at": _("Recorded at (UTC)"),
    "on": _("Day spoken of"),
}

# By the name of its address.
TITLES: dict[str, StrOrPromise] = {
    "agreements": _("Agreements"),
    "breaches": _("Breaches"),
    "calendars": _("Calendars"),
    "changes-between": _("What changed"),
    "commitments": _("Commitments"),
    "events": _("Events"),
    "evidence": _("Evidence"),
    "instruments": _("Instruments"),
    "ledger": _("Ledger"),
    "meetings": _("Meetings"),
    "obligations": _("Obligations"),
    "parties": _("Parties"),
    "periods": _("Periods"),
    "proposals": _("Proposals"),
    "provisions": _("Provisions"),
    "readings": _("Readings"),
    "requests": _("Requests"),
    "search": _("What was found"),
    "statements": _("Statements"),
    "triggers": _("Triggers"),
}


def label_of(key: str) -> StrOrPromise:
    """The label of a column; its key in words where it has none."""
    return LABELS.get(key) or key.replace("_", " ").capitalize()
