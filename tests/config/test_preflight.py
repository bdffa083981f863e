import os
import socket
from pathlib import Path

import pytest

from banyan.config.preflight import NotReady, check_folder, check_port


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(NotReady) as fault:
            check_port(port)

    assert (
        str(fault.value)
        == f"port {port} is taken or not allowed; choose another: make run PORT={port % 60000 + 1}"
    )


def test_a_port_that_no_computer_has() -> None:
    with pytest.raises(NotReady):
        check_port(70_000)


def test_a_free_port_passes() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]

    assert check_port(port) is None


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "var"
    place.write_text("a file")

    with pytest.raises(NotReady) as fault:
        check_folder(place)

    assert str(fault.value) == f"the data folder {place} cannot be written to: File exists"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(NotReady):
        check_folder(tmp_path)
