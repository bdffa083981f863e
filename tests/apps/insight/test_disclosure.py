"""What a reader without identified access can find out: on every page, in every file, by any number of questions."""

import csv
import html
import itertools
import re
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from django.urls import reverse
from django.utils import timezone
from scipy.optimize import linprog

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.disclosure import cover_period, cut_bands, disclose
from banyan.apps.insight.queries.disclosure.grid import SEX, place_cases, site_dimension, year_dimension
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import read_register
from banyan.apps.insight.queries.rows import ALIKE, FEWEST_ALIKE
from banyan.apps.network.models import Posting
from banyan.apps.people.models import Consent, Person, Restriction
from banyan.apps.registry.models import Tumour
from banyan.science.burden.disclosure import audit_disclosure
from tests.factories.figures import FIGURES

SITES = ("all", "breast", "lung", "cervix", "prostate", "brain")
BANDS = ((2014, 2018), (2019, 2023), (2014, 2023))
LEAST = 5


@pytest.fixture
def register(small_city):
    """Return a third of the city's cases, so that many counts are small, as a reader without identity sees them."""
    whole = read_register()
    few = replace(whole, cases=whole.cases.head(650), version=replace(whole.version, number=-1))
    return replace(few, disclosure=disclose(few))


def read_rows(response) -> list[dict[str, str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def ask_all(register) -> dict[tuple, int]:
    """Put every question of the incidence page; return what is told: (site, sex, first, last) to cases."""
    told = {}
    for site, sex, (first, last) in itertools.product(SITES, "012", BANDS):
        answer = guard.answer_incidence(register, Question(first=first, last=last, site=site, sex=sex))
        told[site, sex, first, last] = answer.total["cases"]
        told |= {
            (site, sex, year, year): cases
            for year, cases in answer.by_year.select("year", "cases").iter_rows()
        }
        for one, cases in answer.by_site.select("site", "cases").iter_rows() if site == "all" else ():
            told[one, sex, first, last] = cases
    return {question: cases for question, cases in told.items() if cases is not None}


def test_bands_are_counted_back_from_the_last_year():
    assert cut_bands(range(2014, 2024)) == [(2014, 2018), (2019, 2023)]
    assert cut_bands(range(2012, 2024)) == [(2012, 2013), (2014, 2018), (2019, 2023)]
    assert cover_period([(2014, 2018), (2019, 2023)], 2014, 2023) == [(2014, 2018), (2019, 2023)]
    assert cover_period([(2014, 2018), (2019, 2023)], 2014, 2022) is None


def test_no_sum_or_difference_of_answers_tells_a_small_count(register):
    """Solve for each hidden count with every answer of every question at once: none is known within four."""
    told = ask_all(register)
    cases = place_cases(register.cases).filter(pl.col("site").ne("early")).collect()
    sites = [site for site in SITES if site != "all"]
    atoms = list(itertools.product(sites, SEX.atoms, register.years))
    column = {atom: at for at, atom in enumerate(atoms)}
    true = {
        key: count
        for *key, count in cases.group_by("site", "sex", "year").len().iter_rows()
        for key in [tuple(key)]
    }
    rows, sums = [], []
    for (site, sex, first, last), count in told.items():
        if site not in SITES:
            continue
        inside = [
            column[atom]
            for atom in atoms
            if site in ("all", atom[0]) and sex in ("0", atom[1]) and first <= atom[2] <= last
        ]
        rows.append(np.isin(np.arange(len(atoms)), inside).astype(float))
        sums.append(count)
    small = [atom for atom in atoms if 0 < true.get(atom, 0) < LEAST]
    assert len(told) > 100
    assert len(small) > 15
    assert find_narrow(rows, sums, [column[atom] for atom in small]) == []


def find_narrow(rows: list, sums: list, targets: list[int]) -> list[tuple[int, float]]:
    """Return the targets that the equations leave less than four wide."""
    matrix, known = np.array(rows), np.array(sums, dtype=float)
    narrow = []
    for target in targets:
        ends = []
        for way in (1.0, -1.0):
            cost = np.zeros(matrix.shape[1])
            cost[target] = way
            found = linprog(cost, A_eq=matrix, b_eq=known, bounds=(0, None), method="highs")
            ends.append(np.inf if found.x is None else found.x[target])
        if ends[1] - ends[0] < LEAST - 1 - 1e-6:
            narrow.append((target, ends[1] - ends[0]))
    return narrow


@pytest.mark.parametrize("column", ["age_group", "ward_code"])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_no_sum_or_difference_tells_a_small_age_group_or_ward(small_city, column, share):
    whole = read_register()
    part = replace(
        whole,
        cases=whole.cases.head(int(share * whole.cases.height)),
        version=replace(whole.version, number=-int(10 * share)),
    )
    seen = replace(part, disclosure=disclose(part))
    cases = place_cases(seen.cases).filter(pl.col("site").ne("early"), pl.col("year") >= 2019).collect()
    true = {tuple(key): count for *key, count in cases.group_by("site", "sex", column).len().iter_rows()}
    values = [*sorted(cases[column].unique().drop_nulls()), None]
    atoms = list(itertools.product([site for site in (*SITES, "skin") if site != "all"], SEX.atoms, values))
    rows, sums, broken_down = [], [], 0
    for site, sex in itertools.product(SITES, "012"):
        answer = guard.answer_incidence(seen, Question(first=2019, last=2023, site=site, sex=sex))
        told = []
        if column == "age_group":
            told += answer.ages.filter(pl.col("series") == 0).select("age_group", "cases").rows()
        elif answer.by_ward is not None:
            told += answer.by_ward.select("ward_code", "cases").rows()
        cells = [([value], count) for value, count in told if count is not None]
        broken_down += len(cells)
        if answer.total["cases"] is not None:
            cells.append((values, answer.total["cases"]))
        for inside, count in cells:
            rows.append(
                [
                    float(
                        (site == atom[0] or (site == "all" and atom[0] != "skin"))
                        and sex in ("0", atom[1])
                        and atom[2] in inside
                    )
                    for atom in atoms
                ]
            )
            sums.append(count)
    small = [at for at, atom in enumerate(atoms) if 0 < true.get(atom, 0) < LEAST]
    assert broken_down > 0
    assert len(small) > (10 if column == "age_group" else 0)
    assert find_narrow(rows, sums, small) == []


def test_published_tables_stand_an_audit(register):
    told = register.disclosure
    dimensions = [site_dimension(), SEX, year_dimension(register.years)]
    labels = itertools.product(*(each.codes for each in dimensions))
    counts = told.placed.with_columns(pl.col("year").cast(pl.String)).group_by("site", "sex", "year").len()
    sums = [dict(zip(each.codes, each.sums, strict=True)) for each in dimensions]
    tensor = np.zeros(tuple(len(each.atoms) for each in dimensions))
    for site, sex, year, count in counts.iter_rows():
        tensor[
            tuple(each.atoms.index(code) for each, code in zip(dimensions, (site, sex, year), strict=True))
        ] = count
    rows = [
        (
            *codes,
            int(np.einsum("abc,a,b,c->", tensor, *(sums[at][code] for at, code in enumerate(codes))))
            if codes in told._years
            else None,
        )
        for codes in labels
    ]
    table = pl.DataFrame(rows, schema=["site", "sex", "year", "published"], orient="row")

    bounds = audit_disclosure(table, dimensions)

    assert bounds.height > 10
    narrow = bounds.filter(pl.col("upper").fill_null(float("inf")) - pl.col("lower") < LEAST - 1 - 1e-6)
    assert narrow.rows() == []
    assert table.filter(pl.col("published").is_between(1, LEAST - 1)).rows() == []


def test_no_file_tells_a_count_below_five_or_what_is_made_of_it(small_city, client_as):
    """Walk every page and every download of it; compare with what a registrar is sent."""
    reader, registrar = client_as(Role.EPIDEMIOLOGIST), client_as(Role.REGISTRAR)
    counts = {"cases", "staged", "late", "unknown_cases", "I", "II", "III", "IV", "at_risk", "events"}
    hidden = 0
    for page, site in itertools.product(FIGURES, ("all", "brain")):
        text = reader.get(reverse(page), {"site": site}).text
        links = {html.unescape(link) for link in re.findall(r'href="(/figures/[^"]+\.csv[^"]*)"', text)}
        for link in links:
            rows = read_rows(reader.get(link))
            small = [
                (link, name, row[name])
                for row in rows
                for name in counts & row.keys()
                if row[name] in {"1", "2", "3", "4"}
            ]
            assert small == []
            for row in rows:
                if row.get("suppressed") == "true":
                    hidden += 1
                    assert {
                        name: row[name]
                        for name in row
                        if name in {*counts, "asr", "crude_rate", "rate", "share"}
                    } == {name: "" for name in row if name in {*counts, "asr", "crude_rate", "rate", "share"}}
            assert registrar.get(link).status_code == 200
    assert hidden > 20


def test_ward_tells_no_more_by_site_than_the_map_does(register):
    """What a ward's own page lists by site is what the map of each site shows of the ward."""
    wards = register.wards["ward_code"].to_list()
    asked = Question(first=2019, last=2023)
    listed, mapped = {}, {}
    for ward, sex in itertools.product(wards, "012"):
        own = guard.answer_incidence(register, replace(asked, place=ward, sex=sex))
        listed |= {
            (ward, sex, site): cases for site, cases in own.by_site.select("site", "cases").iter_rows()
        }
        assert (own.by_year.height, own.ages.height) == (0, 0)
    for site, sex in itertools.product({site for *_, site in listed}, "012"):
        by_ward = guard.answer_incidence(register, replace(asked, site=site, sex=sex)).by_ward
        shown = {} if by_ward is None else dict(by_ward.select("ward_code", "cases").iter_rows())
        mapped |= {(ward, sex, site): shown.get(ward) for ward in wards if (ward, sex, site) in listed}

    assert {key: cases for key, cases in listed.items() if cases} == {
        key: cases for key, cases in mapped.items() if cases
    }
    assert [key for key, cases in listed.items() if cases in {1, 2, 3, 4}] == []


@pytest.mark.parametrize(("ward", "listed"), [("00004", True), ("09877", False)])
def test_files_of_a_ward_tell_no_count_below_five(small_city, client_as, ward, listed):
    reader = client_as(Role.EPIDEMIOLOGIST)
    text = reader.get(reverse("figures-incidence"), {"place": ward}).text
    links = {html.unescape(link) for link in re.findall(r'href="(/figures/incidence/[^"]+\.csv[^"]*)"', text)}

    rows = [row for link in links if "population" not in link for row in read_rows(reader.get(link))]

    assert [row for row in rows if row.get("cases") in {"1", "2", "3", "4"}] == []
    assert bool(rows) is listed


def test_hidden_years_are_absent_from_page_and_picture(small_city, client_as):
    reader = client_as(Role.EPIDEMIOLOGIST)
    address = f"{reverse('figures-incidence')}?site=brain&sex=1&first=2019&last=2023"
    rows = read_rows(reader.get(address.replace("?", "trend.csv?")))

    text = reader.get(address).text

    table = re.search(r'id="trend".*?</figure>', text, flags=re.DOTALL)[0]
    shown = {
        row[0]: row[1]
        for row in re.findall(r'<th scope="row">(\d{4})[^<]*</th><td class="n">([^<]*)</td>', table)
    }
    assert {row["year"]: row["cases"] or "ẩn" for row in rows} == shown
    assert "ẩn" in shown.values()
    drawn = len(re.findall(r'aria-roledescription="circle"', table)) or table.count("<path")
    assert drawn > 0
    assert "Có năm ít ca bị ẩn: không nói về xu hướng." in table


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("figures-incidence", "first=2014&last=2022"),
        ("figures-incidence", "first=2023&last=2023"),
        ("figures-survival", "place=00004"),
        ("figures-stage", "place=00004"),
        ("figures-trend", "place=00004"),
        ("figures-projection", "place=00004"),
        ("figures-trend", "first=2014&last=2022"),
        ("figures-quality", "place=00004"),
    ],
)
def test_question_off_the_grid_is_not_answered_without_identity(small_city, client_as, page, query):
    answers = [
        client_as(role).get(f"{reverse(page)}?{query}").status_code
        for role in (Role.EPIDEMIOLOGIST, Role.REGISTRAR)
    ]

    assert answers == [400, 200]


def test_finest_counts_are_not_sent_without_identity(small_city, client_as):
    address = f"{reverse('figures-incidence')}cases.csv"

    assert [client_as(role).get(address).status_code for role in (Role.EPIDEMIOLOGIST, Role.REGISTRAR)] == [
        404,
        200,
    ]


def test_doctor_of_one_hospital_sees_the_citys_figures_as_a_reader_without_identity(small_city, client_as):
    """The doctor sees names of one hospital; of all others no more than anybody."""
    from banyan.apps.core.rules import Viewer, capabilities_of
    from banyan.apps.insight.rules import sees_every_count

    seen = {
        (role, city): sees_every_count(
            Viewer(
                staff_id=1, name="", role=role, facility_id=1, facility_name="", level=1, whole_city=city,
                capabilities=capabilities_of(role),
            )
        )
        for role in (Role.DOCTOR, Role.REGISTRAR, Role.EPIDEMIOLOGIST)
        for city in (True, False)
    }  # fmt: skip

    assert [key for key, every in seen.items() if every] == [(Role.DOCTOR, True), (Role.REGISTRAR, True)]


@pytest.mark.asvs("15.3.1", "16.3.2")
def test_rows_name_nobody_are_never_few_alike_and_leave_a_line(small_city, client_as):
    reader = client_as(Role.EPIDEMIOLOGIST)

    rows = pl.DataFrame(read_rows(reader.get(reverse("figures-rows-file", args=["csv"]))))

    assert rows.columns == [
        "key", "sex", "age_group", "year", "place", "site", "topography", "morphology", "basis", "stage", "dead", "months",
    ]  # fmt: skip
    assert rows.group_by(ALIKE).len()["len"].min() >= FEWEST_ALIKE
    assert rows["key"].n_unique() == rows.height > 1000
    assert rows.height < small_city.filter(pl.col("behaviour") == "3").height
    assert AccessLine.objects.filter(action="extract", subject="rows").count() == 1


def test_rows_are_shown_with_how_alike_they_are(small_city, client_as):
    text = client_as(Role.EPIDEMIOLOGIST).get(reverse("figures-rows")).text

    assert "Ít nhất bao nhiêu dòng giống nhau" in text
    assert text.count('<th scope="row">') == 20
    assert client_as(Role.REGISTRAR).get(reverse("figures-rows")).status_code == 404


@pytest.mark.parametrize("word", ["refused", "restricted"])
def test_who_refused_research_or_is_restricted_leaves_the_rows_at_once(small_city, client_as, word):
    reader = client_as(Role.EPIDEMIOLOGIST)
    address = reverse("figures-rows-file", args=["csv"])
    sites = [row["site"] for row in read_rows(reader.get(address))]
    staff = Posting.objects.get()
    for person in Person.objects.filter(tumours__site="lung"):
        if word == "refused":
            Consent.objects.create(
                person=person, purpose="research", decision=word, way="desk", text_version="2026-01",
                decided_on=date(2026, 1, 2), taken_by_id=staff.staff_id, facility_id=staff.facility_id,
            )  # fmt: skip
        else:
            Restriction.objects.create(
                person=person, reason="xin hạn chế", since=timezone.now(), set_by_id=staff.staff_id
            )

    later = [row["site"] for row in read_rows(reader.get(address))]

    others = Tumour.objects.exclude(person__in=Tumour.objects.filter(site="lung").values("person"))
    assert (sites.count("lung") > 100, later.count("lung")) == (True, 0)
    assert 1_000 < len(later) <= others.count()
