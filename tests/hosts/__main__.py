"""Two webs, two workers of each queue, two beats, PgBouncer, a hot standby, a broker with TLS; one of each ends while 8
clients write, and read in the list of all what they wrote.

Prints what each ending did, and ends with 1 where a write that was acknowledged is not there once, or not read by who
wrote it, a mail left twice, a seal was made twice, the ledger is not whole, or a row is not what the functions give.
"""

import json
import os
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.hosts.servers import Hosts

CLIENTS = 8
WAIT = 4.0  # seconds that each process is away
ENDINGS = (
    ("replica", signal.SIGINT),
    ("web-1", signal.SIGTERM),
    ("web-2", signal.SIGKILL),
    ("clock-1", signal.SIGTERM),
    ("clock-2", signal.SIGKILL),
    ("slow-1", signal.SIGKILL),
    ("beat-1", signal.SIGKILL),
    ("pooler", signal.SIGKILL),
    ("broker", signal.SIGKILL),
)


class Client(threading.Thread):
    """Records findings one after the other, each under a key of its own, until one of the webs acknowledges it; and
    reads each in a file of all, which a replica may give.
    """

    def __init__(self, addresses: list[str], token: str, owed: int) -> None:
        super().__init__(daemon=True)
        self.addresses, self.token, self.owed = addresses, token, owed
        self.acknowledged: list[str] = []
        self.refused: Counter[str] = Counter()
        self.read, self.unread = 0, 0
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            reason, key = f"Found {uuid.uuid4().hex}.", uuid.uuid4().hex
            turn = 0
            while not self.acknowledges(self.addresses[turn % len(self.addresses)], reason, key):
                turn += 1
                time.sleep(0.05)
            self.acknowledged.append(reason)
            self.reads(self.addresses[turn % len(self.addresses)], reason)

    def reads(self, address: str, reason: str) -> None:
        """Look for what was just recorded; a web that ends meanwhile says nothing of it."""
        where = f"{address}/api/v1/statements/?format=ndjson&commitment={self.owed}"
        asked = urllib.request.Request(where, headers={"Authorization": f"Token {self.token}"})
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                there = reason.encode() in answer.read()
        except OSError as error:
            self.refused[f"reading: {error}"] += 1
            return
        self.read += 1
        self.unread += not there

    def acknowledges(self, address: str, reason: str, key: str) -> bool:
        body = {"level": 1, "effective_on": "2024-02-02", "reason": reason, "tier": "public"}
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Token {self.token}",
            "Idempotency-Key": key,
        }
        where = f"{address}/api/v1/commitments/{self.owed}/findings/"
        asked = urllib.request.Request(where, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return bool(answer.status in (200, 201))
        except urllib.error.HTTPError as error:
            if error.code not in (409, 503):
                raise
            self.refused[str(error.code)] += 1
        except OSError as error:
            self.refused[type(error).__name__] += 1
        return False


@contextmanager
def prepared(folder: Path) -> Iterator[tuple["Hosts", list[tuple[str, int]]]]:
    """The processes, with a record to write in: of each client its token and a commitment."""
    from tests.hosts.servers import Hosts, database

    with database(folder) as cluster:
        os.environ |= {
            "DATABASE_URL": cluster.url,
            "SECRET_KEY": "of-the-hosts-0123456789-abcdefghijklmnopqrstuvwxyz",
        }
        os.environ |= {
            "SECOND_FACTOR": "",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "0",
            "REDIS_URL": "redis://localhost:1/0",
        }
        os.environ |= {
            "DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "normalization_tracker.settings",
        }
        os.environ |= dict.fromkeys(("RATE_SIGNED_IN", "RATE_ANONYMOUS", "RATE_COSTLY", "RATE_SIGN_IN"), "")
        (folder / "data" / "static").mkdir(parents=True)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        from tests import make

        make.analyst()
        written = []
        for number in range(CLIENTS):
            mediator = make.mediator(f"mediator-{number}@trial.invalid")
            written.append((make.token(mediator), make.commitment(f"O-{number}", days=30).pk))
        subscribe()
        hosts = Hosts(folder, cluster)
        try:
            hosts.begin()
            yield hosts, written
        finally:
            hosts.end_all()


def subscribe() -> None:
    """The analyst follows the agreement, and is told of each finding at once."""
    from django.utils import timezone

    from agreement.models import Agreement
    from agreement.viewers import viewer_for
    from obligations.commands.care import follow
    from obligations.models import Subscription
    from parties.models import User

    analyst, agreement = User.objects.get(email="analyst@trial.invalid"), Agreement.objects.get()
    follow(follows=True, actor=viewer_for(analyst), now=timezone.now(), agreement=agreement)
    Subscription.objects.update_or_create(
        user=analyst,
        agreement=agreement,
        defaults={"wants": {"statements": "at_once"}, "time_zone": "UTC", "position": 0, "part": 0},
    )


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was begun is ended
    folder = Path(tempfile.mkdtemp(prefix="tracker-hosts-"))
    folder.chmod(0o755)
    with prepared(folder) as (hosts, written):
        from agreement.ledger import verify

        built = {
            fault.what for fault in verify.verify().faults
        }  # what the tests' builders make is in no ledger
        addresses = [hosts.address("web-1"), hosts.address("web-2")]
        clients = [Client(addresses if n % 2 else addresses[::-1], *one) for n, one in enumerate(written)]
        for client in clients:
            client.start()
        time.sleep(WAIT)
        for name, how in ENDINGS:
            before = sum(len(client.acknowledged) for client in clients)
            code = hosts.end(name, how)
            time.sleep(WAIT)
            other = "web-2" if name == "web-1" else "web-1"
            said = hosts.health(other)
            hosts.begin(name)
            done = sum(len(client.acknowledged) for client in clients) - before
            print(
                f"{name:8} {how.name:8} code {code:4}, {done:4} writes meanwhile; /healthz: {said or 'well'}",
                flush=True,
            )
        time.sleep(WAIT)
        for client in clients:
            client.stopped.set()
        for client in clients:
            client.join(60)
        ended = all(not client.is_alive() for client in clients)
        faults = [] if ended else ["a client did not end"]
        faults += after(hosts, clients, built)
    print(f"logs: {folder}")
    print("\n".join(f"FAULT {fault}" for fault in faults) or "no fault")
    return 1 if faults else 0


def after(hosts: "Hosts", clients: list[Client], built: set[str]) -> Iterator[str]:
    """What is not as it should be, once nobody writes any more."""
    from django.utils import timezone

    from agreement.ledger import verify
    from agreement.models import LedgerSeal
    from obligations import drift
    from obligations.models import Message, Statement
    from tests.trials import wait_for

    acknowledged = [reason for client in clients for reason in client.acknowledged]
    found = Counter(Statement.objects.values_list("reason", flat=True))
    refused = sum((client.refused for client in clients), Counter[str]())
    print(
        f"{len(acknowledged)} writes acknowledged, {sum(found.values())} on record; refused on the way: {dict(refused)}"
    )
    read, unread = sum(client.read for client in clients), sum(client.unread for client in clients)
    print(f"{read} were read by who wrote them, at once")
    if unread:
        yield f"{unread} writes were not read by who wrote them"
    if lost := [reason for reason in acknowledged if not found[reason]]:
        yield f"{len(lost)} acknowledged writes are lost"
    if twice := [reason for reason, times in found.items() if times > 1]:
        yield f"{len(twice)} writes are on record twice"
    told = "the newest finding is told"
    wait_for(
        lambda: Message.objects.exists() and not Message.objects.filter(sent_at=None).exists(), told, 180
    )
    files = [path.read_text() for path in (hosts.folder / "mail").glob("*")]
    names = Counter(line for text in files for line in text.splitlines() if line.startswith("Message-ID:"))
    print(f"{len(files)} mails")
    if doubled := [name for name, times in names.items() if times > 1]:
        yield f"{len(doubled)} mails left twice"
    if LedgerSeal.objects.count() != LedgerSeal.objects.values("chain", "day").distinct().count():
        yield "a seal was made twice"
    if faults := [fault.what for fault in verify.verify().faults if fault.what not in built]:
        yield f"the ledger: {faults[0]}"
    if differences := drift.check(timezone.now(), timezone.now).found:
        yield f"{differences} differences between rows and functions"
    wait_for(
        lambda: hosts.health("web-1") == "" or print(hosts.health("web-1")) is not None, "health is well", 5
    )


if __name__ == "__main__":
    sys.exit(main())
