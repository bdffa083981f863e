"""What every test may ask for."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("BANYAN_SHARED", HERE.parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference results, or a skip that says it is not here."""
    if not (SHARED / "oracle").is_dir():
        pytest.skip(f"no reference results: {SHARED} has no folder 'oracle' (set BANYAN_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def oracle(shared: Path) -> Path:
    return shared / "oracle"
