"""Options that several commands on files have."""

from typing import Annotated, Literal

import typer

Language = Literal["en", "vi"]
By = Annotated[str, typer.Option("--by", help="Strata, with commas: sex,site,year or any column.")]
Maps = Annotated[
    list[str] | None, typer.Option("--map", metavar="OURS=THEIRS", help="Name of a column; repeatable.")
]
Form = Annotated[
    Literal["table", "csv", "json"],
    typer.Option("--format", help="What is printed; csv and json are unrounded."),
]
Output = Annotated[
    str | None, typer.Option("--output", help="Write here: .csv, .json, .xlsx or .parquet, unrounded.")
]
StandardName = Annotated[str, typer.Option(help="segi, who, european2013 …, or a file: age_group, weight.")]
UnknownCodes = Annotated[list[str] | None, typer.Option(help="Code of an unknown age; repeatable.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")]
Level = Annotated[float, typer.Option(min=0.5, max=0.9999, help="Level of the intervals.")]
Speech = Annotated[Language, typer.Option("--language", help="Of messages.")]
