"""Make what pages load: the two typefaces cut to our letters, then every static file in one folder."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
import fontpkg_inter
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from whitenoise.compress import Compressor

RECIPE = 1  # raise it when the letters or the features below change
STAMP = "stamp.json"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
LETTERS = (
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x017F),  # accents of the West, đ and Đ
    (0x01A0, 0x01B0),  # ơ and ư
    (0x0300, 0x0323),  # marks that stand alone while a word is typed
    (0x1EA0, 0x1EF9),  # the Vietnamese letters with two marks
    (0x2010, 0x2026),  # dashes, quotes, the ellipsis
    (0x2032, 0x203A),
    (0x20AB, 0x20AC),  # ₫ €
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x2212),  # the minus
    (0x221E, 0x221E),  # ∞
    (0x2248, 0x2265),  # ≈ ≠ ≤ ≥
)
FEATURES = ["kern", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum"]
# Bootstrap and htmx come whole; we load one file of each
UNUSED = [
    "*.rtl.*",
    "bootstrap.css*",
    "bootstrap-*",
    "bootstrap.*js*",
    "htmx-2.js",
    "*-4.js",
    "*-4.min.js",
    "hx-*",
]


class Command(BaseCommand):
    help = "Cut the typefaces and gather the static files. Run again, it does only what has changed."

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = settings.VAR / "build" / "static" / "core" / "fonts"
        if build_fonts(folder) and options["verbosity"]:
            self.stdout.write(f"typefaces cut into {folder}")
        gathered = gather_files(Path(settings.STATIC_ROOT), settings.VAR / "build" / "gathered.json")
        if gathered and options["verbosity"]:
            self.stdout.write(f"static files gathered into {settings.STATIC_ROOT}")


def build_fonts(folder: Path) -> bool:
    """Write the faces as woff2. Returns False when they are there already, of the same versions."""
    stamp = describe_build()
    kept = folder / STAMP
    if kept.exists() and json.loads(kept.read_text(encoding="utf-8")) == stamp:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        source = fontpkg_be_vietnam_pro.ROOT / "files" / f"BeVietnamPro-{name}.ttf"
        save_woff2(cut_letters(TTFont(source)), folder / f"be-vietnam-pro-{weight}.woff2")
    save_woff2(cut_inter(), folder / "inter.woff2")
    kept.write_text(json.dumps(stamp), encoding="utf-8")
    return True


def describe_build() -> dict[str, str | int]:
    parts = ("fontpkg-be-vietnam-pro", "fontpkg-inter", "fonttools")
    return {"recipe": RECIPE, **{part: version(part) for part in parts}}


def cut_inter() -> TTFont:
    """Return Inter at text size, with the weights that figures use."""
    font = cut_letters(TTFont(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"))
    return instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})


def cut_letters(font: TTFont) -> TTFont:
    subsetter = Subsetter(Options(layout_features=FEATURES))
    subsetter.populate(unicodes=list(list_letters()))
    subsetter.subset(font)
    return font


def save_woff2(font: TTFont, path: Path) -> None:
    font.flavor = "woff2"
    font.save(path)


def list_letters() -> Iterator[int]:
    for first, last in LETTERS:
        yield from range(first, last + 1)


def gather_files(folder: Path, record: Path) -> bool:
    """Gather every static file into `folder`. Returns False when none has changed since the last time."""
    now = [settings.STORAGES["staticfiles"]["BACKEND"], str(folder), *sorted(describe_sources())]
    if folder.is_dir() and record.exists() and json.loads(record.read_text(encoding="utf-8")) == now:
        return False
    # cleared, since a package may bring a newer file with an older date
    call_command("collectstatic", interactive=False, clear=True, ignore_patterns=UNUSED, verbosity=0)
    compress_files(folder)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(now), encoding="utf-8")
    return True


def describe_sources() -> Iterator[str]:
    """Return a line for each file of each app and package: where it is, how long, how old."""
    for finder in get_finders():
        for path, storage in finder.list(UNUSED):
            found = Path(storage.path(path)).stat()
            yield f"{storage.path(path)} {found.st_size} {found.st_mtime_ns}"


def compress_files(folder: Path) -> None:
    """Write a .gz beside each text file that has none of its age: a weak line loads a seventh of the bytes."""
    compressor = Compressor(use_brotli=False, quiet=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name) and is_stale(path):
            compressor.compress(str(path))


def is_stale(path: Path) -> bool:
    packed = path.with_name(path.name + ".gz")
    return not packed.exists() or packed.stat().st_mtime < path.stat().st_mtime
