"""The command line: parse, call, print."""

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from banyan.config.commands import commands
from banyan.config.figures.options import (
    By,
    Form,
    Level,
    Maps,
    Output,
    Speech,
    StandardName,
    UnknownCodes,
)
from banyan.config.figures.prevalence import PREVALENCE_EXAMPLE, prevalence
from banyan.config.figures.project import PROJECT_EXAMPLE, project
from banyan.config.figures.quality import QUALITY_EXAMPLE, quality
from banyan.config.figures.sites import Groups, derive_site
from banyan.config.figures.speaking import Failure, say_notes, show, speaking
from banyan.config.figures.survival import SURVIVAL_EXAMPLE, survival
from banyan.config.figures.trend import TREND_EXAMPLE, trend

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.files.exposure import Exposed

# The science is imported where it is used: `banyan --help` and a usage error must not wait for it.

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(commands)

CaseFile = Annotated[str, typer.Argument(metavar="CASES", help="CSV, TSV (each also .gz), XLSX or Parquet.")]
PopulationFile = Annotated[
    str, typer.Option("--population", help="File of person-years: sex, age_group, person_years …")
]
RateInterval = Annotated[
    Literal["fay-feuer", "dobson", "normal"], typer.Option(help="Method of the interval.")
]
Ages = Annotated[str, typer.Option(help="Truncate to these ages, as 35-64.")]
UpperAge = Annotated[int, typer.Option(help="The cumulative risk ends at this birthday.")]
Years = Annotated[str, typer.Option(help="Count these years only, as 2015-2019.")]
UnknownAge = Annotated[Literal["report", "redistribute"], typer.Option(help="What becomes of unknown ages.")]
FoldOldest = Annotated[
    bool,
    typer.Option("--fold-oldest", help="Fold the standard where the population's oldest group is younger."),
]
RATE_COLUMNS = ("cases", "person_years", "crude_rate", "asr", "asr_lower", "asr_upper", "cumulative_risk")
RATES_EXAMPLE = """\b
Example:
  banyan rates docs/examples/cases.csv \\
    --population docs/examples/population.csv --by sex,site --standard segi
"""
CHECK_EXAMPLE = """\b
Example:
  banyan check docs/examples/cases.csv
"""


@app.command(epilog=RATES_EXAMPLE)
def rates(
    *,
    cases: CaseFile,
    population: PopulationFile,
    by: By = "",
    standard: StandardName = "segi",
    interval: RateInterval = "fay-feuer",
    level: Level = 0.95,
    ages: Ages = "",
    upper_age: UpperAge = 75,
    years: Years = "",
    unknown_age: UnknownAge = "report",
    unknown_code: UnknownCodes = None,
    fold_oldest: FoldOldest = False,
    groups: Groups = "globocan",
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Age-standardised incidence rates per 100,000 person-years, with their interval."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{cases} …") as progress:
        strata, ages_span = requests.read_strata(by), requests.read_ages(ages)
        exposed = files.read_exposure(
            cases,
            population,
            by=strata,
            rename=requests.read_maps(maps or []),
            unknown=unknown_code or (),
            derive={"site": lambda codes: derive_site(codes, groups)},
            years=requests.read_span("--years", years) if years else None,
            fold=fold_oldest,
        )
        progress.say(f"{cases}: {exposed.cases.total:,.0f} …")
        how = {"interval": interval, "level": level, "unknown_age": unknown_age, "upper_age": upper_age}
        figures = _standardise(exposed, standard, by=strata, ages=ages_span, fold=fold_oldest, **how)
        figures = files.sort_strata(figures, strata)
        show(figures.select(*strata, *RATE_COLUMNS), form, output, {"person_years": 0})
        say_notes([*exposed.notes, *files.note_rates(exposed.cells, figures)], language)


def _standardise(exposed: "Exposed", standard: str, *, ages: Any, fold: bool, **how: Any) -> "pl.DataFrame":
    """Standardise the counted cells; what is wrong with the population names its file and line."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.burden import BurdenError, find_standard, standardise_rates  # noqa: PLC0415 -- slow import

    with exposed.population.table.placing(BurdenError):
        chosen = find_standard(files.read_standard(standard) if Path(standard).suffix else standard)
        exposed.population.refuse_short(chosen.ages[-1], fold=fold, last=ages[1])
        missing: Literal["fold", "error"] = "fold" if fold else "error"
        return standardise_rates(exposed.cells, standard=chosen, ages=ages, on_missing_band=missing, **how)


app.command(epilog=SURVIVAL_EXAMPLE)(survival)
app.command(epilog=TREND_EXAMPLE)(trend)
app.command(epilog=PROJECT_EXAMPLE)(project)
app.command(epilog=PREVALENCE_EXAMPLE)(prevalence)
app.command(epilog=QUALITY_EXAMPLE)(quality)


@app.command(epilog=CHECK_EXAMPLE)
def check(
    *,
    cases: CaseFile,
    edition: Annotated[
        str, typer.Option(help="Edition of ICD-O where the file does not say: 3, 3.1, 3.2, 4.")
    ] = "",
    maps: Maps = None,
    form: Form = "table",
    output: Output = None,
    language: Speech = "en",
) -> None:
    """Check coded cases: one line for each thing that is rare, questionable or invalid."""
    from banyan.science import files  # noqa: PLC0415 -- slow import
    from banyan.science.files import requests  # noqa: PLC0415 -- slow import

    with speaking(language), files.show_progress(f"{cases} …") as progress:
        names = requests.read_maps(maps or [])
        table = files.read_coded_cases(cases, rename=names, edition=edition)
        requests.refuse_unused_maps(names, table)
        progress.say(f"{cases}: {table.frame.height:,} …")
        from banyan.science.coding import check_cases  # noqa: PLC0415 -- slow import

        found = files.place_findings(table, check_cases(table.frame), language)
        show(found, form, output, {})


@app.callback(invoke_without_command=True)
def banyan(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """Banyan: cancer registry figures from files, and the server."""
    if version:
        typer.echo(f"banyan {metadata.version('banyan')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Run one command; return its exit code: 0, 2 for a fault said in one sentence, 130 after Ctrl-C."""
    try:
        code = app(arguments, prog_name="banyan", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        sentence = " ".join(error.format_message().split())
        typer.echo(sentence if isinstance(error, Failure) else f"banyan: {sentence}", err=True)
        return 2
    except BrokenPipeError:  # nobody reads on (`banyan … | head`): leave without a word
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # standard output on a full disk
        typer.echo(f"banyan: {error.strerror}.", err=True)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    return code if isinstance(code, int) else 0


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
