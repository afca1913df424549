"""What of a text is neither a message nor data, nor written alike in every language."""

import re
from typing import Final
from zoneinfo import available_timezones

from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from parties.content import OfPack, PackTexts
from tests.canary.reader import texts_in
from tests.languages.pseudo import in_other_letters

APPS: Final = ("parties", "agreement", "obligations")
# Tables of which a page shows what it says of them, in its own words.
NOT_WRITTEN: Final = {"LedgerEntry", "ConfidenceRead"}
# Codes, of which many are words: those that people and packs gave are data, and no others.
CODE: Final = re.compile(r"[a-z_]+")
GIVEN: Final = {"code", "name"}
JSON_OF_PACKS: Final = {"naming", "target", "topics"}
# The same in every language.
ALIKE: Final = re.compile(
    "|".join(
        (
            # Names of fields; before keys, which one of them can look like.
            rf"`[^`]+`|\"[A-Z]+\"|(?<={in_other_letters('here: ')})[a-z_, ]+",
            # Addresses, and rules of calendars.
            r"https?://\S+|urn:\S+|\S+@\S+|/[\w/.?=&-]+|\b[\w-]+\.[\w.-]+\b|FREQ=\S+",
            # Keys; codes and digests, which have a digit or a line in them; codes to choose from; columns.
            r"\bwhsec_[\w+/=]+|\b[a-hjkmnp-z]{12}\b|[\w-]*[0-9_][\w-]*|(?:\b[a-z_]+, ){4,}[a-z_]+|^[a-z_]+ (?=\()",
            r"^(?:true|false|itself|another|none)$",
            # What is hidden, searched for and asked for in vain here.
            r"\bzq\w+|\b(?:harbour|nothingofthekind|papers(?: report)?)\b|“(?:never|none|tomorrow)”|: none$",
            # Names of formats, programs, headers and zones.
            r"\b(?:API|Atom|CSV|Excel|HTML|HTTPS?|JSON|NDJSON|OpenAPI|PDF|PNG|SHA|SVG|TOTP|URL|UTC|XLSX)\b",
            r"Authorization: Bearer|Firefox|testserver",
        )
    )
)
WORD: Final = re.compile(r"[A-Za-z]{2,}")
# A day as programs write it, where nobody is told to type it so.
DAY: Final = re.compile(rf"(?<![\w/.-])(?<!{in_other_letters('as')} )\d{{4}}-\d\d-\d\d(?![\w/-])")


def of_the_world(*, packs: bool) -> set[str]:
    """The lines of all texts of the database that are no choices: what people wrote, and what packs say, if that is
    read as it was written.
    """
    found, codes = set[str](), set[str]()
    for model in (model for name in APPS for model in apps.get_app_config(name).get_models()):
        if model.__name__ in NOT_WRITTEN:
            continue
        for column in model._meta.concrete_fields:
            if not packs and (isinstance(column, OfPack | PackTexts) or column.name in JSON_OF_PACKS):
                continue
            values = model._default_manager.values_list(column.name, flat=True)
            if isinstance(column, CharField | TextField) and not column.choices:
                (codes if column.name in GIVEN else found).update(filter(None, values))
            elif isinstance(column, JSONField):
                found.update(text for value in values for text in texts_in(value))
    lines = {" ".join(line.split()) for text in found for line in [text, *text.splitlines()]}
    return codes | {line for line in lines if WORD.search(line) and not CODE.fullmatch(line)}


class Leaks:
    def __init__(self, *, packs: bool = False) -> None:
        longest_first = sorted(of_the_world(packs=packs) | available_timezones(), key=len, reverse=True)
        self.data = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

    def in_text(self, text: str) -> bool:
        return WORD.search(ALIKE.sub(" ", self.data.sub(" ", text))) is not None
