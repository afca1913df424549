"""The pictures of the help pages, in each language: python -m tests.pictures

It starts a trial of its own in a folder that it removes, and writes to static/help/. To be made anew when pages look
otherwise.
"""

import base64
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.trials import BROWSERS, ROOT, RunningTrial

LANGUAGES = ("en", "sq", "sr-latn", "sr")
WIDTH, HEIGHT, QUALITY = 1000, 640, 40
TO = ROOT / "static" / "help"


def choose_a_row(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.wait_for_selector("#form textarea")


def stay(page: Page) -> None:
    """The page as it comes."""


# By the section of a help page: the role, the address, what is done there first.
PICTURES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "desk": ("mediator", "/desk/?queue=claims", stay),
    "finding": ("mediator", "/desk/", choose_a_row),
    "deadlines": ("mediator", "/obligations/ohrid-2023/AX-7.1/", stay),
    "answer": ("representative", "/party/", stay),
    "dashboard": ("analyst", "/compliance/", stay),
    "away": ("analyst", "/commitments/", stay),
    "accounts": ("administrator", "/administration/accounts/", stay),
    "health": ("administrator", "/administration/", stay),
}


def main() -> None:
    program = next(found for name in BROWSERS if (found := shutil.which(name)))
    TO.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    trial = RunningTrial(folder)
    try:
        trial.wait_until_ready()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for code in LANGUAGES:
                print(code, flush=True)
                for role in ("administrator", "analyst", "mediator", "representative"):
                    take(browser, trial, code, role)
            browser.close()
    finally:
        trial.stop()
        shutil.rmtree(folder, ignore_errors=True)


def take(browser: Browser, trial: RunningTrial, code: str, role: str) -> None:
    context = browser.new_context(
        base_url=trial.url, locale=code, viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
    )
    page = context.new_page()
    account = next(one for one in trial.accounts if one["role"].startswith(role))
    page.goto("/account/login/")
    page.fill("[name=login]", account["email"])
    page.fill("[name=password]", account["password"])
    page.click("main button[type=submit]")
    # An account keeps the language that it first had, whatever the browser asks for.
    page.click("details.languages summary")
    with page.expect_navigation():
        page.click(f"details.languages button[value={code}]")
    for name, (of, address, prepare) in PICTURES.items():
        if of == role:
            page.goto(address)
            prepare(page)
            shot = context.new_cdp_session(page).send(
                "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
            )
            (TO / f"{name}-{code}.webp").write_bytes(base64.b64decode(shot["data"]))
    context.close()


if __name__ == "__main__":
    main()
