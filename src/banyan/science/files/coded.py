"""Coded case files, for the checks: the columns as written, and findings put back on their lines."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from banyan.science.files.reading import read_table
from banyan.science.files.table import NO_NAMES, Table

COLUMNS = (
    "sex",
    "age",
    "topography",
    "morphology",
    "behaviour",
    "basis",
    "basis_scheme",
    "grade",
    "laterality",
    "birth_date",
    "incidence_date",
    "last_contact_date",
    "death_date",
    "stage",
    "t",
    "n",
    "m",
    "edition",
    "dco",
)


def read_coded_cases(path: str | Path, *, rename: Mapping[str, str] = NO_NAMES, edition: str = "") -> Table:
    """Read what the checks look at, as written; `date` or `diagnosis_date` serves as `incidence_date`.

    Raises
    ------
    FileFault
        Where the file has neither topography nor morphology.
    """
    table = read_table(path, rename=rename, columns=[*COLUMNS, "date", "diagnosis_date"])
    if not (table.has("topography") or table.has("morphology")):
        raise table.lack("topography")
    frame = _name_incidence(table.frame)
    if edition and "edition" not in frame.columns:
        frame = frame.with_columns(edition=pl.lit(edition))
    return replace(table, frame=frame)


def _name_incidence(frame: pl.DataFrame) -> pl.DataFrame:
    dates = [name for name in ("date", "diagnosis_date") if name in frame.columns]
    if "incidence_date" in frame.columns or not dates:
        return frame
    return frame.rename({dates[0]: "incidence_date"})


def place_findings(table: Table, findings: pl.DataFrame, language: str) -> pl.DataFrame:
    """Return `line`, `rule`, `result`, `message` of each finding, in the order of the lines."""
    lines = pl.Series("line", table.lines(findings["row"].to_numpy()))
    message = pl.col(f"message_{language}").alias("message")
    return (
        findings.with_columns(lines)
        .select("line", "rule", "result", message)
        .sort("line", maintain_order=True)
    )
