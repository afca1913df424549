"""The processes of a production with two of each, all real, on one machine; begun, ended and begun again by name."""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import psycopg2
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from normalization_tracker.trial.files import account_for
from normalization_tracker.trial.postgres import NAME, PORT, Cluster
from tests.servers import PASSWORD, serving
from tests.standbys import Standby
from tests.trials import ROOT, free_port, wait_for

WEB = (
    "--interface",
    "wsgi",
    "--no-ws",
    "--workers",
    "1",
    "--blocking-threads",
    "4",
    "--workers-kill-timeout",
    "5",
)
WORKER = ("worker", "--concurrency", "2", "--loglevel", "INFO", "--queues")


def program(name: str, package: str) -> str:
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") or sys.exit(
        f"{name} is missing: install it (on Debian: apt-get install {package})."
    )


@contextmanager
def database(folder: Path) -> Iterator[Cluster]:
    """An empty PostgreSQL. Gives its cluster."""
    sockets = folder / "sockets"
    sockets.mkdir(mode=0o700)
    cluster = Cluster(folder / "postgres", sockets, PASSWORD, durable=False)
    with serving(folder, cluster.prepare()):
        cluster.ensure_database()
        yield cluster


def certificates(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "localhost.pem", folder / "localhost.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


class Hosts:
    """All processes but the database, and its hot standby. Logs are in the folder, one a name."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder = folder
        (folder / "replica").mkdir()
        self.replica = Standby(folder / "replica", cluster)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = {name: free_port() for name in ("web-1", "web-2", "pooler", "broker")}
        self.certificate, key = certificates(folder)
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql://{NAME}@127.0.0.1:{self.ports['pooler']}/{NAME}",
            "REPLICA_URL": f"postgresql://{NAME}@127.0.0.1:{self.ports['pooler']}/replica",
            "POOLER": "transaction",
            "REDIS_URL": f"rediss://:{PASSWORD}@localhost:{self.ports['broker']}/0"
            f"?ssl_cert_reqs=required&ssl_ca_certs={self.certificate}",
            "SITE_ADDRESS": "http://tracker.invalid",
            "MAIL_FOLDER": str(folder / "mail"),
            "DATA_DIR": str(folder / "data"),
            "LOG_FORMAT": "json",
        }
        python = (sys.executable, "-m")
        celery = (*python, "celery", "--app", "normalization_tracker")
        self.commands: dict[str, tuple[str, ...]] = {
            "broker": (program("redis-server", "redis-server"), *self._broker(key)),
            "pooler": self._pooler(cluster),
        }
        for number in ("1", "2"):
            port = str(self.ports[f"web-{number}"])
            granian = (*python, "granian", *WEB, "--port", port, "normalization_tracker.wsgi:application")
            self.commands[f"web-{number}"] = granian
            for queue in ("clock", "slow"):
                node = f"{queue}-{number}@tests"
                self.commands[f"{queue}-{number}"] = (*celery, *WORKER, queue, "--hostname", node)
            schedule = str(folder / f"schedule-{number}")
            self.commands[f"beat-{number}"] = (*celery, "beat", "--schedule", schedule, "--pidfile", "")

    def _broker(self, key: Path) -> tuple[str, ...]:
        port, certificate = str(self.ports["broker"]), str(self.certificate)
        tls = ("--port", "0", "--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", str(key))
        kept = ("--appendonly", "yes", "--save", "", "--dir", str(self.folder))
        return (*tls, "--tls-auth-clients", "no", "--requirepass", PASSWORD, "--bind", "127.0.0.1", *kept)

    def _pooler(self, cluster: Cluster) -> tuple[str, ...]:
        """PgBouncer refuses to be root, as PostgreSQL does, and is run as that is."""
        databases = [
            f"{name} = host={at.sockets} port={PORT} dbname={NAME} user={NAME} password={PASSWORD}"
            for name, at in ((NAME, cluster), ("replica", self.replica.cluster))
        ]
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.ports["pooler"],
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": 20,
            "unix_socket_dir": "",
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        place = self.folder / "pooler.ini"
        place.write_text("\n".join(["[databases]", *databases, "[pgbouncer]", *lines, ""]))
        pgbouncer = program("pgbouncer", "pgbouncer")
        account = account_for(Path(pgbouncer), self.folder)
        return (*account.prefix, pgbouncer, "-q", str(place))

    def begin(self, *names: str) -> None:
        for name in names or ("replica", *self.commands):
            if name == "replica":
                self.replica.begin()
                continue
            place = {"LEDGER_WITNESS": str(self.folder / f"heads-{name}.jsonl")}
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=ROOT,
                    env=self.environment | place,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            wait_for(partial(self.is_ready, name), f"{name} is ready, see {self.folder}/{name}.log")

    def is_ready(self, name: str) -> bool:
        if self.running[name].poll() is not None:
            sys.exit(f"{name} ended: see {self.folder}/{name}.log")
        if name.startswith("web"):
            return self.health(name, "readyz") is not None
        if name == "broker":
            try:
                url = self.environment["REDIS_URL"]
                return bool(redis.Redis.from_url(url, socket_timeout=2).ping())
            except redis.RedisError:
                return False
        if name == "pooler":
            try:
                psycopg2.connect(self.environment["DATABASE_URL"]).close()
            except psycopg2.OperationalError:
                return False
            return True
        said = {"beat": b"beat: Starting", "clock": b" ready.", "slow": b" ready."}
        return said[name.partition("-")[0]] in (self.folder / f"{name}.log").read_bytes()

    def end(self, name: str, how: signal.Signals) -> int:
        """Give the process the signal, and all that it began with it where it is killed. Its exit code."""
        if name == "replica":
            self.replica.end()
            return 0
        process = self.running[name]
        (os.killpg if how is signal.SIGKILL else os.kill)(process.pid, how)
        return process.wait(60)

    def end_all(self) -> None:
        for process in reversed(self.running.values()):
            if process.poll() is None:
                process.terminate()
                process.wait(60)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        self.replica.end()

    def address(self, web: str) -> str:
        return f"http://127.0.0.1:{self.ports[web]}"

    def health(self, web: str, of: str = "healthz") -> str | None:
        """What /healthz says is wrong; empty where nothing is, None where nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.address(web)}/{of}", timeout=5) as answer:
                answer.read()
                return ""
        except urllib.error.HTTPError as error:
            return error.read().decode() if of == "healthz" else None
        except (OSError, ssl.SSLError):
            return None
