"""An attacker who takes all that the pages of stage, quality, survival and incidence tell, of every site, sex and period.

He reads them as equations over the finest groups of people (`tests.factories.attacker`), with every share as close as it
is printed, and looks for a count from one to four that they hold closer than five whole numbers.
"""

import itertools
from dataclasses import replace

import polars as pl
import pytest

from banyan.apps.insight.choices import ALL_SITES
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.design import SurvivalQuestion, follow_cases
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.disclosure.gates import NARROW
from banyan.apps.insight.queries.disclosure.grid import SEXES, place_cases
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import STAGES, Register, forget_register
from tests.factories.attacker import Attacker
from tests.factories.register import make_cases, make_people, make_register

LEAST = 5
# one worker: the answers of a city are worked out once
pytestmark = pytest.mark.xdist_group("attack")
BANDS = ((2014, 2018), (2019, 2023))
PERIODS = (*BANDS, (2014, 2023))
# Found by search: without the rules of `layers.py` each of these cities gives a small count away.
CITIES = {
    6: {
        "bladder": (267, 0.67202675), "cervix": (98, 0.0), "skin": (49, 0.23621046), "larynx": (547, 0.20622706),
        "prostate": (837, 1.0),
    },
    5: {
        "larynx": (117, 0.48593124), "kidney": (38, 0.23413041), "prostate": (895, 1.0), "thyroid": (71, 0.50446329),
        "breast": (824, 0.004),
    },
    # without the gates of `gates.py`
    7: {
        "thyroid": (1200, 0.2), "liver": (120, 0.75), "skin": (400, 0.5), "breast": (1200, 0.004), "kidney": (120, 0.6),
    },
}  # fmt: skip


def ask(site: str) -> list[Question]:
    return [
        Question(first=first, last=last, site=site, sex=sex)
        for sex, (first, last) in itertools.product("012", PERIODS)
    ]


QUESTIONS: list[Question] = []
EXTRA: list[Question] = []


@pytest.fixture(autouse=True, scope="module")
def _fresh_figures() -> None:
    """What a city was answered stands for all its tests: none of them changes a register."""
    forget_register()


@pytest.fixture
def register(request) -> Register:
    """Return a register as a reader without identified access has it."""
    sites = CITIES[request.param]
    register = make_register(make_cases(request.param, sites), make_people(), request.param)
    QUESTIONS[:] = [question for site in (ALL_SITES, *sites) for question in ask(site)]
    EXTRA[:] = [replace(question, skin=True) for question in ask(ALL_SITES)]
    return replace(register, disclosure=disclose(register))


def sort_cases(register: Register) -> pl.DataFrame:
    """Give every tumour the group in which an attacker would look for it."""
    placed = place_cases(follow_cases(register.cases).with_columns(incidence_date="incidence_date")).collect()
    passed = pl.sum_horizontal((pl.col("time_days") > 365.25 * year).cast(pl.Int8) for year in (1, 3, 5))
    end = pl.when(pl.col("reason").is_null()).then(
        pl.concat_str(passed.cast(pl.String), pl.when("dead").then(pl.lit("+")).otherwise(pl.lit("-")))
    )
    return placed.with_columns(
        band=pl.when(pl.col("year") >= BANDS[1][0]).then(BANDS[1][0]).otherwise(BANDS[0][0]),
        stage=pl.when("can_be_staged").then(pl.col("stage_group").fill_null("?")).otherwise(pl.lit("")),
        basis=pl.when("dco_only")
        .then(pl.lit("dco"))
        .when("microscopic")
        .then(pl.lit("mv"))
        .otherwise(pl.lit("")),
        end=pl.when("dco_only").then(pl.lit("dco")).otherwise(end.str.replace("3.", "3").fill_null("out")),
        old=pl.col("age_group").fill_null(-1),
    )


def spread(cases: pl.DataFrame, period: str, **values: list) -> Attacker:
    """Return an attacker who tells apart site, sex, years or bands, and the values of some columns."""
    keys = ["site", "sex", period, *values]
    sites = cases.select("site", "can_be_staged").unique()
    times = cases.select(period).unique()
    atoms = sites.join(pl.DataFrame({"sex": SEXES}), how="cross").join(times, how="cross")
    for name, held in values.items():
        atoms = atoms.join(pl.DataFrame({name: held}), how="cross")
    if "stage" in values:
        atoms = atoms.filter((pl.col("stage") == "") != pl.col("can_be_staged"))
    if "when" in values:  # nobody dies before the diagnosis
        atoms = atoms.filter(
            (pl.col("died") == -1) == (pl.col("when") == 0),
            (pl.col("when") == 0) | (pl.col("when") >= pl.col("band")),
        )
    if "out" in values:
        atoms = atoms.filter((pl.col("out") == "") | (pl.col("died") == -1))
    counts = cases.group_by(keys).len("count").with_columns(pl.col("count").cast(pl.Int64))
    joined = atoms.join(counts, on=keys, how="left").with_columns(pl.col("count").fill_null(0))
    assert joined["count"].sum() == cases.height
    return Attacker(joined.sort(keys))


def inside(
    site: str, sex: str, period: str, first: int, last: int, question: Question | None = None
) -> pl.Expr:
    """Say which atoms belong to a site (or all sites), a sex and years."""
    parts = pl.col("site") == site
    if site == ALL_SITES:
        parts = pl.col("site").is_in(["skin", "early"]).not_()
    if question and question.skin and site == ALL_SITES:
        parts |= pl.col("site") == "skin"
    if question and question.early and site in (ALL_SITES, "bladder"):
        parts |= pl.col("site") == "early"
    start = pl.col(period).is_between(first, last)
    return parts & start & (pl.lit(value=True) if sex == "0" else pl.col("sex") == sex)


def hear_cases(attacker: Attacker, register: Register, period: str) -> None:
    for question in [*QUESTIONS, *EXTRA]:
        answer = guard.answer_incidence(register, question)
        asked = (question.sex, period)
        years = (question.first, question.last)
        attacker.hear(attacker.where(inside(question.site, *asked, *years, question)), answer.total["cases"])
        if answer.by_site is not None:
            for site, cases in answer.by_site.select("site", "cases").iter_rows():
                attacker.hear(attacker.where(inside(site, *asked, *years, question)), cases)
        for year, cases in answer.by_year.select("year", "cases").iter_rows() if period == "year" else ():
            attacker.hear(attacker.where(inside(question.site, *asked, year, year, question)), cases)


def hear_stages(attacker: Attacker, register: Register, period: str) -> None:
    parts = {**{stage: pl.col("stage") == stage for stage in STAGES}, "unknown_cases": pl.col("stage") == "?"}
    parts |= {"cases": pl.col("stage") != "", "late": pl.col("stage").is_in(["III", "IV"])}
    for question in [*QUESTIONS, *EXTRA]:
        answer = guard.answer_stage(register, question)
        rows = [(question.site, question.first, question.last, answer.total)]
        if answer.by_site is not None:
            rows += [(row["site"], question.first, question.last, row) for row in answer.by_site.to_dicts()]
        if period == "year":
            rows += [(question.site, row["year"], row["year"], row) for row in answer.by_year.to_dicts()]
        for site, first, last, row in rows:
            where = inside(site, question.sex, period, first, last, question)
            for name, part in parts.items():
                attacker.hear(attacker.where(where & part), row[name])


def hear_quality(attacker: Attacker, register: Register, period: str, names: tuple[str, ...]) -> None:
    parts = {
        "mv": pl.col("basis") == "mv" if "basis" in attacker.atoms.columns else None,
        "dco": pl.col("basis" if "basis" in attacker.atoms.columns else "end") == "dco",
        "unknown_stage": pl.col("stage") == "?" if "stage" in attacker.atoms.columns else None,
        "unknown_age": pl.col("old") == -1 if "old" in attacker.atoms.columns else None,
    }
    for question in [*QUESTIONS, *EXTRA]:
        answer = guard.answer_quality(register, question)
        rows = [(question.site, question.first, question.last, answer.total)]
        rows += [(row["site"], question.first, question.last, row) for row in answer.by_site.to_dicts()]
        if period == "year":
            rows += [(question.site, row["year"], row["year"], row) for row in answer.by_year.to_dicts()]
        for site, first, last, row in rows:
            where = inside(site, question.sex, period, first, last, question)
            attacker.hear(attacker.where(where), row["cases"])
            for name in names:
                of = attacker.where(
                    where & ((pl.col("stage") != "") if name == "unknown_stage" else pl.lit(value=True))
                )
                whole = int(of @ attacker.truth)  # more than he may know
                attacker.hear_share(attacker.where(where & parts[name]), whole, row.get(name))


def hear_survival(attacker: Attacker, register: Register) -> None:
    for question in [*QUESTIONS, *EXTRA]:
        answer = guard.answer_survival(register, question)
        where = inside(question.site, question.sex, "band", question.first, question.last, question)
        if answer.patients is not None:
            attacker.hear(
                attacker.where(where & (pl.col("end").is_in(["dco", "out"]).not_())),
                answer.patients - 5,
                answer.patients + 5,
            )
        for stage, many in answer.stage_patients.items():
            stays = where & (pl.col("end").is_in(["dco", "out"]).not_()) & (pl.col("stage") == stage)
            attacker.hear(attacker.where(stays), many - 5, many + 5)
        rows = answer.overall.to_dicts() + answer.by_stage.to_dicts()
        for row in rows:
            of = where & (pl.col("stage") == row["stage_group"]) if "stage_group" in row else where
            passed = {1: "0", 3: "01", 5: "012"}[round(row["years"])]
            died = [f"{at}+" for at in passed]
            left = ["dco", "out", *died, *(f"{at}-" for at in passed)]
            attacker.hear(attacker.where(of & pl.col("end").is_in(died)), row["events"])
            attacker.hear(attacker.where(of & pl.col("end").is_in(left).not_()), row["at_risk"])


def put_by_design(design: str) -> list[SurvivalQuestion]:
    return [SurvivalQuestion(**vars(question), design=design) for question in [*QUESTIONS, *EXTRA]]


def split_deaths(register: Register, years: tuple[int, ...] = (1, 3, 5)) -> pl.DataFrame:
    """Tell apart the interval in which somebody died, the band of years in which that was, and everybody else."""
    cases = sort_cases(register)
    out = pl.col("reason").is_not_null()
    passed = pl.sum_horizontal((pl.col("time_days") > 365.25 * year).cast(pl.Int8) for year in years)
    died = ~out & pl.col("dead") & (passed < len(years))
    year = pl.col("death_date").dt.year()
    band = pl.when(year > BANDS[1][1]).then(2030).when(year >= BANDS[1][0]).then(BANDS[1][0])
    return cases.with_columns(
        died=pl.when(died).then(passed.cast(pl.Int64)).otherwise(-1),
        when=pl.when(died).then(band.otherwise(BANDS[0][0])).otherwise(0),
        group=pl.sum_horizontal(
            (pl.col("age_days") >= 365.25 * age).cast(pl.Int64) for age in (45, 55, 65, 75)
        ),
        out=pl.when("dco_only")
        .then(pl.lit("dco"))
        .when(out)
        .then(pl.lit("out"))
        .when(~died & (pl.col("time_days") <= 365.25))
        .then(pl.lit("lost"))
        .otherwise(pl.lit("")),
    )


def within(question: Question, *, by_time: bool) -> pl.Expr:
    """Say which deaths a design counts: of who was diagnosed in the period, or in the period of whomever."""
    time = pl.col("when") if by_time else pl.col("band")
    site = inside(question.site, question.sex, "band", 2014, 2023, question)
    return site & time.is_between(question.first, question.last)


def list_deaths(answer, intervals: int) -> dict[str, list[pl.Expr]]:
    """Return which deaths each card rests on: far more than it tells."""
    several = [pl.col("died") == at for at in range(intervals)]
    of = {
        "curve": (answer.overall.height, several),
        "stages": (
            answer.by_stage.height,
            [each & (pl.col("stage") == stage) for each in several for stage in answer.stage_patients],
        ),
        "standard": (
            answer.standardised.height,
            [each & (pl.col("group") == group) for each in several for group in range(5)],
        ),
        "later": (answer.conditional.drop_nulls("survival").height, several),
        "crude": (answer.crude.height, several),
    }
    return {name: parts for name, (told, parts) in of.items() if told}


def hear_deaths(attacker: Attacker, register: Register, design: str, intervals: int, *cards: str) -> int:
    """Take note of every death that a card rests on, which no card tells; return of how many cards."""
    heard = 0
    for question in put_by_design(design):
        answer = guard.answer_survival(register, question)
        for name, parts in list_deaths(answer, intervals).items():
            if name in cards:
                heard += 1
                of = within(question, by_time=design == "period")
                for part in parts:
                    weights = attacker.where(of & part)
                    attacker.hear(weights, float(weights @ attacker.truth))
    return heard


def hear_followed(attacker: Attacker, answer, question: Question) -> None:
    """Take note of who is followed after a year; where crude probabilities are told, of all who were followed at all."""
    of = within(question, by_time=False)
    followed = attacker.where(of & pl.col("out").is_in(["", "lost"]))
    if answer.crude.height:  # observed survival and the deaths give them
        attacker.hear(followed, float(followed @ attacker.truth))
    for row in answer.overall.filter(pl.col("years") == 1).to_dicts():
        attacker.hear(attacker.where(of & (pl.col("out") == "") & (pl.col("died") != 0)), row["at_risk"])
        attacker.hear(attacker.where(of & (pl.col("died") == 0)), row["events"])


def list_small(attacker: Attacker, period: str, *parts: pl.Expr) -> tuple[list, list]:
    """Return (what, weights) of every count from one to four of a site or all, a sex or both, years or bands."""
    times = sorted(attacker.atoms[period].unique())
    ends = [times[0], times[-1]]
    spans = [*((time, time) for time in ends), *(PERIODS if period == "year" else [tuple(ends)])]
    sites = [*attacker.atoms["site"].unique().sort(), ALL_SITES]
    names, found = [], []
    for site, sex, span in itertools.product(sites, "012", spans):
        for at, part in enumerate(parts):
            weights = attacker.where(inside(site, sex, period, *span) & part)
            if 0 < weights @ attacker.truth < LEAST:
                names.append((site, sex, span, at))
                found.append(weights)
    return names, found


def list_narrow(attacker: Attacker, period: str, *parts: pl.Expr) -> list:
    attacker.check()
    names, targets = list_small(attacker, period, *parts)
    assert len(targets) > 30
    return [(names[at], least, most) for at, least, most in attacker.find_narrow(targets)]


ENDS = ["dco", "out", "0+", "0-", "1+", "1-", "2+", "2-", "3"]
ALL_STAGES = ["", *STAGES, "?"]


@pytest.mark.parametrize("register", [6], indirect=True)
def test_stage_and_quality_by_year_hold_no_small_count(register):
    attacker = spread(sort_cases(register), "year", stage=ALL_STAGES, basis=["mv", "dco", ""])
    hear_cases(attacker, register, "year")
    hear_stages(attacker, register, "year")
    hear_quality(attacker, register, "year", ("mv", "dco", "unknown_stage"))

    parts = [pl.lit(value=True), *(pl.col("stage") == stage for stage in (*STAGES, "?"))]
    parts += [pl.col("basis") != "mv", *(pl.col("basis") == basis for basis in ("mv", "dco", ""))]
    assert list_narrow(attacker, "year", *parts) == []


@pytest.mark.parametrize("register", [5], indirect=True)
def test_survival_stage_and_quality_by_band_hold_no_small_count(register):
    attacker = spread(sort_cases(register), "band", stage=ALL_STAGES, end=ENDS)
    hear_cases(attacker, register, "band")
    hear_stages(attacker, register, "band")
    hear_quality(attacker, register, "band", ("dco", "unknown_stage"))
    hear_survival(attacker, register)

    lost = pl.col("end").is_in(["dco", "out", "0-"])
    parts = [pl.lit(value=True), *(pl.col("stage") == stage for stage in (*STAGES, "?"))]
    parts += [*(pl.col("end") == end for end in ENDS), lost, lost & (pl.col("end") != "dco")]
    parts += [
        pl.col("end").is_in([end, "out"]) & (pl.col("stage") == stage) for end in ENDS for stage in STAGES
    ]
    assert list_narrow(attacker, "band", *parts) == []


@pytest.mark.parametrize("register", [6], indirect=True)
def test_ages_and_quality_hold_no_small_count(register):
    ages = [*range(0, 90, 5), -1]
    attacker = spread(sort_cases(register), "band", old=ages)
    hear_cases(attacker, register, "band")
    hear_quality(attacker, register, "band", ("unknown_age",))
    for question in QUESTIONS:
        answer = guard.answer_incidence(register, question)
        for series, age, cases in answer.ages.select("series", "age_group", "cases").iter_rows():
            first, last = (question.first, question.last) if series == 0 else answer.before
            where = inside(question.site, question.sex, "band", first, last) & (pl.col("old") == age)
            attacker.hear(attacker.where(where), cases)

    assert list_narrow(attacker, "band", *(pl.col("old") == age for age in ages)) == []


TIMES = [0, 2014, 2019, 2030]


@pytest.mark.parametrize("register", [7], indirect=True)
def test_deaths_by_period_and_by_stage_hold_no_small_count(register):
    """What differs between two designs are deaths of other years: of none is a small count known."""
    attacker = spread(split_deaths(register), "band", stage=ALL_STAGES, died=[-1, 0, 1, 2], when=TIMES)
    hear_cases(attacker, register, "band")
    hear_stages(attacker, register, "band")
    heard = [
        hear_deaths(attacker, register, design, 3, "curve", "stages") for design in ("complete", "period")
    ]

    parts = [pl.col("stage") == stage for stage in STAGES]
    parts += [pl.col("died") == at for at in range(3)]
    parts += [(pl.col("died") == at) & (pl.col("when") == time) for at in range(3) for time in TIMES[1:]]
    parts += [(pl.col("died") == at) & (pl.col("stage") == stage) for at in range(3) for stage in STAGES]
    assert min(heard) > 0
    assert list_narrow(attacker, "band", *parts) == []


@pytest.mark.parametrize("register", [7], indirect=True)
def test_deaths_of_later_years_and_who_is_left_out_hold_no_small_count(register):
    attacker = spread(
        split_deaths(register, NARROW),
        "band",
        out=["dco", "out", "lost", ""],
        died=list(range(-1, 8)),
        when=TIMES,
    )
    hear_cases(attacker, register, "band")
    for question in put_by_design("complete"):
        hear_followed(attacker, guard.answer_survival(register, question), question)
    heard = [hear_deaths(attacker, register, design, 8, "later") for design in ("complete", "period")]

    parts = [*(pl.col("out") == each for each in ("dco", "out", "lost"))]
    parts += [pl.col("out").is_in(["dco", "out", "lost"]), pl.col("out").is_in(["out", "lost"])]
    parts += [pl.col("died") == at for at in range(8)]
    parts += [(pl.col("died") == at) & (pl.col("when") == time) for at in range(8) for time in TIMES[1:]]
    assert heard[0] > 0
    assert list_narrow(attacker, "band", *parts) == []


@pytest.mark.parametrize("register", [6], indirect=True)
def test_deaths_by_age_hold_no_small_count(register):
    ages = [0, 1, 2, 3, 4]
    attacker = spread(split_deaths(register), "band", group=ages, died=[-1, 0, 1, 2], when=TIMES)
    hear_cases(attacker, register, "band")
    heard = [
        hear_deaths(attacker, register, design, 3, "curve", "standard") for design in ("complete", "period")
    ]

    parts = [(pl.col("died") == at) & (pl.col("group") == group) for at in range(3) for group in ages]
    parts += [(pl.col("died") == at) & (pl.col("when") == time) for at in range(3) for time in TIMES[1:]]
    assert min(heard) > 0
    assert list_narrow(attacker, "band", *parts) == []


def test_attacker_finds_what_is_not_protected():
    """A and B are 43 together and B is 40: A is 3; of C and D, 9 together, each may be anything from 0 to 9."""
    atoms = pl.DataFrame({"site": ["A", "B", "C", "D"], "count": [3, 40, 4, 5]})
    attacker = Attacker(atoms)
    for sites, told in (("AB", 43), ("B", 40), ("CD", 9)):
        attacker.hear(attacker.where(pl.col("site").is_in([*sites])), told)

    attacker.check()
    assert attacker.find_narrow([attacker.where(pl.col("site") == site) for site in "AC"]) == [(0, 3.0, 3.0)]
