"""Files such as a hospital and another registry would send: for tutorials, and for trying the import.

The hospital's file holds next year's patients, some persons the city already knows, and about one row in
twenty with a fault of the kind that real files have.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import polars as pl
from numpy.random import Generator

from banyan.science.city.build import City, build_city
from banyan.science.city.canreg import write_canreg
from banyan.science.city.draws import open_streams

NEW, KNOWN, CHANGED, RETURNING = 860, 60, 40, 40  # rows of the hospital's file, before the repeated ones
REPEATED = 8
CANREG_CASES = 300
TONES = "\u0300\u0301\u0303\u0309\u0323"
HEADINGS = {
    "number": "Số hồ sơ",
    "full_name": "Họ và tên",
    "sex": "Giới",
    "birth_date": "Ngày sinh",
    "citizen_id": "Số CCCD",
    "insurance_number": "Số thẻ BHYT",
    "address": "Địa chỉ",
    "ward_code": "Mã phường xã",
    "incidence_date": "Ngày chẩn đoán",
    "topography": "Vị trí",
    "morphology": "Mô bệnh học",
    "behaviour": "Hành vi",
    "grade": "Độ mô học",
    "laterality": "Bên",
    "basis": "Cơ sở chẩn đoán",
    "stage": "Giai đoạn",
    "t": "T",
    "n": "N",
    "m": "M",
    "death_date": "Ngày mất",
}
# What goes wrong in real files: how many rows, in which column, and what stands there instead.
FAULTS = {
    "no such day": (6, "incidence_date", "31/11/{year}"),
    "month and day swapped": (3, "incidence_date", "03/25/{year}"),
    "born after diagnosis": (4, "birth_date", "01/07/{next_year}"),
    "no behaviour": (8, "behaviour", ""),
    "no name": (6, "full_name", ""),
    "no such topography": (4, "topography", "C99.9"),
    "no such morphology": (4, "morphology", "9999"),
    "cervix in a man": (5, "topography", "C53.9"),
    "no sex": (4, "sex", ""),
    "sex in other words": (3, "sex", "3"),
}

Row = dict[str, str]


class SampleFiles(NamedTuple):
    """What was written. ``faults`` gives the kind of fault by line of the hospital's file (the heading is line 1)."""

    hospital: Path
    hospital_1258: Path  # the same rows in Windows-1258, as old programs write them
    patients: Path
    tumours: Path
    sources: Path
    faults: dict[int, str]


def write_sample_files(folder: Path, city: City | None = None) -> SampleFiles:
    """Write the sample files into a folder, which is made where it does not exist.

    Parameters
    ----------
    folder : Path
    city : City, optional
        The city that the hospital's file shall know some persons of; built when not given.

    Returns
    -------
    SampleFiles
    """
    city = city or build_city()
    folder.mkdir(parents=True, exist_ok=True)
    year = city.last_year + 1
    known = cut_follow_up(join_cases(city), date(year, 12, 31))
    coming = cut_follow_up(join_cases(build_city(city.seed + 1, year, year)), date(year, 12, 31))
    for number in ("citizen_id", "insurance_number"):  # a number of the new ones may not be one of the old
        coming = coming.join(city.people.select(number), on=number, how="anti")
    rng = open_streams(city.seed)["samples"]
    rows, faults = compose_hospital(known, coming, year, rng)
    text = "\r\n".join(";".join(cells) for cells in [list(HEADINGS.values()), *rows]) + "\r\n"
    hospital = folder / f"benh-vien-mau-{year}.csv"
    hospital.write_bytes(text.encode("utf-8-sig"))
    hospital_1258 = folder / f"benh-vien-mau-{year}-windows-1258.csv"
    hospital_1258.write_bytes(encode_1258(text))
    tables = write_canreg(folder, coming.tail(CANREG_CASES), year)
    return SampleFiles(hospital, hospital_1258, *tables, faults)


def join_cases(city: City) -> pl.DataFrame:
    """Return the malignant cases of a city with their persons, coded by somebody who saw the patient."""
    seen = city.tumours.filter((pl.col("behaviour") == "3") & ~pl.col("dco"))
    persons = city.people.drop("number", "sex", "ward_code")
    return seen.join(persons, on="person_id", how="left", maintain_order="left").filter(
        pl.col("birth_date").is_not_null(), pl.col("incidence_precision") == "day"
    )


def cut_follow_up(cases: pl.DataFrame, until: date) -> pl.DataFrame:
    """Forget what happened after a day."""
    later = pl.col("death_date") > until
    return cases.with_columns(
        vital_status=pl.when(later).then(pl.lit("alive")).otherwise("vital_status"),
        death_date=pl.when(~later).then("death_date"),
        last_contact_date=pl.min_horizontal("last_contact_date", pl.lit(until)),
    )


def compose_hospital(
    known: pl.DataFrame, coming: pl.DataFrame, year: int, rng: Generator
) -> tuple[list[list[str]], dict[int, str]]:
    """Return the rows of the hospital's file and the faults in it by line."""
    recent = pl.col("incidence_date").dt.year() == year - 1
    restaged = (pl.col("site") == "breast") & pl.col("stage").is_in(["I", "II"]) & pl.col("t").is_null()
    long_ago = (pl.col("vital_status") == "alive") & (pl.col("incidence_date").dt.year() < year - 4)
    new, same, changed, back = (
        describe(cases.sample(size, seed=int(rng.integers(2**31)), shuffle=True))
        for cases, size in [
            (coming.filter(pl.col("incidence_date").dt.month() <= 6), NEW),
            (known.filter(recent & ~restaged), KNOWN),
            (known.filter(recent & restaged), CHANGED),
            (known.filter(long_ago & ~pl.col("site").is_in(["thyroid", "unknown_primary"])), RETURNING),
        ]
    )
    for row in changed:
        row.update(stage="III", t="2", n="2", m="0")
    for row in back:
        row.update(second_primary(year, rng))
    rows = [*new, *same, *changed, *back]
    for place, row in enumerate(rows):
        row["number"] = f"BV{year % 100}-{place + 1:05d}"
    rows = [rows[place] for place in rng.permutation(len(rows))]
    faults = spoil(rows, year, rng)
    rows += [
        rows[place] for place in rng.choice(len(rows), REPEATED, replace=False) if place + 2 not in faults
    ]
    return [[row[name] for name in HEADINGS] for row in rows], faults


def describe(cases: pl.DataFrame) -> list[Row]:
    """Write each case as the hospital would: day first, sex in a word, morphology and behaviour apart."""
    day = "%d/%m/%Y"
    born = (
        pl.when(pl.col("birth_precision") == "year")
        .then(pl.col("birth_date").dt.strftime("%Y"))
        .when(pl.col("birth_precision") == "month")
        .then(pl.col("birth_date").dt.strftime("%m/%Y"))
        .otherwise(pl.col("birth_date").dt.strftime(day))
    )
    written = cases.with_columns(
        birth_date=born,
        incidence_date=pl.col("incidence_date").dt.strftime(day),
        death_date=pl.col("death_date").dt.strftime(day),
        sex=pl.col("sex").replace({"1": "Nam", "2": "Nữ"}),
        morphology=pl.col("morphology").str.slice(0, 4),
        stage=pl.col("stage").replace("9", ""),
    )
    return written.select(pl.col(list(HEADINGS)).cast(pl.String).fill_null("")).to_dicts()


def second_primary(year: int, rng: Generator) -> Row:
    """Return a new tumour for a person already known: a thyroid cancer found at follow-up."""
    month, day = rng.integers(1, 7), rng.integers(1, 29)
    return {
        "incidence_date": f"{day:02d}/{month:02d}/{year}", "topography": "C73.9", "morphology": "8260", "behaviour": "3",
        "grade": "9", "laterality": "0", "basis": "7.1", "stage": "I", "t": "1", "n": "0", "m": "0", "death_date": "",
    }  # fmt: skip


def spoil(rows: list[Row], year: int, rng: Generator) -> dict[int, str]:
    """Put the faults into the rows; return the kind of fault by line of the file."""
    kinds = [kind for kind, (count, _, _) in FAULTS.items() for _ in range(count)]
    faults = {}
    men = {place for place, row in enumerate(rows) if row["sex"] == "Nam"}
    order = [int(place) for place in rng.permutation(len(rows))]
    for kind in kinds:
        place = next(place for place in order if kind != "cervix in a man" or place in men)
        order.remove(place)
        _, column, instead = FAULTS[kind]
        rows[place][column] = instead.format(year=year, next_year=year + 1)
        faults[place + 2] = kind
    return dict(sorted(faults.items()))


def encode_1258(text: str) -> bytes:
    """Encode in Windows-1258, which writes the tone of a Vietnamese vowel as a character of its own."""
    return "".join(split_tone(letter) for letter in normalize("NFC", text)).encode("cp1258")


def split_tone(letter: str) -> str:
    """Return the letter as Windows-1258 can write it: as it is, or vowel and tone apart."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in TONES)
        return normalize("NFC", "".join(mark for mark in marks if mark not in TONES)) + tone
    return letter
