"""Examples in the OpenAPI document: bodies as they are sent, and answers made of what a field of that name holds."""

from collections.abc import Mapping
from typing import Any

REASON = "The liaison office opened its doors on 15 March; its address and hours are published."
SOURCE = "https://example.org/news/liaison-office-opens"
SAID = {"effective_on": "2024-03-15", "reason": REASON, "source": SOURCE, "tier": "public"}
ABOUT = {
    "title": "Lease of the liaison office",
    "represents_on": "2024-03-15",
    "language": "en",
    "origin": "Ministry of Foreign Affairs",
    "tier": "parties",
}
BULK_ROW = {"kind": "finding", "obligation": "O-12", "party": "alpha", "level": "2", **SAID}
KEY = "k7q2m9x4t1vd"
BODIES: Mapping[str, Mapping[str, Any]] = {
    "AttachmentBody": {"statement": KEY},
    "BulkBody": {"agreement": "ohrid-2023", "preview": True, "rows": [BULK_ROW]},
    "ClaimBody": {"level": 2, **SAID},
    "ContestBody": {"reason": "The office has no staff yet.", "tier": "parties"},
    "CredentialsBody": {"email": "tool@example.org", "password": "a long password", "name": "nightly copy"},
    "EventBody": {
        "happened_on": "2024-03-15",
        "title": "A liaison office opens",
        "source": SOURCE,
        "tier": "public",
    },
    "EvidenceFileBody": {**ABOUT, "file": "(the bytes of the file)"},
    "EvidenceLinkBody": {
        **ABOUT,
        "url": SOURCE,
        "quote": "The office opened today.",
        "seen_on": "2024-03-16",
    },
    "FindingBody": {"level": 3, **SAID, "seen": "none"},
    "FollowedBody": {"of": "obligation", "agreement": "ohrid-2023", "key": "AX-6.1"},
    "NoteBody": {"note": "Raised with both sides on 2 April."},
    "ObservationBody": {"level": 1, "by": "monitor", **SAID},
    "OwnerBody": {"owner": "mediator@example.org"},
    "ReadingBody": {
        "kind": "extension",
        "due_on": "2024-06-30",
        "effective_on": "2024-03-15",
        "reason": "Both sides asked for it.",
    },
    "ReasonBody": {"reason": "It was recorded on the wrong commitment."},
    "ReleaseBody": {"reason": "Both sides agreed to publish it.", "tier": "public"},
    "RequestBody": {
        "party": "alpha",
        "reply_by": "2024-04-15",
        "words": "Which steps were taken since March?",
        "tier": "parties",
    },
    "KindsBody": {"kinds": ["statement", "breach_opened"]},
    "SinceBody": {"since": "2024-03-15T09:30:00Z"},
    "WebhookBody": {"agreement": "ohrid-2023", "url": "https://example.org/hook", "kinds": []},
    "TriggerDateBody": {"occurred_on": "2023-03-18", "reason": "The day of acceptance.", "source": SOURCE},
}
BY_NAME: Mapping[str, Any] = {
    "after": None,
    "agreement": "ohrid-2023",
    "anchor": "art_7__para_1",
    "code": "O-12",
    "confidant": None,
    "convention": "calendar",
    "count": 1,
    "email": "analyst@example.org",
    "failed": "",
    "failing_since": None,
    "given_up_at": None,
    "heading": "Permanent missions",
    "id": KEY,
    "instrument": "agreement",
    "key": KEY,
    "label": "Article 7, paragraph 1",
    "level": 2,
    "name": "Alpha",
    "next": None,
    "of_language": "sq",
    "off_at": None,
    "owner": "mediator@example.org",
    "quote": "The office opened today.",
    "reason": REASON,
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "share": "Opens an office in the other's capital.",
    "source": SOURCE,
    "title": "Exchange of permanent missions",
    "url": "https://example.org/hook",
    "zone": "Europe/Brussels",
}
BY_FORMAT = {
    "binary": "(bytes)",
    "date": "2024-03-15",
    "date-time": "2024-03-15T09:30:00Z",
    "email": "analyst@example.org",
    "uuid": "5f0c9a52-7d3e-4c1b-9a64-2e1f8b7d6c50",
    "uri": "https://tracker.example/obligations/ohrid-2023/O-12/",
}
PLAIN: Mapping[str, Any] = {"boolean": False, "integer": 1, "number": 1, "null": None}
TYPES: Mapping[str, Any] = {"integer": int, "string": str, "boolean": bool, "null": type(None)}
Schemas = Mapping[str, dict[str, Any]]


def example_of(schema: dict[str, Any], schemas: Schemas, name: str = "") -> Any:
    """A value that the schema takes; `name` is that of the field."""
    if "$ref" in schema:
        component = schema["$ref"].rpartition("/")[2]
        return BODIES.get(component) or example_of(schemas[component], schemas, name)
    for joined in ("allOf", "oneOf", "anyOf"):
        if joined in schema:
            return example_of(schema[joined][0], schemas, name)
    if "enum" in schema:
        return BY_NAME[name] if BY_NAME.get(name) in schema["enum"] else schema["enum"][0]
    types = schema.get("type", "object")
    types = types if isinstance(types, list) else [types]
    fits = any(type(BY_NAME.get(name, 0.0)) is TYPES.get(one) for one in types)
    if fits and (BY_NAME[name] is None or "format" not in schema):
        return BY_NAME[name]
    return made(types[0], schema, schemas, name)


def made(of: str, schema: dict[str, Any], schemas: Schemas, name: str) -> Any:
    if of == "array":
        return [example_of(schema.get("items", {}), schemas, name)] * schema.get("minItems", 1)
    if of == "object":
        return {
            key: example_of(one, schemas, key)
            for key, one in schema.get("properties", {}).items()
            if key != "expanded"
        }
    if of == "string":
        return BY_FORMAT.get(schema.get("format", ""), "A few words.")
    return max(PLAIN[of], schema.get("minimum", PLAIN[of])) if of == "integer" else PLAIN[of]


def with_examples(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """An example of each JSON body, and of each answer that is no problem."""
    schemas = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            answers = (one for status, one in operation["responses"].items() if status.startswith("2"))
            for part in (operation.get("requestBody", {}), *answers):
                for media_type, content in part.get("content", {}).items():
                    if media_type in ("application/json", "multipart/form-data"):
                        content["example"] = example_of(content["schema"], schemas)
    return result
