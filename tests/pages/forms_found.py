"""The forms that pages hold and that write: found by opening the pages, as each role, in a world with some of all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, resolve, reverse

from agreement.commands import make_token, set_policy
from agreement.models import Agreement, Mandate, SignOff
from agreement.viewers import viewer_for
from obligations.commands.desk import save_draft
from obligations.commands.proposals import Command, carry_out
from obligations.models import Draft, Reading, SavedView
from parties.access import Role
from parties.models import ApiToken, User
from tests import make
from tests.api.test_rights_matrix import HEALTH, writes
from tests.api.test_rights_matrix import addresses as routes
from tests.canary.addresses import addresses
from tests.canary.hidden import hide, of_names
from tests.canary.reader import Answer, Reader, sort_of
from tests.canary.world import ACCOUNTS, build, owed
from tests.effort import effort
from tests.make import NOW

# By default without those who have no form but to sign in, and those of everybody's own account.
WHO = (*effort((), ("nobody", "analyst")), "representative of alpha", "mediator", "administrator")
# Of who is not signed in or was just asked who they are, or of what nobody types.
WITHOUT_SESSION = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_from_key",
    "account_signup",
    "language",
    "mail-again",
    "own-session-end",
    "run-now",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mail-stop",
}
TYPED = {"text", "textarea", "email", "url", "search", "password"}


@dataclass
class Form:
    """One of a page. `inputs` are name, kind and value of each field, as the browser would send it."""

    page: str
    action: str
    multipart: bool
    email: str = ""
    inputs: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def route(self) -> str:
        return resolve(urlsplit(self.action).path).view_name

    @property
    def names(self) -> list[str]:
        return [name for name, _kind, _value in self.inputs]

    def filled(self) -> dict[str, Any]:
        """What is sent: in each field where one types, words of its own; a file where one is chosen."""
        data: dict[str, Any] = {}
        for name, kind, value in self.inputs:
            if kind == "file":
                data[name] = SimpleUploadedFile("minutes.txt", b"Seen on site.\n")
            elif kind in TYPED:
                data[name] = f"Typed & lost in {name}?"
            elif kind in ("radio", "checkbox"):
                data.setdefault(name, value)
            else:
                data[name] = value
        return data

    def typed(self) -> list[str]:
        data = self.filled()
        return [data[name] for name, kind, _value in self.inputs if kind in TYPED]


class Forms(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, list[Form]()
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(self.page, urljoin(self.page, given.get("action", "")), "enctype" in given)
            self.found.append(self.form)
        elif self.form is None:
            return
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.form.names):
            self.form.inputs.append((self.select, "select", given.get("value", "")))
        elif tag == "textarea":
            self.form.inputs.append((given["name"], "textarea", ""))
        elif tag == "input" and "name" in given:
            self.form.inputs.append((given["name"], given.get("type", "text"), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def expected() -> set[str]:
    """The routes of pages that take anything but reading."""
    named = {name for name, view in routes(get_resolver()) if writes(view)}
    return {name for name in named - HEALTH if not name.startswith("api:")}


def everything() -> list[Form]:
    """All forms of all pages, each with the account that is shown it."""
    with time_machine.travel(NOW, tick=False):
        build()
        hide(*of_names({"accordparties", "accordmediators", "accordinconfidencedraftofalpha"}))
        more()
        files = set[str]()
        return [*(form for who in WHO for form in forms_of(who, files)), *of_the_keeper()]


def more() -> None:
    """What the world of the canaries has none of: a sheet that waits, an account without a password, tokens."""
    mediator = User.objects.get(email=ACCOUNTS["mediator"])
    content = {"name": "sheet.csv", "rows": []}
    accord = Agreement.objects.get(code="accord")
    save_draft(kind=Draft.Kind.BULK, agreement=accord, actor=viewer_for(mediator), now=NOW, content=content)
    make.token(mediator)
    make.token(mediator)
    new = User.objects.create_user("new@trial.invalid")
    new.set_unusable_password()
    new.save()
    make.factor(new)
    Mandate.objects.create(user=new, agreement=accord, role=Role.ANALYST)
    administrator = viewer_for(User.objects.get(email=ACCOUNTS["administrator"]))
    policy: dict[str, Any] = {"agreement": accord, "actor": administrator, "now": NOW, "reason": "Agreed."}
    # Told to the mediators, while there is one administrator; what a second one proposes waits.
    set_policy(wanted=[SignOff.GATES, SignOff.POWERS], **policy)
    second = viewer_for(make.administrator("second@trial.invalid", accord))
    carry_out(Command.SET_POLICY, **policy | {"actor": second, "wanted": [SignOff.POWERS]})
    Agreement.objects.exclude(pk=accord.pk).update(sign_off=[SignOff.GATES])
    for name in ("one", "two"):
        make_token(
            account=mediator, actor=viewer_for(mediator), now=NOW, name=name, scope=ApiToken.Scope.READ
        )


class OfPages(Reader):
    """Asks once alone for what is no page. `files` are the routes that answered something else."""

    def __init__(self, email: str, files: set[str]) -> None:
        super().__init__(email)
        self.files = files

    def get(self, address: str, **headers: str) -> Answer:
        route = sort_of(address)[0]
        if route in self.files:
            return Answer(0, (), "")
        answer = super().get(address, **headers)
        if answer.status == 200 and "html" not in dict(answer.headers)["Content-Type"]:
            self.files.add(route)
        return answer


def forms_of(who: str, files: set[str]) -> Iterator[Form]:
    reader = OfPages(ACCOUNTS[who], files)
    pages = reader.crawl([one for one in addresses() if not one.startswith("/api/")] + asked())
    for address, answer in pages.items():
        if "html" in dict(answer.headers).get("Content-Type", ""):
            parser = Forms(address)
            parser.feed(answer.body)
            for form in parser.found:
                form.email = ACCOUNTS[who]
                yield form


def of_the_keeper() -> Iterator[Form]:
    """What nobody else is shown: an account that can be closed."""
    keeper = User.objects.create_superuser("keeper@trial.invalid")
    gone = User.objects.create_user("gone@trial.invalid", is_active=False)
    parser = Forms(reverse("account", args=[gone.key]))
    parser.feed(Reader(keeper.email).get(parser.page).body)
    for form in parser.found:
        form.email = keeper.email
        yield form


def asked() -> list[str]:
    """Pages whose form hangs on what the address asks, or on a row that stands behind others."""
    readings = [f"/obligations/accord/LATE/reading/?kind={kind}" for kind in Reading.Kind.values]
    new = reverse("account", args=[User.objects.get(email="new@trial.invalid").key])
    mediator = User.objects.get(email=ACCOUNTS["mediator"])
    view = SavedView.objects.get_or_create(user=mediator, name="Late", query="queue=overdue")[0]
    own = make.finding(owed("LATE"), 1, date(2023, 5, 2), actor=viewer_for(mediator), now=NOW)
    desk = [
        f"/desk/?commitment={owed('LATE').pk}",
        f"/desk/?commitment={owed('KEEP').pk}",
        f"/desk/?queue=periods&picked={owed('KEEP').pk}",
        f"/desk/?recorded={own.key}",
        f"/desk/?{view.query}&view={view.key}",
    ]
    return [new, "/work/file/?of=/api/v1/commitments/%3Fformat=xlsx", *desk, *readings]


def of_each_sort(forms: list[Form], route: str) -> list[Form]:
    """Those that are sent there, and differ in their fields."""
    found = {(tuple(form.names), form.multipart): form for form in forms if form.route == route}
    return list(found.values())
