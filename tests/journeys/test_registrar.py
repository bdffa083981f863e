"""A registrar's day: a file arrives, is tried, mended, accepted; a case is edited; the figures move."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from banyan.science.city import write_sample_files

FIGURE = "/figures/incidence/?site=stomach&sex=2&place=city&first=2021&last=2021&standard=segi"


class Registrar:
    """What she does and sees, in her own words."""

    def __init__(self, page: Page, city: str, accessible: Callable[[Page], None]) -> None:
        self.page, self.city, self.accessible = page, city, accessible

    def opens(self, path: str) -> None:
        assert self.page.goto(self.city + path).status == 200
        self.accessible(self.page)

    def receives(self, file: Path, origin: str) -> None:
        self.opens("/batches/new/")
        self.page.set_input_files("input[name=files]", file)
        self.page.fill("input[name=origin]", origin)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(re.compile(r"/batches/\d+/columns/$"))
        self.accessible(self.page)

    def tries(self, basis: str) -> None:
        self.page.check(f"input[name=basis_scheme][value='{basis}']")
        self.page.click("main form button.btn-1")
        self.waits_for_the_job()

    def waits_for_the_job(self) -> None:
        """A page without a script asks again by itself; this one is moved on by htmx."""
        self.page.wait_for_url(re.compile(r"/(jobs/[0-9a-f-]+|batches/\d+)/$"))
        if "/jobs/" in self.page.url:
            self.page.locator("#job a.btn-1, main .state").first.wait_for(timeout=60_000)
        if self.page.locator("#job a.btn-1").count():
            self.page.click("#job a.btn-1")
        self.page.wait_for_url(re.compile(r"/batches/\d+/$"))
        self.accessible(self.page)

    def counts(self) -> dict[str, int]:
        """New, changed, same, refused: as the page shows them."""
        shown = self.page.locator(".split .big").all_inner_texts()
        return dict(zip(("new", "changed", "same", "refused"), [number(text) for text in shown], strict=True))

    def accepts(self) -> None:
        self.page.click("form[action$='/accept/'] button")
        self.waits_for_the_job()

    def cases_in_the_figure(self) -> int:
        self.opens(FIGURE)
        return number(self.page.locator(".answer .big").nth(1).inner_text())


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.fixture
def registrar(sign_in: Callable[[str], Page], city: str, accessible: Callable[[Page], None]) -> Registrar:
    return Registrar(sign_in("registrar"), city, accessible)


def test_a_real_registry_file_becomes_figures(registrar: Registrar, oracle: Path) -> None:
    # given what the register knows of stomach cancer in women in 2021
    before = registrar.cases_in_the_figure()

    # when another registry's file arrives and is tried
    registrar.receives(oracle / "registry/sample_410103_incidence.csv.gz", "410103")
    registrar.tries("iarc")
    tried = registrar.counts()

    # then repeated rows are known, impossible ones refused, and nothing has entered
    assert sum(tried.values()) == 2800
    assert tried["new"] > 2500
    assert tried["refused"] > 0
    batch = registrar.page.url
    assert registrar.cases_in_the_figure() == before

    # when she accepts, then the figure moves
    registrar.page.goto(batch)
    registrar.accepts()
    after = registrar.cases_in_the_figure()
    assert after > before

    # when the same file comes again, then nothing is new
    registrar.receives(oracle / "registry/sample_410103_incidence.csv.gz", "410103")
    expect(registrar.page.locator(".said.warning")).to_be_visible()
    registrar.tries("iarc")
    again = registrar.counts()
    assert again["new"] == 0
    assert again["changed"] == 0
    assert again["refused"] == tried["refused"]


def test_a_refused_row_is_corrected_and_enters(registrar: Registrar, tmp_path: Path) -> None:
    # given a hospital's file, tried, with rows that cannot be
    registrar.receives(write_sample_files(tmp_path).hospital, "BV Sông Nhuệ")
    registrar.tries("encr2022")
    tried = registrar.counts()
    batch = registrar.page.url
    assert tried["refused"] > 0

    # when she opens the first row that lacks its behaviour and writes it
    registrar.page.goto(f"{batch}?rule=missing-behaviour")
    row = registrar.page.locator("#refused tbody tr", has_text="missing-behaviour").first
    row.locator("a").last.click()
    registrar.accessible(registrar.page)
    registrar.page.fill("input[name=behaviour]", "3")
    with registrar.page.expect_navigation():
        registrar.page.click("main form button.btn-1")

    # then it waits to enter with the others
    registrar.page.goto(batch)
    assert registrar.counts()["refused"] == tried["refused"] - 1


def test_a_case_is_edited_and_its_history_says_so(registrar: Registrar) -> None:
    # given a case of the worklist
    registrar.opens("/cases/?q=&site=breast")
    registrar.page.locator("main table a").first.click()
    registrar.accessible(registrar.page)
    number_of_case = re.search(r"/cases/([^/]+)/", registrar.page.url)[1]

    # when she changes the side and says why
    field = registrar.page.locator("[name=laterality]")
    other = "2" if field.input_value() == "1" else "1"
    field.select_option(other) if field.evaluate("node => node.tagName") == "SELECT" else field.fill(other)
    registrar.page.fill("[name=reason]", "Xem lại phiếu mô bệnh học")
    with registrar.page.expect_navigation():
        registrar.page.click("button[data-save]")

    # then the page keeps it and the history names her, the field and the reason
    registrar.opens(f"/cases/{number_of_case}/")
    assert registrar.page.locator("[name=laterality]").input_value() == other
    registrar.opens(f"/cases/{number_of_case}/history/")
    history = registrar.page.locator("main").inner_text()
    assert "Trần Thu Hà" in history
    assert "Xem lại phiếu mô bệnh học" in history


def test_the_language_switch_keeps_the_page(registrar: Registrar) -> None:
    # given a list with filters in its address
    registrar.opens("/cases/?q=nguyen&site=lung")

    # when she switches to English and back
    registrar.page.click("nav.lang a[lang=en]")

    # then address and filters are the same, in the other language
    assert registrar.page.url == f"{registrar.city}/cases/?q=nguyen&site=lung"
    assert registrar.page.locator("html").get_attribute("lang") == "en"
    assert registrar.page.input_value("main input[name=q]") == "nguyen"
    registrar.accessible(registrar.page)
    registrar.page.click("nav.lang a[lang=vi]")
    assert registrar.page.locator("html").get_attribute("lang") == "vi"


def test_a_code_is_typed_fast_and_the_exact_one_wins(registrar: Registrar) -> None:
    # given the editor of a new case
    registrar.opens("/cases/new/")

    # when she types a code without a dot and Enter at once
    field = registrar.page.locator("[name=topography]")
    field.click()
    field.press_sequentially("c504", delay=0)
    field.press("Enter")

    # then it is that code, not a neighbour of it
    expect(field).to_have_value("C50.4")
