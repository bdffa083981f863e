"""What registrars get wrong: a few cases that the checks of the registry will question."""

import polars as pl
from numpy.random import Generator

UNPROVEN = 0.004  # a cell type named although the basis says imaging
WRONG_GRADE = 0.0012  # a carcinoma with the grade of a lymphoma
UNSTAGED_METASTASIS = 0.0015  # M1 written, stage III kept


def add_slips(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Change a few basis, grade and M codes so that they clash with the rest of the case."""
    luck = [
        pl.Series(rng.random(len(cases)) < share) for share in (UNPROVEN, WRONG_GRADE, UNSTAGED_METASTASIS)
    ]
    carcinoma = ~pl.col("dco") & pl.col("morphology").str.slice(0, 4).cast(pl.Int32).is_between(8010, 8576)
    malignant = pl.col("behaviour") == "3"
    return cases.with_columns(
        basis=pl.when(pl.lit(luck[0]) & malignant & (pl.col("basis") == "7.1"))
        .then(pl.lit("2"))
        .otherwise("basis"),
        grade=pl.when(pl.lit(luck[1]) & malignant & carcinoma).then(pl.lit("6")).otherwise("grade"),
        m=pl.when(spread(luck[2])).then(pl.lit("1")).otherwise("m"),
    )


def spread(chosen: pl.Series) -> pl.Expr:
    return pl.lit(chosen) & (pl.col("stage") == "III") & (pl.col("m") == "0")
