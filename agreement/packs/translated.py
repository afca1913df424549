"""Whether translations are those of the pack's own texts, and which texts have none."""

from collections.abc import Iterator

from agreement.packs.model import Pack, Translations, texts_of
from agreement.packs.schema import advice
from agreement.packs.source import Problem, shown
from parties.cases import FORMS


def translation_problems(pack: Pack) -> Iterator[Problem]:
    names, texts = {actor.name for actor in pack.actors}, set(texts_of(pack))
    taken: dict[str, Translations] = {}
    for one in pack.translations:
        if (first := taken.setdefault(one.language, one)) is not one:
            there = first.place("language")
            yield one.place("language").problem(
                f"{one.language} is taken, in {there.file}:{there.line}; keep one file for each language"
            )
        for key, given, known, what in (
            ("names", one.names, names, "actor of this name"),
            ("texts", one.texts, texts - names, "text in the pack that reads"),
        ):
            for source in given.keys() - known:
                message = f"there is no {what} {shown(source)}; {advice(source, sorted(known))}"
                yield one.place(key, source).problem(message)
        for source in one.days.keys() & (texts | names):
            yield one.place("days", source).problem("is a text of the pack; write it among names or texts")
        yield from mark_problems(pack, one)


def mark_problems(pack: Pack, one: Translations) -> Iterator[Problem]:
    """The mark stands after the ending, in each case."""
    if not pack.naming or not (name := one.names.get(pack.naming.label)):
        return
    for form in ("name", *FORMS):
        given = getattr(name, form)
        if given and not given.endswith(pack.naming.marker):
            message = f"{shown(given)} does not end with the marker {shown(pack.naming.marker)}; add it"
            yield one.place("names", pack.naming.label, form).problem(message)


def missing(pack: Pack, one: Translations) -> list[str]:
    """The texts and names that the file does not translate, in the order of the pack."""
    wanted = dict.fromkeys(filter(None, [*(actor.name for actor in pack.actors), *texts_of(pack)]))
    return [text for text in wanted if text not in one.texts and text not in one.names]
