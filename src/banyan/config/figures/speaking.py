"""How a command on files speaks: figures to standard output, one sentence for a fault, notes beside them."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from banyan.config.figures.options import Language

if TYPE_CHECKING:
    import polars as pl

    from banyan.science.files import Reason

# The science is imported where it is used: `banyan --help` and a usage error must not wait for it.


class Failure(typer.TyperException):
    """One sentence for standard error, and exit code 2."""

    exit_code = 2


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Turn whatever goes wrong into one sentence of this language."""
    from banyan.science.files import FileFault  # noqa: PLC0415 -- slow import
    from banyan.science.files.confined import reading_apart  # noqa: PLC0415 -- slow import

    try:
        with reading_apart():
            yield
    except FileFault as fault:
        raise Failure(fault.say(language)) from fault
    except MemoryError as error:
        sentence = "không đủ bộ nhớ" if language == "vi" else "there is not enough memory"
        raise Failure(f"banyan: {sentence}.") from error
    except (typer.TyperException, typer.Exit, OSError):
        raise
    except Exception as error:
        if "BANYAN_TRACEBACK" in os.environ:
            raise
        sentence = "lỗi của chương trình" if language == "vi" else "a fault of this program"
        raise Failure(f"banyan: {sentence} ({type(error).__name__}: {error}).") from error


def say_notes(notes: Sequence["Reason"], language: Language) -> None:
    for note in notes:
        typer.echo(f"lưu ý: {note.vi}" if language == "vi" else f"note: {note.en}", err=True)


def show(frame: "pl.DataFrame", form: str, output: str | None, decimals: dict[str, int]) -> None:
    """Print a frame, or write it to a file."""
    from banyan.science import files  # noqa: PLC0415 -- slow import

    if output:
        files.write_table(frame, output)
    else:
        sys.stdout.write(files.format_frame(frame, form, decimals))
