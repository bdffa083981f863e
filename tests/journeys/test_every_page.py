"""Every page of the walk's table in a real browser: a phone, a page at 200 %, the keyboard alone, both languages."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page

from banyan.apps.core.rules import capabilities_of
from banyan.apps.network.services.demo import PASSWORD
from tests.walk.routes import ANYBODY, BY_NAME, MACHINES, ROUTES, SIGNED_IN

ROLES = ("registrar", "officer", "nurse", "doctor", "auditor", "epidemiologist", "administrator")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
ADDRESS = re.compile(r'\b(?:href|action)="(/[^"#]*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PHONE, DOUBLED, TALL = 390, 640, 800
PER_ROUTE = 3
CHANGES = {"account_logout", "choose-theme", "choose-language"}  # what a reader of links leaves alone
HEAD = "Số hồ sơ;Họ và tên;Giới;Ngày sinh;Số CCCD;Ngày chẩn đoán;Vị trí;Mô bệnh học;Hành vi;Cơ sở chẩn đoán"
ROW = "1;Lê Vân;Nữ;31/02/1950;001150000001;14/08/2024;C50.4;8500;3;7.1"
NO_PAGES = {  # what an address gives that is no page
    *("health-live", "health-ready", "metrics", "api-description", "access-export", "access-statement"),
    *("person-dossier-json", "breach-json", "batch-refused-csv", "batch-refused-xlsx", "code-list"),
    *("figures-incidence-file", "figures-survival-file", "figures-stage-file", "figures-quality-file"),
    *(
        "figures-comparison-file",
        "figures-prevalence-file",
        "figures-trend-file",
        "figures-projection-file",
        "figures-rows-file",
        "mfa_download_recovery_codes",
        "people-alike",
    ),
}
ELSEWHERE = {  # why a page is not opened here
    "home": "leads on to the first page of one's own work",
    "erasure": "asks for a second data officer; test_rights.py opens it",
    "mfa_authenticate": "comes between password and page; test_security_key.py opens it",
    "mfa_reauthenticate": "as above",
    "mfa_reauthenticate_webauthn": "as above",
    "mfa_deactivate_totp": "only with an app set up; tests/apps/core/test_second_factor.py opens it",
    "mfa_view_recovery_codes": "as above",
    "mfa_generate_recovery_codes": "as above",
    "mfa_list_webauthn": "only with a key set up; test_security_key.py opens it",
    "account_inactive": "is shown to a locked account, in the frame of the sign-in page",
    "link": "leads on",
    "job": "leads on when its work is done; test_registrar.py opens it",
}
SHOWN = [
    route.name
    for route in ROUTES
    if route.opens != MACHINES and 200 in route.get and route.name not in NO_PAGES | ELSEWHERE.keys()
]
# watches where the focus goes, and how each stop looks once the browser has brought it into view
WATCH = """() => {
  window.stops = [];
  const judge = (element) => {
    if (!element || element === document.body) return;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    const label = element.tagName + '.' + element.className + '#' + (element.id || element.name || element.textContent.trim().slice(0, 20));
    const seen = box.width > 0 && box.height > 0;
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]];
    const covered = seen && !points.some(([x, y]) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (top === element || element.contains(top) || top.contains(element)
        || (element.labels && [...element.labels].some((each) => each.contains(top))));
    });
    const isMarked = (each) => each && getComputedStyle(each).outlineStyle !== 'none'
      && parseFloat(getComputedStyle(each).outlineWidth) > 0;
    // a field may be marked by the frame around it
    const around = element.matches('input, select, textarea') ? [element.parentElement, element.parentElement.parentElement] : [];
    const marked = [element, ...around].some(isMarked) || style.boxShadow !== 'none';
    window.stops.push({ label, seen, covered, marked });
  };
  document.addEventListener('keydown', () => judge(document.activeElement), true);
  window.endWatch = () => { judge(document.activeElement); return window.stops; };
}"""
COUNT = """() => {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  const radios = new Set();
  return [...document.querySelectorAll(wanted)].filter((element) => {
    if (element.disabled || element.tabIndex < 0 || element.closest('[inert]')) return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== 'radio') return true;
    if (radios.has(element.name)) return false;
    return radios.add(element.name);
  }).length;
}"""
# an element that sticks out of the page, unless it scrolls by itself
SIDEWAYS = """(width) => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= width) return '';
  const out = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > width + 1);
  return wide + ' px: ' + out.slice(-3).map((each) => each.tagName + '.' + each.className).join(', ');
}"""


class City:
    """The demo city with what it lacks added: signed-in browsers, and an address for each page."""

    def __init__(self, address: str, browser: Browser, folder: Path) -> None:
        self.address, self.browser, self.folder = address, browser, folder
        self.contexts: dict[tuple[str, str], BrowserContext] = {}
        self.tabs: dict[tuple[str, str], Page] = {}
        self.pages: dict[str, tuple[str, str]] = {"account_login": ("", "/accounts/login/")}

    def enter(self, role: str, language: str = "vi") -> BrowserContext:
        """Return a browser in which a member of staff has signed in; an empty role is a stranger."""
        if (role, language) not in self.contexts:
            context = self.browser.new_context(
                viewport={"width": PHONE, "height": TALL}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
            )
            context.add_cookies([{"name": "banyan_language", "value": language, "url": self.address}])
            same = next((one for (who, _), one in self.contexts.items() if who == role), None)
            self.contexts[role, language] = context
            if same:  # the same sign-in, in another language
                context.add_cookies([each for each in same.cookies() if each["name"] != "banyan_language"])
            elif role:
                account = {"login": f"{role}@banyan.demo", "password": PASSWORD}
                self.send(role, "/accounts/login/", language, **account)
        return self.contexts[role, language]

    def open_tab(self, role: str, language: str) -> Page:
        """Return the one tab in which a member of staff reads page after page."""
        if (role, language) not in self.tabs:
            self.tabs[role, language] = self.enter(role, language).new_page()
        tab = self.tabs[role, language]
        tab.set_viewport_size({"width": PHONE, "height": TALL})
        return tab

    def send(self, role: str, path: str, language: str = "vi", /, **typed: str) -> str:
        """Fill in a form; return the path that it leads to."""
        answer = self.ask(role, path, language)
        tokens = TOKEN.findall(answer.text())
        sent = self.contexts[role, language].request.post(
            self.address + path,
            form={"csrfmiddlewaretoken": tokens[-1], **typed},
            headers={"Referer": self.address + path},
        )
        assert sent.status == 200, f"{path}: {sent.status}"
        return urlsplit(sent.url).path

    def ask(self, role: str, path: str, language: str = "vi") -> APIResponse:
        return self.enter(role, language).request.get(self.address + path)

    def crawl(self, role: str) -> None:
        """Follow the links of a role from her first page, a few for each address, while she may find one more page."""
        queue, seen = deque(["/", *(path for who, path in self.pages.values() if who == role)]), {}
        hers = {name for name in SHOWN if may_open(role, name)}
        while queue and not self.pages.keys() >= hers:
            path = queue.popleft()
            name = name_of(path)
            if name is None or seen.get(name, 0) >= PER_ROUTE or name in CHANGES:
                continue
            seen[name] = seen.get(name, 0) + 1
            answer = self.ask(role, path)
            if answer.status == 200 and "html" in answer.headers.get("content-type", ""):
                self.pages.setdefault(name_of(answer.url) or "", (role, path))
                queue.extend(unescape(found) for found in ADDRESS.findall(answer.text()))

    def add_what_is_missing(self) -> None:
        """Make the records that a young city has none of."""
        numbers = [
            self.send("registrar", "/people/new/", **named(name)).split("/")[2]
            for name in ("Một", "Hai", "Ba", "Bốn")
        ]
        now = f"{datetime.now():%d/%m/%Y %H:%M}"  # noqa: DTZ005 -- as the page's own clock
        asked = {
            "kind": "access",
            "received_at": now,
            "channel": "desk",
            "identity": "card",
            "words": "xin bản sao",
        }
        made = [
            ("officer", self.send("officer", f"/people/{numbers[0]}/requests/new/", **asked)),
            (
                "officer",
                self.send(
                    "officer",
                    "/breaches/new/",
                    detected_at=now,
                    kind="lost",
                    what="mất máy",
                    whose="người bệnh",
                ),
            ),
        ]
        self.send(
            "doctor",
            "/glass/",
            number=numbers[0],
            reason="emergency",
            words="cấp cứu, không người nhà",
            sure="on",
        )
        made.append(("registrar", f"/people/{numbers[0]}/merge/{numbers[1]}/"))
        made.append(("registrar", self.merge(numbers[2], numbers[3])))
        made.append(("registrar", self.add_batch()))
        self.send("administrator", "/accounts/reauthenticate/", password=PASSWORD)
        made.append(("administrator", self.add_machine()))
        made += [
            ("administrator", "/accounts/2fa/totp/activate/"),
            ("administrator", "/accounts/2fa/webauthn/add/"),
        ]
        made.append(("registrar", "/accounts/logout/"))
        self.pages |= {name_of(path) or "": (role, path) for role, path in made}

    def merge(self, kept: str, gone: str) -> str:
        """Make one of two records; return where they are taken apart again."""
        page = self.enter("registrar").new_page()
        page.goto(f"{self.address}/people/{kept}/merge/{gone}/")
        page.fill("[name=reason]", "cùng một người")
        page.click("main form button[type=submit]")
        page.wait_for_url(re.compile(rf"/people/{kept}/$"))
        page.close()
        history = self.ask("registrar", f"/people/{kept}/history/").text()
        return re.search(r"/people/merges/\d+/undo/", history)[0]

    def add_machine(self) -> str:
        form = self.ask("administrator", "/machines/new/").text()
        facility = re.search(r'<option value="(\d+)"', form)[1]
        typed = {"full_name": "Máy thử", "facility": facility, "role": "registrar", "first_day": "01/01/2026"}
        return self.send("administrator", "/machines/new/", **typed)

    def add_batch(self) -> str:
        """Send a small file in and run it dry; return the page of its columns."""
        file = self.folder / "cases.csv"
        file.write_text(f"{HEAD}\n{ROW}\n", "utf-8-sig")
        page = self.enter("registrar").new_page()
        page.goto(f"{self.address}/batches/new/")
        page.set_input_files("input[name=files]", file)
        page.fill("input[name=origin]", "mọi trang")
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(r"/batches/\d+/columns/$"))
        path = urlsplit(page.url).path
        page.check("input[name=basis_scheme][value='encr2022']")
        page.click("main form button.btn-1")
        page.wait_for_url(re.compile(r"/(jobs/[0-9a-f-]+|batches/\d+)/$"))
        if "/jobs/" in page.url:
            page.locator("#job a.btn-1, main .state").first.wait_for(timeout=60_000)
        page.close()
        return path


def named(name: str) -> dict[str, str]:
    return {"full_name": f"Thử Trang {name}", "sex": "9", "vital_status": "alive", "new": "on"}


def may_open(role: str, name: str) -> bool:
    opens = BY_NAME[name].opens
    return opens in {ANYBODY, SIGNED_IN} or opens in capabilities_of(role)


def name_of(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


@pytest.fixture(scope="module")
def town(city: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    town = City(city, browser, tmp_path_factory.mktemp("town"))
    town.add_what_is_missing()
    for role in ROLES:
        town.crawl(role)
    yield town
    for context in town.contexts.values():
        context.close()


@pytest.fixture
def open_page(town: City) -> Callable[..., Page]:
    def enter(name: str, language: str) -> Page:
        assert name in town.pages, (
            f"no link leads to {name}: make one in add_what_is_missing, or say why in ELSEWHERE"
        )
        role, path = town.pages[name]
        page = town.open_tab(role, language)
        assert page.goto(town.address + path).status == 200
        assert name_of(page.url) == name
        return page

    return enter


def list_violations(page: Page) -> list[str]:
    return [
        f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:3]}"
        for rule in Axe().run(page, options=RULES).response["violations"]
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_fits_a_phone_and_is_accessible(
    open_page: Callable[..., Page], name: str, language: str
) -> None:
    page = open_page(name, language)

    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate(SIDEWAYS, PHONE) == ""
    assert list_violations(page) == []
    # a window of 1,280 px at 200 % is one of 640
    page.set_viewport_size({"width": DOUBLED, "height": 400})
    assert page.evaluate(SIDEWAYS, DOUBLED) == ""


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_works_with_the_keyboard_alone(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(name, "vi")
    page.evaluate("document.activeElement.blur()")
    controls = page.evaluate(COUNT)
    page.evaluate(WATCH)

    for _ in range(controls + 1):
        page.keyboard.press("Tab")
    stops = page.evaluate("window.endWatch()")

    reached = {stop["label"] for stop in stops}
    assert len(stops) >= controls
    assert len(reached) > 1
    assert [stop["label"] for stop in stops if stop["seen"] and not stop["marked"]] == []
    assert [stop["label"] for stop in stops if stop["covered"]] == []


def test_the_first_stop_leads_past_the_frame(open_page: Callable[..., Page]) -> None:
    page = open_page("cases", "vi")
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("Tab")
    target = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert target.startswith("#")
    assert page.evaluate("(id) => document.querySelector(id).contains(document.activeElement)", target)
