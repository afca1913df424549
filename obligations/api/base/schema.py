"""What the OpenAPI document says of every operation, beside what the views say of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated

from obligations.api.base.filtering import A_DAY, in_document
from obligations.api.base.problems import INVALID_INPUT, INVALID_QUERY
from obligations.lists.takeaway import DOCUMENT, FORMATS
from obligations.words.method import HEADLINES, Selection, in_words, meanings
from parties.errors import problem

GUIDE = Path(__file__).parents[1] / "guide.md"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": f"`{INVALID_INPUT}`, `{INVALID_QUERY}`, or `about:blank`: the status says all.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong, for a person."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "errors": {
            "type": "object",
            "description": "Sentences by field or parameter, for status 400.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def as_problem(example: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"application/problem+json": {"schema": schema, "example": {**example, "instance": "/api/v1/..."}}}


ANSWER = {
    "description": "Any error.",
    "content": as_problem(problem(406, "The answer cannot be given in the form that `Accept` names.")),
}

HEADERS = {
    "RateLimit-Policy": "Each quota: `q` requests in `w` seconds, to a token, account or address.",
    "RateLimit": "What is left of each: `r` requests, for `t` more seconds.",
}
TOO_MANY = {
    "description": "Too many requests, or too many attempts to sign in.",
    "headers": {
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until it may be asked again."},
        **{name: {"schema": {"type": "string"}, "description": text} for name, text in HEADERS.items()},
    },
    "content": as_problem(problem(429, "Too many requests. Try again in 30 seconds.")),
}


FILES: dict[str, Any] = {
    form.media_type.split(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for form in FORMATS.values()
}
OBJECTS = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
FILES[DOCUMENT]["schema"] = {
    "type": "object",
    "required": ["about", "columns", "rows"],
    "properties": {"about": OBJECTS["items"], "columns": OBJECTS, "rows": OBJECTS},
}
NO_ACTS = ("tokens_create",)
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "A text of your own, new for each act, such as a UUID. Sent again with the same key within two days, the act"
        " is recorded no second time, and answered as the first time; with another body it is 422. Without a key, the"
        " same body is the same act for a minute, as long as you did nothing else to the row."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}


REPLACE = ("obligations_own", "webhooks_partial_update")
MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of what is read at this address and replaced by this; `*`: whatever is there.",
    "schema": {"type": "string", "minLength": 1},
}


def problem_response(status: int, when: str, kind: str = "about:blank", **more: Any) -> dict[str, Any]:
    """An error in the document, with its `type` and an example."""
    content = as_problem(problem(status, when, type=kind, **more))
    return {"description": f"{when} `type`: `{kind}`.", "content": content}


WRONG_VALUE = {"level": ["There is no “4”. There are: 0, 1, 2, 3."]}
ERRORS = {
    "InvalidQuery": problem_response(
        400, "A parameter cannot be understood.", INVALID_QUERY, errors=WRONG_VALUE
    ),
    "InvalidInput": problem_response(
        400, "The input cannot be taken. Nothing was written.", INVALID_INPUT, errors={"reason": ["Say why."]}
    ),
    "Unauthorized": problem_response(401, "A credential is wrong or has ended, or an account is needed."),
    "Forbidden": problem_response(403, "Your role, or the scope of the token, does not allow it."),
    "NotFound": problem_response(404, "There is nothing here, or nothing that you may see."),
    "Conflict": problem_response(
        409, "Something was recorded after what you had seen. Nothing of yours was.", theirs={}, yours={}
    ),
    "Changed": problem_response(
        412, "What was to be replaced is another by now. Nothing was written.", current={}
    ),
    "NoMatchGiven": problem_response(428, "This replaces what is there, and `If-Match` is missing."),
    "TooLarge": problem_response(413, "The body or the file has more bytes than are taken."),
    "KeyUsed": problem_response(422, "The `Idempotency-Key` belongs to another act."),
    "NotNow": problem_response(503, "Something is away for now; `Retry-After` says when to ask again."),
}
MAY_CONFLICT, MAY_BE_TOO_LARGE = ("findings_create", "bulk_create"), ("evidence_create", "bulk_create")


def errors_of(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    """The names of the errors that an operation can answer with, beside those of all."""
    yield from ("Unauthorized", "NotNow")
    writes, name = method != "get", operation["operationId"]
    yield "InvalidInput" if "requestBody" in operation else "InvalidQuery"
    if writes or {} not in operation["security"]:
        yield "Forbidden"
    if "{" in path:
        yield "NotFound"
    if method == "post" and name not in NO_ACTS:
        yield "KeyUsed"
    if name in MAY_CONFLICT:
        yield "Conflict"
    if name in REPLACE:
        yield from ("Changed", "NoMatchGiven")
    if name in MAY_BE_TOO_LARGE:
        yield "TooLarge"


STATUS = {
    name: str(one["content"]["application/problem+json"]["example"]["status"]) for name, one in ERRORS.items()
}
MAY_BE_BLANK = ("note", "origin", "source")


def is_strict(body: dict[str, Any]) -> None:
    """What the server checks of a body: no other fields, no text without a letter, no day of a far century."""
    body["additionalProperties"] = False
    for name, field in body.get("properties", {}).items():
        if field.get("format") == "date":
            field |= A_DAY
        elif field.get("type") == "string" and "format" not in field and name not in MAY_BE_BLANK:
            field.setdefault("minLength", 1)


def with_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Every operation may answer with a problem, of one shape for all; no parameter may be empty."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {"Problem": ANSWER, "TooManyRequests": TOO_MANY, **ERRORS}
    for name, schema in components["schemas"].items():
        if name.endswith("Body"):
            is_strict(schema)
    components["schemas"]["BulkStatement"]["additionalProperties"] = False
    for address, path in result["paths"].items():
        for method, operation in path.items():
            operation.setdefault("security", [{}])
            for name in errors_of(address, method, operation):
                operation["responses"][STATUS[name]] = {"$ref": f"#/components/responses/{name}"}
            operation["responses"]["429"] = {"$ref": "#/components/responses/TooManyRequests"}
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
            for parameter in operation.get("parameters", []):
                if parameter["schema"] == {"type": "string"}:
                    parameter["schema"] = {"type": "string", "minLength": 1}
            if method == "post" and operation["operationId"] not in NO_ACTS:
                operation.setdefault("parameters", []).append(KEY)
            if operation["operationId"] in REPLACE:
                operation.setdefault("parameters", []).append(MATCH)
            if any(parameter["name"] == "format" for parameter in operation.get("parameters", [])):
                operation["responses"]["200"]["content"] |= FILES
    return result


def with_method(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """The document begins with how to begin, and says what the page on method says of the scales and the headlines."""

    def listed(picked: Selection) -> str:
        return "; ".join(f"{label}: {', '.join(allowed)}" for label, allowed in in_words(picked))

    lines = [GUIDE.read_text(), "## What each figure counts"]
    for one in HEADLINES:
        lines.append(f"- **{one.title}**: {listed(one.picked)}. Of: {listed(one.among)}. {one.leaves_out}")
    for _anchor, title, rows in meanings():
        lines += [f"## {title}", *(f"- `{value}` ({name}): {text}" for value, name, text in rows)]
    result["info"]["description"] += "\n\n" + "\n".join(lines)
    return result


class Operations(AutoSchema):
    """What views declare of themselves."""

    def get_override_parameters(self) -> list[Any]:
        """Of the address of a row: those that it understands."""
        view: Any = self.view
        if getattr(view, "action", "") != "retrieve":
            return super().get_override_parameters()
        written = (in_document(name, one) for name, one in view.understood.items())
        return [
            OpenApiParameter(one["name"], one["schema"], description=one["description"]) for one in written
        ]

    # Of an act, its class says all of it.

    @property
    def act(self) -> Any:
        return self.view if hasattr(self.view, "takes") else None

    def get_operation_id(self) -> str:
        return self.act.operation if self.act else super().get_operation_id()

    def get_tags(self) -> list[str]:
        return [self.act.tag] if self.act and self.act.tag else super().get_tags()

    def get_description(self) -> str:  # type: ignore[override]
        return get_doc(type(self.view)) if self.act else super().get_description()

    def get_request_serializer(self) -> Any:
        if not self.act:
            return super().get_request_serializer()
        return self.act.described or (self.act.takes if self.act.takes._declared_fields else None)

    def get_auth(self) -> list[dict[str, Any]]:
        """Without a padlock is what everybody may read, where the server shows the public tier without an account."""
        auth = [one for one in super().get_auth() if one]
        needs = getattr(self.view, "needs_account", False) or any(
            isinstance(one, IsAuthenticated) for one in self.view.get_permissions()
        )
        return auth if self.method != "GET" or needs else [*auth, {}]

    def get_response_serializers(self) -> Any:
        if not self.act:
            return super().get_response_serializers()
        return {
            status: getattr(answer, "serializer_class", answer) for status, answer in self.act.answers.items()
        }


class ApiTokensInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "obligations.api.base.access.ApiTokens"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of POST /api/v1/tokens/."}
