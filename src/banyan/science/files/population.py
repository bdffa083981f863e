"""Population files: person-years by sex, age group, and optionally year and strata."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.files.faults import Reason
from banyan.science.files.reading import read_table
from banyan.science.files.strata import read_stratum
from banyan.science.files.table import NO_NAMES, Table
from banyan.science.files.values import BOTH_SEXES, parse_age, parse_age_group, parse_decimal, parse_sex

OLDEST_BAND = 85
_OWN = ("sex", "year", "age", "age_group", "person_years", "cases")


@dataclass(frozen=True)
class Population:
    """Person-years, and what was done to get them.

    Attributes
    ----------
    cells : polars.DataFrame
        The strata of the file among those asked for, `year` where the file has it, `age_group` (lower bound,
        Int64, at most 85), `person_years` (Float64).
    table : Table
        The file.
    summed : tuple of str
        Columns with more than one value that are no strata: the person-years were summed over them.
    ageless : float
        Person-years of unknown age, which belong to no rate and were left out.
    """

    cells: pl.DataFrame
    table: Table
    summed: tuple[str, ...]
    ageless: float = 0.0

    @property
    def oldest(self) -> int:
        """Lower bound of the open band."""
        bands = self.cells.filter(pl.col("person_years") > 0)["age_group"].to_list()
        return max(bands, default=OLDEST_BAND)

    def refuse_short(self, oldest: int, *, last: int | None = None, fold: bool = False) -> None:
        """Raise where the open age group is younger than the standard's, unless ages stop before it or fold."""
        if fold or self.oldest >= oldest or (last is not None and last < self.oldest):
            return
        raise self.table.fault(
            None,
            "age_group" if self.table.has("age_group") else "age",
            Reason(
                f"the oldest age group is {self.oldest}+ and the standard's is {oldest}+; "
                f"say --fold-oldest to fold the standard, or --ages 0-{self.oldest - 1}",
                f"nhóm tuổi cao nhất là {self.oldest}+, của quần thể chuẩn là {oldest}+; "
                f"thêm --fold-oldest để gộp, hoặc --ages 0-{self.oldest - 1}",
            ),
        )


def read_population(
    path: str | Path,
    *,
    by: Sequence[str] = (),
    rename: Mapping[str, str] = NO_NAMES,
    unknown: Collection[str] = (),
) -> Population:
    """Read person-years by age group and by those of `by` (and `year`) that the file has.

    Parameters
    ----------
    path : str or Path
        Table with `person_years` and `age_group` (lower bound of the five-year group; 0 and 1-4 are added
        together) or `age` (single years), optionally `sex`, `year` and strata.
    by : sequence of str
        Strata asked for.
    rename : mapping
        Our name -> the file's.
    unknown : collection of str
        Codes that mean an unknown age; such rows are left out.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused.
    """
    table = read_table(path, rename=rename)
    table.require("person_years")
    years = parse_decimal(table.frame["person_years"], least=0).demand(table, "person_years")
    group = _read_group(table, unknown)
    kept = group.is_not_null()
    ageless = years.filter(~kept).to_list()
    strata = {name: read_stratum(table, name) for name in by if table.has(name)}
    if table.has("year") and "year" not in strata:
        strata["year"] = read_stratum(table, "year")
    _check_sexes(table, by)
    frame = pl.DataFrame({**strata, "age_group": group, "person_years": years}).filter(kept)
    cells = frame.group_by([*strata, "age_group"], maintain_order=True).agg(pl.col("person_years").sum())
    return Population(cells=cells, table=table, summed=_list_summed(table, strata), ageless=sum(ageless))


def _read_group(table: Table, unknown: Collection[str]) -> pl.Series:
    if table.has("age_group"):
        group = parse_age_group(table.frame["age_group"], unknown=unknown).raise_fault(table, "age_group")
    elif table.has("age"):
        age = parse_age(table.frame["age"], unknown=unknown).raise_fault(table, "age")
        group = (age // 5 * 5).cast(pl.Int64)
    else:
        raise table.lack("age_group")
    return group.clip(upper_bound=OLDEST_BAND)


def _check_sexes(table: Table, by: Sequence[str]) -> None:
    """Totals beside their parts would count everybody twice."""
    if not table.has("sex"):
        return
    sexes = parse_sex(table.frame["sex"], both="sex" not in by).raise_fault(table, "sex")
    total = sexes == BOTH_SEXES
    if total.any() and not total.all():
        reason = Reason(
            "the file holds the sexes and also their total; keep one of the two",
            "tệp có cả từng giới lẫn tổng hai giới; chỉ giữ một",
        )
        raise table.fault(int(total.arg_max() or 0), "sex", reason)


def _list_summed(table: Table, strata: Mapping[str, pl.Series]) -> tuple[str, ...]:
    """Return the columns that differ within a stratum; a label of the stratum does not."""
    others = [name for name in table.columns if name not in _OWN and name not in strata]
    if not others:
        return ()
    keyed = table.frame.select(others).with_columns(
        series.alias(f" {name}") for name, series in strata.items()
    )
    keys = [f" {name}" for name in strata]
    counts = (
        keyed.group_by(keys).agg(pl.col(others).n_unique())
        if keys
        else keyed.select(pl.col(others).n_unique())
    )
    return tuple(name for name in others if max(counts[name].to_list(), default=0) > 1)
