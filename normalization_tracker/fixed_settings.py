"""Settings that no variable changes: of the API, pages, who signs in, tasks. They name classes, and import none."""

from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "obligations.api.base.access.ApiTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["obligations.api.base.access.MayRead"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "obligations.api.base.negotiation.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["obligations.api.base.parsing.PlainJSON"],
    "DEFAULT_FILTER_BACKENDS": ["obligations.api.base.filtering.TableFilters"],
    "DEFAULT_METADATA_CLASS": "obligations.api.base.access.Methods",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a filter's, of lists that can be taken away
    "DEFAULT_SCHEMA_CLASS": "obligations.api.base.schema.Operations",
    "EXCEPTION_HANDLER": "obligations.api.base.problems.handle",
    "DEFAULT_THROTTLE_CLASSES": ["obligations.api.base.throttling.ByWhoAsks"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Normalization Tracker",
    "DESCRIPTION": (
        "What the parties of a negotiated agreement promised, by when, what is said about it, and how it stands.\n\n"
        "Every answer holds what the one who asks may see, and nothing else: rows, counts and what is nested in them. "
        "Days are in the agreement's time zone; instants are in UTC. Lists come in pages, in a fixed order: follow "
        "`next`. Errors are problem details (RFC 9457); an unknown parameter is one."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["obligations.api.base.access.MayRead"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "docExpansion": "list",
        "displayRequestDuration": True,
        "filter": True,
        "validatorUrl": None,
    },
    # What changes a part takes all that its body names.
    "COMPONENT_SPLIT_PATCH": False,
    # Fields called "kind" are of several sorts; each has its own name in the document.
    "ENUM_NAME_OVERRIDES": {
        "ClaimAgainstFinding": "obligations.api.serializers.commitment.CLAIM",
        "ChangeKind": "obligations.changes.window.ChangeKind",
        "EvidenceKind": "obligations.models.Evidence.Kind",
        "InstrumentKind": "agreement.models.Instrument.Kind",
        "Language": "obligations.api.serializers.common.LANGUAGES",
        "ObligationKind": "obligations.models.obligation.ObligationKind",
        "ParticipationKind": "agreement.models.Participation.Kind",
        "PositionKind": "agreement.models.Position.Kind",
        "ProposalState": "obligations.api.views.proposals.STATES",
        "ReadingKind": "obligations.models.Reading.Kind",
        "StateEnum": "obligations.models.period.PeriodState",
        "StatementKind": "obligations.models.Statement.Kind",
        "StepKind": "obligations.api.serializers.commitment.STEPS",
        "StreamedChangeKindEnum": "obligations.delivery.kinds.Kind",
        "TierEnum": "parties.access.Tier",
        "TierOfARequest": "obligations.api.serializers.input.TIERS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "obligations.api.base.schema.with_problems",
        "obligations.api.base.examples.with_examples",
        "obligations.api.base.schema.with_method",
    ],
}


X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SESSION_COOKIE_HTTPONLY = True
# A form whose session was another one gives its text back, to who wrote it.
CSRF_FAILURE_VIEW = "parties.unsent.refused_as_forged"

LANGUAGE_CODE = "en-gb"
# By their own names, and in the order of these.
LANGUAGES = [("en", "English"), ("sq", "Shqip"), ("sr-latn", "Srpski"), ("sr", "Српски")]
FORMAT_MODULE_PATH = ["normalization_tracker.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True


AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "parties.passwords.NotGuessable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "own-work"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "parties.links.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# Accounts are made by an administrator, who vouches for the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords are counted by axes, as parties/lockout.py says: an attempt that is right costs a neighbour nothing.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/m/ip,5/h/key"}
# Who has the mailbox has the account; and an owner whom somebody else's guesses stop gets in by it.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_FORMS = {"user_token": "parties.links.LinkForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "parties.reset_tokens.LinkTokens"
# No mail to an address without an account: nobody signs up here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "parties.second_factor.Factors"
MFA_FORMS = {
    "add_webauthn": "parties.second_factor.KeyForm",
    "authenticate": "parties.second_factor.CodeForm",
    "reauthenticate": "parties.second_factor.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are vouched for by who made the account, and stand in no table of the library's.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The clocks of a phone and of the server may lie a step of thirty seconds apart.
MFA_TOTP_TOLERANCE = 1
# Pages, admin and API each name the address in their own way.
AXES_USERNAME_CALLABLE = "parties.lockout.address_tried"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "parties.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "parties.rates.client_address"
AXES_FAILURE_LIMIT = 10
LOCKOUT_OF_ACCOUNT = 50
LOCKOUT_OF_ADDRESS = 20
LOCKOUT_KNOWN_DAYS = 90
# What is tried while stopped is neither looked at nor counted: the hour ends however often it is tried.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "parties.lockout.stopped"
AXES_COOLOFF_TIME = 1  # hours
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False


# The worker may be killed at any moment: a job is done only when it is acknowledged after its end.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What is sent for by the clock never waits behind what takes long. A task is asked to end before it is ended.
CELERY_TASK_DEFAULT_QUEUE = "clock"
SLOW_TASKS = ("check_drift", "do_work", "import_pack", "sweep_evidence", "verify_ledger", "work_out_dates")
CELERY_TASK_ROUTES = {f"obligations.tasks.{task}": {"queue": "slow"} for task in SLOW_TASKS}
CELERY_TASK_SOFT_TIME_LIMIT = 9 * 60
CELERY_TASK_TIME_LIMIT = 10 * 60
SLOW_TASK_SECONDS = 60 * 60
CELERY_TASK_ANNOTATIONS = {
    task: {"soft_time_limit": SLOW_TASK_SECONDS - 60, "time_limit": SLOW_TASK_SECONDS}
    for task in CELERY_TASK_ROUTES
}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    # Above the longest task, so that none is handed out twice while it runs.
    "visibility_timeout": SLOW_TASK_SECONDS + 5 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
# Of the tasks that come often and are done in a moment.
QUICK_TASK_SECONDS = 20
HEARTBEAT_SECONDS = 30
# Beat writes its schedule with each task that it sends: how old the file is shows whether beat lives.
CELERY_BEAT_SYNC_EVERY = 1


def sent_by_beat(task: str, schedule: int | crontab, expires: int = 6 * 60 * 60) -> dict[str, Any]:
    """A task of obligations/tasks.py: what no worker took within `expires` seconds is not worth starting."""
    return {"task": f"obligations.tasks.{task}", "schedule": schedule, "options": {"expires": expires}}


def schedule(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """Celery's CELERY_BEAT_SCHEDULE, with a sweep each `sweep_seconds`."""
    return {
        "flag-overdue-commitments": sent_by_beat("sweep", sweep_seconds, sweep_seconds - 5),
        "heartbeat": sent_by_beat("heartbeat", HEARTBEAT_SECONDS, HEARTBEAT_SECONDS - 5),
        "publish": sent_by_beat("publish", 60, 55),
        # What was not sent for as it was given, or whose worker was killed.
        "work-out-dates": sent_by_beat("work_out_dates", 60, 55),
        "do-work": sent_by_beat("do_work", 60, 55),
        "tell": sent_by_beat("tell", 60, 55),
        "tell-programs": sent_by_beat("tell_programs", 60, 55),
        "give-reminders": sent_by_beat("give_reminders", crontab(minute=5), 50 * 60),
        # So that no entry is older than a minute and in no witness.
        "write-heads": sent_by_beat("write_heads", 30, 25),
        "make-periods": sent_by_beat("make_periods", crontab(hour=1, minute=30)),
        "forget-what-is-old": sent_by_beat("forget_what_is_old", crontab(hour=2, minute=0)),
        "check-drift": sent_by_beat("check_drift", crontab(hour=2, minute=30)),
        "verify-ledger": sent_by_beat("verify_ledger", crontab(hour=3, minute=0)),
        "sweep-evidence": sent_by_beat("sweep_evidence", crontab(hour=3, minute=30)),
        "seal-ledger": sent_by_beat("seal_ledger", crontab(hour=4, minute=0)),
    }
