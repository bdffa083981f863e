"""What every test may ask for."""

import os
import sys
from pathlib import Path

import pytest

# the browser's driver keeps an event loop open in its process; tests of the database go on beside it
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

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


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the pages be tested before the static files were ever gathered: an empty folder is no warning."""
    from django.conf import settings

    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    settings.STATICFILES_DIRS = []
    settings.FIGURES_LAG = 0


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Let no figure stand on the database of another test."""
    if register := sys.modules.get("banyan.apps.insight.queries.register"):
        register.forget_register()


@pytest.fixture(scope="session", autouse=True)
def _inside_at_once() -> None:
    """Let tests of other rooms stand inside by `force_login`; tests of the guards turn them on again."""
    from django.conf import settings

    settings.GUARD_ACCOUNTS = False
