"""Life tables as those who publish them lay them out: small tables of our own numbers in each layout."""

import gzip
import math

import polars as pl
import pytest

from banyan.science.burden import BurdenError, import_life_table, net_survival

HMD = """Elsewhere, Life tables (period 1x1), {sex}\tLast modified: 01 Jan 2024;  Methods Protocol: v6 (2017)

  Year          Age         mx       qx    ax      lx      dx      Lx       Tx     ex
  2000           0       0.01005  0.01000   0.14  100000    1000   99140  7500000  75.00
  2000           1       0.00201  0.00200   0.50   99000     198   98901  7400860  74.76
  2000         110+      0.70000  1.00000   1.43      10      10      14       14   1.43
  2001           0       0.00905  0.00900   0.14  100000     900   99226  7600000  76.00
  2001           1       0.00191  0.00190   0.50   99100     188   99006  7500774  75.69
  2001         110+      0.60000  1.00000   1.67      12      12      20       20   1.67
"""
UN = """SortOrder,LocID,ISO3_code,Location,Variant,Time,SexID,Sex,AgeGrp,AgeGrpStart,AgeGrpSpan,mx,qx
1,704,VNM,Viet Nam,Medium,2020,1,Male,0,0,1,0.0202,0.02
1,704,VNM,Viet Nam,Medium,2020,1,Male,1-4,1,4,0.001,0.00399
1,704,VNM,Viet Nam,Medium,2020,1,Male,5+,5,-1,0.05,1
1,704,VNM,Viet Nam,Medium,2020,3,Total,0,0,1,0.018,0.0179
2,4,AFG,Afghanistan,Medium,2020,1,Male,0,0,1,0.06,0.058
"""
WHO_API = """IndicatorCode,SpatialDim,TimeDim,Dim1,Dim2,NumericValue
LIFE_0000000029,VNM,2019,SEX_FMLE,AGEGROUP_YEARS00-01,0.0152
LIFE_0000000029,VNM,2019,SEX_FMLE,AGEGROUP_YEARS01-04,0.0008
LIFE_0000000029,VNM,2019,SEX_FMLE,AGEGROUP_YEARS85PLUS,0.11
LIFE_0000000030,VNM,2019,SEX_FMLE,AGEGROUP_YEARS00-01,0.015
LIFE_0000000030,VNM,2019,SEX_FMLE,AGEGROUP_YEARS01-04,0.0032
LIFE_0000000030,VNM,2019,SEX_FMLE,AGEGROUP_YEARS85PLUS,1
LIFE_0000000030,VNM,2019,SEX_BTSX,AGEGROUP_YEARS00-01,0.017
"""
WHO_FILE = """Indicator,Location,Period,Dim1,Dim2,FactValueNumeric
nqx - probability of dying between ages x and x+n,Viet Nam,2019,Female,<1 year,0.015
nqx - probability of dying between ages x and x+n,Viet Nam,2019,Female,1-4 years,0.0032
nqx - probability of dying between ages x and x+n,Viet Nam,2019,Female,5-9 years,0.002
nqx - probability of dying between ages x and x+n,Viet Nam,2019,Female,10+ years,1
"""
SEER = """sex _year _age prob rate
1 2010 98 0.70 0.35667494
1 2010 99 0.65 0.43078292
2 2010 98 0.75 0.28768207
2 2010 99 0.72 0.32850407
"""


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write_file


@pytest.mark.burden("lifetable.importing")
def test_the_human_mortality_database_has_a_file_for_each_sex(write):
    men = write(HMD.format(sex="Males"), "mltper_1x1.txt")
    women = write(HMD.format(sex="Females").replace("0.00900", "0.00800"), "fltper_1x1.txt")

    table = import_life_table(women, men, split=False)

    assert table.sexes == ("1", "2")
    assert (table.years.tolist(), table.ages.tolist()) == ([2000, 2001], [0, 1, 110])
    assert table.hazards[0, :, 0].tolist() == [-math.log1p(-0.01), -math.log1p(-0.009)]
    assert table.hazards[1, 1, 0] == -math.log1p(-0.008)
    assert table.hazards[0, :, 2].tolist() == [0.7, 0.6]
    assert (table.closing_age, table.beyond) == (None, "error")


def test_its_columns_may_come_as_csv_with_the_sex_in_the_name(write):
    rows = [",".join(line.split()) for line in HMD.splitlines()[2:]]

    table = import_life_table(write("\n".join(rows), "Elsewhere.fltper_1x1.csv"), split=False)

    assert table.sexes == ("2",)
    assert table.hazards.shape == (1, 2, 3)


def test_only_the_years_asked_for_are_taken(write):
    text = HMD.format(sex="Males").replace("0.01005  0.01000", "      .        .")

    table = import_life_table(write(text, "mltper_1x1.txt"), years=(2001, 2001))

    assert table.years.tolist() == [2001]


@pytest.mark.burden("lifetable.importing")
def test_the_united_nations_have_every_country_and_both_sexes_in_one_file(write):
    table = import_life_table(write(UN, "un.csv.gz"), place="VNM", split=False)

    assert (table.sexes, table.years.tolist(), table.ages.tolist()) == (("1",), [2020], [0, 1, 5])
    assert table.hazards[0, 0].tolist() == pytest.approx(
        [-math.log(0.98), -math.log(1 - 0.00399) / 4, 0.05], rel=1e-14
    )


@pytest.mark.parametrize("place", ["Viet Nam", "704", "vnm"])
def test_a_place_goes_by_any_of_its_names(write, place):
    assert import_life_table(write(UN), place=place).ages.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.burden("lifetable.importing")
def test_the_world_health_organization_puts_its_indicators_below_each_other(write):
    table = import_life_table(write(WHO_API.replace("85PLUS", "05PLUS")), split=False)

    assert (table.sexes, table.ages.tolist()) == (("2",), [0, 1, 5])
    assert table.hazards[0, 0].tolist() == pytest.approx(
        [-math.log(0.985), -math.log(1 - 0.0032) / 4, 0.11], rel=1e-14
    )


def test_an_older_interface_of_the_world_health_organization_is_read_too(write):
    rows = [
        ("nqx - probability of dying between ages x and x+n", "<1 year", 0.015),
        ("nqx - probability of dying between ages x and x+n", "1-4 years", 0.0032),
        ("nqx - probability of dying between ages x and x+n", "5+ years", 1),
        ("nMx - age-specific death rate between ages x and x+n", "5+ years", 0.02),
    ]
    lines = [f'"{name}",Published,2016,Viet Nam,Male,{age},{value:.4f},{value}' for name, age, value in rows]
    head = "GHO,PUBLISHSTATE,YEAR,COUNTRY,SEX,AGEGROUP,Display Value,Numeric"

    table = import_life_table(write("\n".join([head, *lines])), split=False)

    assert (table.sexes, table.years.tolist()) == (("1",), [2016])
    assert table.hazards[0, 0].tolist() == pytest.approx(
        [-math.log(0.985), -math.log(1 - 0.0032) / 4, 0.02], rel=1e-14
    )


def test_years_left_out_are_an_error_unless_they_are_carried_on(write):
    rows = "\n".join(f"1,{year},{age},0.1" for year in (1912, 1913, 1919) for age in (0, 1))
    path = write(f"sex,year,age,hazard\n{rows}\n")

    with pytest.raises(BurdenError) as caught:
        import_life_table(path)

    assert str(caught.value) == (
        "Column year: the year 1913 is followed by 1919: choose years on one side, or say that it is carried on."
    )
    assert import_life_table(path, beyond="carry").years.tolist() == [1912, 1913, 1919]
    assert import_life_table(path, years=(1912, 1913)).years.tolist() == [1912, 1913]


def test_without_a_death_rate_the_open_group_holds_the_one_before_it(write):
    table = import_life_table(write(WHO_FILE), split=False)

    assert table.ages.tolist() == [0, 1, 5, 10]
    assert table.hazards[0, 0, 3] == table.hazards[0, 0, 2] == pytest.approx(-math.log(0.998) / 5)


def test_seer_gives_the_probability_of_surviving_and_ends_at_an_age(write):
    table = import_life_table(write(SEER, "popmort.txt"))

    assert table.sexes == ("1", "2")
    assert table.hazards[:, 0, 0].tolist() == pytest.approx([-math.log(0.70), -math.log(0.75)], rel=1e-12)
    assert table.closing_age == 100


def test_groups_survive_as_published_when_they_are_split(write):
    table = import_life_table(write(WHO_FILE))

    assert table.ages.tolist() == list(range(11))
    assert math.exp(-table.hazards[0, 0, 1:5].sum()) == pytest.approx(1 - 0.0032, rel=1e-14)
    assert math.exp(-table.hazards[0, 0, 5:10].sum()) == pytest.approx(0.998, rel=1e-14)


def test_mortality_may_depend_on_more_than_sex(write):
    rows = [(sex, region, age) for sex in (1, 2) for region in ("north", "south") for age in (0, 1)]
    lines = [f"{s},{r},2000,{a},{0.1 * s + 0.01 * (r == 'south') + 0.001 * a:.3f}" for s, r, a in rows]
    path = write("\n".join(["sex,Region,year,age,hazard", *lines]))

    table = import_life_table(path, covariates=["Region"], beyond="carry")

    assert table.covariates == {"Region": ("north", "south")}
    assert table.hazards[:, 0, 1].tolist() == pytest.approx([0.101, 0.111, 0.201, 0.211])


FAULTS = {
    "percent": (
        {"q": [0.02, 1.4, 1]},
        "Row 2, column q: a probability of death lies between 0 and 1, and 1.4 does not.",
    ),
    "negative": ({"q": [-0.02, 0.4, 1]}, "Row 1, column q: -0.02 is negative."),
    "certain": (
        {"q": [1.0, 0.4, 1.0]},
        "Row 1, column q: a probability of death below the last age lies under 1, and 1.0 does not.",
    ),
    "text": ({"q": ["0.02", "few", "1"]}, "Row 2, column q: ‘few’ is not a number."),
    "empty": ({"q": ["0.02", ".", "1"]}, "Row 2, column q: the value is empty."),
    "twice": ({"age": [0, 1, 1]}, "Row 3, column age: sex 1, year 2000, age 1 is there twice."),
    "no age": ({"age": ["0", "all", "5+"]}, "Row 2, column age: ‘all’ is no age."),
    "gap": (
        {"age": ["0", "1-4", "10+"]},
        "Row 2, column age: the group ‘1-4’ does not go on to the next one listed.",
    ),
    "no year": ({"year": [2000, 20, 2000]}, "Row 2, column year: ‘20’ is no calendar year."),
    "hole": ({"year": [2000, 2000, 2001]}, "the life table has no row for sex 1, year 2000, age 5."),
    "no sex": (
        {"sex": [1, 7, 1]},
        "Row 2, column sex: sex is 1 (male) or 2 (female), not ‘7’.",
    ),
}


def make_csv(**columns):
    frame = pl.DataFrame({"sex": [1] * 3, "year": [2000] * 3, "age": [0, 1, 5], "q": [0.02, 0.01, 1]})
    return frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()}).write_csv()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_cell_is_refused_in_one_sentence(write, fault):
    columns, sentence = FAULTS[fault]

    with pytest.raises(BurdenError) as caught:
        import_life_table(write(make_csv(**columns)))

    assert str(caught.value) == sentence


def test_deaths_per_thousand_are_no_deaths_per_person_year(write):
    text = make_csv().replace(",q\n", ",hazard\n").replace("0.02", "20.0")

    with pytest.raises(BurdenError) as caught:
        import_life_table(write(text))

    assert str(caught.value) == (
        "Row 1, column hazard: 20.0 deaths per person-year cannot be; are these per 1,000 or 100,000?"
    )


def test_hazards_per_day_are_no_hazards_per_year(write):
    rows = "\n".join(f"1,2000,{age},{0.00002 + age * 1e-6}" for age in range(101))

    with pytest.raises(BurdenError) as caught:
        import_life_table(write(f"sex,year,age,hazard\n{rows}"))

    assert str(caught.value) == (
        "Column hazard: the highest hazard at 90 and over is 0.00012 a year; are these hazards per day?"
    )


def test_a_fault_in_one_of_two_files_names_the_file(write):
    men = write(HMD.format(sex="Males"), "mltper_1x1.txt")
    women = write(HMD.format(sex="Females").replace("0.00190", "1.90000"), "fltper_1x1.txt")

    with pytest.raises(BurdenError) as caught:
        import_life_table(men, women)

    assert str(caught.value) == (
        "Row 5, column qx (fltper_1x1.txt): a probability of death lies between 0 and 1, and 1.9 does not."
    )


def test_several_places_want_a_choice(write):
    with pytest.raises(BurdenError) as caught:
        import_life_table(write(UN))

    assert str(caught.value) == "the file has 2 places; choose one of Afghanistan, Viet Nam."


def test_a_place_that_is_not_there_is_named(write):
    with pytest.raises(BurdenError) as caught:
        import_life_table(write(UN), place="Laos")

    assert str(caught.value) == "there is no place ‘Laos’, but Afghanistan, Viet Nam."


def test_a_row_with_too_few_fields_is_named(write):
    text = HMD.format(sex="Males").replace("  14   1.43", "  14")

    with pytest.raises(BurdenError) as caught:
        import_life_table(write(text, "mltper_1x1.txt"))

    assert str(caught.value) == "Row 3: there are 9 fields, and 10 columns."


def test_columns_of_no_layout_are_listed(write):
    with pytest.raises(BurdenError) as caught:
        import_life_table(write("age,height,weight\n1,70,9\n"))

    assert str(caught.value) == (
        "the columns age, height, weight are those of no known life table (un, who, hmd, csv, seer)."
    )


def make_patient(**columns):
    return pl.DataFrame(
        {
            "sex": 1,
            "age_days": 98.5 * 365.25,
            "diagnosis_date": pl.Series(["2010-02-01"]).str.to_date(),
            "time_days": 100,
            "dead": 0,
        }
    ).with_columns(**columns)


@pytest.mark.burden("lifetable.outside")
def test_follow_up_beyond_the_last_age_is_an_error_unless_it_is_carried_on(write):
    path = write(SEER, "popmort.txt")

    with pytest.raises(BurdenError) as caught:
        net_survival(make_patient(age_days=pl.lit(36500)), import_life_table(path), at=[0.1])
    carried = net_survival(
        make_patient(age_days=pl.lit(36500)), import_life_table(path, beyond="carry"), at=[0.1]
    )

    assert str(caught.value) == (
        "Row 1, column time_days: 100.0 days lead beyond the age at which the life table ends (100.0)."
    )
    assert carried["beyond_table"].to_list() == [1]


def test_follow_up_beyond_the_last_year_is_an_error_unless_it_is_carried_on(write):
    path = write(SEER, "popmort.txt")

    with pytest.raises(BurdenError) as caught:
        net_survival(make_patient(time_days=pl.lit(400)), import_life_table(path), at=[0.1])

    assert str(caught.value) == (
        "Row 1, column time_days: 400.0 days lead beyond the last year of the life table (2010)."
    )
