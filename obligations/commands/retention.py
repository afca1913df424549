"""What is kept how long, and why: one table, carried out each night. What it does not name stays.

The record and its ledger are kept for good; everything else that people or machines leave goes when nobody needs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from agreement.models import ConfidenceRead, LedgerCheck
from obligations.models import (
    Delivery,
    Draft,
    DriftCheck,
    Forgotten,
    Message,
    SweepRun,
    WaitingDate,
    Work,
    WorkPart,
)
from parties.models import ApiToken, SentMail, SentOnce
from parties.once import RETENTION as OF_KEYS
from parties.texts import StrOrPromise


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Something that is kept: `n` days long, as `since` says; without `days` as long as `since` says.

    `rows` gives those that go, of an instant so many days ago; None where nothing goes by itself at night.
    """

    name: str
    what: StrOrPromise
    days: int | None
    since: StrOrPromise
    why: StrOrPromise
    rows: Callable[[datetime], QuerySet[Any]] | None = None

    @property
    def goes(self) -> bool:
        """Whether what is old of it goes at night."""
        return self.rows is not None

    @property
    def how_long(self) -> str:
        return self.since % {"n": self.days or LedgerCheck.MOST}


KEPT = (
    KeptRows(
        "record",
        _(
            "What is on record: texts, statements, findings, evidence, meetings, mandates, and the ledger of it all"
        ),
        None,
        # Translators: this and what follows like it: how long something is kept, in a table.
        _("for good"),
        _("Nothing that was said or found is ever removed or overwritten."),
    ),
    KeptRows(
        "accounts",
        _("Accounts, with name, address, saved views, visits, subscriptions and webhooks"),
        None,
        _("until the account is closed"),
        _("Then all of it goes but for a name that the record needs."),
    ),
    KeptRows(
        "files",
        _("Stored files that no evidence names"),
        None,
        _("two nights"),
        _("An upload that failed leaves them; one night could be an upload under way."),
    ),
    KeptRows(
        "packs",
        _("Packs that were shown as what they would change, and not applied"),
        None,
        _("two hours, in no table"),
        _("So that what is applied is what was shown."),
    ),
    KeptRows(
        "unsent",
        _("What was typed in a form whose session had ended"),
        None,
        _("in the browser; between password and second step in the session"),
        _("The server holds nothing of who has not given the password."),
    ),
    KeptRows(
        "sessions",
        _("Sessions"),
        None,
        _("until they end"),
        _("Who is signed in."),
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    KeptRows(
        "places",
        _("Where a session was open: network address, browser, since when"),
        7,
        ngettext_lazy("%(n)s day after it was last used", "%(n)s days after it was last used", "n"),
        _("So that its owner can end one that is not theirs."),
        lambda before: UserSession.objects.filter(last_seen_at__lt=before),
    ),
    KeptRows(
        "tokens",
        _("API tokens"),
        None,
        _("until they end"),
        _("One that has ended opens nothing."),
        lambda before: ApiToken.objects.filter(expiry__lt=before),
    ),
    KeptRows(
        "drafts",
        _("Drafts and sheets that were saved and not sent"),
        365,
        ngettext_lazy("%(n)s day after they were last saved", "%(n)s days after they were last saved", "n"),
        _("They are their author's alone, and on no record."),
        lambda before: Draft.objects.filter(saved_at__lt=before),
    ),
    KeptRows(
        "keys",
        _("Keys of acts that were sent, with what they were answered"),
        OF_KEYS.days,
        ngettext_lazy("%(n)s day after they were sent", "%(n)s days after they were sent", "n"),
        _("So that what is sent twice is recorded once."),
        lambda before: SentOnce.objects.filter(at__lte=before),
    ),
    KeptRows(
        "messages",
        _("Which changes somebody was told of by mail"),
        90,
        ngettext_lazy("%(n)s day after the mail left", "%(n)s days after the mail left", "n"),
        _("So that somebody who missed it can be helped."),
        lambda before: Message.objects.filter(sent_at__lt=before),
    ),
    KeptRows(
        "given_up",
        _("Messages that no mail server took"),
        365,
        ngettext_lazy("%(n)s day after they were given up", "%(n)s days after they were given up", "n"),
        _("So that who keeps the server can send them again."),
        lambda before: Message.objects.filter(given_up_at__lt=before),
    ),
    KeptRows(
        "mails",
        _("To whom what mail left when; what it said is never kept"),
        90,
        ngettext_lazy("%(n)s day after it left", "%(n)s days after it left", "n"),
        _("So that a mail that did not arrive can be looked for."),
        lambda before: SentMail.objects.filter(at__lt=before),
    ),
    KeptRows(
        "deliveries",
        _("Deliveries to webhooks, and what was answered"),
        90,
        ngettext_lazy(
            "%(n)s day after they arrived or were given up",
            "%(n)s days after they arrived or were given up",
            "n",
        ),
        _("So that the owner of a program can find what it missed."),
        lambda before: Delivery.objects.filter(Q(sent_at__lt=before) | Q(given_up_at__lt=before)),
    ),
    KeptRows(
        "reads",
        _("Who read which confidence on which day"),
        90,
        ngettext_lazy("%(n)s day after it was read last", "%(n)s days after it was read last", "n"),
        _("So that a party can be told who knew, where something came out."),
        lambda before: ConfidenceRead.objects.filter(last_at__lt=before),
    ),
    KeptRows(
        "attempts",
        _("Failed attempts to sign in: address tried, network address, browser"),
        1,
        ngettext_lazy(
            "%(n)s day after the attempt at the latest: a sign-in clears those of more than an hour ago",
            "%(n)s days after the attempt at the latest: a sign-in clears those of more than an hour ago",
            "n",
        ),
        _("They stop who guesses, within the hour."),
        lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
    ),
    KeptRows(
        "sign_ins",
        _("Sign-ins: account, network address, browser"),
        settings.LOCKOUT_KNOWN_DAYS,
        ngettext_lazy("%(n)s day after the sign-in", "%(n)s days after the sign-in", "n"),
        _(
            "From an address that is known, an owner gets in while others guess; and they see when they signed in."
        ),
        lambda before: AccessLog.objects.filter(attempt_time__lt=before),
    ),
    KeptRows(
        "waiting_dates",
        _("Dates of triggers that a worker worked out"),
        365,
        ngettext_lazy("%(n)s day after that was done", "%(n)s days after that was done", "n"),
        _("What became of them; the date itself is on record."),
        lambda before: WaitingDate.objects.filter(ended_at__lt=before),
    ),
    KeptRows(
        "work",
        _("Work that was done in the background, and what came of it"),
        90,
        ngettext_lazy("%(n)s day after it ended", "%(n)s days after it ended", "n"),
        _("So that its owner finds it again."),
        lambda before: Work.objects.filter(ended_at__lt=before),
    ),
    KeptRows(
        "work_files",
        _("Files that were made in the background"),
        7,
        ngettext_lazy("%(n)s day after they were made", "%(n)s days after they were made", "n"),
        _("To be taken away by who asked for them; they can be made again."),
        lambda before: WorkPart.objects.filter(work__ended_at__lt=before),
    ),
    KeptRows(
        "sweeps",
        _("When what became overdue was looked for, and how much there was"),
        7,
        ngettext_lazy("%(n)s day after the sweep", "%(n)s days after the sweep", "n"),
        _("To see whether the workers do their work."),
        lambda before: SweepRun.objects.filter(finished_at__lt=before),
    ),
    KeptRows(
        "drift_checks",
        _("What the nightly drift checks found"),
        90,
        ngettext_lazy("%(n)s day after the check", "%(n)s days after the check", "n"),
        _("To see since when something differs."),
        lambda before: DriftCheck.objects.filter(finished_at__lt=before),
    ),
    KeptRows(
        "ledger_checks",
        _("What the verifications of the ledger found"),
        None,
        _("the newest %(n)s"),
        _("Later verifications go by what earlier ones found."),
        lambda before: LedgerCheck.objects.exclude(
            pk__in=LedgerCheck.objects.values("pk")[: LedgerCheck.MOST]
        ),
    ),
)


def forget(now: datetime) -> dict[str, int]:
    """Remove what was kept for its time; how many rows of each. Safe any number of times, side by side."""
    gone = {}
    for kept in KEPT:
        if kept.rows is not None:
            with transaction.atomic():
                rows = kept.rows(now - timedelta(days=kept.days or 0))
                gone[kept.name] = rows.delete()[1].get(rows.model._meta.label, 0)
                note(kept.name, gone[kept.name], now)
    return gone


def note(name: str, rows: int, now: datetime) -> None:
    """Note when it was carried out, and what went."""
    Forgotten.objects.get_or_create(name=name, defaults={"at": now})
    Forgotten.objects.filter(name=name).update(at=now, rows=rows, in_all=F("in_all") + rows)
