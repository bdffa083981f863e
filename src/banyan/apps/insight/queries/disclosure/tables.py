"""Cell by cell: which counts of the published tables are shown, from one set of cases."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import RLock

import polars as pl

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY
from banyan.apps.insight.queries.disclosure.ages import pool_ages
from banyan.apps.insight.queries.disclosure.gates import Gates
from banyan.apps.insight.queries.disclosure.grid import (
    BOTH,
    EARLY,
    EVER,
    NO_SITE,
    SEX,
    SEXES,
    Period,
    count_cells,
    cover_period,
    cut_bands,
    list_parts,
    name_band,
    place_cases,
    site_dimension,
    year_dimension,
)
from banyan.apps.insight.queries.disclosure.layers import Grid, Layers, decide_layers
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import SKIN, Register
from banyan.apps.insight.rules import smallest_count
from banyan.science.burden import BurdenError
from banyan.science.burden.disclosure import Dimension, plain_dimension, suppress

REST = "rest"
UNKNOWN_AGE = -1
AGES = (*range(0, 90, 5), UNKNOWN_AGE)
UNKNOWN_WARD = ""
# A site is broken down where no more than this share of its cells is small: else the whole breakdown is closed.
SPARSE = {"age_group": 0.35, "ward_code": 0.1}
FEWEST_TO_BREAK_DOWN = 20  # times the threshold

Shown = frozenset[tuple[object, ...]]


@dataclass(frozen=True, eq=False)
class Disclosure:
    """What may be told of one version of the register; each table is decided when it is first asked for.

    Every number on a page without identified access is a sum of cells that one of these tables shows, or is worked
    out from such. So the difference of any two answers is a sum of shown cells too.
    """

    cases: pl.DataFrame
    years: tuple[int, ...]
    threshold: int
    lock: RLock

    @cached_property
    def bands(self) -> list[Period]:
        return cut_bands(self.years)

    @cached_property
    def placed(self) -> pl.DataFrame:
        columns = [
            "site", "sex", "year", "age_group", "ward_code", "microscopic", "dco_only", "age", "can_be_staged",
            "stage_group", "birth_date", "incidence_date", "death_date", "last_contact_date", "basis",
        ]  # fmt: skip
        return place_cases(self.cases).select(columns).collect()

    @cached_property
    def _years(self) -> Shown:
        """Return the shown (site, sex, year), years being years, bands or all."""
        counts = count_cells(
            self.placed.lazy().with_columns(pl.col("year").cast(pl.String)), ["site", "sex", "year"]
        )
        dimensions = [site_dimension(), SEX, year_dimension(self.years)]
        return recall_shown(counts, dimensions, self.threshold)

    @cached_property
    def _tables(self) -> dict[tuple[str, Period], Shown]:
        return {}

    def _break_down(self, column: str, band: Period) -> Shown:
        with self.lock:
            if (column, band) not in self._tables:
                self._tables[column, band] = self._decide(column, band)
            return self._tables[column, band]

    def _decide(self, column: str, band: Period) -> Shown:
        unknown = UNKNOWN_AGE if column == "age_group" else UNKNOWN_WARD
        inside = self.placed.lazy().filter(pl.col("year").is_between(*band), pl.col("site") != EARLY)
        counts = count_cells(inside.with_columns(pl.col(column).fill_null(unknown)), ["site", "sex", column])
        atoms = AGES if column == "age_group" else tuple(sorted({*counts[column], UNKNOWN_WARD}))
        return break_down(
            counts, column, atoms, self.threshold, lambda site, sex: self._tell(site, sex, band)
        )

    def _tell(self, site: str, sex: str, band: Period) -> bool:
        return (site, sex, self._name_period(band)) in self._years

    def _name_period(self, period: Period) -> str:
        whole = period == (self.years[0], self.years[-1]) and len(self.bands) > 1
        return EVER if whole else name_band(period)

    def allows_period(self, first: int, last: int) -> bool:
        return cover_period(self.bands, first, last) is not None

    def shows_year(self, question: Question, year: int) -> bool:
        parts = list_parts(question.site, skin=question.skin, early=question.early)
        with self.lock:
            return all((part, question.sex, str(year)) in self._years for part in parts)

    def shows_case(self, site: str, sex: str, year: int) -> bool:
        """Tell whether the cases of a site, sex and year are enough for each of them to carry its site."""
        with self.lock:
            return (site, sex, str(year)) in self._years

    def shows_total(self, question: Question) -> bool:
        """Tell whether the cases of a question's period may be told."""
        return self.shows_site(question, question.site)

    def shows_site(self, question: Question, site: str) -> bool:
        """Tell whether the cases of one site may be told, in the question's place, sex and period."""
        if question.place != WHOLE_CITY:
            return self.shows_cell(replace(question, site=site), "ward_code", question.place)
        parts = list_parts(site, skin=question.skin, early=question.early)
        period = (question.first, question.last)
        with self.lock:
            if all((part, question.sex, self._name_period(period)) in self._years for part in parts):
                return True
            bands = cover_period(self.bands, *period) or []
            return bool(bands) and all(
                self._tell(part, question.sex, band) for part in parts for band in bands
            )

    def shows_cell(
        self, question: Question, column: str, value: object, period: Period | None = None
    ) -> bool:
        """Tell whether the cases of one age group or ward may be told, in the question's period or another."""
        parts = list_parts(question.site, skin=question.skin, early=question.early)
        bands = cover_period(self.bands, *(period or (question.first, question.last)))
        if bands is None or len(parts) > 1:
            return False
        unknown = UNKNOWN_AGE if column == "age_group" else UNKNOWN_WARD
        key = (question.site, question.sex, unknown if value is None else value)
        return all(key in self._break_down(column, band) for band in bands)

    def hidden_ages(self, site: str, sex: str, band: Period) -> list[int | None]:
        """Return the ages that are not told; none where no age is told: then there is nothing to take them from."""
        shown = self._break_down("age_group", band)
        held = [age for age in AGES if (site, sex, age) not in shown]
        return [] if len(held) == len(AGES) else [None if age == UNKNOWN_AGE else age for age in held]

    def tells_ages(self, question: Question, site: str, period: Period) -> bool:
        """Tell whether a site's ages are told at all, in the question's sex and each band that a period touches."""
        touched = [band for band in self.bands if band[0] <= period[1] and period[0] <= band[1]]
        return all(
            any((site, question.sex, age) in self._break_down("age_group", band) for age in AGES)
            for band in touched
        )

    def pool_ages(
        self, cases: pl.DataFrame, people: pl.DataFrame, question: Question, *, by_site: bool = False
    ) -> pl.DataFrame:
        """Take the hidden ages of the question's site (or of each row's own) as one group, for rates."""
        part = pl.col("site").fill_null(NO_SITE)
        if not by_site and question.site == ALL_SITES:
            part = pl.when(pl.col("site") == SKIN).then(pl.col("site")).otherwise(pl.lit(ALL_SITES))
        return pool_ages(
            cases, people, part, self.bands, lambda site, band: self.hidden_ages(site, question.sex, band)
        )

    def shows_unknown_age(self, question: Question, site: str) -> bool:
        """Tell whether the cases of unknown age may be told: as one more age group, with which they are decided."""
        asked = replace(question, site=site)
        return asked.place == WHOLE_CITY and self.shows_cell(asked, "age_group", None)

    @cached_property
    def layers(self) -> Layers:
        with self.lock:
            return decide_layers(self.placed, self._grid)

    @cached_property
    def gates(self) -> Gates:
        with self.lock:
            return Gates(self.placed, self._grid, self.lock)

    @property
    def _grid(self) -> Grid:
        return Grid(self.years, self.bands, self.threshold, self._years)


def break_down(
    counts: pl.DataFrame,
    column: str,
    atoms: tuple[object, ...],
    threshold: int,
    is_told: Callable[[str, str], bool],
) -> Shown:
    """Decide a table of site, sex and one column more, whose totals by site and sex are told elsewhere.

    Sites that are mostly small cells, or whose own total is hidden, are pooled as the rest: what remains of all
    sites when the others are taken away, and so has to be safe itself.
    """
    if not all(is_told(ALL_SITES, sex) for sex in (BOTH, *SEXES)):
        return frozenset()
    sites = {
        site: has
        for site in counts["site"].unique().sort()
        if (has := grade_site(counts, site, column, threshold, is_told))
    }
    while True:
        table = pool_rest(counts, column, sites)
        try:
            return decide_table(table, column, atoms, sites, threshold)
        except BurdenError:
            if not sites:
                return frozenset()
            sizes = dict(counts.group_by("site").agg(pl.col("count").sum()).iter_rows())
            del sites[min(sites, key=lambda site: (sizes[site], site))]


def grade_site(
    counts: pl.DataFrame, site: str, column: str, threshold: int, is_told: Callable[[str, str], bool]
) -> int:
    """Return 2 where a site is broken down by sex too, 1 for both sexes together, 0 for not at all."""
    if site in (NO_SITE, EARLY) or not all(is_told(site, sex) for sex in (BOTH, *SEXES)):
        return 0
    own = counts.filter(pl.col("site") == site)
    if not is_dense(own.group_by(column).agg(pl.col("count").sum())["count"], column, threshold):
        return 0
    by_sex = [own.filter(pl.col("sex") == sex)["count"] for sex in SEXES[:2]]
    return 2 if all(not len(each) or is_dense(each, column, threshold) for each in by_sex) else 1


def is_dense(cells: pl.Series, column: str, threshold: int) -> bool:
    small = (cells < threshold).sum()
    return bool(cells.sum() >= FEWEST_TO_BREAK_DOWN * threshold and small <= SPARSE[column] * len(cells))


def pool_rest(counts: pl.DataFrame, column: str, sites: Iterable[str]) -> pl.DataFrame:
    kept = pl.col("site").is_in([*sites, SKIN])
    site = pl.when(kept).then("site").otherwise(pl.lit(REST))
    return counts.with_columns(site=site).group_by("site", "sex", column).agg(pl.col("count").sum())


def decide_table(
    table: pl.DataFrame, column: str, atoms: tuple[object, ...], sites: dict[str, int], threshold: int
) -> Shown:
    counted = tuple(site for site in sites if site != SKIN)
    beside = (SKIN,) if SKIN in sites else ()
    site = Dimension("site", (*counted, REST, *beside), {ALL_SITES: (*counted, REST)})
    known = [(each, sex, "total") for each in site.codes for sex in SEX.codes]
    closed = [
        (each, sex, str(atom))
        for each in site.atoms
        for sex in SEX.codes
        if each == REST or (sex != BOTH and sites[each] == 1)
        for atom in atoms
    ]
    text = plain_dimension(column, tuple(map(str, atoms)), "total")
    names = ["site", "sex", column]
    rows = table.filter(pl.col("site").is_in(site.atoms)).with_columns(pl.col(column).cast(pl.String))
    frame = recall_frame(
        rows,
        [site, SEX, text],
        threshold,
        closed=pl.DataFrame(closed, schema=names, orient="row"),
        known=pl.DataFrame(known, schema=names, orient="row"),
    )
    back = dict(zip(text.atoms, atoms, strict=True))
    shown = frame.filter(pl.col("published").is_not_null(), pl.col("site") != REST).select(names)
    return frozenset((each, sex, back.get(value, value)) for each, sex, value in shown.iter_rows())


_decided: Memory[pl.DataFrame] = Memory(64)


def recall_frame(
    counts: pl.DataFrame, dimensions: list[Dimension], threshold: int, **fixed: pl.DataFrame
) -> pl.DataFrame:
    """Decide a table, or take the decision of the same counts: most edits of a day change none of them."""
    ordered = counts.sort(pl.all().exclude("count"))
    parts = [ordered, *fixed.values()]
    mark = hashlib.sha256(repr([(each.columns, each.rows()) for each in parts]).encode()).digest()
    key = (mark, threshold, tuple(each.codes for each in dimensions))
    return _decided.recall(
        key,
        lambda: suppress(ordered, dimensions, threshold=threshold, lean=False, **fixed),  # type: ignore[arg-type]
    )


def recall_shown(counts: pl.DataFrame, dimensions: list[Dimension], threshold: int) -> Shown:
    frame = recall_frame(counts, dimensions, threshold)
    return frozenset(
        frame.filter(pl.col("published").is_not_null()).drop("count", "published", "state").iter_rows()
    )


def disclose(register: Register) -> Disclosure:
    return Disclosure(register.cases, register.years, smallest_count(), RLock())
