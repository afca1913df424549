"""What the walk opens: of each route of the URL conf, an address that a viewer may open; and what is wrong with it."""

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from playwright.sync_api import ConsoleMessage, Page

from agreement.models import Event
from obligations.models import BreachStatus, Commitment, Evidence, Proposal, Reading, Statement
from obligations.status.queues import QUEUES
from parties.models import User
from tests.browser.helpers import violations
from tests.canary.addresses import Route, arguments_of, routes
from tests.canary.world import owed
from tests.effort import THOROUGH

# Routes that answer no page to who asks, and what they are instead.
NO_PAGE: Final = {
    "healthz": "JSON",
    "livez": "JSON",
    "readyz": "JSON",
    "account-factor": "takes a form in",
    "account-close": "takes a form in",
    "account-link": "takes a form in",
    "account-mandate": "takes a form in",
    "account-switch": "takes a form in",
    "account-withdraw": "takes a form in",
    "asked": "leads on to the page of the own party",
    "bulk": "leads on to the one agreement in which somebody records",
    "bulk-template": "a file",
    "calendar-file": "a file",
    "chart-file": "a file",
    "compliance-report": "a file",
    "desk-effect": "a part of the desk",
    "desk-finding": "takes a form of the desk in",
    "desk-periods": "takes a form of the desk in",
    "desk-seen": "takes a form of the desk in",
    "desk-undo": "takes a form of the desk in",
    "desk-view": "leads on to the desk as it was saved",
    "desk-view-remove": "takes a form of the desk in",
    "desk-views": "takes a form of the desk in",
    "evidence-file": "a file",
    "feed": "a file",
    "follow": "takes a form in",
    "follow-view": "takes a form in",
    "kept-mail": "of who keeps the server, on a trial",
    "ledger-export": "a file",
    "mail-again": "takes a form in",
    "run-now": "takes a form in",
    "language": "takes a form in",
    "meeting-minutes-pdf": "a file",
    "meeting-pack-pdf": "a file",
    "notice": "takes a form in",
    "mfa_authenticate": "the second step of signing in: tests/browser/test_security_key.py",
    "mfa_reauthenticate": "of who has a second factor, as it was asked for",
    "mfa_reauthenticate_webauthn": "of who has a security key, as it was asked for",
    "mfa_remove_webauthn": "of who has a security key",
    "openid_connect_callback": "leads on, where an organisation signs in",
    "openid_connect_login": "leads on to an organisation's server",
    "own-calendar": "a file",
    "own-session-end": "takes a form in",
    "own-token-revoke": "takes a form in",
    "own-tokens-revoke": "takes a form in",
    "own-webhook-on": "takes a form in",
    "own-webhook-remove": "takes a form in",
    "own-webhook-rotate": "takes a form in",
    "own-webhook-test": "takes a form in",
    "own-work": "leads on to where one's work is",
    "work-again": "takes a form in",
    "work-cancel": "takes a form in",
    "work-download": "a file",
    "reading-effect": "a part of the page of a reading",
    "sign-out-everywhere": "takes a form in",
    "unsent": "leads on, where nothing was sent without a session",
}
# What pages about one obligation are about, by the parameter in which their address names it.
NAMED: Final[dict[str, tuple[str, ...]]] = {
    "obligation-answer": ("statement",),
    "obligation-claim": ("commitment",),
    "obligation-contest": ("statement",),
    "obligation-observe": ("commitment",),
    "obligation-release": ("statement", "evidence", "event"),
    "obligation-request": ("commitment", "statement"),
    "obligation-translate": ("statement",),
    "obligation-withdraw": ("statement",),
}
# Pages whose form is looked at after the password was given once more.
ASKS_FIRST: Final = {"own-tokens"}
MOST_TRIED: Final = 30
TYPED_IN: Final = re.compile(
    rb"<main.*<(textarea|input type=.?(text|email|url|date|password|file|number))", re.DOTALL
)
LOOKS: Final = [(360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")]


def walked() -> list[Route]:
    return [
        route
        for route in routes()
        if route.name not in NO_PAGE and (route.name == "api:docs" or not route.name.startswith("api:"))
    ]


def hangs_on_data(name: str) -> bool:
    """Whether a page is another one in another world."""
    return not name.startswith(("account_", "api:", "mfa_")) and name != "rights"


def tried(route: Route) -> Iterator[str]:
    """Addresses of the route, of which one may open."""
    for name in NAMED.get(route.name, ()):
        for of, key in keys(name):
            yield f"{reverse(route.name, args=[of.agreement.code, of.code])}?{name}={key}"
    if route.name == "obligation-acknowledge":
        for breach in BreachStatus.objects.select_related("commitment__obligation__agreement"):
            of = breach.commitment.obligation
            page = reverse(route.name, args=[of.agreement.code, of.code])
            yield f"{page}?commitment={breach.commitment_id}&breach={breach.key}"
        return
    if route.name == "work-file":
        yield f"{reverse(route.name)}?of=/api/v1/commitments/%3Fformat=xlsx"
        return
    if route.name in ("power", "proposal"):
        yield from (reverse(route.name, args=[one.key]) for one in Proposal.objects.order_by("pk"))
        return
    for one in () if route.name in NAMED else arguments_of(route):
        try:
            yield reverse(route.name, kwargs=one)
        except NoReverseMatch:
            continue


def keys(name: str) -> Iterator[tuple[Any, object]]:
    """An obligation, and the key of what is on it."""
    if name == "statement":
        for said in Statement.objects.select_related("commitment__obligation__agreement").order_by("pk"):
            yield said.commitment.obligation, said.key
    elif name == "commitment":
        for commitment in Commitment.objects.select_related("obligation__agreement").order_by("pk"):
            yield commitment.obligation, commitment.pk
    elif name == "evidence":
        for evidence in Evidence.objects.select_related("obligation__agreement").order_by("pk"):
            yield evidence.obligation, evidence.key
    else:
        for event in Event.objects.order_by("pk"):
            for of in event.obligations.select_related("agreement"):
                yield of, event.code


class Finder:
    """Finds what a viewer may open, without a browser. `forms` are the routes whose page has fields to type in."""

    def __init__(self, email: str) -> None:
        self.client = Client()
        self.forms: set[str] = set()
        if email:
            user = User.objects.get(email=email)
            self.client.force_login(user)
            session = self.client.session  # which has just signed in, and is not asked once more
            session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()

    @property
    def session(self) -> str:
        """What the browser's cookie holds."""
        cookie = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        return cookie.value if cookie else ""

    def first(self, route: Route) -> str:
        """The first address that is a page; empty where none is, or the viewer's role has no such pages."""
        for address in sorted(tried(route), key=lambda one: "/bond" in one)[:MOST_TRIED]:
            answer = self.client.get(address)
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                if TYPED_IN.search(answer.content):
                    self.forms.add(route.name)
                return address
            if answer.status_code in (302, 403):
                break
        return ""


def states(who: str, *, all_of_them: bool) -> dict[str, int]:
    """Addresses of pages in another state, in the full world, with the status that each has.

    `all_of_them`: with those that look alike to everybody.
    """
    found = dict(FOR_EVERYBODY) if all_of_them else {}
    if who == "nobody":
        found |= {link_to_set_a_password(): 200, "/account/login/?next=/desk/": 200}
    elif who == "analyst":
        found |= {"/desk/": 403, "/ledger/": 403}
    elif who == "representative of alpha":
        found |= {f"/obligations/accord/{code}/": 200 for code in ("REPORT", "KEEP")}
    elif who == "mediator":
        kinds = [f"/obligations/accord/LATE/reading/?kind={kind}" for kind in Reading.Kind.values]
        chosen = [f"/desk/?commitment={owed(code).pk}" for code in ("LATE", "KEEP", "REPORT")]
        queues = [f"/desk/?queue={code}" for code in QUEUES]
        found |= dict.fromkeys([*kinds, *chosen, *queues, "/ledger/?command=record_finding"], 200)
        found |= {"/desk/?queue=none": 400, "/administration/": 403}
    return found


FOR_EVERYBODY: Final = {
    "/nowhere/": 404,
    "/compliance/?party=none": 400,
    "/compliance/?as_of=2024-02-15&known_at=2026-02-10": 200,
    "/commitments/?party=beta&timeliness=overdue": 200,
    "/commitments/?party=alpha&timeliness=due_soon": 200,
    "/obligations/accord/LATE/?as_of=2024-02-15": 200,
    "/obligations/accord/REPORT/": 200,
    "/obligations/accord/KEEP/": 200,
    "/obligations/accord/WAIT/": 200,
    "/changes/?since=2023-01-01": 200,
    "/changes/?since=tomorrow": 400,
    "/timeline/?as_of=2024-02-15": 200,
    "/timeline/?since=never": 400,
    "/search/?q=harbour": 200,
    "/search/?q=papers+report&kind=obligation": 200,
    "/search/?q=nothingofthekind": 200,
    "/search/?q=harbour&kind=none": 400,
}
SECOND_PAGES: Final = {
    "nobody": [
        "/commitments/",
        "/breaches/",
        "/periods/",
        "/changes/?since=2023-01-01",
        "/timeline/",
        "/search/?q=do&kind=obligation",
    ],
    "mediator": ["/ledger/", "/desk/", "/desk/?queue=signatures", "/search/?q=harbour&kind=statement"],
}


def link_to_set_a_password() -> str:
    user = User.objects.get(email="new@trial.invalid")
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


@dataclass
class Visitor:
    """A page of a browser, and what is wrong with what it shows. `turn` picks a width and a scheme for each page, and
    the pages whose colours axe looks at.
    """

    page: Page
    url: str
    turn: int
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", self.hear)

    def hear(self, line: ConsoleMessage) -> None:
        """A page that is refused on purpose is an error to the browser, too."""
        of_the_page = line.location["url"].partition("#")[0] == self.page.url.partition("#")[0]
        if line.type == "error" and not (of_the_page and line.text.startswith("Failed to load resource")):
            self.said.append(line.text)

    def open(self, address: str, status: int = 200, *, axe: bool = True) -> list[str]:
        """What is wrong at the address."""
        answer = self.page.goto(self.url + address, wait_until="load")
        assert answer is not None
        if address == reverse("api:docs"):
            self.page.wait_for_selector(".swagger-ui main .opblock")
        unlike = [f"status {answer.status}, not {status}"] if answer.status != status else []
        return unlike + self.wrong(axe=axe)

    def printed(self, address: str, picture: Path) -> list[str]:
        """What is wrong with the page on paper; keeps a picture of its first sheet."""
        self.page.goto(self.url + address, wait_until="load")
        title = self.page.title().removesuffix(" - Normalization Tracker")
        foot = self.page.locator("footer p:not(.noprint)").all_text_contents()
        file = picture.with_suffix(".pdf")
        file.write_bytes(self.page.pdf(prefer_css_page_size=True))
        subprocess.run(["pdftoppm", "-png", "-r", "60", "-singlefile", file, picture], check=True)
        said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
        found = []
        for number, sheet in enumerate(said.stdout.rstrip("\f").split("\f"), 1):
            words = "".join(sheet.split())
            for needed in (title, *foot):
                if "".join(needed.split()) not in words:
                    found.append(f"sheet {number} lacks {needed[:60]!r}")
            if "Skiptothecontent" in words:
                found.append(f"sheet {number} has what is only for a screen")
        if address.startswith(reverse("timeline")) and number > 1:
            found.append(f"a timeline on {number} sheets")
        return found

    def wrong(self, *, axe: bool = True) -> list[str]:
        """What is wrong with the page as it stands, everything unfolded."""
        found: list[str] = self.page.evaluate(PLAINLY_WRONG)
        if axe:
            self.turn += 1
            colours = THOROUGH or self.turn % 3 == 0
            for width, scheme in LOOKS if THOROUGH else [LOOKS[self.turn % len(LOOKS)]]:
                self.page.set_viewport_size({"width": width, "height": 800})
                self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                found += [f"{width} px, {scheme}: {one}" for one in violations(self.page, colours=colours)]
            self.page.set_viewport_size({"width": 360, "height": 800})
        found += self.said
        self.said.clear()
        return found

    def forms(self) -> int:
        """How many forms of the page one can type in."""
        return int(self.page.evaluate(FORMS))

    def refused(self, number: int, *, axe: bool) -> list[str]:
        """What is wrong with the answer to a form with nothing in it."""
        with self.page.expect_navigation() as navigation:
            self.page.evaluate(SEND, number)
        answer = navigation.value
        of_the_library = resolve(urlsplit(answer.url).path).view_name.startswith(("account_", "mfa_"))
        found = self.wrong(axe=axe)
        if answer.status not in ((200,) if of_the_library else (400, 422)):
            found.append(f"status {answer.status}")
        if not self.page.locator("main [role=alert]").count():
            found.append("no summary of what is wrong")
        return found


# At 360 px. What stands in a box that scrolls by itself makes no page wider.
PLAINLY_WRONG: Final = """() => {
  const found = []
  document.querySelectorAll('details').forEach(one => { one.open = true })
  if (document.querySelectorAll('h1').length != 1) found.push('not one h1')
  if (!document.title.split(' - ').slice(0, -1).join('').trim()) found.push('no title of its own')
  const wide = document.documentElement.scrollWidth - window.innerWidth
  const scrolls = one => one && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowX)
    || scrolls(one.parentElement))
  const out = one => one.getBoundingClientRect().right > window.innerWidth + 0.5 && !scrolls(one.parentElement)
  if (wide > 0) {
    const those = [...document.querySelectorAll('body *')].filter(out).slice(-2).map(one => one.outerHTML.slice(0, 150))
    found.push(`wider than 360 px, by ${wide}: ${those.join(' ')}`)
  }
  return found
}"""
# Those in which one types; the others have nothing that could be wrong.
THEIRS: Final = """[...document.querySelectorAll('main form')].filter(one => one.method == 'post' && one.querySelector(
  'textarea, input:is([type=text], [type=email], [type=url], [type=date], [type=password], [type=file], [type=number])'
))"""
FORMS: Final = f"{THEIRS}.length"
SEND: Final = f"""number => {{
  const form = {THEIRS}[number]
  form.querySelectorAll('textarea, input').forEach(one => {{
    if (!['hidden', 'radio', 'checkbox', 'submit'].includes(one.type)) one.value = ''
  }})
  form.submit()
}}"""
