"""Which site a command is about: its folder, its database."""

import os
from pathlib import Path

from banyan.config.preflight import NotReady


def find_folder(*, demo: bool) -> Path:
    """Return where a run keeps its data: a demo never shares a folder with a site's own records."""
    return Path("var") / ("demo" if demo else "site")


def choose_site(*, demo: bool) -> Path:
    """Let the settings that are read from now on be those of one site; return its folder."""
    os.environ["BANYAN_DEMO"] = "1" if demo else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    return Path(os.environ.setdefault("BANYAN_VAR", str(find_folder(demo=demo)))).resolve()


def open_site(*, demo: bool) -> Path:
    """Choose a site that exists, and make Django ready to ask it. Raises NotReady where there is none."""
    folder = choose_site(demo=demo)
    if not os.environ.get("DATABASE_URL") and not (folder / "postgres").is_dir():
        raise NotReady(
            f"there is no database in {folder}; name the site's folder in BANYAN_VAR or its server in "
            "DATABASE_URL, or say --demo for the demo city"
        )
    set_up()
    return folder


def set_up() -> None:
    import django  # noqa: PLC0415 -- settings are read only now, with the environment set before

    django.setup()
