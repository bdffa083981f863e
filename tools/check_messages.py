"""Check that every Vietnamese message in templates and code has its English, and that nothing is left over.

Messages stand in the code in Vietnamese; each app carries `locale/en/LC_MESSAGES/django.po`.
`--missing` prints entries to paste into the catalogue.
"""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "banyan"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Message = tuple[str | None, str]


def messages_of(app: Path) -> dict[Message, str]:
    """Return each message of an app, with the first place where it stands."""
    found: dict[Message, str] = {}
    for path, text in read_sources(app):
        for line, message, _, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            text_only = message[0] if isinstance(message, tuple) else message
            found.setdefault((context, text_only), f"{path.relative_to(SOURCE)}:{line}")
    return found


def read_sources(app: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(app.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted([*app.rglob("templates/**/*.html"), *app.rglob("templates/**/*.txt")]):
        yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def catalogue_of(app: Path) -> dict[Message, str]:
    """Return the English of each message; an unfinished (fuzzy) one does not count."""
    path = app / "locale/en/LC_MESSAGES/django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id and not entry.fuzzy]
    return {(entry.context, first(entry.id)): first(entry.string) for entry in entries}


def first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def check(app: Path) -> list[str]:
    used, known = messages_of(app), catalogue_of(app)
    missing = [
        f"{place}: no English for “{text}”"
        for (context, text), place in used.items()
        if not known.get((context, text))
    ]
    unused = [
        f"{app.name}: the catalogue has “{text}”, no page says it"
        for context, text in known
        if (context, text) not in used
    ]
    return missing + unused


def print_missing(app: Path) -> None:
    known = catalogue_of(app)
    for (context, text), place in messages_of(app).items():
        if not known.get((context, text)):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(
                f"#: {place}\n"
                + (f'msgctxt "{context}"\n' if context else "")
                + f'msgid "{quoted}"\nmsgstr ""\n'
            )


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    django.setup()
    apps = sorted(path.parent for path in (SOURCE / "apps").glob("*/apps.py"))
    if "--missing" in sys.argv:
        for app in apps:
            print_missing(app)
        return 0
    problems = [problem for app in apps for problem in check(app)]
    print("\n".join(problems) or "every message has its English")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
