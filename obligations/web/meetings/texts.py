"""What people wrote, as a document shows it: cut, in its own language, with the translation that its reader reads."""

from collections.abc import Iterable, Iterator
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from obligations.changes.window import Change
from obligations.deadlines import Moment, day_in
from obligations.models import Obligation, Statement
from obligations.status.recall import translations_of
from obligations.status.status import Standing
from obligations.words import paper
from obligations.words.beside import beside
from obligations.words.languages import in_language
from obligations.words.numbers import amount
from obligations.words.paper import Block, Run
from parties.addresses import pieces
from parties.languages import tag_of


def alike(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes that say the same of what several parties owe stand together."""
    groups: dict[object, list[Change]] = {}
    for one in changes:
        same: object = one.id
        if one.commitment and not (said := one.statement):
            what = one.reading.reason if one.reading else (one.due, one.outcome, one.ended)
            same = (one.kind, one.on, one.commitment.obligation_id, what)
        elif one.commitment and said and said.has_verdict:
            same = (
                one.kind,
                one.on,
                one.commitment.obligation_id,
                said.by_id,
                said.verdict(),
                said.reason,
                said.language,
            )
        groups.setdefault(same, []).append(one)
    return list(groups.values())


def by_obligation(standings: Iterable[Standing]) -> list[tuple[Obligation, list[Standing]]]:
    found: dict[int, list[Standing]] = {}
    for one in standings:
        found.setdefault(one.commitment.obligation_id, []).append(one)
    return [(of[0].commitment.obligation, of) for of in found.values()]


def same_lateness(standings: Iterable[Standing]) -> list[list[Standing]]:
    """What is overdue, those parties together of which the same is found and due."""
    found: dict[object, list[Standing]] = {}
    for one in standings:
        said = (one.finding.verdict(), one.finding.effective_on) if one.finding else None
        found.setdefault((one.commitment.obligation_id, said, one.deadline.due_on, one.days_late), []).append(
            one
        )
    return list(found.values())


# Characters of one text on paper; the whole stands on its page.
MOST_WORDS = 320


class Texts:
    """Those of one document: the translations of its statements, one query; its sources, numbered as they are first
    named; and whether a text was cut.
    """

    def __init__(self, statements: Iterable[Statement], moment: Moment, zone: ZoneInfo) -> None:
        self.zone, self.translations = zone, translations_of(statements, moment)
        self.numbers: dict[str, int] = {}
        self.is_cut = False

    def note(self, of: Statement | None) -> list[Run]:
        if of is None or not of.source:
            return []
        return [{"text": str(self.numbers.setdefault(of.source, len(self.numbers) + 1)), "style": "note"}]

    def said(self, *said: Statement, more: Iterable[str | Run] = ()) -> list[str | Run]:
        """The words of statements that say the same, with their source and what is `more` to say, and after these, on
        a line of its own, what one of them says in the reader's language.
        """
        texts = [beside(one, self.translations.get(one.pk, ())) for one in said]
        words: list[str | Run] = [*self.spoken(said[0].reason, texts[0].language), *self.note(said[0]), *more]
        if read := next((one.first for one in texts if one.first), None):
            on = date_format(day_in(read.recorded_at, self.zone))
            told = _("A mediator's translation, recorded %(day)s") % {"day": on}
            run: Run = {"text": self.short(read.text), "lang": tag_of(read.language)}
            words += ["\n", run, " ", {"text": f"({told})", "style": "small"}]
        return words

    def spoken(self, words: str, language: str) -> list[str | Run]:
        """What somebody wrote; and which language it is in, where that is not the reader's."""
        note = in_language(language)
        note_beside: list[str | Run] = [" ", {"text": f"({note})", "style": "small"}] if note else []
        return [{"text": self.short(words), "lang": tag_of(language)}, *note_beside]

    def short(self, text: str) -> str:
        cut = short(text)
        # What cuts also joins a letter with the mark that was typed after it.
        self.is_cut = self.is_cut or cut != normalize("NFC", text)
        return cut

    def blocks(self) -> Iterator[Block]:
        """What stands below all else."""
        if self.is_cut:
            told = ngettext(
                "What was said and its translations are cut after %(n)s character each, and end with “…” then. The "
                "whole stands on the page of the obligation.",
                "What was said and its translations are cut after %(n)s characters each, and end with “…” then. The "
                "whole stands on the page of the obligation.",
                MOST_WORDS,
            )
            yield paper.text(told % {"n": amount(MOST_WORDS)}, small=True)
        if self.numbers:
            yield paper.heading(_("Sources"))
            yield paper.sources([list(linked(source)) for source in self.numbers])


def short(text: str) -> str:
    return Truncator(text).chars(MOST_WORDS)


def linked(text: str) -> Iterator[str | Run]:
    for words, href in pieces(text):
        if words:
            yield {"text": words, "href": href} if href else words
