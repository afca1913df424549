"""What packs say, in the language of who reads: their translations, and where they are shown."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from agreement.calendars import parts_of
from agreement.models import Agreement, Translation
from parties import content
from parties.languages import told_to
from parties.models import User
from parties.scripts import to_latin

# A language that is written from another one's translations.
WRITTEN_FROM = {"sr-latn": ("sr", to_latin)}
AS_WRITTEN = ("en", "en-gb")

Versions = tuple[tuple[int, str], ...]
Texts = dict[tuple[str, str], tuple[str, str]]
# By language, the newest translations of all agreements that have some, kept by this process.
_kept: dict[str, tuple[Versions, Texts]] = {}


class PackCatalogue:
    """The translations into one language: one query for each page that shows one, and another after a pack was loaded.

    `states` are those of the translations that were shown: `machine`, `reviewed`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.states: set[str] = set()
        self.texts: Texts | None = None

    def find(self, text: str, form: str = "") -> str | None:
        if self.texts is None:
            self.texts = texts_in(self.language)
        found = self.texts.get((text, form)) or self.texts.get((text, ""))
        if found is None:
            return self.of_parts(text) if "; " in text or " (" in text else None
        self.states.add(found[1])
        return found[0]

    def of_parts(self, text: str) -> str | None:
        """What libraries call a day off can be several names, each with a remark."""
        parts = [(self.find(base), remark) for base, remark in parts_of(text) if base != text]
        if not parts or any(name is None for name, _remark in parts):
            return None
        remarks = [(self.find(remark.strip()) or remark.strip()) if remark else "" for _name, remark in parts]
        return "; ".join(f"{name} {remark}".strip() for (name, _), remark in zip(parts, remarks, strict=True))


def texts_in(language: str) -> Texts:
    stored, written = WRITTEN_FROM.get(language, (language, str))
    told = Agreement.objects.filter(languages__contains=[{"language": stored}]).order_by("-pk")
    states: dict[int, str] = {}
    versions = []
    for pk, digest, languages in told.values_list("pk", "pack_digest", "languages"):
        versions.append((pk, digest))
        states[pk] = next(one["state"] for one in languages if one["language"] == stored)
    kept = _kept.get(language)
    if kept is None or kept[0] != tuple(versions):
        rows = Translation.objects.filter(agreement__in=states, language=stored).order_by("-agreement", "pk")
        texts: Texts = {
            (source, form): (written(text), states[pk])
            for pk, source, form, text in rows.values_list("agreement", "source", "form", "text")
        }
        kept = _kept[language] = (tuple(versions), texts)
    return kept[1]


def in_own_language() -> AbstractContextManager[None]:
    """Inside of it, texts of packs are shown in the language that is active."""
    language = get_language() or ""
    return content.read_in(None if language in AS_WRITTEN else PackCatalogue(language))


def as_read_at(path: str) -> AbstractContextManager[None]:
    """Inside of it, texts of packs are shown as to who reads at that address: programs are given them as they are."""
    return nullcontext() if path.startswith("/api/") else in_own_language()


@contextmanager
def written_to(account: User | None) -> Iterator[None]:
    """What is written inside of it, such as a mail, is in the account's language, with what packs say."""
    with told_to(account), in_own_language():
        yield


class PackLanguage:
    """Middleware, after the one that says in which language one reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with as_read_at(request.path):
            return self.get_response(request)
