"""Words that mean the same, as the packs of agreements say: who looks for one of them finds what has any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from agreement.models import Agreement
from obligations.search.folding import fold

Words = tuple[str, ...]
# By words as `alike` has them: the texts that mean the same, among them what the words are of.
Synonyms = Mapping[Words, tuple[str, ...]]


def synonyms_of(agreements: Iterable[Agreement]) -> Synonyms:
    together: dict[Words, dict[str, None]] = defaultdict(dict)
    for same in (same for agreement in agreements for same in agreement.synonyms):
        words_of = {text: words for text in same if (words := alike(fold(text).split()))}
        for words in words_of.values():
            together[words].update(dict.fromkeys(words_of))
    return {words: tuple(texts) for words, texts in together.items()}


def alike(words: Iterable[str]) -> Words:
    """Folded words in small letters, the plural in -s like the singular."""
    return tuple(word.lower().removesuffix("s") for word in words)
