"""A disk that is full: said in a sentence, nothing half stored, and all well again when there is room.

Really full: the site's folder lies on a small file system of its own, where this machine lets us mount one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SIZE = "560m"


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="banyan-disk-"))
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small file system may be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


@pytest.fixture(scope="module")
def small_site(site, taken: Path, small_disk: Path, make_site):
    """The same site, restored on the small disk."""
    one = make_site(small_disk / "site")
    one.log = small_disk.parent / f"{small_disk.name}.log"  # its words do not take the last of the room
    for made in ("static", "build"):
        shutil.copytree(site.folder / made, one.folder / made)
    try:
        assert one.banyan("restore", str(taken)).returncode == 0
        one.start()
        one.sign_in()
        yield one
    finally:
        one.stop()
        one.log.unlink(missing_ok=True)


def fill(folder: Path) -> Path:
    """Write until the disk says that it is full."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
        except OSError:
            return ballast


@pytest.mark.asvs("2.3.3", "16.5.2", "16.5.3")
def test_on_a_full_disk_nothing_is_half_stored_and_with_room_again_all_is_well(
    small_site, make_file, until
) -> None:
    site = small_site
    batch = site.receive("truoc.csv", make_file(40, 1))
    assert site.end_of(site.accept(batch)) == "done"
    [(number,)] = site.ask("SELECT number FROM registry_tumour ORDER BY id LIMIT 1")
    before, files = site.counts(), count_files(site.folder)
    batches = site.one("SELECT count(*) FROM registry_batch")
    data = make_file(60_000, 1_000)

    ballast = fill(site.folder)
    answer = site.upload("/batches/new/", "day.csv", data, {"origin": "X", "kind": "discharge"})
    help_page = site.get("/help/")
    ready = site.get("/health/ready")
    backup = site.banyan("backup")
    ballast.unlink()

    assert answer.status == 503
    assert "Máy chủ hết chỗ chứa" in answer.body
    assert help_page.status == 200
    assert (ready.status, '"disk": false' in ready.body) == (503, True)
    assert (backup.returncode, backup.stdout) == (2, "")
    assert backup.stderr.startswith("banyan: only 0 MB are free")
    assert site.counts() == before
    assert site.one("SELECT count(*) FROM registry_batch") == batches
    assert count_files(site.folder) == files
    until(site.is_ready)
    assert site.get(f"/cases/{number}/").status == 200
    assert site.end_of(site.accept(site.receive("sau.csv", make_file(40, 9_000)))) == "done"


def count_files(folder: Path) -> int:
    """Count what was uploaded, with what an upload may have left behind."""
    return sum(1 for path in (folder / "files").rglob("*") if path.is_file())


@pytest.mark.asvs("2.3.3")
def test_an_import_that_fills_the_disk_enters_whole_or_not_at_all(
    small_site, holding, make_file, until
) -> None:
    site = small_site
    batch = site.receive("lon.csv", make_file(6_000, 20_000))
    before = site.counts()
    with holding(site) as hold:
        waits = hold("people_person", "INSERT ON people_person FOR EACH STATEMENT")
        job = site.accept(batch)
        until(waits)

        ballast = fill(site.folder)
        hold.release()
        until(lambda: b"DiskFull" in site.log.read_bytes().rpartition(b'"event": "job:start_job"')[2])
        while_full = site.counts()
        ballast.unlink()

    state = site.end_of(job)
    after = site.counts()
    assert while_full == before
    # told that it failed, or taken up again by the next worker: never half of it
    assert after["registry_tumour"] - before["registry_tumour"] == {"failed": 0, "done": 6_000}[state]
    if state == "failed":
        assert site.end_of(site.accept(batch)) == "done"
    assert site.counts()["registry_tumour"] - before["registry_tumour"] == 6_000


def test_the_disk_of_these_tests_is_really_full(small_disk: Path) -> None:
    ballast = fill(small_disk)

    with pytest.raises(OSError, match="No space left"):
        (small_disk / "more").write_bytes(b"\0" * 65_536)
    ballast.unlink()
    (small_disk / "more").unlink()
