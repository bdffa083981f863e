import polars as pl
import pytest

LATE = pl.col("stage").is_in(["III", "IV"])


@pytest.fixture(scope="module")
def staged(city) -> pl.DataFrame:
    return city.tumours.filter((pl.col("behaviour") == "3") & pl.col("stage").is_in(["I", "II", "III", "IV"]))


def test_stage_is_unknown_in_15_to_20_per_cent(city):
    malignant = city.tumours.filter(pl.col("behaviour") == "3")

    assert 0.15 < (malignant["stage"] == "9").mean() < 0.20


@pytest.mark.parametrize(
    ("site", "least", "most"),
    [("lung", 0.8, 0.95), ("liver", 0.5, 0.75), ("stomach", 0.6, 0.8), ("breast", 0.3, 0.45)],
)
def test_late_stage_has_its_share(staged, site, least, most):
    assert least < staged.filter(site=site).select(LATE.mean()).item() < most


def test_stage_shifts_downwards_over_the_years(staged):
    breast = staged.filter(site="breast").with_columns(year=pl.col("incidence_date").dt.year())

    early = breast.filter(pl.col("year") <= 2016).select(LATE.mean()).item()
    recent = breast.filter(pl.col("year") >= 2023).select(LATE.mean()).item()

    assert recent < early - 0.04


def test_metastases_and_stage_four_go_together(staged):
    with_tnm = staged.filter(pl.col("m").is_not_null(), ~pl.col("site").is_in(["testis"]))

    assert (
        with_tnm.filter(m="1")["stage"] == "IV"
    ).mean() > 0.99  # the rest are slips, for the checks to find
    assert with_tnm.filter(stage="I")["m"].unique().to_list() == ["0"]


def test_leukaemia_lymphoma_and_brain_have_no_tnm(city):
    without = city.tumours.filter(
        pl.col("site").is_in(["leukaemia", "nhl", "hodgkin", "brain_cns", "myeloma"])
    )

    assert without["t"].null_count() == without.height
    assert set(without.filter(site="leukaemia")["stage"]) == {"9"}
    assert set(without.filter(site="nhl")["stage_system"].drop_nulls()) == {"Ann Arbor"}


def test_in_situ_is_stage_nought(city):
    assert set(city.tumours.filter(site="cervix_in_situ")["stage"]) == {"0"}


def test_the_staging_system_is_named_where_there_is_a_stage(city):
    named = city.tumours["stage_system"].is_not_null()

    assert (named == city.tumours["stage"].is_in(["I", "II", "III", "IV"])).all()
