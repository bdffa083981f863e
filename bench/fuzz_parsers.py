"""Throw broken inputs at the parsers for a while: each may refuse, none may break.

    python bench/fuzz_parsers.py                       every parser, 20 seconds each
    python bench/fuzz_parsers.py 60 table dates        these parsers, 60 seconds each
    python bench/fuzz_parsers.py 60 table --corpus DIR keep and use what was found worth keeping

Needs atheris (the bench extra). Ends with 1 where a parser broke, after printing the input; an input that
breaks one becomes an ordinary test.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

SECONDS = 20

with atheris.instrument_imports(include=["banyan.science.files", "banyan.science.coding", "banyan.apps"]):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    os.environ.setdefault("BANYAN_SECRET_KEY", "of no use but to start")
    import polars as pl

    from banyan.apps.people.rules import read_citizen_id, read_insurance_number
    from banyan.apps.registry.rules import values
    from banyan.science.coding import Basis, BasisScheme, CodeError, Edition, Morphology, Topography
    from banyan.science.files import (
        FileFault,
        find_doubtful,
        find_misreading,
        find_spoilt_name,
        parse_age,
        parse_age_group,
        parse_dates,
        parse_decimal,
        parse_flag,
        parse_sex,
        parse_whole,
        parse_year,
        read_icd10,
        read_table,
    )
    from banyan.science.files.cases import UnreadableCode
    from banyan.science.files.confined import write_facts
    from banyan.science.files.package import inspect_workbook
    from banyan.science.linkage.names import fold_name, normalise_name, sort_key, split_name

FOLDER = Path("read")  # in the folder of the run, which is thrown away


class Broken(Exception):
    """A parser did what it must not."""


def demand(holds: bool) -> None:  # noqa: FBT001 -- reads as a sentence
    if not holds:
        raise Broken


def write(data: bytes) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "input"
    path.write_bytes(data)
    return path


def try_table(data: bytes) -> None:
    """A file as it is; the two ways to read one must agree."""
    path = write(data)
    try:
        table = read_table(path)
        table.lines(range(table.frame.height))
    except FileFault as fault:
        demand(bool(fault.say("vi") and fault.say("en")))
        table = None
    try:
        facts = write_facts(path, FOLDER / "output.parquet")
    except FileFault:
        demand(table is None)
        return
    demand(table is not None)
    demand(facts["height"] == table.frame.height)


def try_text(data: bytes) -> None:
    """A text with a header, so that more of the rows is reached."""
    try_table(b"a;b;c\n" + data)


def try_book(data: bytes) -> None:
    with suppress(FileFault), write(b"PK\x03\x04" + data).open("rb") as file:
        inspect_workbook("x", file)


def cells_of(data: bytes) -> pl.Series:
    texts = data.decode("utf-8", "ignore").split("\n")
    return pl.Series([text or None for text in texts], dtype=pl.String)


def try_dates(data: bytes) -> None:
    cells = cells_of(data)
    for month_first in (False, True):
        parsed = parse_dates(cells, month_first=month_first)
        list(parsed.faults())
        demand(len(find_doubtful(cells, month_first=month_first)) == len(cells))
        again = parse_dates(parsed.values.dt.to_string("%Y-%m-%d"))
        demand(again.values.equals(parsed.values))


def try_numbers(data: bytes) -> None:
    cells = cells_of(data)
    for parse in (parse_age, parse_age_group, parse_decimal, parse_flag, parse_sex, parse_whole, parse_year):
        parsed = parse(cells)
        list(parsed.faults())
        demand(len(parsed.values) == len(cells))
    with suppress(UnreadableCode):
        read_icd10(cells)


def try_codes(data: bytes) -> None:
    text, _, rest = data.decode("utf-8", "ignore").partition("\n")
    readers: list[Callable[[str], object]] = [
        *(lambda text, edition=edition: Topography.parse(text, edition) for edition in Edition),
        *(lambda text, edition=edition: Morphology.parse(text, rest or None, edition) for edition in Edition),
        *(lambda text, scheme=scheme: Basis.parse(text, scheme) for scheme in BasisScheme),
        *(lambda text, scheme=scheme: values.read_basis(text, scheme.value) for scheme in BasisScheme),
        read_citizen_id,
        read_insurance_number,
        values.read_name,
        values.read_stage,
        values.read_category,
        values.read_vital_status,
        values.read_age,
        values.read_ward,
        lambda text: values.read_choice(text, "123456789", "độ mô học", "grade"),
    ]
    for read in readers:
        try:
            read(text)
        except CodeError as error:
            demand(bool(error.vi and error.en))


def try_names(data: bytes) -> None:
    text = data.decode("utf-8", "ignore")
    kept = normalise_name(text)
    demand(normalise_name(kept) == kept)
    demand(fold_name(fold_name(text)) == fold_name(text))
    sort_key(text), split_name(text), find_spoilt_name(text), find_misreading([text, text])


PARSERS: dict[str, Callable[[bytes], None]] = {
    "table": try_table,
    "text": try_text,
    "book": try_book,
    "dates": try_dates,
    "numbers": try_numbers,
    "codes": try_codes,
    "names": try_names,
}
SEEDS = {
    "table": [
        b"a,b\n1,2\n",
        "tên;giới\nHằng;2\n".encode("utf-16"),
        b'a\tb\n"x\ny"\t1\n',
        b"sep=;\na;b\n1;2\n",
    ],
    "dates": [b"24/11/2026\n2026-11-24\n20261124\n11/2026\n45518\n03/25/2024"],
    "numbers": [b"45\n85+\n5-9\n1,5\n1e5\nnam\n999"],
    "codes": [b"C50.4\n", b"8500\n3", b"7.1\n", b"001168004127\n", b"DN4010102842547\n", b"IIIA\n"],
    "names": ["Nguyễn Thị Hằng".encode(), "NguyÔn ThÞ H»ng".encode()],
}


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Run one parser in this process; libFuzzer ends it."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS.get(name, [])):
        (corpus / f"seed-{number}").write_bytes(seed)
    arguments = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=20",
        "-rss_limit_mb=3000",
        str(corpus),
    ]
    atheris.Setup(arguments, PARSERS[name])
    atheris.Fuzz()


def main(arguments: list[str]) -> int:
    kept = Path(arguments[arguments.index("--corpus") + 1]) if "--corpus" in arguments else None
    words = [word for word in arguments if word != "--corpus" and (kept is None or word != str(kept))]
    seconds = next((int(word) for word in words if word.isdigit()), SECONDS)
    names = [word for word in words if not word.isdigit()] or list(PARSERS)
    broken = []
    with tempfile.TemporaryDirectory(prefix="banyan-corpus-") as folder:
        for name in names:
            corpus = (kept or Path(folder)) / name
            done = subprocess.run(
                [sys.executable, __file__, "--one", name, str(seconds), str(corpus)],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            runs = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
            print(f"{name:<10}{runs[0] if runs else 'broke'}", flush=True)
            if done.returncode:
                broken.append(name)
                print(done.stdout[-4000:])
                for crash in Path(folder).glob("crash-*"):
                    print(repr(crash.read_bytes()))
                    crash.unlink()
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        sys.exit(main(sys.argv[1:]))
