"""What a pack says, in another language: a file for each language, from the pack's own texts to theirs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field

from agreement.packs.fields import AgreementCode, Entry, Format, Line, Text, Words
from parties.cases import FORMS

if TYPE_CHECKING:
    from agreement.packs.model import Pack

Language = Annotated[
    str,
    Field(
        pattern="^[a-z]{2,3}(-[a-z0-9]{2,8})*$",
        max_length=16,
        description="a language as a tag in small letters, such as sq; sr is Serbian in Cyrillic, from which its Latin"
        " script follows",
    ),
]


class Name(Entry):
    """What an actor is called, in the cases that sentences want. A mark such as * stands after the ending."""

    on_one_line = True

    name: Line
    """As it stands in lists and headings"""
    genitive: Line = ""
    dative: Line = ""
    accusative: Line = ""
    instrumental: Line = ""
    locative: Line = ""


class Translations(Entry):
    """A file of translations: the texts of a pack in one other language."""

    model_config = ConfigDict(title="Translations of a pack, format 1")

    format: Format
    translation_of: AgreementCode
    """Code of the agreement"""
    language: Language
    state: Annotated[str, Words("machine", "reviewed")]
    """machine: no person who speaks the language has read it. reviewed: one has."""
    by: Line = ""
    """Who translated it, or who read it"""
    names: dict[Line, Name] = {}
    """Actors, by the name that the pack gives them"""
    texts: dict[Text, Text] = {}
    """Every other text, by itself. A text that stands in several places is translated once."""
    days: dict[Line, Line] = {}
    """Names of days off, of the pack's own and of those that a library gives"""

    def rows(self) -> dict[tuple[str, str], str]:
        """Translations, by the text and the case that it stands in; none, but for names."""
        texts = {(source, ""): text for source, text in (self.texts | self.days).items()}
        for source, name in self.names.items():
            texts[source, ""] = name.name
            texts |= {(source, form): given for form in FORMS if (given := getattr(name, form))}
        return texts


def texts_of(pack: "Pack") -> Iterator[str]:
    """What a reader meets of a pack, but for names of actors and of days off. A text can come several times.

    Sources stay as they are: they name what was found. So do synonyms, which are what people type.
    """
    head, naming = pack.agreement, pack.naming
    yield from (head.title, head.short_title, head.gathered)
    if naming:
        yield footnote(naming.marker, naming.footnote)
    labels = {topic.code: topic.label for topic in pack.topics}
    yield from labels.values()
    yield from (group.label for group in pack.groups)
    yield from (actor.note for actor in pack.actors)
    for calendar in pack.calendars:
        yield from (calendar.name, calendar.note)
    for text in pack.instruments:
        yield from (text.title, text.short_title, text.note)
        yield from (position.note for position in text.positions)
        for provision in text.provisions:
            yield from (provision.label, provision.heading)
    yield from (rule.text for rule in pack.rules)
    for trigger in pack.triggers:
        yield from (trigger.label, trigger.note)
    yield from (event.title for event in pack.events)
    for owed in pack.obligations:
        yield from (owed.title, owed.summary, *owed.shares.values(), *(gate.text for gate in owed.gates))
        yield from (*owed.indicators, *owed.means_of_verification, owed.confidence_note)
        yield owed.target.unit if owed.target else ""
        yield from (tag.replace("_", " ") for tag in owed.tags if tag not in labels)


def footnote(marker: str, text: str) -> str:
    """As it stands below a page."""
    return f"{marker} {text}"
