"""The pages in a client: who may see them, what they say, what they send."""

import csv
import io
import re

import polars as pl
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from banyan.__main__ import run
from banyan.apps.core.choices import Role
from banyan.science.burden import count_cases, standardise_rates
from tests.factories.figures import FIGURES

PAGES = (*FIGURES, "figures-method")
STATE = "site=breast&sex=2&place=city&first=2019&last=2023&standard=segi&skin=0&early=0"
NAME = "Nguyễn Thị Lan"


@pytest.fixture
def epidemiologist(client_as):
    return client_as(Role.EPIDEMIOLOGIST)


@pytest.fixture
def registrar(client_as):
    return client_as(Role.REGISTRAR)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EPIDEMIOLOGIST, 200),
        (Role.REGISTRAR, 200),
        (Role.AUDITOR, 404),
        (Role.ADMINISTRATOR, 404),
    ],
)
def test_pages_and_files_open_for_who_may_see_figures(small_city, client_as, role, status):
    client = client_as(role)

    answers = {page: client.get(reverse(page)).status_code for page in PAGES}
    file = client.get(f"{reverse('figures-incidence')}population.csv").status_code

    assert set(answers.values()) == {status}
    assert file == status


@pytest.mark.parametrize("url", PAGES)
def test_page_sends_a_stranger_to_sign_in(db, client, url):
    response = client.get(reverse(url), {"site": "breast"})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("url", PAGES)
def test_page_says_so_while_there_is_nothing_to_show(db, epidemiologist, url):
    response = epidemiologist.get(reverse(url))

    assert response.status_code == 200
    assert ("Chưa có ca nào" in response.text) == (url != "figures-method")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_name_nobody_and_need_no_script(small_city, epidemiologist, language):
    epidemiologist.cookies["banyan_language"] = language

    texts = [epidemiologist.get(reverse(page)).text for page in PAGES]

    assert [NAME in text for text in texts] == [False] * len(PAGES)
    assert [re.findall(r" style=| onclick=|<script>", text) for text in texts] == [[]] * len(PAGES)
    assert [f'<html lang="{language}"' in text for text in texts] == [True] * len(PAGES)


@pytest.mark.parametrize("url", FIGURES)
def test_every_figure_says_cases_quality_and_data_version(small_city, epidemiologist, url):
    text = epidemiologist.get(reverse(url)).text

    figures = re.findall(r"<figure.*?</figure>", text, flags=re.DOTALL)
    lines = [re.findall(r"<span>(.*?)</span>", figure, flags=re.DOTALL) for figure in figures]
    told = [
        [
            any(re.search(words, line) for line in each)
            for words in (r"^(.+: )?[\d.]+ ca$", "Chất lượng [A-D–]:", "Bản dữ liệu .+ dấu vân")
        ]
        for each in lines
    ]
    assert len(figures) >= 2
    assert told == [[True, True, True]] * len(figures)


def read_csv(response) -> list[dict[str, str]]:
    text = response.content.decode("utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def test_page_file_and_command_line_give_the_same_rate(small_city, registrar, tmp_path, capsys):
    page = registrar.get(f"{reverse('figures-incidence')}?{STATE}").text
    shown = re.search(r'class="big">([\d,.]+)<', page)[1]
    for name in ("cases", "population"):
        address = f"{reverse('figures-incidence')}{name}.csv?{STATE}"
        (tmp_path / f"{name}.csv").write_bytes(registrar.get(address).content)
    capsys.readouterr()

    code = run(
        [
            "rates",
            str(tmp_path / "cases.csv"),
            "--population",
            str(tmp_path / "population.csv"),
            "--format",
            "csv",
        ]
    )
    rate = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    ages = read_csv(registrar.get(f"{reverse('figures-incidence')}ages.csv?{STATE}"))
    now = [row for row in ages if row["period"] == "2019–2023"]
    assert code == 0
    assert f"{float(rate['asr']):.1f}".replace(".", ",") == shown
    assert sum(int(row["cases"]) for row in now) <= int(rate["cases"])


def test_workbook_holds_every_digit_of_the_csv_and_says_what_it_is(small_city, registrar):
    addresses = [f"{reverse('figures-incidence')}trend.{kind}?{STATE}" for kind in ("csv", "xlsx")]

    rows = read_csv(registrar.get(addresses[0]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(registrar.get(addresses[1]).content))

    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0] == list(rows[0])
    column = sheet[0].index("asr")
    # a workbook keeps 16 significant digits
    assert [row[column] for row in sheet[1:]] == pytest.approx([float(row["asr"]) for row in rows], rel=1e-15)
    about = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert about["Dân số"] == "Dân số thử (made up)"
    assert STATE in about["Địa chỉ"]


def test_trend_file_is_the_engines_table(small_city, registrar, people):
    own = small_city.filter(pl.col("behaviour") == "3", pl.col("site") == "breast").with_columns(
        year=pl.col("incidence_date").dt.year()
    )
    women = people.filter(pl.col("sex") == "2")
    expected = standardise_rates(count_cases(own, women, by=["year"]), by=["year"])

    rows = read_csv(registrar.get(f"{reverse('figures-incidence')}trend.csv?{STATE}"))

    assert [float(row["asr"]) for row in rows] == pytest.approx(expected["asr"].to_list(), rel=1e-12)
    assert [float(row["asr_upper"]) for row in rows] == pytest.approx(
        expected["asr_upper"].to_list(), rel=1e-12
    )


def test_picture_stands_alone_with_its_finding(small_city, epidemiologist):
    response = epidemiologist.get(f"{reverse('figures-incidence')}trend.svg?{STATE}")

    assert response["Content-Type"] == "image/svg+xml"
    assert response.text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert "<title>2014–2023: " in response.text


def test_every_download_on_the_pages_opens(small_city, epidemiologist):
    links = set()
    for page in PAGES:
        links |= set(
            re.findall(
                r'href="(/figures/[^"]+\.(?:svg|xlsx|csv)[^"]*)"', epidemiologist.get(reverse(page)).text
            )
        )

    answers = {link: epidemiologist.get(link.replace("&amp;", "&")).status_code for link in links}

    assert len(links) > 20
    assert set(answers.values()) == {200}


@pytest.mark.parametrize(
    "path",
    [
        "figures/incidence/none.csv",
        "figures/incidence/trend.pdf",
        "figures/quality/sites.svg",
        "figures/stage/late.exe",
    ],
)
def test_download_that_is_not_made_is_not_found(small_city, epidemiologist, path):
    assert epidemiologist.get(f"/{path}").status_code == 404


def test_small_ward_is_hidden_in_table_and_file(small_city, epidemiologist):
    address = f"{reverse('figures-incidence')}wards.csv?site=all"

    rows = {row["ward_code"]: row for row in read_csv(epidemiologist.get(address))}

    assert rows["09877"]["cases"] == ""
    assert rows["09877"]["suppressed"] == "true"
    assert rows["00004"]["cases"] != ""


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("site=nowhere", "Không có vị trí u “nowhere”."),
        ("place=99999", "Không có phường, xã nào mang mã “99999”."),
        ("first=1990", "Không có số liệu của năm “1990”."),
        ("first=2020&last=2015", "Năm đầu (2020) sau năm cuối (2015)."),
        ("site=cervix&sex=1", "Cổ tử cung: chỉ có ở nữ."),
        ("site=prostate&sex=2", "Tuyến tiền liệt: chỉ có ở nam."),
        ("standard=moon", "Không có dân số chuẩn “moon”."),
    ],
)
def test_question_that_cannot_be_answered_gets_a_sentence(small_city, registrar, query, sentence):
    response = registrar.get(f"{reverse('figures-incidence')}?{query}")

    assert response.status_code == 400
    assert sentence in response.text


@pytest.mark.parametrize("url", FIGURES)
def test_any_address_gets_an_answer(small_city, epidemiologist, url):
    names = st.sampled_from(["site", "sex", "place", "first", "last", "standard", "skin", "early", "x"])
    values = st.one_of(
        st.text(max_size=12), st.sampled_from(["breast", "1", "2", "00004", "2014", "2023", "who", "all"])
    )

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(state=st.dictionaries(names, values, max_size=5))
    def answer(state):
        assert epidemiologist.get(reverse(url), state).status_code in (200, 400)

    answer()


@pytest.mark.parametrize("url", FIGURES)
def test_page_asks_the_database_little(small_city, epidemiologist, url, django_assert_max_num_queries):
    epidemiologist.get(reverse(url))

    with django_assert_max_num_queries(10):
        epidemiologist.get(reverse(url), {"site": "lung"})


def test_quality_of_a_handful_of_cases_is_not_judged(small_city, registrar):
    text = registrar.get(reverse("figures-quality"), {"place": "09877"}).text

    assert text.count("Dưới 20 ca: chưa xét theo đích.") == 4
    assert re.findall(", đạt đích|Đạt ", text) == []


def test_state_of_the_page_stands_in_its_address(small_city, epidemiologist):
    text = epidemiologist.get(reverse("figures-incidence"), {"site": "breast", "sex": "2"}).text

    assert f'href="{reverse("figures-incidence")}?{STATE.replace("&", "&amp;")}" data-copy' in text


def test_english_page_is_english(small_city, epidemiologist):
    epidemiologist.cookies["banyan_language"] = "en"

    text = epidemiologist.get(f"{reverse('figures-incidence')}?{STATE}").text

    assert "Breast, female, whole city" in text
    assert re.findall(r"Chất lượng|Năm|Tải về|Ca mới", text) == []
