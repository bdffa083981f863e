"""Uploaded files on the disk: whole, and there before anybody is told so, or not there at all."""

import os
import secrets
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Writes under another name first: no record ever names half a file, whatever fills up or is killed."""

    def _save(self, name: str, content: File) -> str:
        partial = f"{name}.{secrets.token_hex(8)}.partial"
        try:
            kept = super()._save(partial, content)  # type: ignore[misc]
            written = Path(self.path(kept))
            bring_to_disk(written)
            final = self.get_available_name(name)
            written.rename(self.path(final))
            bring_to_disk(written.parent)
        except BaseException:
            Path(self.path(partial)).unlink(missing_ok=True)
            raise
        return final


def bring_to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, stands on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
