import polars as pl
import pytest

from banyan.science.burden import INDICES, BurdenError, quality_indices

CASES = pl.DataFrame(
    {
        "sex": ["1"] * 4 + ["2"] * 4,
        "basis": ["7.1", "5", "8", "0", "7.2", "7.3", "2", None],
        "age": [50, None, 60, 70, 40, 41, 42, 43],
        "topography": ["C50.9", "C80.9", None, "C34.1", "C509", "C48.0", "C76", "C61.9"],
        "stage": ["I", "II", "9", "", "IV", None, "X", "III"],
    }
)
COUNTS = {"mv": 5, "hv": 3, "dco": 1, "unknown_basis": 1, "unknown_age": 1, "psu": 3, "unknown_stage": 4}


@pytest.mark.burden("quality.indices")
def test_every_index_counts_its_cases():
    found = quality_indices(CASES)

    assert dict(found.select("index", "count").rows()) == COUNTS
    assert found["percent"].to_list() == [100 * count / 8 for count in COUNTS.values()]


@pytest.mark.burden("quality.indices")
def test_flags_say_on_which_side_of_the_limit():
    flags = dict(quality_indices(CASES).select("index", "flag").rows())

    assert flags == {
        "mv": "low",
        "hv": None,
        "dco": "high",
        "unknown_basis": "high",
        "unknown_age": "high",
        "psu": "high",
        "unknown_stage": "high",
    }


def test_all_verified_is_a_warning():
    found = quality_indices(pl.DataFrame({"basis": ["7.1"] * 50}))

    assert found.filter(pl.col("index") == "mv")["flag"].item() == "high"


def test_strata_stand_side_by_side():
    found = quality_indices(CASES, by=["sex"]).filter(pl.col("index") == "mv")

    assert found.select("sex", "cases", "count").rows() == [("1", 4, 3), ("2", 4, 2)]


def test_the_two_schemes_of_basis_disagree_on_8():
    cases = pl.DataFrame({"basis": ["8", "6", "3"]})

    found = quality_indices(cases, basis_scheme="iarc")

    assert dict(found.select("index", "count").rows())["hv"] == 2
    with pytest.raises(BurdenError, match=r"^Row 2, column basis: ‘6’ is no basis of diagnosis"):
        quality_indices(cases)


def test_deaths_over_cases_by_stratum():
    deaths = pl.DataFrame({"sex": ["1"] * 5})

    found = quality_indices(CASES, deaths, by=["sex"]).filter(pl.col("index") == "mi")

    assert found.select("sex", "count", "percent", "flag").rows() == [
        ("1", 5, 125.0, "high"),
        ("2", 0, 0.0, "ok"),
    ]
    assert quality_indices(CASES, deaths).filter(pl.col("index") == "mi")["percent"].item() == 62.5


def test_own_limits_replace_the_published_ones():
    found = quality_indices(CASES, limits={"dco": (None, 20)}).filter(pl.col("index") == "dco")

    assert found.select("high", "flag", "source").row(0) == (20.0, "ok", "given by the user")


def test_every_limit_names_its_source():
    assert all(index.source for index in INDICES)


def test_only_what_the_columns_allow():
    assert quality_indices(CASES.select("age"))["index"].to_list() == ["unknown_age"]
    with pytest.raises(BurdenError, match="there is no column of basis, age, topography and stage"):
        quality_indices(CASES.select("sex"))


@pytest.mark.burden("quality.indices")
def test_every_share_has_its_interval():
    found = quality_indices(pl.DataFrame({"basis": ["7.1"] * 81 + ["2"] * 182}))

    assert found.row(0, named=True)["lower"] == pytest.approx(25.53, abs=0.005)
    assert found.row(0, named=True)["upper"] == pytest.approx(36.62, abs=0.005)


def test_deaths_to_cases_may_pass_one_and_so_may_their_limits():
    deaths = pl.DataFrame({"sex": ["1"] * 120})
    cases = pl.DataFrame({"sex": ["1"] * 100})

    found = quality_indices(cases.with_columns(basis=pl.lit("5")), deaths).filter(pl.col("index") == "mi")

    # Wilson of 120 / 220: 0.4795 to 0.6099, as ratios 0.9211 and 1.5635
    assert found.row(0, named=True)["percent"] == 120
    assert found.row(0, named=True)["lower"] == pytest.approx(92.1, abs=0.05)
    assert found.row(0, named=True)["upper"] == pytest.approx(156.35, abs=0.05)


def test_limits_of_an_index_that_there_is_not():
    with pytest.raises(BurdenError, match=r"^there is no index ‘dcn’; these are known: mv, "):
        quality_indices(CASES, limits={"dcn": (None, 10)})
