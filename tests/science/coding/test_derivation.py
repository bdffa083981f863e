import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.coding import (
    MORPHOLOGY_CODES,
    TOPOGRAPHY_CODES,
    Morphology,
    Topography,
    derive_codes,
    site_group,
    to_iccc3,
    to_icd10,
)

HISTOLOGIES = sorted({code[:4] for code in MORPHOLOGY_CODES})
tumours = st.tuples(
    st.sampled_from(["1", "2", "9"]),
    st.sampled_from(TOPOGRAPHY_CODES),
    st.sampled_from(HISTOLOGIES),
    st.sampled_from(["0", "1", "2", "3", "6", "9"]),
)


def derive_one(sex, topography, histology, behaviour):
    site, morphology = Topography(topography), Morphology(histology, behaviour)
    icd10 = to_icd10(site, morphology, sex).code
    counted = icd10 if behaviour == "3" or not (icd10 or "").startswith(("D45", "D46", "D47")) else None
    groups = site_group(counted), site_group(counted, "ci5")
    return (
        icd10,
        str(to_iccc3(site, morphology)) or None,
        groups[0].key if groups[0] else None,
        groups[1].number if groups[1] else None,
    )


@settings(deadline=None, max_examples=25)
@given(st.lists(tumours, min_size=1, max_size=60))
def test_a_frame_and_its_tumours_one_by_one_agree(cases):
    frame = pl.DataFrame(cases, ["sex", "topography", "morphology", "behaviour"], orient="row")

    derived = derive_codes(frame).select("icd10", "iccc3", "site", "ci5")

    assert derived.rows() == [derive_one(*case) for case in cases]


def test_every_spelling_derives_the_same():
    frame = pl.DataFrame(
        {
            "sex": ["2", "F", "female", "Nữ"],
            "topography": ["C50.4", "504", "c504", " C504 "],
            "morphology": ["8500/3", "8500", "85003", "8500/3"],
            "behaviour": [None, "3", None, "/3"],
        }
    )

    derived = derive_codes(frame)

    assert derived.select("icd10", "site", "ci5").unique().rows() == [("C50.4", "breast", 29)]


def test_numbers_are_read_as_the_text_they_stand_for():
    frame = pl.DataFrame({"sex": [2], "topography": [21], "morphology": [8070], "behaviour": [3.0]})

    assert derive_codes(frame)["icd10"].to_list() == ["C02.1"]  # a spreadsheet drops the zero of 021


def test_unknown_codes_give_nulls():
    frame = pl.DataFrame({"sex": ["?", None], "topography": ["C99.9", None], "morphology": ["abc", None]})

    assert derive_codes(frame).select("icd10", "iccc3", "site", "ci5").rows() == [(None,) * 4] * 2


def test_morphology_alone_gives_no_code():
    frame = pl.DataFrame({"sex": ["1"], "topography": ["C99.9"], "morphology": ["9861/3"]})

    assert derive_codes(frame)["icd10"].to_list() == [None]


def test_editions_may_be_mixed():
    frame = pl.DataFrame(
        {
            "sex": ["2", "2"],
            "topography": ["C50.4", "C50.4"],
            "morphology": ["8500A/3", "8500/3"],
            "edition": ["4", "3.2"],
        }
    )

    assert derive_codes(frame)["icd10"].to_list() == ["C50.4", "C50.4"]


def test_gammopathy_is_not_counted_with_malignant_blood_disease():
    frame = pl.DataFrame({"topography": ["C42.0", "C42.1"], "morphology": ["9765/1", "9950/3"]})

    derived = derive_codes(frame)

    assert derived["icd10"].to_list() == ["D47.2", "D45"]
    assert derived["ci5"].to_list() == [None, 59]


def test_empty_frame_gains_its_columns():
    frame = pl.DataFrame(schema={"sex": pl.String, "topography": pl.String, "morphology": pl.String})

    assert derive_codes(frame).columns == ["sex", "topography", "morphology", "icd10", "iccc3", "site", "ci5"]


def test_columns_of_the_file_stay():
    frame = pl.DataFrame({"id": [7], "topography": ["C61.9"], "morphology": ["8140/3"], "icd10": ["C99"]})

    derived = derive_codes(frame)

    assert derived.select("id", "icd10").rows() == [(7, "C61")]
