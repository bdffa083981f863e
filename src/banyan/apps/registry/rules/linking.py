"""Which rows of a file are about one person, and about one tumour: those of the register, or new ones.

A reference is the id of a record of the register, or a negative number for one that is not in it yet.
"""

from collections.abc import Iterable

import polars as pl

from banyan.apps.registry.rules.parting import MOST_OF_ONE
from banyan.apps.registry.rules.tumour import FIRST_SYSTEMIC, SIDES, SYSTEMIC
from banyan.science.linkage.names import fold_name

AMBIGUOUS = (
    "person-ambiguous",
    "Dòng này khớp với hơn một người trong sổ.",
    "This row fits more than one person of the register.",
)
CLASH = (
    "person-clash",
    "Số này trong sổ là của một người khác giới hoặc khác năm sinh.",
    "In the register this number belongs to a person of another sex or year of birth.",
)
CROWDED = (
    "person-crowded",
    "Trong tệp có quá nhiều dòng mang cùng số hoặc cùng tên này; chắc đây là số điền thay cho chỗ không biết.",
    "Too many rows of the file carry this number or name; it must stand in where nothing was known.",
)


def add_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Add what persons are compared by: folded name, last ten digits of the insurance number, the organ."""
    histology = pl.col("morphology").str.slice(0, 4).cast(pl.Int32, strict=False)
    return add_person_keys(rows).with_columns(
        organ=pl.when(histology >= FIRST_SYSTEMIC)
        .then(pl.lit(SYSTEMIC))
        .otherwise(pl.col("topography").str.slice(0, 3)),
        side=pl.when(pl.col("laterality").is_in(SIDES)).then("laterality"),
    )


def add_person_keys(rows: pl.DataFrame) -> pl.DataFrame:
    names = {name: fold_name(name) for name in rows["full_name"].drop_nulls().unique().to_list()}
    return rows.with_columns(
        folded_name=pl.col("full_name").replace_strict(names, default=None, return_dtype=pl.String),
        insurance_key=pl.col("insurance_number").str.tail(10),
    )


def group_people(rows: pl.DataFrame) -> pl.Series:
    """Return a number for each row; rows with one number are about one person, as far as the file itself says.

    A citizen or insurance number is enough. A name with sex and full birth date is, unless the citizen
    numbers beside it differ. A record number is only with the same name, sex and birth date.
    """
    known_day = pl.col("birth_precision") == "day"
    name = pl.concat_str("folded_name", "sex", pl.col("birth_date").cast(pl.String), separator="|")
    namesakes = pl.col("citizen_id").n_unique().over(name) - pl.col("citizen_id").is_null().any().over(name)
    record = pl.concat_str(
        pl.coalesce("patient_number", "record_number"),
        pl.col("folded_name").fill_null(""),
        "sex",
        pl.col("birth_date").cast(pl.String).fill_null(""),
        separator="|",
    )
    keys = rows.select(
        citizen=pl.lit("c|") + pl.col("citizen_id"),
        insurance=pl.lit("i|") + pl.col("insurance_key"),
        name=pl.when(known_day & (namesakes <= 1) & (pl.col("sex") != "9")).then(pl.lit("n|") + name),
        record=pl.lit("r|") + record,
    )
    return pl.Series("group", unite(keys.iter_rows(), rows.height), dtype=pl.Int64)


def unite(keys: Iterable[tuple[str | None, ...]], height: int) -> list[int]:
    """Return for each row the first row that it hangs together with by any key."""
    root = list(range(height))

    def find(row: int) -> int:
        while root[row] != row:
            root[row] = root[root[row]]
            row = root[row]
        return row

    seen: dict[str, int] = {}
    for row, own in enumerate(keys):
        for key in own:
            if key is None:
                continue
            first, second = find(seen.setdefault(key, row)), find(row)
            root[max(first, second)] = min(first, second)
    return [find(row) for row in range(height)]


def link_people(rows: pl.DataFrame, matches: pl.DataFrame) -> pl.DataFrame:
    """Add `person` (reference) and `trouble` (rule of a row that cannot be linked) to rows with keys.

    `matches` has row, person_id, rank (1 is the surest kind), sex and birth_date of the register.
    """
    grouped = rows.with_columns(group_people(rows))
    surest = matches.filter(pl.col("rank") == pl.col("rank").min().over("row"))
    linked = grouped.select("row", "group", "sex", "birth_date").join(surest, on="row", suffix="_known")
    other_sex = (pl.col("sex") != pl.col("sex_known")) & (pl.col("sex") != "9") & (pl.col("sex_known") != "9")
    other_year = (pl.col("birth_date").dt.year() - pl.col("birth_date_known").dt.year()).abs() > 1
    clashes = linked.filter((other_sex | other_year).fill_null(value=False))["row"].unique()
    found = linked.group_by("group").agg(
        person_id=pl.col("person_id").min(), people=pl.col("person_id").n_unique()
    )
    return (
        grouped.join(found, on="group", how="left", maintain_order="left")
        .with_columns(
            person=pl.coalesce("person_id", -1 - pl.col("group")),
            trouble=pl.when(pl.col("row").is_in(clashes.implode()))
            .then(pl.lit(CLASH[0]))
            .when(pl.col("people") > 1)
            .then(pl.lit(AMBIGUOUS[0])),
        )
        .with_columns(
            trouble=pl.when(pl.len().over("person") > MOST_OF_ONE)
            .then(pl.lit(CROWDED[0]))
            .otherwise("trouble")
        )
    )


def link_tumours(rows: pl.DataFrame, known: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Add `tumour` (reference) to rows with `person`, `organ` and `side`.

    `known` are the register's tumours of those persons (tumour, person, organ, topography, laterality),
    `sources` the record numbers by which their origin knows them (tumour, record_number).
    """
    pairs = rows.select("row", "person", "organ", "side", "topography", "record_number").join(
        known.select("tumour", "person", "organ", "topography", "laterality"),
        on=["person", "organ"],
        suffix="_known",
    )
    opposite = pl.col("laterality").is_in(SIDES) & (pl.col("side") != pl.col("laterality"))
    same_record = pl.struct("tumour", "record_number").is_in(
        sources.select(pl.struct("tumour", "record_number")).to_series().implode()
    )
    best = (
        pairs.filter(~opposite.fill_null(value=False))
        .with_columns(
            fit=same_record.fill_null(value=False).cast(pl.Int8) * 2
            + (pl.col("topography") == pl.col("topography_known")).cast(pl.Int8)
        )
        .sort(["fit", "tumour"], descending=[True, False])
        .unique("row", keep="first", maintain_order=True)
        .select("row", "tumour")
    )
    joined = rows.join(best, on="row", how="left", maintain_order="left")
    side = pl.coalesce("side", pl.col("side").drop_nulls().first().over("person", "organ"))
    first = pl.col("row").cast(pl.Int64).min().over("person", "organ", side.fill_null(""))
    return joined.with_columns(tumour=pl.coalesce("tumour", -1 - first))
