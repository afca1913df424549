"""Whoever reads the product in the language that nobody speaks, and each text that reached them in English."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.browser.walk import MOST_TRIED, Finder, tried
from tests.canary.addresses import Route
from tests.canary.reader import SIGNS_OUT, own
from tests.languages.leaks import DAY, Leaks
from tests.languages.pseudo import LANGUAGE
from tests.languages.reading import texts_of
from tests.pages.forms_found import TYPED, Form, Forms

# What is typed into each kind of field, so that much of it is taken.
WORDS: Final = {
    "date": "2026-02-20",
    "email": "another@example.org",
    "number": "1",
    "url": "https://example.org/page",
}
# Where a day is written as it is to be typed, or as programs read it.
ISO: Final = ("json", "csv", "spreadsheetml")


@dataclass
class Visitor:
    """`found` are the texts that are left in English, each with where it was read."""

    email: str
    leaks: Leaks
    found: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple[str, ...], Form] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.client = Finder(self.email).client
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = LANGUAGE
        self.client.raise_request_exception = False

    def open(self, route: Route) -> None:
        """The first address of the route that is answered, and what is said at those before it; of files, each form."""
        for address in sorted(tried(route), key=lambda one: "/bond" in one)[:MOST_TRIED]:
            if self.get(address).status_code in (200, 302, 403, 405) and "form" not in route.parameters:
                break

    def get(self, address: str) -> Any:
        return self.read(address, self.client.get(address))

    def read(self, address: str, answer: Any, said: str = "") -> Any:
        kind = answer.headers.get("Content-Type", "")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for text in texts_of(kind, content):
            self.kinds[kind.partition(";")[0]] += 1
            is_plain = DAY.search(text) and not any(name in kind for name in ISO)
            if self.leaks.in_text(text) or is_plain:
                self.found.setdefault(text, f"{said}{address} ({answer.status_code})")
        if "html" in kind:
            page = Forms(address)
            page.feed(content.decode())
            for form in page.found:
                self.forms.setdefault((form.route, *form.names), form)
        return answer

    def send(self, form: Form, *, filled: bool) -> None:
        """What is wrong with it, or what is said once it is done. What it did is undone."""
        if form.route in SIGNS_OUT or form.route == "language":
            return
        data = form.filled()
        for name, kind, _value in form.inputs:
            if kind == "file" and filled:
                data[name] = SimpleUploadedFile("minutes.txt", b"zqseenqz\n")
            elif kind in TYPED or kind in WORDS or kind == "file":
                data[name] = WORDS.get(kind, "zqtypedqz") if filled else ""
        point = transaction.savepoint()
        answer = self.read(form.action, self.client.post(form.action, data), "sent to ")
        if answer.status_code == 302 and (address := own(answer.headers["Location"])):
            self.get(address)
        transaction.savepoint_rollback(point)
