"""A real server with the demo city, a real worker, a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "banyan-thanh-pho-mau"
HERE = Path(__file__).parent
# every breach with all its places; what fits is not counted up, which takes as long again
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one server, hence one worker; without Chromium they skip, with the reason."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("city"))
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium")
                )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def city() -> Iterator[str]:
    """The address of a whole Banyan: `banyan serve` with the demo city, ended by Ctrl-C."""
    # not pytest's own folder: other runs of pytest clear the older ones away
    folder = tempfile.mkdtemp(prefix="banyan-city-")
    port = find_port()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))
    }
    environment = {**kept, "BANYAN_VAR": folder, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "banyan", "serve", "--port", str(port), "--demo"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    said = []
    for line in server.stdout:
        said.append(line)
        if "is ready" in line:
            break
    else:
        pytest.fail("the server did not start: " + "".join(said))
    yield f"http://localhost:{port}"
    server.send_signal(signal.SIGINT)
    assert server.wait(60) == 0
    server.stdout.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def let_in(city: str) -> Callable[..., None]:
    """Sign somebody in by her password the first time; her later browsers hold what the first one was given."""
    held: dict[str, list] = {}

    def enter(page: Page, account: str, first: str = "/") -> None:
        page.context.add_cookies(held.get(account, []))
        page.goto(f"{city}/accounts/login/?next={first}")
        if "/accounts/login" in page.url:
            page.fill("input[name=login]", f"{account}@banyan.demo")
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        held[account] = [one for one in page.context.cookies() if one["name"] != "banyan_language"]

    return enter


@pytest.fixture
def sign_in(let_in: Callable[..., None], page: Page) -> Callable[[str], Page]:
    """Sign in as one of the demo accounts and stand on her first page."""

    def enter(account: str) -> Page:
        let_in(page, account)
        return page

    return enter


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fail with axe's own words when a page breaks WCAG 2.2 A or AA."""

    def check(page: Page) -> None:
        # the whole page at once: a bar that sticks to the bottom lies over another line at each scroll
        size = page.viewport_size
        page.set_viewport_size({**size, "height": page.evaluate("document.documentElement.scrollHeight")})
        found = Axe().run(page, options=RULES)
        page.set_viewport_size(size)
        broken = [
            f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:3]}"
            for rule in found.response["violations"]
        ]
        assert broken == [], f"{page.url}: {broken}"

    return check
