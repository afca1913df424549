"""Bodies of requests: JSON that the rest of the server can hold."""

import codecs
import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class PlainJSON(JSONParser):
    """Refuses, as a problem, what no field could take: nested without end, halves of characters, a name given twice."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = codecs.getreader("utf-8")(stream).read()
            data = json.loads(text, object_pairs_hook=once_each, parse_constant=no_number)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("The body is nested too deep.")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("The body holds half a character (a lone surrogate).")) from error
        except ValueError as error:
            raise ParseError(_("The body is no JSON: %(why)s.") % {"why": error}) from error
        return data


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one name a reader would take the last, and another reader the first."""
    if twice := sorted(
        name for name, number in Counter(name for name, _value in pairs).items() if number > 1
    ):
        raise ParseError(_("The body names a field twice: %(names)s.") % {"names": ", ".join(twice)[:300]})
    return dict(pairs)


def no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
