"""Take pictures of the running demo: for the README, and to look at each page before a change lands.

    tools/take_screenshots.py http://localhost:8000 FOLDER [--all]

With `--all`: each page in Vietnamese and English, 1280 and 390 px wide, light and dark.
"""

import shutil
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "banyan-thanh-pho-mau"  # noqa: S105 -- the demo's own
PAGES = {
    "incidence": ("epidemiologist", "/figures/incidence/?site=breast&sex=2"),
    "incidence-all": ("epidemiologist", "/figures/incidence/"),
    "survival": ("epidemiologist", "/figures/survival/?site=breast&sex=2"),
    "prevalence": ("epidemiologist", "/figures/prevalence/"),
    "stage": ("epidemiologist", "/figures/stage/"),
    "quality": ("epidemiologist", "/figures/quality/"),
    "method": ("epidemiologist", "/figures/method/"),
    "work": ("registrar", "/"),
    "cases": ("registrar", "/cases/"),
    "batches": ("registrar", "/batches/"),
    "codes": ("registrar", "/codes/?q=breast"),
    "search": ("registrar", "/search/?q=nguyen+thi+hang"),
    "staff": ("administrator", "/"),
    "facilities": ("administrator", "/facilities/"),
    "history": ("auditor", "/"),
}
README = ("incidence", "work")


def sign_in(browser: Browser, address: str, account: str, width: int, choices: dict[str, str]) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, locale="vi-VN")
    page.context.add_cookies(
        [{"name": f"banyan_{name}", "value": value, "url": address} for name, value in choices.items()]
    )
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", f"{account}@banyan.demo")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def take(address: str, folder: Path, *, everything: bool) -> int:
    looks = product(("vi", "en"), (1280, 390), ("light", "dark")) if everything else [("vi", 1280, "light")]
    names = PAGES if everything else {name: PAGES[name] for name in README}
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language, width, theme in looks:
            signed: dict[str, Page] = {}
            for name, (account, path) in names.items():
                if account not in signed:
                    signed[account] = sign_in(
                        browser, address, account, width, {"language": language, "theme": theme}
                    )
                page = signed[account]
                answer = page.goto(address + path)
                shot = f"{name}-{language}-{width}-{theme}.png" if everything else f"{name}.png"
                page.screenshot(path=folder / shot, full_page=everything or name == "incidence")
                wide = page.evaluate("document.documentElement.scrollWidth")
                note = "" if wide <= width else f"  scrolls sideways: {wide} px"
                print(f"{answer.status if answer else '?'} {shot}{note}")
                count += 1
            for page in signed.values():
                page.close()
    return count


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    print(take(sys.argv[1].rstrip("/"), target, everything="--all" in sys.argv), "pictures")
