"""Settings of the API and of its document. They name the API's classes, and import none."""

from typing import Any

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
