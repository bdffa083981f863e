"""The file of a backup: a zip of stored parts, each with its SHA-256 in the manifest, whole or not there at all.

A zip has its list of parts at the end: a file that was cut off is no zip, and is known at once.
"""

import hashlib
import json
import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from banyan.config.preflight import NotReady

FORMAT = 1
KIND = "Banyan backup"
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
KEYS = "keys/"
PARTIAL = ".partial"
BLOCK = 1 << 20
A_DAY = 24 * 60 * 60


class Archive:
    """Parts on their way into a backup."""

    def __init__(self, store: zipfile.ZipFile) -> None:
        self.store = store
        self.parts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self.store.open(zipfile.ZipInfo(name, time.gmtime()[:6]), "w", force_zip64=True) as part:
            while block := source.read(BLOCK):
                digest.update(block)
                size += len(block)
                part.write(block)
        self.parts[name] = {"size": size, "sha256": digest.hexdigest()}

    def close(self, manifest: dict[str, Any]) -> None:
        self.store.writestr(MANIFEST, json.dumps({**manifest, "parts": self.parts}, indent=1, sort_keys=True))


@contextmanager
def write_archive(path: Path) -> Iterator[Archive]:
    """Write under another name, readable by nobody else, and give the file its name when it is whole."""
    clear_partial(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as store:
                yield Archive(store)
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def clear_partial(folder: Path) -> None:
    """Take away what a killed backup left; one of the last day may still be at work."""
    for left in folder.glob(f".*{PARTIAL}"):
        if time.time() - left.stat().st_mtime > A_DAY:
            left.unlink(missing_ok=True)


@contextmanager
def open_archive(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """Open a backup and read its manifest. Raises NotReady, in a sentence, for anything that is not one."""
    try:
        with zipfile.ZipFile(path) as store:
            yield store, read_manifest(store, path)
    except FileNotFoundError as error:
        raise NotReady(f"{path}: there is no such file") from error
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise NotReady(
            f"{path} is damaged or cut off, or is no backup of Banyan; nothing was changed"
        ) from error


def read_manifest(store: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(store.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise NotReady(f"{path} is no backup of Banyan: it has no manifest; nothing was changed") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise NotReady(f"{path} is no backup of Banyan; nothing was changed")
    if manifest.get("format") != FORMAT:
        raise NotReady(
            f"{path} was made by another edition of Banyan ({manifest.get('banyan')}) in a form that this one "
            "does not read; restore it with that edition; nothing was changed"
        )
    return manifest


def check_parts(store: zipfile.ZipFile, manifest: dict[str, Any], path: Path) -> None:
    """Read every part once, and compare it with what the manifest says. Raises NotReady where one differs."""
    named = {name: part["sha256"] for name, part in manifest["parts"].items()}
    held = set(store.namelist()) - {MANIFEST}
    if set(named) != held or DUMP not in named or any(leads_out(name) for name in named):
        raise NotReady(f"{path} is damaged: its parts are not those that it lists; nothing was changed")
    for name, expected in named.items():
        with store.open(name) as part:
            if digest_stream(part) != expected:
                raise NotReady(f"{path} is damaged: {name} is not what was stored; nothing was changed")


def leads_out(name: str) -> bool:
    """Tell whether a part would be written outside its folder."""
    place = PurePosixPath(name)
    return place.is_absolute() or ".." in place.parts or not (name == DUMP or name.startswith((FILES, KEYS)))


def digest_stream(part: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := part.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def extract(store: zipfile.ZipFile, prefix: str, folder: Path) -> int:
    """Write the parts below a prefix into a folder, and return how many there were."""
    names = [name for name in store.namelist() if name.startswith(prefix)]
    for name in names:
        target = folder / name.removeprefix(prefix)
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open(name) as part, target.open("wb") as file:
            shutil.copyfileobj(part, file, BLOCK)
    return len(names)
