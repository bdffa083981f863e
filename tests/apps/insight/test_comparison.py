"""Two places or two periods held against each other, and what of it a reader without identified access is told."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.choices import Role
from banyan.apps.insight.choices import OTHER_PERIOD, REST
from banyan.apps.insight.forms.contrast import ContrastForm
from banyan.apps.insight.presenters.contrast import say_difference, say_funnel
from banyan.apps.insight.presenters.finding import Estimate
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.comparison import work_out_comparison
from banyan.apps.insight.queries.contrast import Contrast, choose_other, settle_places
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.masking.comparison import compare_printed
from banyan.science.burden import compare_rates, count_cases, poisson_interval
from tests.factories.attacker import Attacker
from tests.factories.register import WARDS, YEARS, Sites, make_cases, make_people, make_register

PERIODS = Contrast(first=2019, last=2023, other_first=2014, other_last=2018)
PAGE = "figures-comparison"


@pytest.fixture(scope="module")
def register():
    return make_register(make_cases(), make_people(), -8001)


@pytest.fixture(scope="module")
def told(register):
    return replace(register, disclosure=disclose(register))


def count_by_hand(register, first, last, site, ward=None):
    """Return the cells of a site, years and ward from the rows themselves."""
    inside = pl.col("year").is_between(first, last)
    here = pl.lit(value=True) if ward is None else pl.col("ward_code") == ward
    cases = register.cases.filter(inside, here, ~pl.col("early"), pl.col("site") == site)
    return count_cases(cases.select("age_group"), register.people.filter(inside, here))


def test_two_periods_are_compared_by_the_engine(register):
    answer = work_out_comparison(register, replace(PERIODS, site="lung", standard="who"))

    cells = [
        count_by_hand(register, first, last, "lung").with_columns(period=pl.lit(first))
        for first, last in ((2019, 2023), (2014, 2018))
    ]
    expected = compare_rates(pl.concat(cells), "period", reference=2014, standard="who").row(0, named=True)
    assert answer.against["ratio"] == pytest.approx(expected["ratio"], rel=1e-12)
    numbers = [name for name in expected if name not in ("period", "interval")]
    assert [answer.against[name] for name in numbers] == pytest.approx(
        [expected[name] for name in numbers], rel=1e-12
    )
    assert [side.ratio for side in answer.sides] == [{}, {}]


def test_two_wards_are_compared_by_the_engine_and_each_with_the_city(register):
    one, two = WARDS[:2]
    answer = work_out_comparison(register, replace(PERIODS, site="lung", place=one, against=two))

    cells = [
        count_by_hand(register, 2019, 2023, "lung", ward).with_columns(ward=pl.lit(ward))
        for ward in (one, two)
    ]
    expected = compare_rates(pl.concat(cells), "ward", reference=two).row(0, named=True)
    assert answer.against["p_value"] == pytest.approx(expected["p_value"], rel=1e-12)

    city = count_by_hand(register, 2019, 2023, "lung")
    known = city.filter(pl.col("age_group").is_not_null())
    rates = known.select("age_group", rate=pl.col("cases") / pl.col("person_years"))
    for side, ward in zip(answer.sides, (one, two), strict=True):
        own = count_by_hand(register, 2019, 2023, "lung", ward)
        due = own.join(rates, on="age_group").select(pl.col("rate") * pl.col("person_years")).sum().item()
        due *= city["cases"].sum() / known["cases"].sum()
        limits = poisson_interval(own["cases"].sum())
        assert side.ratio["cases"] == own["cases"].sum()
        assert side.ratio["expected"] == pytest.approx(due, rel=1e-12)
        assert [side.ratio["ratio_lower"], side.ratio["ratio_upper"]] == pytest.approx(
            [float(end) / due for end in limits], rel=1e-12
        )


def test_a_ward_and_the_rest_are_the_city(register):
    ward = WARDS[1]
    one, two = work_out_comparison(register, replace(PERIODS, site="liver", place=ward, against=REST)).sides
    city = work_out_comparison(register, replace(PERIODS, site="liver")).sides[0].total

    assert one.total["cases"] + two.total["cases"] == city["cases"]
    assert one.total["person_years"] + two.total["person_years"] == pytest.approx(city["person_years"])
    assert one.ratio["expected"] + two.ratio["expected"] == pytest.approx(city["cases"])


def test_the_wards_of_the_funnel_expect_what_the_city_has(register):
    answer = work_out_comparison(register, replace(PERIODS, site="breast"))

    wards = answer.by_ward
    assert sorted(wards["ward_code"]) == sorted(WARDS)
    assert wards["person_years"].sum() == pytest.approx(answer.sides[0].total["person_years"])
    assert wards["expected"].sum() == pytest.approx(answer.sides[0].total["cases"])
    assert wards["cases"].sum() == answer.sides[0].total["cases"]
    assert wards.filter("hidden")["cases"].to_list() == [n for n in wards["cases"] if n < 5]


def test_the_whole_city_against_a_ward_is_the_ward_against_the_rest():
    asked = settle_places(replace(PERIODS, against=WARDS[0]))

    assert (asked.place, asked.against) == (WARDS[0], REST)
    assert settle_places(PERIODS) == PERIODS


@pytest.mark.parametrize(
    ("first", "last", "bands", "other"),
    [
        (2019, 2023, None, (2014, 2018)),
        (2016, 2023, None, (2014, 2015)),
        (2014, 2016, None, (2017, 2019)),
        (2014, 2023, None, (2014, 2023)),
        (2019, 2023, [(2014, 2018), (2019, 2023)], (2014, 2018)),
        (2014, 2018, [(2014, 2018), (2019, 2023)], (2019, 2023)),
        (2014, 2023, [(2014, 2018), (2019, 2023)], (2014, 2023)),
    ],
)
def test_the_other_period_is_that_before_or_that_after(first, last, bands, other):
    assert choose_other(first, last, YEARS, bands) == other


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"against": "rest"}, "Chọn một phường, xã để so với phần còn lại của thành phố."),
        ({"place": WARDS[0], "against": WARDS[0]}, "Hai nơi là một: chọn nơi khác để so sánh."),
        ({"against": "99999"}, "Không có phường, xã nào mang mã “99999”."),
        ({"other_first": "1990"}, "Không có số liệu của năm “1990”."),
        ({"other_first": "2018", "other_last": "2015"}, "Năm đầu (2018) sau năm cuối (2015)."),
        (
            {"first": "2016", "other_first": "2014", "other_last": "2018"},
            "Hai giai đoạn có chung các năm 2016–2018: chọn hai giai đoạn rời nhau.",
        ),
        (
            {"first": "2014", "against": "period"},
            "Hai giai đoạn có chung các năm 2014–2023: chọn hai giai đoạn rời nhau.",
        ),
    ],
)
def test_sides_that_cannot_be_compared_get_a_sentence(register, state, sentence):
    form = ContrastForm(register, state)

    assert not form.is_valid()
    assert [str(error) for errors in form.errors.values() for error in errors] == [sentence]


@pytest.mark.parametrize("years", [(2021, 2022, 2023), (2022, 2023), (2023,)])
def test_a_young_register_has_something_to_compare_too(register, years):
    few = replace(
        register,
        cases=register.cases.filter(pl.col("year").is_in(years)),
        people=register.people.filter(pl.col("year").is_in(years)),
        years=years,
    )

    for seen in (few, replace(few, disclosure=disclose(few))):
        form = ContrastForm(seen, {})
        assert form.is_valid(), form.errors
        asked = form.question
        apart = asked.other_last < asked.first if asked.against == OTHER_PERIOD else asked.place == min(WARDS)
        assert apart


def list_contrasts(site: str, sex: str, wards: Sequence[str] = WARDS) -> list[Contrast]:
    asked = replace(PERIODS, site=site, sex=sex)
    places = [(one, two) for one in wards for two in (*wards, REST) if one != two]
    return [
        asked,
        *(replace(asked, place=ward) for ward in wards),
        *(replace(asked, place=one, against=two) for one, two in places),
    ]


@pytest.mark.parametrize(
    ("site", "sex"), [("all", "0"), ("all", "2"), ("lung", "1"), ("larynx", "0"), ("testis", "1")]
)
def test_a_reader_without_identity_is_told_what_the_incidence_page_tells(told, site, sex):
    """Counts and rates of each side are those of its own page; ratio and difference follow from them as printed."""
    compared = 0
    for contrast in list_contrasts(site, sex):
        answer = guard.answer_comparison(told, contrast)
        for side, question in zip(answer.sides, (contrast.one, contrast.two), strict=True):
            page = guard.answer_incidence(told, question).total
            if not side.is_rest:
                assert side.total == page
                continue
            ward = guard.answer_incidence(told, contrast.one).total
            parts = page["cases"], ward["cases"]
            if None in parts:
                assert side.total["cases"] is None
            elif side.total["cases"] is not None:
                assert side.total["cases"] == parts[0] - parts[1]
            assert side.total["asr"] is None
        one, two = (side.total["asr"] for side in answer.sides)
        if answer.against["ratio"] is not None:
            compared += 1
            assert answer.against["ratio"] == pytest.approx(one / two)
            assert answer.against["difference"] == pytest.approx(one - two)
        rates = [answer.against[name] for name in ("ratio", "difference", "z", "p_value")]
        assert None not in rates or set(rates) == {None}
    assert (compared > 0) == (site in ("all", "lung"))


def test_printed_rates_give_nearly_what_the_engine_gives(register, told):
    """Whoever is told less is told no other thing: of the same rates ratio and limits differ by their last digits."""
    contrast = PERIODS
    full = work_out_comparison(register, contrast).against
    printed = guard.answer_comparison(told, contrast).against

    names = ["ratio", "ratio_lower", "ratio_upper"]
    assert [printed[name] for name in names] == pytest.approx([full[name] for name in names], abs=0.03)
    assert printed["z"] == pytest.approx(full["z"], abs=0.3)


def test_a_rate_too_low_for_its_printed_digit_is_not_compared(told):
    low = {"cases": 40, "asr": 0.9, "asr_lower": 0.7, "asr_upper": 1.2}
    high = {"cases": 90, "asr": 2.0, "asr_lower": 1.6, "asr_upper": 2.4}
    assert compare_printed(low, high)["ratio"] is None
    assert compare_printed(high, {**low, "asr": 1.0})["ratio"] == pytest.approx(2.0)


BANDS = ((2014, 2018), (2019, 2023))
MANY = tuple(f"{code:05d}" for code in range(1, 25))
TINY = MANY[:3]


@pytest.fixture(scope="module")
def wide():
    """Return a city of 24 wards, three of which have a case now and then, as a reader without identity has it."""
    draw = np.random.default_rng(11)
    sites: Sites = {"lung": (6000, 0.7), "breast": (5000, 0.01), "liver": (4000, 0.75)}
    cases, share = make_cases(5, sites), np.where(np.isin(MANY, TINY), 0.0006, 0.05)
    spread = cases.with_columns(ward_code=pl.Series(draw.choice(MANY, cases.height, p=share / share.sum())))
    people = make_people().filter(pl.col("ward_code") == WARDS[0]).drop("ward_code")
    crowd = pl.DataFrame({"ward_code": MANY}).join(people, how="cross")
    city = make_register(spread, crowd.select(make_people().columns), -8010)
    return replace(city, disclosure=disclose(city))


def read_all(register, site: str, sex: str, wards: list[str]) -> list[dict]:
    """Return all that the comparison page tells of a site and sex and some of the wards, row by row.

    Numbers to nine digits: sums in another order differ in their last.
    """
    said = []
    for contrast in list_contrasts(site, sex, wards):
        answer = guard.answer_comparison(register, contrast)
        said += [row for side in answer.sides for row in (side.total, side.ratio)]
        said += [answer.against, *answer.ages.to_dicts(), *answer.by_ward.to_dicts()]
    return [
        {name: float(f"{value:.9g}") if isinstance(value, float) else value for name, value in row.items()}
        for row in said
    ]


def list_dark(register, site: str, sex: str, column: str, values: Sequence) -> list:
    """Return the wards or ages of a site and sex that are hidden in both periods."""
    asked, shows = replace(PERIODS, site=site, sex=sex), register.disclosure.shows_cell
    return [value for value in values if not any(shows(asked, column, value, band) for band in BANDS)]


def swap(register, column: str, one, two, number: int):
    """Let the cases of two wards or ages change places."""
    names = pl.col(column).replace({one: two, two: one})
    version = replace(register.version, number=number)
    moved = replace(register, cases=register.cases.with_columns(names), version=version)
    counts = [city.cases.filter(pl.col(column) == one).height for city in (register, moved)]
    assert counts[0] != counts[1]
    return moved


@pytest.mark.parametrize(("site", "sex", "number"), [("all", "1", -8011), ("all", "2", -8012)])
def test_nothing_told_depends_on_in_which_hidden_ward_a_case_lives(wide, site, sex, number):
    dark = list_dark(wide, site, sex, "ward_code", MANY)
    shown = [code for code in MANY if code not in dark]
    asked = [dark[0], dark[-1], *shown[:2]]
    assert (len(dark) >= 2, len(shown) >= 2) == (True, True)

    moved = swap(wide, "ward_code", dark[0], dark[-1], number)

    assert read_all(moved, site, sex, asked) == read_all(wide, site, sex, asked)


@pytest.mark.parametrize(
    ("site", "sex", "number"), [("all", "2", -8021), ("lung", "1", -8022), ("liver", "0", -8023)]
)
def test_nothing_told_depends_on_which_hidden_age_a_case_has(wide, site, sex, number):
    dark = list_dark(wide, site, sex, "age_group", range(0, 90, 5))
    asked = [code for code in MANY if code not in TINY][:3]
    assert 2 <= len(dark) < 18

    moved = swap(wide, "age_group", dark[0], dark[-1], number)

    assert read_all(moved, site, sex, asked) == read_all(wide, site, sex, asked)


def test_no_sum_or_difference_of_comparisons_tells_a_small_count(wide):
    """Solve for each hidden ward with all counts that the pages tell: none from one to four is known closely."""
    rows = wide.cases.filter(~pl.col("early")).with_columns(
        band=pl.when(pl.col("year") >= 2019).then(2019).otherwise(2014)
    )
    keys = ["site", "sex", "band", "ward_code"]
    atoms = pl.DataFrame({"site": ["lung", "breast", "liver"]})
    for name, values in (("sex", ["1", "2", "9"]), ("band", [2014, 2019]), ("ward_code", [*MANY])):
        atoms = atoms.join(pl.DataFrame({name: values}), how="cross")
    counts = (
        rows.group_by(keys)
        .len("count")
        .with_columns(pl.col("count").cast(pl.Int64), pl.col("band").cast(pl.Int64))
    )
    attacker = Attacker(
        atoms.join(counts, on=keys, how="left").with_columns(pl.col("count").fill_null(0)).sort(keys)
    )
    assert attacker.truth.sum() == rows.height

    def of(site, sex, first, last, ward=None):
        chosen = [pl.col("band").is_between(first, last)]
        chosen += [] if site == "all" else [pl.col("site") == site]
        chosen += [] if sex == "0" else [pl.col("sex") == sex]
        chosen += [] if ward is None else [pl.col("ward_code") == ward]
        return pl.all_horizontal(chosen)

    for site, sex in itertools.product(("all", "lung", "breast", "liver"), "012"):
        for ward in MANY[2:4]:
            contrast = replace(PERIODS, site=site, sex=sex, place=ward, against=REST)
            for asked in (contrast, replace(contrast, first=2014, last=2018), replace(contrast, first=2014)):
                hear_comparison(attacker, guard.answer_comparison(wide, asked), of)

    attacker.check()
    targets, names = [], []
    for site, sex, (first, last), ward in itertools.product(
        ("all", "lung", "breast", "liver"), "012", (*BANDS, (2014, 2023)), MANY
    ):
        weights = attacker.where(of(site, sex, first, last, ward))
        if 0 < weights @ attacker.truth < 5:
            targets.append(weights)
            names.append((site, sex, first, last, ward))
    assert len(targets) > 20
    assert [(names[at], least, most) for at, least, most in attacker.find_narrow(targets)] == []


def hear_comparison(attacker, answer, of) -> None:
    """Take note of every count of one page: both sides, the city's, and the wards of the funnel."""
    asked = answer.contrast
    first, last, site, sex = asked.first, asked.last, asked.site, asked.sex
    ward, rest = answer.sides
    here, city = (attacker.where(of(site, sex, first, last, place)) for place in (asked.place, None))
    attacker.hear(here, ward.total["cases"])
    attacker.hear(city - here, rest.total["cases"])
    for code, cases in answer.by_ward.select("ward_code", "cases").iter_rows():
        attacker.hear(attacker.where(of(site, sex, first, last, code)), cases)
    for side, weights in ((ward, here), (rest, city - here)):
        if side.ratio.get("ratio"):  # who is told a ratio and what it was divided by is told the count
            attacker.hear(weights, side.ratio["cases"])


@pytest.fixture
def epidemiologist(client_as):
    return client_as(Role.EPIDEMIOLOGIST)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("place=00004&against=00008", 200),
        ("against=00004", 200),
        ("place=00004&against=rest&site=lung", 200),
        ("first=2020&other_first=2014&other_last=2018", 400),
        ("other_first=2015&other_last=2018", 400),
    ],
)
def test_page_keeps_to_the_grid_without_identity(small_city, epidemiologist, query, status):
    assert epidemiologist.get(f"{reverse(PAGE)}?{query}").status_code == status


def test_page_says_its_methods_and_sends_the_same_numbers(small_city, client_as):
    reader = client_as(Role.REGISTRAR)
    text = reader.get(f"{reverse(PAGE)}?site=lung&place=00004&against=00008").text

    rates = reader.get(f"{reverse(PAGE)}rates.csv?site=lung&place=00004&against=00008").content.decode(
        "utf-8-sig"
    )
    rows = pl.read_csv("\n".join(line for line in rows_of(rates)).encode()).to_dicts()
    written = [f"{row['asr']:.1f}".replace(".", ",") for row in rows]
    assert [row["side"] for row in rows] == ["Phường Ba Đình", "Phường Ngọc Hà"]
    assert [text.count(f">{rate}<") > 0 for rate in written] == [True, True]
    said = [
        text.count(words) > 0
        for words in ("Fay 1999", "Breslow và Day 1987", "Spiegelhalter (2005)", 'id="funnel"')
    ]
    assert said == [True] * 4


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@given(ends=st.lists(st.floats(-60, 60), min_size=3, max_size=3), p_value=st.floats(0, 1))
def test_say_difference_claims_what_the_interval_allows(language, ends, p_value):
    lower, value, upper = sorted(ends)
    with translation.override(language):
        text = say_difference(Estimate(value, lower, upper), p_value, "2019–2023")

    claims = [
        text.count(word) > 0
        for word in (("cao hơn", "thấp hơn") if language == "vi" else ("higher", "lower"))
    ]
    assert claims == [round(lower, 1) > 0, round(upper, 1) < 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_say_funnel_claims_nothing_where_no_place_stands_out(language):
    with translation.override(language):
        none, some = say_funnel(0, 0, 126), say_funnel(3, 1, 126)

    unsure = "Chưa phân biệt" if language == "vi" else "No place can be told apart"
    chance = "0,3" if language == "vi" else "0.3"
    assert [text.startswith(unsure) for text in (none, some)] == [True, False]
    assert some.count(chance) == 1
