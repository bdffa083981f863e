"""An epidemiologist's question: one rate, the same on the page, in the workbook and in the terminal."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

ADDRESS = "/figures/incidence/?site=lung&sex=1&place=city&first=2020&last=2024&standard=segi"
PAGES = (
    "/figures/incidence/",
    "/figures/incidence/?site=breast&sex=2",
    "/figures/survival/?site=breast&sex=2",
    "/figures/prevalence/",
    "/figures/stage/?site=lung",
    "/figures/comparison/?site=breast&sex=2",
    "/figures/quality/",
    "/figures/method/",
)


@pytest.fixture
def page_of(sign_in: Callable[[str], Page]) -> Page:
    return sign_in("epidemiologist")


def download(page: Page, selector: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator(selector).first.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_one_rate_on_the_page_in_the_workbook_and_in_the_terminal(
    sign_in: Callable[[str], Page], city: str, tmp_path: Path
) -> None:
    # given the rate that the page shows to one who may see every count
    page_of = sign_in("registrar")
    page_of.goto(city + ADDRESS)
    shown = page_of.locator(".answer .big").first.inner_text()

    # when she downloads the counted cases and their population and asks the command line
    cases = download(page_of, "#rebuild a[href*='cases.csv']", tmp_path)
    population = download(page_of, "#rebuild a[href*='population.csv']", tmp_path)
    command = [sys.executable, "-m", "banyan", "rates", cases, "--population", population, "--format", "json"]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    rate = answer[0]["asr"]

    # then page and terminal agree
    assert shown == f"{rate:.1f}".replace(".", ",")

    # and the yearly rates of the workbook are those of the terminal, to the last digit
    workbook = download(page_of, "a[href*='trend.xlsx']", tmp_path)
    rows = [
        row
        for sheet in CalamineWorkbook.from_path(workbook).sheet_names
        for row in read_sheet(workbook, sheet)
    ]
    by_year = subprocess.run([*command, "--by", "year"], capture_output=True, text=True, check=True).stdout
    terminal = {row["year"]: row["asr"] for row in json.loads(by_year)}
    in_workbook = {int(row["year"]): float(row["asr"]) for row in rows if int(row["year"]) in terminal}
    assert in_workbook == pytest.approx(terminal, rel=1e-12)

    # and so are those of the CSV
    text = download(page_of, "a[href*='trend.csv']", tmp_path).read_text(encoding="utf-8-sig")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    in_csv = {int(row["year"]): float(row["asr"]) for row in csv.DictReader(io.StringIO(body))}
    assert {year: in_csv[year] for year in terminal} == pytest.approx(terminal, rel=1e-12)


def read_sheet(workbook: Path, sheet: str) -> list[dict[str, object]]:
    """Return the rows of a sheet that has a heading with year and asr; of another, none."""
    cells = CalamineWorkbook.from_path(workbook).get_sheet_by_name(sheet).to_python()
    for place, row in enumerate(cells):
        if "year" in row and "asr" in row:
            return [dict(zip(row, later, strict=False)) for later in cells[place + 1 :] if later[0] != ""]
    return []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 390)])
def test_figures_are_accessible_and_fit(
    page_of: Page, city: str, accessible: Callable[[Page], None], path: str, language: str, width: int
) -> None:
    page_of.set_viewport_size({"width": width, "height": 900})
    page_of.context.add_cookies([{"name": "banyan_language", "value": language, "url": city}])

    assert page_of.goto(city + path).status == 200

    accessible(page_of)
    assert page_of.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_work_without_a_script(browser, city: str, sign_in: Callable[[str], Page]) -> None:
    cookies = sign_in("epidemiologist").context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()

    page.goto(city + ADDRESS)

    assert page.locator("figure svg").count() >= 3
    assert page.locator("figure table").count() >= 2
    context.close()


def test_who_may_not_see_figures_is_told_nothing(sign_in: Callable[[str], Page], city: str) -> None:
    page = sign_in("administrator")

    assert page.goto(city + ADDRESS).status == 404
    assert page.goto(f"{city}/cases/").status == 404
