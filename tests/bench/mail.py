"""What it takes to tell people of very many commitments that are overdue at once, by mail.

    python -m tests.bench mail [--commitments 100000] [--people 20]

A worker of its own flags them, gathers and sends as the tasks do, and gives reminders on the day after. Prints the
seconds of each, how many mails left for how many people, and the most memory that the worker had. It works in a
database of its own, on the server of DATABASE_URL, or on an embedded one where that is not set.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench.database import own_database
from tests.bench.export import memory
from tests.bench.packs import timed
from tests.bench.read import said

MOST_MEMORY = 300  # MB
# Mails that one person may get of it: of what opened, of what they are reminded of, and once more of what waits.
MOST_MAILS = 3

DAY = dt.date(2026, 3, 20)
BEFORE = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 3, 21, 9, tzinfo=dt.UTC)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--commitments", type=int, default=100_000)
    parser.add_argument(
        "--people", type=int, default=20, help="who follow the agreement, beside the mandated"
    )
    options = parser.parse_args()
    os.environ |= {
        "SITE_ADDRESS": "https://bench.invalid",
        "MAIL_TRANSPORT": "django.core.mail.backends.dummy.EmailBackend",
    }
    with own_database():
        measure(options.commitments, options.people)


def measure(commitments: int, people: int) -> None:
    from django.db import connection

    print(f"filling {commitments:,} commitments that fall due on one day", flush=True)
    fill(commitments, people)
    name = connection.settings_dict["NAME"]
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    environment = os.environ | {"DATABASE_URL": address, "LOG_LEVEL": "WARNING"}
    code = "from tests.bench.mail import work; work()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def fill(commitments: int, people: int) -> None:
    """One thousand by a pack, and copies of these; with two mediators, the parties and followers of everything."""
    from agreement.models import Agreement
    from agreement.packs.read import read_pack
    from agreement.viewers import viewer_for
    from obligations.commands.care import follow
    from obligations.packs.load import load_pack
    from parties.access import PUBLIC_VIEWER
    from tests import make
    from tests.bench import copies

    values = copies.pack()
    for entry in values["obligations"]:
        entry |= {"kind": "one_off", "deadline": {"rule": "fixed", "date": str(DAY)}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pack.yaml"
        file.write_text(json.dumps(values))
        load_pack(pack=read_pack(file), actor=PUBLIC_VIEWER, now=BEFORE)
    copies.Copier().up_to(commitments)
    agreement = Agreement.objects.get(code="bench")
    for name in ("one", "two"):
        make.mediator(f"{name}@bench.invalid", agreement)
    for party in agreement.parties.filter(participations__kind="party"):
        make.representative(party, agreement)
    for number in range(people):
        user = make.analyst(f"{number}@bench.invalid", of=agreement)
        if number % 2:  # of the others nothing is said: to find that out takes longest
            follow(agreement=agreement, follows=True, actor=viewer_for(user), now=BEFORE)


def work() -> None:
    """In a process of its own."""
    import django

    django.setup()
    from django.db.models import Count

    from obligations.delivery.mail import gather, send_next
    from obligations.delivery.reminders import give
    from obligations.flagging import sweep
    from parties.models import SentMail

    def send(now: dt.datetime) -> None:
        while send_next(now):
            pass

    gather(BEFORE)
    give(BEFORE)
    print(f"at rest the worker has {memory(os.getpid())} MB")
    for what, run, now in (
        ("flag and enter what opened", sweep, AFTER),
        ("gather what opened", gather, AFTER),
        ("send it", send, AFTER),
        ("remind of what is late", give, AFTER),
        ("send that", send, AFTER),
        ("what nobody acknowledged", give, AFTER + dt.timedelta(days=6)),
        ("send that", send, AFTER + dt.timedelta(days=6)),
    ):
        timed(what, partial(run, now))
        print(f"{'':<28} at most {memory(os.getpid(), 'VmHWM')} MB so far", flush=True)
    each = dict(SentMail.objects.values_list("to").annotate(n=Count("pk")))
    print(f"{sum(each.values())} mails to {len(each)} people", *sorted(each.items()), sep="\n")
    said("mails to one person", max(each.values()), MOST_MAILS, "mails", at_most=True)
    said("memory of the worker", memory(os.getpid(), "VmHWM"), MOST_MEMORY, "MB", at_most=True)


if __name__ == "__main__":
    main()
