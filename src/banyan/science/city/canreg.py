"""The three files that CanReg5 exports: patients, tumours, sources."""

from pathlib import Path

import polars as pl

BASIS = {
    "0": "0",
    "1": "1",
    "2": "2",
    "4": "4",
    "5": "5",
    "7.1": "7",
    "7.2": "6",
    "7.3": "8",
    "8": "7",
    "9": "9",
}
STATUS = {"alive": "1", "dead": "2", "lost": "9"}
NO_DAY, NO_MONTH = "99", "9999"


def write_canreg(folder: Path, cases: pl.DataFrame, year: int) -> tuple[Path, Path, Path]:
    """Write cases as CanReg5 does: tab-separated, keys that nest, dates as yyyymmdd with 99 for unknown parts.

    Parameters
    ----------
    folder : Path
    cases : DataFrame
        Tumours joined with their persons.
    year : int
        The year in the keys.

    Returns
    -------
    tuple of Path
        The files of patients, tumours and sources.
    """
    keyed = cases.with_columns(
        patient=pl.lit(str(year)) + pl.col("person_id").rank("dense").cast(pl.String).str.zfill(4)
    ).with_columns(
        record=pl.col("patient") + "01",
        tumour=pl.col("patient") + "01" + pl.col("sequence").cast(pl.String).str.zfill(2),
    )
    tables = {
        "patient": list_patients(keyed.unique("patient", keep="first", maintain_order=True)),
        "tumour": list_tumours(keyed),
        "source": list_sources(keyed),
    }
    paths = {name: folder / f"canreg5-{name}.txt" for name in tables}
    for name, table in tables.items():
        table.write_csv(paths[name], separator="\t", line_terminator="\r\n")
    return paths["patient"], paths["tumour"], paths["source"]


def list_patients(cases: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("full_name").str.split(" ")
    return cases.select(
        RegNo="patient",
        PatientRecordID="record",
        FamN=name.list.first(),
        MidN=name.list.slice(1, name.list.len() - 2).list.join(" "),
        FirstN=name.list.last(),
        Sex="sex",
        BirthD=write_day("birth_date", "birth_precision"),
        DLC=pl.col("last_contact_date").dt.strftime("%Y%m%d"),
        Stat=pl.col("vital_status").replace_strict(STATUS),
        PatientRecordStatus=pl.lit("1"),
    )


def list_tumours(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.select(
        TumourID="tumour",
        PatientIDTumourTable="patient",
        PatientRecordIDTumourTable="record",
        RecS=pl.lit("1"),
        Age="age",
        Addr="ward_code",
        InciD=write_day("incidence_date", "incidence_precision"),
        Top=pl.col("topography").str.replace_many(["C", "."], ["", ""]),
        Mor=pl.col("morphology").str.slice(0, 4),
        Beh="behaviour",
        Grad="grade",
        Bas=pl.col("basis").replace_strict(BASIS),
        I10=pl.col("icd10").str.replace(".", "", literal=True),
        Stag="stage",
    )


def list_sources(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.select(
        SourceRecordID=pl.col("tumour") + "01",
        TumourIDSourceTable="tumour",
        Hosp="facility_code",
        CasNo=pl.int_range(100001, 100001 + pl.len()).cast(pl.String),
    )


def write_day(day: str, precision: str) -> pl.Expr:
    """Return yyyymmdd with 99 where the month or the day is not known."""
    return (
        pl.when(pl.col(precision) == "year")
        .then(pl.col(day).dt.strftime("%Y") + NO_MONTH)
        .when(pl.col(precision) == "month")
        .then(pl.col(day).dt.strftime("%Y%m") + NO_DAY)
        .otherwise(pl.col(day).dt.strftime("%Y%m%d"))
    )
