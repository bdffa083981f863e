import polars as pl
import pytest

from banyan.science.city.tables import mixture, read
from banyan.science.coding import MORPHOLOGY_CODES, TOPOGRAPHY_CODES, Morphology, Topography


@pytest.fixture(scope="module")
def malignant(city) -> pl.DataFrame:
    return city.tumours.filter(pl.col("behaviour") == "3")


@pytest.mark.parametrize(
    "row", read("histology_mix").to_dicts(), ids=lambda row: f"{row['site']}-{row['from_age']}"
)
def test_every_code_of_the_table_is_in_icd_o_3_2(row):
    topographies = [str(Topography.parse(code)) for code in mixture(row["topographies"]).values]
    morphologies = [
        str(Morphology.parse(code)) for code in [*mixture(row["morphologies"]).values, row["unverified"]]
    ]

    assert set(topographies) <= set(map(str, TOPOGRAPHY_CODES))
    assert set(morphologies) <= set(map(str, MORPHOLOGY_CODES))


def test_all_tables_speak_of_the_same_sites():
    sites = set(read("site_model")["site"])

    assert set(read("site_course")["site"]) == sites
    assert set(read("histology_mix")["site"]) == sites
    assert set(read("hotspots")["site"]) <= sites
    schemes = set(read("site_course")["scheme"])
    assert set(read("stage_tnm")["scheme"]) == schemes - {"none", "in_situ", "lymphoma"}


def test_microscopic_verification_is_between_85_and_92_per_cent(malignant):
    assert 0.85 < malignant["basis"].is_in(["5", "7.1", "7.2", "8"]).mean() < 0.92
    assert malignant.filter(site="liver")["basis"].is_in(["5", "7.1", "7.2", "8"]).mean() < 0.65


def test_death_certificate_only_and_unknown_basis_are_rare(malignant):
    assert 0.02 < malignant["dco"].mean() < 0.03
    assert (malignant["basis"] == "9").mean() == pytest.approx(0.01, abs=0.002)
    assert (malignant["dco"] == (malignant["basis"] == "0")).all()
    assert malignant.filter("dco")["dci"].all()
    assert malignant["dci"].mean() > malignant["dco"].mean()


def test_a_case_known_by_certificate_only_is_dated_at_death_and_has_no_stage(city):
    dco = city.tumours.filter("dco").join(city.people, on="person_id")

    assert (dco["incidence_date"] == dco["death_date"]).all()
    assert set(dco["stage"]) == {"9"}
    assert set(dco["grade"]) <= {"9"}


def test_benign_and_in_situ_tumours_come_in_addition(city):
    others = city.tumours.filter(pl.col("behaviour") != "3")

    assert 0.02 < others.height / city.tumours.height < 0.06
    assert set(others["behaviour"]) == {"0", "1", "2"}
    assert set(others["grade"]) == {"9"}


def test_sides_belong_to_paired_organs(malignant):
    breast = malignant.filter(site="breast")["laterality"]
    stomach = malignant.filter(site="stomach")["laterality"]

    assert set(breast) == {"1", "2", "9"}
    assert set(stomach) == {"0"}


def test_every_tumour_has_an_icd_10_code(city):
    assert city.tumours["icd10"].null_count() == 0
    assert city.tumours.filter(site="breast")["icd10"].str.starts_with("C50").all()


def test_children_have_the_tumours_of_children(malignant):
    children = malignant.filter(pl.col("age") < 15)

    assert 100 < children.height / 10 < 400
    commonest = children["site"].value_counts(sort=True)["site"][0]
    assert commonest == "leukaemia"
    assert children.filter(pl.col("site").is_in(["lung", "breast", "prostate", "colon"])).height == 0
