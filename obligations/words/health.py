"""What is wrong with a part of the machine, and what to do, in words for who does not run servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from obligations.heartbeats import BACKUP, NIGHTLY

# What shows that it lives, what is done outside, and what is followed.
NOT_SENT_FOR: Final = ("worker", "beat", BACKUP, "replica")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of /healthz: what it is called, what follows while it is down, what to do; and what an operator types.

    `work` are the names under which its work is noted as done (`obligations.heartbeats`). They are tasks that can be
    sent for, but for those in NOT_SENT_FOR.
    """

    name: Promise
    follows: Promise
    remedy: Promise
    typed: str = ""
    work: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(name for name in self.work if name not in NOT_SENT_FOR)


LOOK_AT_THE_WORKER = _(
    "Ask who runs the server to look whether the worker and the beat process run, and to start them again."
)
PARTS: Final[Mapping[str, Part]] = {
    "database": Part(
        _("Database"),
        _("Nothing can be read or recorded."),
        _("Ask who runs the server to start the database again, and to look whether its disk is full."),
        "docker compose up -d postgres",
    ),
    "replica": Part(
        _("Replica of the database"),
        _("Everything is read from the database itself, which has more to do."),
        _(
            "Ask who runs the server to look whether the replica runs and follows the database. Nothing is lost."
        ),
        work=("replica",),
    ),
    "schema": Part(
        _("Tables of the database"),
        _("The program is newer than its tables: pages that need the new ones fail."),
        _("Ask who runs the server to bring the tables up to date; that is a part of each update."),
        "python manage.py migrate",
    ),
    "broker": Part(
        _("Broker"),
        _("Work for later is not handed out: nothing is marked overdue, published or checked by itself."),
        _("Ask who runs the server to start the broker again. Nothing that was recorded is lost."),
        "docker compose up -d valkey",
    ),
    "records": Part(
        _("Derived columns"),
        _("Some figures or statuses are not what the recorded rows give."),
        _(
            "Read the differences below, find what wrote them, then have them worked out anew with a reason, which the "
            "ledger will tell."
        ),
        "python manage.py checkdrift\npython manage.py recompute --reason '...'",
        ("check_drift",),
    ),
    "ledger": Part(
        _("Ledger"),
        _("An entry, or a row that an entry names, is not as it was written."),
        _(
            "Change nothing. Ask who runs the server to have the ledger verified and to compare it with the witness "
            "and the newest backup; tell the mediators what was found."
        ),
        "python manage.py verifyledger",
        ("verify_ledger",),
    ),
    "witness": Part(
        _("Witness of the ledger"),
        _("Were the ledger cut off now, the newest entries could be lost without a trace."),
        _(
            "Read below which witness it is. Ask who runs the server to make its file writable again; where an older "
            "backup was restored, the break is put on record with a reason."
        ),
        "python manage.py ledgerrestored --reason '...'",
    ),
    "worker": Part(
        _("Worker"),
        _("Nothing is marked overdue, published or checked by itself; pages still say what is overdue."),
        LOOK_AT_THE_WORKER,
        "docker compose up -d worker beat",
        ("worker",),
    ),
    "beat": Part(
        _("Beat, which sends for the work"),
        _("Nothing is marked overdue, published or checked by itself; pages still say what is overdue."),
        LOOK_AT_THE_WORKER,
        "docker compose up -d worker beat",
        ("beat",),
    ),
    "sweep": Part(
        _("Sweep for what is overdue"),
        _("Breaches are opened late; pages still say what is overdue."),
        LOOK_AT_THE_WORKER,
        "docker compose logs worker",
        ("sweep",),
    ),
    "publications": Part(
        _("Planned publications"),
        _("What was to be published at a set hour is published late."),
        LOOK_AT_THE_WORKER,
        "docker compose logs worker",
        ("publish",),
    ),
    "nightly": Part(
        _("Work of the night"),
        _("Checks of the records, of the ledger and of files are older than they should be."),
        LOOK_AT_THE_WORKER,
        "docker compose logs worker beat",
        NIGHTLY,
    ),
    "backup": Part(
        _("Backup"),
        _("Were the database lost now, what was recorded since the last backup would be lost with it."),
        _("Ask who runs the server to look why the nightly backup was not made, and to make one now."),
        "docker compose run --rm backup",
        (BACKUP,),
    ),
    "clock": Part(
        _("Clocks of the servers"),
        _("A server whose clock is wrong would judge dates wrongly, so its worker refuses its work."),
        _("Ask who runs the server to set the clocks by a time server."),
        "timedatectl",
    ),
    "evidence": Part(
        _("Store of files"),
        _("Files that no row names are not cleared away. No evidence is lost."),
        _("Ask who runs the server to confirm that this store belongs to this database."),
        "python manage.py confirmevidence",
        ("sweep_evidence",),
    ),
    "store": Part(
        _("Connection to the store of files"),
        _("No file is taken as evidence or given out until it answers. Nothing that was handed in is lost."),
        _("Ask who runs the server to look whether the store runs, and takes the keys of the tracker."),
    ),
    "mail": Part(
        _("Mail"),
        _("What people are to be told by mail does not leave. It stands on their pages all the same."),
        _("Read why on the page of mail, have the mail server mended, then send again from there."),
        "python manage.py sendtestmail you@example.org",
        ("tell",),
    ),
    "scanner": Part(
        _("Virus scanner"),
        _("No file is taken as evidence until it answers; links are."),
        _("Ask who runs the server to start the scanner again; after a start it takes some minutes."),
        "docker compose up -d clamav",
    ),
}
