"""What every process asks as it starts, and what `manage.py check --deploy` asks beside Django's own questions."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from normalization_tracker import broker
from parties.access import Role

REDIS = ("redis", "rediss", "redis+socket", "unix")
FEWEST_SECONDS = 10
OF_A_PROVIDER = ("id", "name", "server_url", "client_id", "secret", "domains")
# What is wrong, and what to do.
Wrong = tuple[str, str]


@register(Tags.security, deploy=True)
def application_owns_no_tables(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning where the application's role in the database can change what is append-only.

    A database that answers tells; else it goes by whether the settings name an owner.
    """
    # It has models, and the settings are looked at before those are loaded.
    from normalization_tracker.roles import application_may_change_records, has_two_roles

    if has_two_roles():
        return []
    try:
        if not application_may_change_records():
            return []
    except DatabaseError:
        pass  # no database, or none with tables: nothing but the settings is known
    return [
        Warning(
            "The application owns its tables in the database: it could switch off what guards the records.",
            hint="Give OWNER_DATABASE_URL to `manage.py migrate`, and another role in DATABASE_URL.",
            id="normalization_tracker.W001",
        )
    ]


@register()
def settings_are_right(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each setting with which the tracker would not work, or not be safe. Asked as each process starts."""
    return [
        Error(what, hint=hint, id=f"normalization_tracker.E{number:03}")
        for number, wrong in enumerate(SETTINGS, start=1)
        for what, hint in wrong()
    ]


def site_address() -> Iterator[Wrong]:
    if settings.SENDS_MAIL and not settings.SITE_ADDRESS.startswith(("https://", "http://")):
        yield (
            "SITE_ADDRESS is missing: mails would have no links.",
            "Give the address at which people reach the server, such as https://tracker.example.org.",
        )


def secret_key() -> Iterator[Wrong]:
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        yield (
            "SECRET_KEY is too short: it can be guessed, and with it whoever is signed in.",
            "Give 50 random characters or more, such as `openssl rand -hex 32` prints.",
        )


def database_url() -> Iterator[Wrong]:
    if not is_postgresql("default"):
        yield (
            "DATABASE_URL is no address of a PostgreSQL.",
            "Give one such as postgresql://user:password@host:5432/name.",
        )


def replica_url() -> Iterator[Wrong]:
    if "replica" in settings.DATABASES and not is_postgresql("replica"):
        yield (
            "REPLICA_URL is no address of a PostgreSQL.",
            "Give that of a hot standby of DATABASE_URL, with the same role and password, or nothing.",
        )


def is_postgresql(alias: str) -> bool:
    return str(settings.DATABASES[alias]["ENGINE"]).endswith("postgresql")


def redis_url() -> Iterator[Wrong]:
    url = urlsplit(settings.REDIS_URL)
    if url.scheme not in REDIS:
        yield (
            f"REDIS_URL is no address of a Redis or Valkey: it begins with {url.scheme or 'nothing'!r}.",
            "Give one such as redis://host:6379/0, or rediss:// with certificates.",
        )
    elif url.scheme == "rediss" and not verified(parse_qs(url.query)):
        yield (
            "REDIS_URL does not have the server's certificate verified: anybody between could read and send jobs.",
            "End it with ?ssl_cert_reqs=required (and &ssl_ca_certs=/path where the authority is your own).",
        )
    elif settings.REDIS_SENTINELS and url.scheme not in broker.OVER_TCP:
        yield (
            f"REDIS_SENTINELS is set, and REDIS_URL names no primary that they could know: it is {url.scheme}://.",
            "Give redis://:password@NAME/0, or rediss://, with the name by which the sentinels know the primary.",
        )


def verified(query: dict[str, list[str]]) -> bool:
    """Whether the parameters of the address have certificate and name verified, in Celery and in redis-py alike."""
    named = query.get("ssl_check_hostname", ["true"])[-1].lower() not in ("0", "false", "no", "off")
    return named and query.get("ssl_cert_reqs") == ["required"]


def allowed_hosts() -> Iterator[Wrong]:
    if not settings.ALLOWED_HOSTS and not settings.DEBUG:
        yield (
            "ALLOWED_HOSTS is empty: every request would be refused.",
            "Name the hosts that the site is reached by, comma-separated, such as tracker.example.org.",
        )


def sweep_seconds() -> Iterator[Wrong]:
    if settings.SWEEP_SECONDS < FEWEST_SECONDS:
        yield (
            f"SWEEP_SECONDS is {settings.SWEEP_SECONDS}: sweeps would expire before a worker takes them.",
            f"Give {FEWEST_SECONDS} or more; 60 is the default.",
        )


def folders() -> Iterator[Wrong]:
    places = [("LEDGER_WITNESS", Path(settings.LEDGER_WITNESS), False)]
    evidence = settings.STORAGES["evidence"]
    if evidence["BACKEND"].endswith(".LocalFiles"):
        places.append(("EVIDENCE_DIR", Path(evidence["OPTIONS"]["location"]), True))
    for name, place, is_folder in places:
        if not may_write(place, is_folder):
            yield (
                f"{name} cannot be written: {place}.",
                f"Give this process's user the right to, or name another place in {name}"
                f"{'' if name in os.environ else ' (by default it lies in DATA_DIR)'}.",
            )


def may_write(place: Path, is_folder: bool) -> bool:
    """Whether this process may write the file or folder, or make it where it is missing. Makes nothing."""
    there = next(path for path in (place, *place.absolute().parents) if path.exists())
    fits = there.is_dir() == is_folder if there == place else there.is_dir()
    return fits and os.access(there, os.W_OK | (os.X_OK if there.is_dir() else 0))


def cors_origins() -> Iterator[Wrong]:
    for origin in settings.CORS_ORIGINS:
        url = urlsplit(origin)
        if origin != "*" and (
            url.scheme not in ("http", "https") or origin != f"{url.scheme}://{url.netloc}"
        ):
            yield (
                f"CORS_ORIGINS names no origin: {origin!r}.",
                "Give each as https://example.org, without a path, or * for the pages of all.",
            )


def session_limits() -> Iterator[Wrong]:
    for name in ("SESSION_HOURS", "SESSION_IDLE_MINUTES"):
        given: dict[str, int] = getattr(settings, name)
        if wrong := [role for role, most in given.items() if role not in Role.values or most < 1]:
            yield (
                f"{name} names no role, or no time: {', '.join(wrong)}.",
                "Give each as a role and a whole number, such as administrator=30,mediator=120.",
            )


def oidc_providers() -> Iterator[Wrong]:
    for one in settings.OIDC_PROVIDERS:
        missing = [name for name in OF_A_PROVIDER if not one.get(name)]
        address = str(one.get("server_url", ""))
        if missing or not (address.startswith("https://") or settings.DEBUG or settings.TRIAL):
            yield (
                f"OIDC_PROVIDERS lacks {', '.join(missing) or 'https:// in server_url'} of {one.get('id') or 'one'}.",
                f"Give each of them {', '.join(OF_A_PROVIDER)}: `domains` are those whose addresses it may speak for.",
            )
        counted = one.get("second_factor") or []
        if not isinstance(counted, list) or not all(isinstance(value, str) and value for value in counted):
            yield (
                f"OIDC_PROVIDERS has a second_factor of {one.get('id') or 'one'} that is no list of texts.",
                'Give the values of amr or acr that count, such as ["mfa"], or leave it out.',
            )


def traces() -> Iterator[Wrong]:
    if settings.TRACES and find_spec("opentelemetry") is None:
        yield (
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and what makes traces is not installed.",
            "Install the extra `otel`, or leave the variable out.",
        )


SETTINGS = (
    secret_key,
    database_url,
    replica_url,
    redis_url,
    allowed_hosts,
    sweep_seconds,
    folders,
    cors_origins,
    site_address,
    session_limits,
    oidc_providers,
    traces,
)
