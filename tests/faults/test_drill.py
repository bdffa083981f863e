"""The drill: back up a site at work, restore it elsewhere, and be told of whatever is not the same."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def restored(taken: Path, make_site, tmp_path_factory):
    home = tmp_path_factory.mktemp("restored")
    other = make_site(home / "site")
    done = other.banyan("restore", str(taken))
    assert done.returncode == 0, done.stderr
    other.said = done.stdout
    yield other
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def empty(make_site, tmp_path_factory):
    """A folder into which nothing was restored yet."""
    home = tmp_path_factory.mktemp("empty")
    yield make_site(home / "site")
    shutil.rmtree(home)


def read_manifest(path: Path) -> dict:
    with zipfile.ZipFile(path) as store:
        return json.loads(store.read("manifest.json"))


def test_counts_and_the_end_of_the_access_log_are_equal_after_a_restore(taken, restored) -> None:
    manifest = read_manifest(taken)

    assert manifest["audit"]["last_id"] > 0
    assert restored.said.splitlines() == [
        f"restored: {sum(manifest['rows'].values())} rows in {len(manifest['rows'])} tables, as the backup says",
        f"access log: ends at line {manifest['audit']['last_id']}, as the backup says",
        "access log: whole",
    ]


def test_uploaded_files_come_back_and_sign_ins_do_not(site, taken, restored) -> None:
    kept = sorted(path.name for path in (restored.folder / "files").rglob("*") if path.is_file())

    assert kept == sorted(path.name for path in (site.folder / "files").rglob("*") if path.is_file())
    assert "public.django_session" not in read_manifest(taken)["rows"]


@pytest.mark.asvs("13.3.2")
def test_a_backup_holds_the_secret_key_only_when_it_is_asked_for(site, taken, tmp_path) -> None:
    done = site.banyan("backup", str(tmp_path), "--with-keys")
    [path] = tmp_path.glob("*.zip")
    key = (site.folder / "secret_key").read_bytes()

    assert key not in taken.read_bytes()
    assert key in path.read_bytes()
    assert "the secret key is inside" in done.stdout
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_running_site_is_not_restored_over(site, taken) -> None:
    before = site.counts()

    done = site.banyan("restore", str(taken), "--replace", typed="replace site\n")

    assert (done.returncode, done.stdout) == (2, "")
    assert "already runs on" in done.stderr
    assert site.counts() == before


@pytest.mark.parametrize("typed", ["", "replace another\n"])
def test_a_site_with_data_is_replaced_only_after_its_name_was_typed(taken, restored, typed) -> None:
    done = restored.banyan("restore", str(taken), "--replace", typed=typed)

    assert done.returncode != 0
    assert "restored" not in done.stdout


def test_a_site_with_data_is_not_restored_over_by_mistake(taken, restored) -> None:
    done = restored.banyan("restore", str(taken))

    assert done.returncode == 2
    assert "is not empty" in done.stderr


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda data: data[: len(data) // 2], "is damaged or cut off"),
        (lambda data: b"not a zip at all" + data[:0], "is damaged or cut off"),
        (lambda data: data.replace(b"PGDMP", b"PGDMQ", 1), "is damaged"),
        (lambda data: data[:0], "is damaged or cut off"),
    ],
)
def test_a_damaged_file_is_refused_and_changes_nothing(taken, make_site, tmp_path, damage, sentence) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(damage(taken.read_bytes()))
    other = make_site(tmp_path / "fresh")

    done = other.banyan("restore", str(bad))

    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert not (tmp_path / "fresh" / "postgres").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "another program's"}, "is no backup of Banyan"),
        ({"format": 99}, "was made by another edition of Banyan"),
        ({"migrations": ["core.9999_of_tomorrow"]}, "is of a newer Banyan"),
        ({"server_major": 99}, "is of PostgreSQL 99"),
        ({"rows": {"public.network_staff": 10_000}}, "has other rows than the backup says"),
        ({"audit": {"last_id": 10_000, "seal": "ab"}}, "the access log ends elsewhere than the backup says"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_and_leaves_the_database_empty(
    taken, empty, tmp_path, change, sentence
) -> None:
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(taken) as old, zipfile.ZipFile(foreign, "w") as new:
        for name in old.namelist():
            if name != "manifest.json":
                new.writestr(name, old.read(name))
        manifest = {**read_manifest(taken), **change}
        if "rows" in change:
            manifest["rows"] = {**read_manifest(taken)["rows"], **change["rows"]}
        new.writestr("manifest.json", json.dumps(manifest))

    done = empty.banyan("restore", str(foreign))

    assert done.returncode == 2
    assert sentence in done.stderr


def test_after_all_those_refusals_the_database_is_still_empty(taken, empty) -> None:
    done = empty.banyan(
        "restore", str(taken)
    )  # without --replace it would refuse to restore over a single table

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "access log: whole")


INTRUDE = """
from django.db import connection
with connection.cursor() as cursor:
    for command in {commands!r}:
        cursor.execute(command)
"""


def intrude(site, *commands: str) -> None:
    """Do what somebody with the database's own password could."""
    site.run(INTRUDE.format(commands=commands))


@pytest.mark.asvs("16.4.2")
def test_with_the_guard_on_not_even_the_owner_of_the_database_takes_a_line_away(restored) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        intrude(restored, "DELETE FROM core_accessline WHERE id = 2")

    assert "delete rows from core_accessline table" in refused.value.stderr


@pytest.mark.asvs("16.4.2")
def test_a_line_of_the_access_log_that_was_changed_or_deleted_is_named(restored) -> None:
    intrude(
        restored,
        "ALTER TABLE core_accessline DISABLE TRIGGER USER",
        "UPDATE core_accessline SET subject_id = 77 WHERE id = 1",
        "DELETE FROM core_accessline WHERE id = 3",
        "ALTER TABLE core_accessline ENABLE TRIGGER USER",
    )

    told = restored.banyan("audit", "verify")
    doctor = restored.banyan("doctor", "--json")

    assert told.returncode == 1
    assert told.stdout.splitlines()[1:] == [
        "access log: line 1 was changed",
        "access log: line 3 was deleted",
    ]
    assert [row["state"] for row in json.loads(doctor.stdout) if row["part"] == "audit"] == ["wrong"]


@pytest.mark.asvs("16.4.2")
def test_a_log_that_was_rewritten_from_end_to_end_does_not_fit_the_backup(restored, taken) -> None:
    last = read_manifest(taken)["audit"]["last_id"]
    intrude(
        restored,
        "SET session_replication_role = replica",
        "DELETE FROM core_accessline",
        "DELETE FROM core_accesshead",
    )

    alone = restored.banyan("audit", "verify")
    beside = restored.banyan("audit", "verify", "--against", str(taken))

    assert (alone.returncode, alone.stdout.splitlines()[-1]) == (0, "access log: whole")
    assert (beside.returncode, beside.stdout.splitlines()[-1]) == (1, f"access log: line {last} was deleted")
