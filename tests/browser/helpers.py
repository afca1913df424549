"""A browser on the pages: signing in, and looking for what keeps people out."""

from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page
from pytest_django.live_server_helper import LiveServer

from parties.models import User
from tests import make
from tests.effort import effort


def sign_in(page: Page, server: LiveServer, user: User, to: str = "/") -> None:
    page.goto(f"{server.url}/account/login/?next={to}")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}{to}")


def follow(to: Locator) -> None:
    """Clicks a link or a button and waits for its page. A click alone returns while the page before still stands, and
    what looks at that one then sees it go."""
    with to.page.expect_navigation():
        to.click()


def violations(page: Page, *, colours: bool = True) -> list[str]:
    """What axe finds wrong, each with the first place where it is so. Its look at colours is most of its work."""
    found: list[str] = page.evaluate(AXE, [AXE_SCRIPT, colours])
    return found


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


AXE: Final = """async ([script, colours]) => {
  if (!window.axe) (0, eval)(script)
  const rules = {'color-contrast': {enabled: colours}}
  // The head of Swagger UI stands outside of its own main part.
  if (document.getElementById('swagger-ui')) rules.region = {enabled: false}
  const found = await axe.run({resultTypes: ['violations'], rules})
  return found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)
}"""
# Colours hang on the scheme alone and places on the width: two of the four show what either does.
LOOKS: Final = effort(
    [(360, "light"), (1440, "dark")], [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]
)


def kept_out(page: Page) -> list[str]:
    """What keeps people out of the page as it stands: narrow and wide, in the light and in the dark."""
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        said = violations(page) + ["wider than its window"] * (sideways(page) > 0)
        found += [f"{width} px, {scheme}: {one}" for one in said]
    return found


def errors_of(page: Page) -> list[str]:
    """Collects what the browser complains of from now on, such as what the content policy forbids."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None
    )
    return said
