"""Uploaded files: whole under their name, or not there."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File

from banyan.apps.core.services.storage import WholeFileStorage


class Breaking(File):
    """A file whose second part never comes: the sender's line, or the disk."""

    def __init__(self) -> None:
        super().__init__(None, "broken")

    def chunks(self, *_: int):
        yield b"the first part"
        raise OSError(28, "No space left on device")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_stands_whole_under_its_name(tmp_path: Path) -> None:
    storage = WholeFileStorage(tmp_path)

    name = storage.save("batches/one", ContentFile(b"all of it"))

    assert (name, names_in(tmp_path)) == ("batches/one", ["one"])
    assert storage.open(name).read() == b"all of it"


@pytest.mark.asvs("2.3.3", "16.5.3")
def test_of_a_file_that_breaks_off_nothing_is_left(tmp_path: Path) -> None:
    storage = WholeFileStorage(tmp_path)

    with pytest.raises(OSError, match="No space"):
        storage.save("batches/one", Breaking())

    assert names_in(tmp_path) == []


def test_a_name_that_is_taken_is_not_written_over(tmp_path: Path) -> None:
    storage = WholeFileStorage(tmp_path)
    first = storage.save("one", ContentFile(b"first"))

    second = storage.save("one", ContentFile(b"second"))

    assert second != first
    assert (storage.open(first).read(), storage.open(second).read()) == (b"first", b"second")
