"""No file of any kind, and no page, holds a number that this reader is not told: SVG, XLSX with every sheet, CSV, HTML."""

import html
import io
import itertools
import re
import zipfile

import polars as pl
import pytest
from django.urls import reverse

from banyan.apps.core.choices import Role
from tests.factories.figures import FIGURES

QUERIES = ("site=all", "site=brain&sex=1&first=2019&last=2023", "place=09877")
COUNTS = {"cases", "staged", "late", "unknown_cases", "I", "II", "III", "IV", "at_risk", "events"}
HELD = {*COUNTS, "crude_rate", "rate", "asr", "share", "mv", "dco", "survival", "cumulative_risk", "smoothed"}


def read_table(content: bytes) -> list[dict[str, str]]:
    lines = [line for line in content.decode("utf-8-sig").splitlines() if not line.startswith("#")]
    return pl.read_csv("\n".join(lines).encode(), infer_schema=False).fill_null("").to_dicts()


def read_sheets(content: bytes) -> tuple[list[str], str]:
    """Return the state of each sheet and all that the parts of a workbook say, cached values too."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
    return re.findall(r"<sheet [^>]*>", parts["xl/workbook.xml"]), "".join(
        text for name, text in parts.items() if name.startswith("xl/worksheets") or "sharedStrings" in name
    )


def read_cells(content: bytes) -> list[str]:
    """Return the numbers of the first sheet, as they are kept."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return re.findall(
            r"<v>([^<]*)</v>",
            re.sub(r'<c [^>]*t="(?:s|b)"[^>]*>.*?</c>', "", book.read("xl/worksheets/sheet1.xml").decode()),
        )


@pytest.fixture
def files(small_city, client_as):
    """Return every download of every page: what this reader is sent."""
    reader, found = client_as(Role.EPIDEMIOLOGIST), {}
    for page, query in itertools.product(FIGURES, QUERIES):
        text = reader.get(f"{reverse(page)}?{query}").text
        for link in {
            html.unescape(link)
            for link in re.findall(r'href="(/figures/[^"]+\.(?:csv|xlsx|svg)[^"]*)"', text)
        }:
            if "population.csv" not in link:
                found[link] = reader.get(link).content
    return found


def test_no_form_of_a_figure_holds_what_is_hidden(files):
    tables = {link: read_table(content) for link, content in files.items() if ".csv?" in link}
    hidden = 0
    for link, rows in tables.items():
        for row in rows:
            told = {name: row[name] for name in HELD & row.keys() if row[name]}
            assert [name for name in COUNTS & told.keys() if told[name] in {"1", "2", "3", "4"}] == [], link
            if row.get("suppressed") == "true" and "quality" not in link:
                hidden += 1
                assert {name for name in told if name not in ("mv", "dco")} == set(), link
            # a rate without its count would give it back
            if "crude_rate" in told:
                assert row["cases"] != "", link
        book = files[link.replace(".csv?", ".xlsx?")]
        sheets, said = read_sheets(book)
        assert (len(sheets), [sheet for sheet in sheets if "hidden" in sheet.lower()]) == (2, [])
        assert "<f>" not in said
        numbers = [
            value
            for row in rows
            for value in row.values()
            if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value or "")
        ]
        assert {float(value) for value in read_cells(book)} <= {round_16(value) for value in numbers} | {
            float(v) for v in numbers
        }
    assert hidden > 20


def round_16(value: str) -> float:
    return float(f"{float(value):.16g}")


def test_pictures_draw_only_what_the_table_tells(files):
    """As many points, and as many words about them, as there are told values; no data hidden beside the paths."""
    pictures = {link: content.decode() for link, content in files.items() if ".svg?" in link}
    assert len(pictures) > 5
    for link, picture in pictures.items():
        rows = read_table(files[link.replace(".svg?", ".csv?")])
        assert re.findall(r"\sdata-[\w-]+=|<metadata|<script", picture) == [], link
        if "/trend.svg" in link:
            told = sum(bool(row["asr"]) for row in rows)
            assert len(re.findall(r'aria-roledescription="(?:circle|point)"', picture)) in (0, told), link
            years = set(re.findall(r'aria-label="[^"]*?(20\d\d)[^"]*"', picture))
            assert years & {row["year"] for row in rows if not row["asr"]} in (set(), years), link


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Số nào bị ẩn, và vì sao", "dưới 5 ca")),
        ("en", ("Which numbers are hidden, and why", "fewer than 5 cases")),
    ],
)
def test_method_says_what_is_hidden_and_why(small_city, client_as, language, words):
    reader = client_as(Role.EPIDEMIOLOGIST)
    reader.cookies["banyan_language"] = language

    text = reader.get(reverse("figures-method")).text

    assert [text.count(word) > 0 for word in words] == [True, True]
