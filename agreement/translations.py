"""What packs say, in the language of who reads: their translations, and where they are shown."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from agreement.calendars import parts_of
from agreement.models import Agreement, Translation
from agreement.viewers import viewer_of
from parties import content
from parties.content import Of, as_written
from parties.languages import told_to
from parties.models import User
from parties.scripts import to_latin

# A language that is written from another one's translations.
WRITTEN_FROM = {"sr-latn": ("sr", to_latin)}
AS_WRITTEN = ("en", "en-gb")

Texts = dict[tuple[str, str], str]
# So many agreements' texts this process keeps of a language, each with the digest of its pack.
MOST_KEPT = 30
_kept: dict[str, dict[int, tuple[str, Texts]]] = {}
NOTHING: tuple[str, Texts] = ("", {})


class Told(NamedTuple):
    """An agreement whose pack is translated; `state` is `machine` or `reviewed`."""

    pk: int
    code: str
    digest: str
    state: str


class PackCatalogue:
    """The translations into one language: one query for each page that shows one, and another after a pack was loaded.

    A text is read by the translations of its agreement, and by no other's. One that does not know its agreement is read
    as the page's have it, as far as its reader may see them: one query more. `states` are those of what was shown.
    """

    def __init__(self, language: str, page: HttpRequest | None) -> None:
        self.language, self.page = language, page
        self.stored, self.written = WRITTEN_FROM.get(language, (language, as_written))
        self.states: set[str] = set()

    @cached_property
    def told(self) -> dict[Of, Told]:
        """Whose packs are in this language, by their keys and by their codes."""
        rows = Agreement.objects.filter(languages__contains=[{"language": self.stored}]).order_by("pk")
        found: dict[Of, Told] = {}
        for pk, code, digest, languages in rows.values_list("pk", "code", "pack_digest", "languages"):
            state = next(one["state"] for one in languages if one["language"] == self.stored)
            found[pk] = found[code] = Told(pk, code, digest, state)
        return found

    @cached_property
    def of_page(self) -> list[Told]:
        """The one that the page is about; of a page about several, all."""
        if self.page is None or not self.told:
            return []
        seen = Agreement.objects.visible_to(viewer_of(self.page)).order_by("pk")
        code = named_by(self.page)
        keys = (seen.filter(code=code) if code else seen).values_list("pk", flat=True)
        return [self.told[key] for key in keys if key in self.told]

    def find(self, text: str, form: str = "", of: Of | None = None) -> str | None:
        there = self.of_page if of is None else filter(None, [self.told.get(of)])
        found = {said: one for one in there if (said := self.said_by(one, text, form))}
        if len(found) == 1:  # where several say it otherwise, none of them is right
            [(said, one)] = found.items()
            self.states.add(one.state)
            return said
        return self.of_parts(text, of) if "; " in text or " (" in text else None

    def of_parts(self, text: str, of: Of | None) -> str | None:
        """What libraries call a day off can be several names, each with a remark."""
        parts = [(self.find(base, "", of), remark.strip()) for base, remark in parts_of(text) if base != text]
        if not parts or any(name is None for name, _remark in parts):
            return None
        return "; ".join(
            f"{name} {remark and (self.find(remark, '', of) or remark)}".strip() for name, remark in parts
        )

    def said_by(self, one: Told, text: str, form: str) -> str | None:
        texts = self.texts_of(one)
        return texts.get((text, form)) or texts.get((text, ""))

    def texts_of(self, one: Told) -> Texts:
        """Its texts. What this process lacks of them, and of all others while they are few, is one query."""
        kept = _kept.setdefault(self.language, {})
        digest, texts = kept.get(one.pk, NOTHING)
        if digest == one.digest:
            return texts
        few = self.told.values() if len(self.told) <= 2 * MOST_KEPT else (one,)
        lacking = {other.pk: other for other in few if kept.get(other.pk, NOTHING)[0] != other.digest}
        read: dict[int, Texts] = {pk: {} for pk in lacking}
        rows = Translation.objects.filter(agreement__in=read, language=self.stored)
        for pk, source, form, text in rows.values_list("agreement", "source", "form", "text"):
            read[pk][source, form] = self.written(text)
        kept |= {pk: (lacking[pk].digest, found) for pk, found in read.items()}
        for pk in list(kept)[:-MOST_KEPT]:
            kept.pop(pk, None)
        return read[one.pk]


def named_by(page: HttpRequest) -> str:
    """The code of the agreement that a page's address names; empty where it names none, or several."""
    at, asked = page.resolver_match, page.GET.getlist("agreement")
    if at and at.url_name == "agreement":
        return str(at.kwargs["code"])
    return str((at and at.kwargs.get("agreement")) or (asked[0] if len(asked) == 1 else ""))


def in_own_language(page: HttpRequest | None = None) -> AbstractContextManager[None]:
    """Inside of it, texts of packs are shown in the language that is active; on a `page`, if it is one."""
    language = get_language() or ""
    return content.read_in(None if language in AS_WRITTEN else PackCatalogue(language, page))


def as_read_at(page: HttpRequest) -> AbstractContextManager[None]:
    """Inside of it, texts of packs are shown as to who reads that page: programs are given them as they are."""
    return nullcontext() if page.path.startswith("/api/") else in_own_language(page)


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
        with as_read_at(request):
            return self.get_response(request)
