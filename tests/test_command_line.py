"""The commands as a user runs them: in a process of their own, and in this one for speed."""

import csv
import gzip
import io
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from banyan.__main__ import run
from banyan.science.files import FileFault, read_table, write_table
from banyan.science.files.confined import TOO_MUCH, reading_apart
from tests.factories.spoilt import REFUSED, make_workbook

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples"
RATES = ["rates", str(EXAMPLES / "cases.csv"), "--population", str(EXAMPLES / "population.csv")]
SURVIVAL = ["survival", str(EXAMPLES / "patients.csv"), "--life-table", str(EXAMPLES / "lifetable.csv")]
TREND = ["trend", str(EXAMPLES / "trend.csv"), "--method", "wbic"]
CHECK = ["check", str(EXAMPLES / "cases.csv")]


def launch(*arguments: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "banyan", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120, **options
    )


@pytest.fixture
def banyan(capsys):
    """Run a command here; give its exit code, output and errors."""

    def banyan(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return banyan


@pytest.mark.parametrize("command", ["rates", "survival", "trend", "check", "project"])
def test_example_of_the_help_works(banyan, monkeypatch, command):
    monkeypatch.chdir(ROOT)
    _, text, _ = banyan(command, "--help")
    example = text.split("Example:")[1].replace("\\\n", " ")

    code, out, _ = banyan(*shlex.split(example)[1:])

    assert code == 0
    assert len(out.splitlines()) > 3


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (
            [*RATES, "--by", "sex,site"],
            "sex,site,cases,person_years,crude_rate,asr,asr_lower,asr_upper,cumulative_risk",
        ),
        ([*SURVIVAL, "--by", "stage"], "stage,years,survival,std_err,lower,upper,at_risk,events"),
        (
            [*TREND, "--by", "sex"],
            "sex,segment,start,end,apc,apc_lower,apc_upper,slope,std_err,slope_lower,slope_upper,df,p_value",
        ),
        (CHECK, "line,rule,result,message"),
    ],
)
def test_columns_are_those_promised(banyan, arguments, columns):
    _, text, _ = banyan(*arguments, "--format", "csv")
    _, objects, _ = banyan(*arguments, "--format", "json")
    _, table, _ = banyan(*arguments)

    assert text.splitlines()[0] == columns
    assert list(json.loads(objects)[0]) == columns.split(",")
    assert table.split("\n")[0].split() == columns.split(",")
    assert (
        len(json.loads(objects))
        == len(list(csv.DictReader(io.StringIO(text))))
        == len(table.splitlines()) - 2
    )


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
def test_output_goes_to_a_file_in_full_precision(banyan, tmp_path, suffix):
    _, expected, _ = banyan(*RATES, "--by", "sex", "--format", "json")
    path = tmp_path / f"out.{suffix}"

    code, out, _ = banyan(*RATES, "--by", "sex", "--output", str(path))

    assert (code, out) == (0, "")
    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "json": pl.read_json}
    frame = read_table(path).frame if suffix == "xlsx" else read[suffix](path)
    assert frame["asr"].cast(pl.Float64).to_list() == pytest.approx(
        [row["asr"] for row in json.loads(expected)], rel=1e-14
    )


def test_finding_stands_on_its_line_in_either_language(banyan):
    _, english, _ = banyan(*CHECK, "--format", "csv")
    _, vietnamese, _ = banyan(*CHECK, "--format", "csv", "--language", "vi")

    lines = [line.split(",")[:3] for line in english.splitlines()[1:]]
    assert lines == [
        ["12", "sex-site", "invalid"],
        ["22", "site-histology", "rare"],
        ["35", "code-topography", "invalid"],
    ]
    assert "ở nam giới" in vietnamese


def test_share_of_unknown_ages_is_always_said(banyan):
    _, _, english = banyan(*RATES)
    _, _, vietnamese = banyan(*RATES, "--language", "vi")

    assert english == "note: age unknown in 1 of 120 cases (0.83%)\n"
    assert vietnamese == "lưu ý: không rõ tuổi: 1 trong 120 ca (0.83%)\n"


def test_unknown_ages_are_spread_on_request(banyan):
    reported = json.loads(banyan(*RATES, "--format", "json")[1])[0]
    spread = json.loads(banyan(*RATES, "--format", "json", "--unknown-age", "redistribute")[1])[0]

    assert spread["asr"] == pytest.approx(reported["asr"] * 120 / 119, rel=1e-12)


def write_icd10(row: dict[str, str]) -> str:
    """A liver-cell carcinoma is one of the liver wherever it was found; elsewhere the topography says all."""
    return "C22.0" if row["morphology"] == "8170" else row["topography"]


@pytest.mark.parametrize("groups", ["globocan", "ci5", "icd10"])
def test_site_follows_from_topography_or_from_icd10(banyan, tmp_path, groups):
    rows = [row for row in csv.DictReader((EXAMPLES / "cases.csv").open()) if row["topography"] != "C99.9"]
    cases = tmp_path / "icd10.csv"
    cases.write_text("ICD10,age,year\n" + "".join(f"{write_icd10(row)},{row['age']},2023\n" for row in rows))
    options = ["--by", "site", "--site-groups", groups, "--format", "json", "--years", "2023-2024"]
    population = ["--population", str(EXAMPLES / "population.csv")]

    by_icd10 = json.loads(banyan("rates", str(cases), *population, *options)[1])
    by_topography = json.loads(banyan(*RATES, *options)[1])

    counts = {row["site"]: row["cases"] for row in by_icd10}
    assert counts == {row["site"]: row["cases"] for row in by_topography}
    assert sum(counts.values()) == 119


def test_truncated_rate_needs_no_oldest_group(banyan, tmp_path):
    population = tmp_path / "young.csv"
    frame = pl.read_csv(EXAMPLES / "population.csv").with_columns(pl.col("age_group").clip(upper_bound=75))
    frame.write_csv(population)
    arguments = ["rates", str(EXAMPLES / "cases.csv"), "--population", str(population)]

    refused = banyan(*arguments)
    code, _, _ = banyan(*arguments, "--ages", "35-64")
    folded = banyan(*arguments, "--fold-oldest")

    assert refused[0] == 2
    assert refused[2].startswith(
        f"{population}, column age_group: the oldest age group is 75+ and the standard's is 85+"
    )
    assert code == folded[0] == 0
    assert "the 2 oldest age groups of the standard are folded" in folded[2]


def test_standard_may_be_a_file(banyan, tmp_path):
    standard = tmp_path / "standard.csv"
    standard.write_text("age_group,weight\n" + "".join(f"{age},1\n" for age in range(0, 90, 5)))

    code, out, _ = banyan(*RATES, "--standard", str(standard), "--format", "json")

    assert code == 0
    assert json.loads(out)[0]["asr"] != json.loads(banyan(*RATES, "--format", "json")[1])[0]["asr"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rates", "nothing.csv", "--population", "p.csv"], "p.csv: there is no such file."),
        (["rates", "nothing.csv"], "banyan: Missing option '--population'."),
        (["rats"], "banyan: No such command 'rats'. Did you mean 'rates'?"),
        ([*RATES, "--standard", "mars"], None),
        ([*RATES, "--by", "planet"], None),
        ([*RATES, "--ages", "33-61"], "banyan: ages 33 to 61 are not whole age groups of the standard."),
        ([*RATES, "--map", "age=alter"], None),
        ([*RATES, "--format", "yaml"], None),
        (
            [*RATES, "--output", "out.docx"],
            "out.docx: the name must end in one of .csv, .json, .xlsx, .parquet.",
        ),
        ([*SURVIVAL, "--at", "soon"], "--at: ‘soon’ is not a list of years such as 1,3,5."),
        (["check", str(EXAMPLES)], f"{EXAMPLES}: this is a folder, not a file."),
        (["check", str(EXAMPLES / "population.csv")], None),
    ],
)
def test_fault_is_one_sentence_and_exit_code_two(banyan, arguments, sentence):
    code, out, err = banyan(*arguments)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert sentence is None or err == f"{sentence}\n"


def test_life_table_fault_is_placed_in_its_file(banyan, tmp_path):
    table = tmp_path / "lt.csv"
    table.write_text("sex,year,age,q\n1,2000,0,0.1\n1,2000,50,0.2\n1,2000,0,0.1\n")

    code, _, err = banyan("survival", str(EXAMPLES / "patients.csv"), "--life-table", str(table))

    assert code == 2
    assert err.startswith(f"{table}, line 4, column age: ")


def test_version_and_help_need_no_command(banyan):
    assert re.fullmatch(r"banyan \d+\.\d+\.\d+\n", banyan("--version")[1])
    assert banyan()[:2] == banyan("--help")[:2]


def test_process_prints_figures_and_notes_apart():
    done = launch(*RATES, "--by", "sex", "--format", "csv")

    assert done.returncode == 0
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["sex", "1", "2"]
    assert done.stderr == "note: age unknown in 1 of 120 cases (0.83%)\n"


def test_process_ends_with_two_and_no_traceback():
    done = launch("check", "nothing.csv")

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "nothing.csv: there is no such file.\n")


def test_reader_that_leaves_is_left_in_peace():
    command = f"{shlex.quote(sys.executable)} -m banyan {shlex.join(CHECK)} | true"

    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_full_disk_behind_standard_output_is_one_sentence():
    command = f"{shlex.quote(sys.executable)} -m banyan {shlex.join(CHECK)} > /dev/full"

    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (done.returncode, done.stderr) == (2, "banyan: No space left on device.\n")


def test_interrupt_ends_with_130_and_no_word(tmp_path):
    pipe = tmp_path / "slow.csv"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "banyan", "check", str(pipe)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        with pipe.open("w"):  # returns when the command has opened its end and waits for rows
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (130, "", "")


def test_rates_load_no_compiler_no_charts_no_server():
    code = (
        "import sys; from banyan.__main__ import run; run(sys.argv[1:]); "
        "print([name for name in ('numba', 'altair', 'django', 'scipy.stats') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *RATES], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_management_commands_pass_through():
    done = launch("manage", "help", "--commands")

    assert done.returncode == 0
    assert "migrate" in done.stdout.split()


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_give_one_sentence_or_figures(banyan, tmp_path, seed):
    draw = random.Random(seed)  # noqa: S311 -- damage, not secrets
    paths = {}
    for name in ("cases", "population", "patients", "lifetable"):
        data = bytearray((EXAMPLES / f"{name}.csv").read_bytes())
        for _ in range(draw.choice([0, 1, 3, 30])):
            data[draw.randrange(len(data))] = draw.choice(b'0,;"\n\r \xff\x00a-9')
        paths[name] = tmp_path / f"{name}.csv"
        paths[name].write_bytes(data[: draw.choice([len(data), draw.randrange(1, len(data))])])

    for arguments in (
        ["rates", paths["cases"], "--population", paths["population"], "--by", "sex,site"],
        ["survival", paths["patients"], "--life-table", paths["lifetable"], "--at", "1,5"],
        ["check", paths["cases"]],
    ):
        code, out, err = banyan(*map(str, arguments))
        assert code == 0 or (code, out, err.count("\n")) == (2, "", 1)
        assert "a fault of this program" not in err


# spoilt archives aside: the command line reads one table
SPOILT = {name: file for name, file in REFUSED.items() if not file[0].endswith(".zip")}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_file_is_one_sentence_that_names_it(banyan, tmp_path, name):
    path, answer, err = give_spoilt(banyan, tmp_path, name, ["check", "SPOILT"])

    assert answer == (2, "", 1)
    assert err.startswith(str(path))


@pytest.mark.parametrize("name", ["workbook cut", "bomb that lies", "noise", "20,000 columns", "Parquet"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["rates", "SPOILT", *RATES[2:]],
        [*RATES[:3], "SPOILT"],
        [*RATES, "--standard", "SPOILT"],
        ["survival", "SPOILT", *SURVIVAL[2:]],
        [*SURVIVAL[:3], "SPOILT"],
    ],
)
def test_a_spoilt_file_is_refused_wherever_one_is_read(banyan, tmp_path, name, arguments):
    path, answer, err = give_spoilt(banyan, tmp_path, name, arguments)

    assert answer == (2, "", 1)
    assert err.startswith(str(path))


def give_spoilt(banyan, folder, name, arguments):
    """Run a command on a spoilt file; return its path, exit code with output and lines of errors, and the errors."""
    file, content = SPOILT[name]
    path = folder / file
    path.write_bytes(content)

    code, out, err = banyan(*(argument.replace("SPOILT", str(path)) for argument in arguments))

    return path, (code, out, err.count("\n")), err


def test_a_gzip_bomb_is_one_sentence(banyan, tmp_path):
    path = tmp_path / "bom.csv.gz"
    path.write_bytes(gzip.compress(b"x;y\n" + b"1;2\n" * 20_000_000))

    assert banyan("check", str(path)) == (2, "", f"{path}: unpacked, the file is larger than 11 MB.\n")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_three_hundred_columns_hide_none(banyan, tmp_path, ending):
    cases = pl.read_csv(EXAMPLES / "cases.csv", infer_schema=False)
    more = {f"note {number}": pl.lit("x" * 20) for number in range(300)}
    path = tmp_path / f"wide{ending}"
    write_table(cases.with_columns(**more), str(path))

    assert banyan("check", str(path)) == banyan(*CHECK)


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
def test_a_workbook_gives_the_figures_of_the_text(banyan, tmp_path, ending):
    for command in (RATES, SURVIVAL):
        told = banyan(*command, "--format", "json")
        moved = [
            change_ending(argument, tmp_path, ending) if argument.endswith(".csv") else argument
            for argument in command
        ]
        assert banyan(*moved, "--format", "json") == told


def change_ending(path: str, folder: Path, ending: str) -> str:
    target = folder / f"{Path(path).stem}{ending}"
    write_table(pl.read_csv(path, infer_schema=False), str(target))
    return str(target)


def test_a_reader_that_takes_too_much_ends_alone(tmp_path):
    path = tmp_path / "bang.xlsx"
    path.write_bytes(make_workbook())

    with pytest.raises(FileFault) as fault, reading_apart(memory=1):
        read_table(path)

    assert fault.value.reasons == TOO_MUCH
