"""What can be seen without the database: settings, keys, disk."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from banyan.config.backup.taking import KEY_FILES
from banyan.config.doctor.findings import Check, Finding, fine, look, wrong

DAY = 24 * 60 * 60
KEY_AGE = 365  # days after which a signing key should be changed
KEY_LENGTH = 50
BACKUP_AGE = 2  # days
FULL, LOW = 200_000_000, 2_000_000_000  # bytes free
LOCAL = {"localhost", "127.0.0.1", "[::1]"}
MEGABYTE = 1_000_000


def check_settings() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong(
            "settings", "BANYAN_DEBUG is on", "faults show code and data to anybody; unset BANYAN_DEBUG"
        )
    else:
        yield fine("settings", "debugging is off")
    yield check_hosts(settings.ALLOWED_HOSTS)
    if settings.HTTPS:
        yield fine("settings", "cookies and pages travel over HTTPS only")
    elif settings.DEMO or set(settings.ALLOWED_HOSTS) <= LOCAL:
        yield fine("settings", "without HTTPS, for this machine only")
    else:
        yield wrong(
            "settings",
            "other machines may come in without HTTPS",
            "put it behind an HTTPS proxy and set BANYAN_HTTPS=1",
        )

    if settings.BREACHED_PASSWORDS or settings.DEMO:
        yield fine("settings", "stolen passwords are refused")
    else:
        yield look(
            "settings",
            "there is no list of stolen passwords",
            "get one and name it in BANYAN_BREACHED_PASSWORDS (docs/how-to/check-stolen-passwords.md)",
        )


def check_hosts(hosts: list[str]) -> Finding:
    if any(host.startswith(("*", ".")) for host in hosts):
        return wrong(
            "settings", "any host name is taken for ours", "name the site's own in BANYAN_HOSTS, with commas"
        )
    if settings.HTTPS and set(hosts) <= LOCAL:
        return look(
            "settings",
            "only this machine's own names are known",
            "name the site's in BANYAN_HOSTS, with commas",
        )
    return fine("settings", f"answers to {', '.join(hosts)}")


def check_keys() -> Iterator[Finding]:
    given, kept = os.environ.get("BANYAN_SECRET_KEY"), settings.VAR / "secret_key"
    if len(settings.SECRET_KEY) < KEY_LENGTH:
        yield wrong(
            "keys", f"the secret key has fewer than {KEY_LENGTH} characters", "take a longer one, by chance"
        )
    elif given:
        yield fine("keys", "the secret key comes from the environment")
    elif (days := (time.time() - kept.stat().st_mtime) / DAY) > KEY_AGE:
        yield look(
            "keys", f"the secret key is {days:.0f} days old", "delete it and start again: all sign in anew"
        )
    else:
        yield fine("keys", f"the secret key is {days:.0f} days old")
    yield from (check_rights(path) for pattern in KEY_FILES for path in sorted(settings.VAR.glob(pattern)))


def check_rights(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return wrong("keys", f"{path.name} may be read by others ({mode:04o})", f"chmod 600 {path}")
    return fine("keys", f"{path.name} may be read by its owner alone")


def check_disk() -> Iterator[Finding]:
    disk = shutil.disk_usage(settings.VAR)
    words = f"{disk.free // MEGABYTE} MB of {disk.total // MEGABYTE} MB are free where {settings.VAR} is"
    if disk.free < FULL:
        yield wrong("disk", words, "make room now: nothing can be stored soon")
    elif disk.free < LOW or disk.free < disk.total // 20:
        yield look("disk", words, "make room")
    else:
        yield fine("disk", words)
    yield from (
        check_folder(folder) for folder in (settings.VAR, Path(settings.MEDIA_ROOT)) if folder.exists()
    )


def check_folder(folder: Path) -> Finding:
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong(
            "disk", f"{folder} cannot be written to", "give it to the account that Banyan runs under"
        )
    if folder == Path(settings.MEDIA_ROOT) and folder.stat().st_mode & 0o007:
        return look(
            "disk", f"{folder} holds patients' files and is open to all accounts", f"chmod 700 {folder}"
        )
    return fine("disk", f"{folder} can be written to")


def check_backups() -> Iterator[Finding]:
    folder = Path(os.environ.get("BANYAN_BACKUPS", settings.VAR / "backups"))
    found = sorted(folder.glob("banyan-*.zip"), key=lambda path: path.stat().st_mtime)
    if settings.DEMO:
        yield fine("backups", "a demo needs none")
    elif not found:
        yield look(
            "backups",
            f"none in {folder}",
            "run `banyan backup` each night, or see docs/how-to/back-up-and-restore.md",
        )
    elif (age := (time.time() - found[-1].stat().st_mtime) / DAY) > BACKUP_AGE:
        yield wrong(
            "backups", f"the last one is {age:.0f} days old", "see why `banyan backup` no longer runs"
        )
    else:
        yield fine("backups", f"the last one is {age * 24:.0f} hours old")
    if found and folder.stat().st_dev == settings.VAR.stat().st_dev:
        yield look("backups", f"{folder} is on the same disk as the site", "take copies to another machine")


CHECKS: tuple[Check, ...] = (check_settings, check_keys, check_disk, check_backups)
