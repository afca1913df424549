"""Settings, all from the environment and safe by default; see README.md for the variables.

A trial (``manage.py up``) keeps its own values in ``DATA_DIR/trial.env``, so that any other management command
in the same checkout finds the same database while the trial runs.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from normalization_tracker import fixed_settings
from normalization_tracker.broker import are_places, for_celery
from normalization_tracker.fixed_settings import *  # noqa: F403
from normalization_tracker.stores import databases, evidence_storages

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).absolute()
if (DATA_DIR / "trial.env").is_file():
    env.read_env(str(DATA_DIR / "trial.env"), recurse=False)

# A secret can stand in a file that NAME_FILE names, as Docker and others mount it.
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "REPLICA_URL",
    "REDIS_URL",
    "REDIS_SENTINEL_PASSWORD",
    "EMAIL_HOST_PASSWORD",
    "EVIDENCE_S3_SECRET_KEY",
)
for name in SECRETS:
    if place := env.str(f"{name}_FILE", ""):
        try:
            os.environ[name] = Path(place).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE is {place}, which cannot be read: {error.strerror}."
            ) from error

DEBUG: bool = env.bool("DEBUG", False)
# A trial shows illustrative statements, prints passwords and listens on one machine. Never set it in production.
TRIAL: bool = env.bool("TRIAL", False)
# Whether the public tier may be read without an account.
PUBLIC_READING: bool = env.bool("PUBLIC_READING", TRIAL)


def required(name: str, what: str) -> str:
    """The variable's value; a clear error that says what to do where it is not set."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: give {what}, or run `make run` for a trial that needs nothing."
        )
    return value


SECRET_KEY = required("SECRET_KEY", "a long random string that stays secret")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if TRIAL or DEBUG else []
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    # Ours come last: what they say of accounts has the last word.
    "normalization_tracker",
    "obligations",
    "agreement",
    "parties",
    # After ours: of two commands with one name, the first app's is run (createsuperuser, changepassword).
    "django.contrib.auth",
]

MIDDLEWARE = [
    "normalization_tracker.request_log.RequestLog",
    "normalization_tracker.middleware.CrossOrigin",
    "normalization_tracker.middleware.Compressed",
    "parties.rates.RateHeaders",
    "normalization_tracker.middleware.SentKey",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before whatever says something, were it only that something is away.
    "django.middleware.locale.LocaleMiddleware",
    "csp.middleware.CSPMiddleware",
    "normalization_tracker.middleware.Unavailable",
    "normalization_tracker.replica.NamedReads",
    "obligations.api.kept.KeptAnswers",
    "normalization_tracker.middleware.Tagged",
    "normalization_tracker.middleware.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "normalization_tracker.middleware.CacheHeaders",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parties.languages.AccountLanguage",
    "agreement.translations.PackLanguage",
    "agreement.reads.ConfidencesRead",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "parties.unsent.OverAnEndedSession",
    "django_htmx.middleware.HtmxMiddleware",
    "obligations.web.base.sessions.LimitedSessions",
    "obligations.web.base.sessions.LedToEnrolment",
    "obligations.web.base.parameters.KnownParameters",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "normalization_tracker.urls"
WSGI_APPLICATION = "normalization_tracker.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "normalization_tracker.context.page",
            ],
        },
    }
]

# Database and broker
DATABASE_URL = required("DATABASE_URL", "postgresql://user:password@host:5432/name")
REDIS_URL = required("REDIS_URL", "redis://host:6379/0")
REDIS_SENTINELS: list[str] = env.list("REDIS_SENTINELS", [], validate=are_places)
REDIS_SENTINEL_PASSWORD: str = env.str("REDIS_SENTINEL_PASSWORD", "")
# `transaction`: a pooler such as PgBouncer stands before the database and shares its connections by transactions. A
# connection then sets and keeps nothing that outlives one: no limits (running/kind.py), plans, cursors, options.
POOLER: str = env.str(
    "POOLER", "", validate=validate.OneOf(["", "transaction"], error="POOLER is transaction, or nothing.")
)
DATABASES: dict[str, Any] = databases(env, POOLER)
# Seconds by which the replica of REPLICA_URL may be behind; beyond, everything is read from the primary.
REPLICA_LAG_SECONDS: int = env.int("REPLICA_LAG_SECONDS", 10, validate=validate.Range(min=1))
DATABASE_ROUTERS = ["parties.replica.Router"] if "replica" in DATABASES else []
# The role that owns the tables and migrates; without it, the application does both. See normalization_tracker/roles.py.
OWNER_DATABASE_URL: str = env.str("OWNER_DATABASE_URL", "")
OWNER_DATABASE: dict[str, Any] = dict(env.dj_db_url("OWNER_DATABASE_URL")) if OWNER_DATABASE_URL else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What all processes count together: requests, and attempts. On the broker's server, under a prefix of its own.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "normalization_tracker.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tracker-cache",
        "OPTIONS": {
            "serializer": "normalization_tracker.shared_cache.Plain",
            "sentinels": REDIS_SENTINELS,
            "password_of_sentinels": REDIS_SENTINEL_PASSWORD,
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
        },
    },
    # Answers about commitments that everybody sees, until something changes: of each process its own, and no more.
    "answers": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "answers",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

CELERY_BROKER_URL, CELERY_BROKER_USE_SSL, BY_SENTINEL = for_celery(
    REDIS_URL, REDIS_SENTINELS, REDIS_SENTINEL_PASSWORD
)
CELERY_BROKER_TRANSPORT_OPTIONS = fixed_settings.CELERY_BROKER_TRANSPORT_OPTIONS | BY_SENTINEL
SWEEP_SECONDS: int = env.int("SWEEP_SECONDS", 60)
CELERY_BEAT_SCHEDULE = fixed_settings.schedule(SWEEP_SECONDS)
# /healthz is red where `manage.py backup` made none for longer; 0: nobody looks.
BACKUP_HOURS: int = env.int("BACKUP_HOURS", 0, validate=validate.Range(min=0, max=10_000))

# A sheet of statements that is recorded at once: its rows, and its bytes.
BULK_ROWS: int = env.int("BULK_ROWS", 1000)
BULK_BYTES: int = env.int("BULK_BYTES", 5 * 1024 * 1024)

# The ledger: the file outside of the database in which the heads of its chains are written down.
LEDGER_WITNESS: str = env.str("LEDGER_WITNESS", str(DATA_DIR / "ledger-heads.jsonl"))
# An authority after RFC 3161 that stamps the daily seals, and who is sent them: addresses, and `representatives`.
TIMESTAMP_AUTHORITY_URL: str = env.str("TIMESTAMP_AUTHORITY_URL", "")
LEDGER_SEAL_TO: list[str] = env.list("LEDGER_SEAL_TO", [])

# Who signs in, and how: fixed_settings.py has what no variable says.
# Roles of which the policy of an agreement wants a second factor from the outset; of administrators, those who keep the
# server's accounts too. A trial asks nobody, so that the passwords that it prints let one in.
SECOND_FACTOR: list[str] = env.list(
    "SECOND_FACTOR",
    [] if TRIAL else ["administrator", "mediator", "representative"],
    validate=validate.ContainsOnly(["administrator", "analyst", "mediator", "observer", "representative"]),
)
# Organisations whose own server says who signs in (OpenID Connect), see parties/oidc.py; none by default. Each has
# `id`, `name`, `server_url`, `client_id`, `secret` and the `domains` of the addresses for which it may speak; and maybe
# `second_factor`, the values of `amr` or `acr` with which it says that one was given.
OIDC_PROVIDERS: list[dict[str, Any]] = list(env.json("OIDC_PROVIDERS", []))
SOCIALACCOUNT_ADAPTER = "parties.oidc.Accounts"
# A link leads there: a form would be stopped by the policy of contents, which knows no other server.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": one.get("id"),
                "name": one.get("name"),
                "client_id": one.get("client_id"),
                "secret": one.get("secret"),
                "settings": {name: one.get(name) for name in ("server_url", "domains", "second_factor")},
            }
            for one in OIDC_PROVIDERS
        ],
    }
}
# Mail: kept in a folder on a trial, else printed to the console where no server is named; then nobody is told anything.
EMAIL_HOST: str = env.str("EMAIL_HOST", "")
EMAIL_PORT: int = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", True)
# Seconds; a server that takes a connection and says nothing holds up no worker for longer.
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", 10, validate=validate.Range(min=1, max=300))
EMAIL_BACKEND = "normalization_tracker.mail.NotedBackend"
# The address at which people reach the server: mails have links to it.
SITE_ADDRESS: str = env.str("SITE_ADDRESS", "")
MAIL_FOLDER: str = env.str("MAIL_FOLDER", str(DATA_DIR / "mail") if TRIAL and not EMAIL_HOST else "")
EMAIL_FILE_PATH = MAIL_FOLDER
MAIL_TRANSPORT: str = env.str("MAIL_TRANSPORT", "") or "django.core.mail.backends.{}.EmailBackend".format(
    "smtp" if EMAIL_HOST else "filebased" if MAIL_FOLDER else "console"
)
# By a provider's own interface, such as MAIL_TRANSPORT=anymail.backends.mailgun.EmailBackend: what it is given.
ANYMAIL: Any = env.json("ANYMAIL", {})
MAIL_LEAVES = not MAIL_TRANSPORT.endswith(("console.EmailBackend", "filebased.EmailBackend"))
# People are told of changes; on a trial they read it on the page of what was kept.
SENDS_MAIL = MAIL_LEAVES or bool(MAIL_FOLDER)
# Whether webhooks may also lead to http:// and into networks that are not public, such as to the machine itself.
WEBHOOKS_INSIDE: bool = env.bool("WEBHOOKS_INSIDE", DEBUG or TRIAL)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "tracker@localhost")

# How many proxies stand in front, each of which adds to X-Forwarded-For: see parties/rates.py.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=10))

# What a browser may do with a page
HTTPS: bool = env.bool("HTTPS", not (DEBUG or TRIAL))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
# The health check comes from the container's own network, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^livez$"]
# A security key answers over https alone; on one's own machine, without it too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# How long a session lasts, by role: hours in all, and minutes without a page; of several roles the shortest counts.
SESSION_HOURS: dict[str, int] = env.dict(
    "SESSION_HOURS",
    dict.fromkeys(("administrator", "analyst", "mediator", "observer", "representative"), 12),
    subcast_values=int,
)
SESSION_IDLE_MINUTES: dict[str, int] = env.dict(
    "SESSION_IDLE_MINUTES",
    {} if TRIAL else {"administrator": 30, "mediator": 120, "representative": 120},
    subcast_values=int,
)
SESSION_COOKIE_AGE = 3600 * max(SESSION_HOURS.values(), default=12)

# Language and time: fixed_settings.py has the rest. Deadlines count in the agreement's own zone; what is stored is UTC.
# Our own messages, and those of libraries that these lack or say otherwise.
LOCALE_PATHS = [BASE_DIR / "normalization_tracker" / name for name in ("locale", "locale_of_libraries")]
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "UTC"
USE_TZ = True

# Files that pages load
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        # Compressing takes seconds at each start, and pays over a network only.
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if TRIAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    # Outside of everything that a web server serves: a view gives evidence to those who may see it.
    **evidence_storages(env, DATA_DIR),
}

# Files that people hand in
EVIDENCE_MAX_BYTES: int = env.int("EVIDENCE_MAX_BYTES", 25 * 1024 * 1024)
# ClamAV's daemon, `host:port` or `unix:/path`. Empty: nothing is scanned, and the administration page says so.
CLAMD_ADDRESS: str = env.str("CLAMD_ADDRESS", "")
FILE_UPLOAD_HANDLERS = ["normalization_tracker.uploads.BoundedUpload"]
FILE_UPLOAD_TEMP_DIR = env.str("FILE_UPLOAD_TEMP_DIR", "") or None
DATA_UPLOAD_MAX_NUMBER_FILES = 4

# How many requests a token, account or address may make: "600/m" is 600 a minute; empty: as many as they like.
RATE = validate.Regexp(
    r"^([1-9][0-9]{0,8}/[smhd])?$", error="Give a rate such as 600/m, or nothing for none."
)
RATES: dict[str, str] = {
    "signed-in": env.str("RATE_SIGNED_IN", "600/m", validate=RATE),
    "anonymous": env.str("RATE_ANONYMOUS", "120/m", validate=RATE),
    # Changes, search, the preview of many statements, and what takes all away; pages and API together.
    "costly": env.str("RATE_COSTLY", "60/m", validate=RATE),
    # All of a webhook sent anew; pages and API together.
    "replay": env.str("RATE_REPLAY", "6/h", validate=RATE),
    # Attempts to trade a password for a token; from one address.
    "sign-in": env.str("RATE_SIGN_IN", "30/m", validate=RATE),
}

# API: see fixed_settings.py.
# Pages of which origins may read it, without any credential: `*`, or such as https://example.org. None by default.
CORS_ORIGINS: list[str] = env.list("CORS_ORIGINS", [])
# Tokens of programs: how long one lasts where nothing else is said, and at most.
API_TOKEN_DAYS: int = env.int("API_TOKEN_DAYS", 30)
API_TOKEN_MOST_DAYS = 366
KNOX_TOKEN_MODEL = "parties.ApiToken"
REST_KNOX: dict[str, Any] = {"TOKEN_TTL": timedelta(days=API_TOKEN_DAYS)}

# Lines of log: JSON, or `line` to be read by people.
LOG_FORMAT: str = env.str(
    "LOG_FORMAT",
    "line" if TRIAL or DEBUG else "json",
    validate=validate.OneOf(["json", "line"], error="LOG_FORMAT is json or line."),
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "parties.logs.WithoutStatements",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "parties.logs.AsJson"},
    },
    # Django writes out each statement, with what is in it, where its level lets it.
    "loggers": {"django.db.backends": {"level": "WARNING"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
}

# Where web servers note what `manage.py servemetrics` gives to Prometheus: a folder that they share; none by default.
METRICS_FOLDER: str = env.str("METRICS_FOLDER", "")
if METRICS_FOLDER:
    Path(METRICS_FOLDER).mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER  # the library looks here as it is imported

# Whether traces are made; whoever sends them reads this and the other variables of OpenTelemetry by itself.
TRACES: bool = bool(env.str("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
