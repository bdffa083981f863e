"""Compile the English catalogues: no system gettext is needed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "banyan"


def compile_all(source: Path = SOURCE) -> int:
    """Write a .mo beside each .po that is newer. Returns how many were written."""
    stale = [path for path in sorted(source.glob("**/locale/*/LC_MESSAGES/*.po")) if is_stale(path)]
    for path in stale:
        with path.open("rb") as read, path.with_suffix(".mo").open("wb") as written:
            write_mo(written, read_po(read))
    return len(stale)


def is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


if __name__ == "__main__":
    print(f"{compile_all()} catalogues compiled")
