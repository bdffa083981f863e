"""Life tables out of the files of those who publish them."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.lifetable.layouts import Published, open_published, read_age
from banyan.science.burden.lifetable.measures import MEASURES, make_hazards
from banyan.science.burden.lifetable.placing import PlacedFault, check, read_numbers, refuse_twice
from banyan.science.burden.lifetable.splitting import split_ages
from banyan.science.burden.lifetable.table import Beyond, LifeTable
from banyan.science.burden.sexes import read_sex

MALE, FEMALE = "male", "female"
SEXES = {"mle": MALE, "males": MALE, "fmle": FEMALE, "females": FEMALE}
SAID = {  # how a title or a file's name says whose deaths these are; "female" holds "male"
    FEMALE: re.compile(r"\bfemales?\b|\bfltper"),
    MALE: re.compile(r"\bmales?\b|\bmltper"),
    "total": re.compile(r"\btotal\b|\bboth\b|\bbltper"),
}
BOTH = ("btsx", "both", "both sexes", "total", "persons", "3", "b")
INDICATORS = (("q", r"nqx|LIFE_0000000030"), ("m", r"nMx|LIFE_0000000029"))


def import_life_table(
    *sources: str | Path,
    layout: str | None = None,
    place: str | None = None,
    years: tuple[int, int] | None = None,
    sex: str | None = None,
    covariates: Sequence[str] = (),
    split: bool = True,
    days_per_year: float = 365.25,
    beyond: Beyond = "error",
) -> LifeTable:
    r"""Make a life table of one or more files as they were published.

    Parameters
    ----------
    *sources : paths
        Text, also gzipped; often one file for men and one for women. What is found out of the names of the columns:

        - Human Mortality Database: ``mltper_1x1.txt``, ``fltper_1x1.txt`` and those of other widths, with their title, or
          the same columns as CSV (Year, Age, mx, qx). The sex is that of a column, the title or the file's name.
        - United Nations, World Population Prospects: "Life table", complete or abridged, CSV (Time, Sex, AgeGrpStart,
          AgeGrpSpan, mx, qx, Location).
        - World Health Organization, Global Health Observatory: nqx (LIFE_0000000030), nMx (LIFE_0000000029) or both, CSV of
          any of its interfaces.
        - SEER and Stata: text as ``popmort``: sex, _year, _age and prob, the probability of surviving the year, or rate.
        - plain: sex, year, age and hazard (deaths per person-year) or q (probability of death within the age group).
    layout : {"hmd", "un", "who", "seer", "csv"}, optional
        Where the columns alone would say something else.
    place : str, optional
        The country's name or code as the file has it. Needed where the file has several.
    years : (int, int), optional
        The first and the last year to take; all, unless given.
    sex : str, optional
        Of a file that does not say it.
    covariates : names of columns
        See :meth:`LifeTable.from_frame`.
    split : bool
        Whether groups of ages are split into single years (:func:`split_ages`), or hold one hazard each.
    days_per_year, beyond : as in :meth:`LifeTable.from_frame`
        Here follow-up beyond the last year, or beyond a last age that is not open, is an error unless you say "carry"; so
        are years left out between two that are there.

    Returns
    -------
    LifeTable
        Rows for both sexes together are passed over. A hazard is -log(1 - q) / width, so that survival of each age group is
        what was published; in the open group, and where there is no q, it is the death rate m. Where the open group has a q of
        1 and no death rate, the age before it is held.

    Raises
    ------
    BurdenError
        A cell that is missing or there twice, a probability outside 0 and 1, a death rate that cannot be one a
        person-year, an age group that does not go on to the next, several places. Rows are counted from the one below the
        names of the columns; with several files the column is followed by the file's name.

    References
    ----------
    .. [1] Wilmoth JR, Andreev K, Jdanov D, Glei DA, Riffe T. Methods Protocol for the Human Mortality Database, version 6,
       2021.
    .. [2] World Health Organization. WHO methods and data sources for life tables 1990-2019, 2020.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> text = "sex,year,age,q\n1,2000,0,0.02\n1,2000,1,0.004\n1,2000,5,0.1\n"
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "table.csv"
    >>> _ = path.write_text(text)
    >>> import_life_table(path).ages.tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    if not sources:
        raise BurdenError("there is no file to import.", "không có tệp nào để nhập.")
    parts, closing = [], []
    for source in sources:
        published = open_published(source, layout)
        several = Path(source).name if len(sources) > 1 else ""
        part, ends = _take_hazards(published, place, years, sex, covariates, several)
        parts.append(part)
        closing.append(ends)
    rows = pl.concat(parts)
    whole = LifeTable.from_frame(rows, covariates=covariates)
    if beyond == "error":
        _refuse_gaps(whole.years.tolist())
    rows = split_ages(rows) if split else rows
    closing_age = None if None in closing else max(end for end in closing if end is not None)
    return LifeTable.from_frame(
        rows, days_per_year, beyond=beyond, covariates=covariates, closing_age=closing_age
    )


def _refuse_gaps(years: Sequence[int]) -> None:
    """Refuse years that are left out: each holds until the next one listed, which may be a war later."""
    steps = [(after - before, before, after) for before, after in pairwise(years)]
    gap = next((step for step in steps if step[0] > min(steps)[0]), None)
    if gap is not None:
        _, before, after = gap
        raise BurdenError(
            f"the year {before} is followed by {after}: choose years on one side, or say that it is carried on.",
            f"sau năm {before} là {after}: hãy chọn các năm ở một phía, hoặc nói rõ là kéo dài.",
            column="year",
        )


def _take_hazards(  # noqa: PLR0917 -- private, called once
    published: Published,
    place: str | None,
    years: tuple[int, int] | None,
    sex: str | None,
    covariates: Sequence[str],
    file: str,
) -> tuple[pl.DataFrame, float | None]:
    """Turn what was published into hazards; a fault names row and column as the file has them."""
    named = {meaning: published.names.get(name, name) for meaning, name in published.columns.items()}
    measure = next((named[name] for name in ("q", "p", "m", "value") if name in named), "")
    named |= {"hazard": measure, "label": named["age"]} | {
        name: named.get("value", name) for name in MEASURES if name not in named
    }
    named = {meaning: f"{name} ({file})" if file else name for meaning, name in named.items()}
    rows = _choose_rows(published, place, sex, covariates)
    try:
        rows = _read_cells(rows, years, covariates)
        rows = rows if "indicator" not in rows.columns else _set_side_by_side(rows, covariates)
        return make_hazards(rows, covariates, open_ended=published.layout.name == "csv")
    except PlacedFault as placed:
        raise placed.fault.move(placed.lines, named) from None


def _choose_rows(
    published: Published, place: str | None, sex: str | None, covariates: Sequence[str]
) -> pl.DataFrame:
    """Take the columns that mean something, of one place."""
    frame, columns = published.frame, dict(published.columns)
    taken = {meaning: pl.col(name) for meaning, name in columns.items() if meaning != "place"}
    for name in covariates:
        if name.lower() not in frame.columns:
            raise BurdenError.missing_column(name, "life table", "bảng sống")
        taken[name] = pl.col(name.lower())
    if "sex" not in columns:
        taken["sex"] = pl.lit(sex or _find_sex(published.title))
    frame = _choose_place(frame, published.layout.columns.get("place", ()), place)
    return frame.select("line", **taken)


def _choose_place(frame: pl.DataFrame, columns: Sequence[str], place: str | None) -> pl.DataFrame:
    present = [name for name in columns if name in frame.columns]
    if not present:
        return frame
    places = frame[present[0]].unique().drop_nulls().sort().to_list()
    listed = ", ".join(places[:5]) + (", …" if len(places) > 5 else "")
    if place is None:
        if len(places) > 1:
            raise BurdenError(
                f"the file has {len(places)} places; choose one of {listed}.",
                f"tệp có {len(places)} nơi; hãy chọn một trong {listed}.",
            )
        return frame
    wanted = place.strip().lower()
    found = frame.filter(pl.any_horizontal(pl.col(name).str.to_lowercase() == wanted for name in present))
    if found.is_empty():
        raise BurdenError(
            f"there is no place ‘{place}’, but {listed}.", f"không có nơi ‘{place}’; có {listed}."
        )
    return found


def _find_sex(title: str) -> str:
    """The sex that a title ("Life tables (period 1x1), Males") or a file's name (``mltper_1x1.txt``) says."""
    small = title.lower()
    for name, words in SAID.items():
        if words.search(small):
            return name
    raise BurdenError(
        "the file does not say the sex: give it.", "tệp không nói giới tính: hãy nêu rõ.", column="sex"
    )


def _read_cells(rows: pl.DataFrame, years: tuple[int, int] | None, covariates: Sequence[str]) -> pl.DataFrame:
    """Read year, sex, age and, where there is one, what is measured; pass over both sexes and years not asked for."""
    rows = rows.with_columns(pl.col("year").str.extract(r"^\s*(\d{4})", 1).alias("first"))
    check(
        rows,
        "year",
        pl.col("first").is_null(),
        "‘{}’ is no calendar year.",
        "‘{}’ không phải là năm dương lịch.",
    )
    rows = rows.with_columns(year=pl.col("first").cast(pl.Float64)).drop("first")
    if years is not None:
        rows = rows.filter(pl.col("year").is_between(*years))
    written = pl.col("sex").str.strip_chars().str.to_lowercase().str.strip_prefix("sex_")
    rows = rows.with_columns(sex=written.replace(SEXES)).filter(~pl.col("sex").is_in(BOTH))
    if rows.is_empty():
        raise BurdenError(
            "no row is for one sex and the years asked for.",
            "không có dòng nào cho từng giới và những năm được hỏi.",
        )
    try:
        rows = read_sex(rows)
    except BurdenError as fault:
        raise PlacedFault(fault, rows["line"]) from None
    for name in covariates:
        check(rows, name, pl.col(name).is_null(), "the value is empty.", "ô này trống.")
    return _read_ages(rows)


def _read_ages(rows: pl.DataFrame) -> pl.DataFrame:
    labels = rows["age"].fill_null("").to_list()
    read: Mapping[str, tuple[float, float | None, bool] | None] = {
        label: read_age(label) for label in dict.fromkeys(labels)
    }
    unread = pl.Series("unread", [read[label] is None for label in labels])
    check(rows, "age", pl.lit(unread), "‘{}’ is no age.", "‘{}’ không phải là tuổi.")
    cells = [read[label] or (0.0, None, False) for label in labels]
    begins, ends, opened = zip(*cells, strict=True)
    rows = rows.rename({"age": "label"}).with_columns(
        pl.Series("age", begins, dtype=pl.Float64),
        pl.Series("ends", ends, dtype=pl.Float64),
        pl.Series("open", opened, dtype=pl.Boolean),
    )
    if "span" in rows.columns:
        rows = read_numbers(rows, "span")
        closed = pl.col("span") > 0
        rows = rows.with_columns(
            ends=pl.when(closed).then(pl.col("age") + pl.col("span")), open=~closed
        ).drop("span")
    return rows


def _set_side_by_side(rows: pl.DataFrame, covariates: Sequence[str]) -> pl.DataFrame:
    """Put the indicators of the WHO, which stand below each other, side by side."""
    keys = ["sex", *covariates, "year", "age"]
    named = pl.col("indicator")
    rows = rows.with_columns(
        kind=pl.coalesce(*(pl.when(named.str.contains(sign)).then(pl.lit(name)) for name, sign in INDICATORS))
    ).drop_nulls("kind")
    if rows.is_empty():
        raise BurdenError(
            "neither nqx (LIFE_0000000030) nor nMx (LIFE_0000000029) is among the indicators.",
            "trong các chỉ số không có nqx (LIFE_0000000030) lẫn nMx (LIFE_0000000029).",
        )
    refuse_twice(rows, ["kind", *keys], keys)
    kinds = rows["kind"].unique().to_list()
    first = "q" if "q" in kinds else "m"
    wide = rows.filter(pl.col("kind") == first).rename({"value": first}).drop("kind", "indicator")
    if len(kinds) == 1:
        return wide
    rates = rows.filter(pl.col("kind") == "m").select(*keys, m="value")
    return wide.join(rates, on=keys, how="left", maintain_order="left")
