"""What the OpenAPI document says of every operation, beside what the views say of their own."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import OpenApiParameter

from obligations.api.base.filtering import in_document
from obligations.lists.takeaway import FORMATS
from obligations.words.method import HEADLINES, Selection, in_words, meanings

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "`about:blank`, or the kind of problem."},
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
ANSWER = {
    "description": "Any error.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
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
    "content": ANSWER["content"],
}


FILES = {
    form.media_type.split(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for form in FORMATS.values()
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


def with_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Every operation may answer with a problem, of one shape for all; no parameter may be empty."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {"Problem": ANSWER, "TooManyRequests": TOO_MANY}
    for path in result["paths"].values():
        for method, operation in path.items():
            operation["responses"]["429"] = {"$ref": "#/components/responses/TooManyRequests"}
            operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
            for parameter in operation.get("parameters", []):
                if parameter["schema"] == {"type": "string"}:
                    parameter["schema"] = {"type": "string", "minLength": 1}
            if method == "post" and operation["operationId"] not in NO_ACTS:
                operation.setdefault("parameters", []).append(KEY)
            if any(parameter["name"] == "format" for parameter in operation.get("parameters", [])):
                operation["responses"]["200"]["content"] |= FILES
            if method == "get":  # the public tier, where the server shows it without an account
                operation["security"].append({})
    return result


def with_method(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """The document says what the page on method says of the scales and the headlines."""

    def listed(picked: Selection) -> str:
        return "; ".join(f"{label}: {', '.join(allowed)}" for label, allowed in in_words(picked))

    lines = ["## What each figure counts"]
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
        return self.act.takes if self.act.takes._declared_fields else None

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
