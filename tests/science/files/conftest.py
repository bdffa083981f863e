import gzip
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    """Write text or bytes to a file of this name and return its path."""

    def write(content: str | bytes, name: str = "table.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode(encoding)
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return str(path)

    return write
