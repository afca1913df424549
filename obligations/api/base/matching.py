"""Writes that replace: `If-Match` names the version that they replace, and the command looks under its lock."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from obligations.api.base.problems import Changed, NoMatchGiven


def tag_of(said: Any) -> str:
    """The ETag of what is said of a row: the same as long as that is."""
    written = json.dumps(said, cls=JSONEncoder, sort_keys=True)
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:32]}"'


def tagged(said: Any, status: int = 200) -> Response:
    return Response(said, status, headers={"ETag": tag_of(said)})


def only_if_as_read(request: Request, said_of: Callable[[Any], Any]) -> Callable[[Any], None]:
    """What a command calls with the row under its lock: it raises Changed where the sender read another version.

    `said_of` is what a reader is told of a row. Raises NoMatchGiven where the request names no version.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise NoMatchGiven
    # A tag is one of the content, whatever bytes it travels in: packed, it arrives marked as weak.
    tags = {one.strip().removeprefix("W/") for one in given.split(",")}

    def check(row: Any) -> None:
        current = said_of(row)
        if not tags & {"*", tag_of(current)}:
            raise Changed(current)

    return check
