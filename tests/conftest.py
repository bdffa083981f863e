"""What every test may ask for."""

import fcntl
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# the browser's driver keeps an event loop open in its process; tests of the database go on beside it
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("BANYAN_SHARED", HERE.parents[2] / "shared"))
TEMPLATE = "test_template"

# how long one example takes says more of the machine than of the code
hypothesis.settings.register_profile(
    "banyan", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("banyan")


def pytest_collection_finish() -> None:
    """Let the collector pass over what is loaded by now, and come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 25, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_test_environment, django_db_blocker, request
) -> Iterator[None]:
    """Migrate one database for all of xdist's workers; each works on a copy of its own."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid")
    if run is None:
        yield
        return
    with django_db_blocker.unblock():
        copy_template(run)
    yield
    with django_db_blocker.unblock():
        ask_server(f"DROP DATABASE IF EXISTS {TEMPLATE}")


def copy_template(run: str) -> None:
    """Let the database of this worker be a copy of the one that the first worker of this run has made."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases

    place = connection.settings_dict
    name, of_worker = place["NAME"], place["TEST"]["NAME"]
    with (settings.VAR / "template.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = ask_server(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", TEMPLATE
        )
        if known != [(run,)]:
            place["TEST"]["NAME"] = TEMPLATE
            setup_databases(0, interactive=False, serialized_aliases=[])
            connection.close()
            place["NAME"] = name
            ask_server(f"COMMENT ON DATABASE {TEMPLATE} IS '{run}'")
    place["TEST"] |= {"NAME": of_worker, "TEMPLATE": TEMPLATE}


def ask_server(query: str, *values: str) -> list[tuple]:
    """Ask where no database is chosen."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []


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
