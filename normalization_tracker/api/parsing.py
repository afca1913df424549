"""Bodies of requests: JSON that the rest of the server can hold."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class PlainJSON(JSONParser):
    """Refuses, as a problem, what no field could take: nested without end, halves of characters."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("The body is nested too deep.")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("The body holds half a character (a lone surrogate).")) from error
        return data
