import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from banyan.config.children import Children, describe, end_leftovers

WAIT = [sys.executable, "-c", "import signal; signal.pause()"]


def test_children_end_and_leave_no_record(tmp_path: Path) -> None:
    children = Children(tmp_path / "children.json")
    children.start(WAIT, {})
    children.start(WAIT, {})

    children.stop()

    assert [child.poll() is None for child in children.running] == [False, False]
    assert not (tmp_path / "children.json").exists()


def test_the_first_child_that_ends_is_noticed(tmp_path: Path) -> None:
    children = Children(tmp_path / "children.json")
    children.start(WAIT, {})
    children.start([sys.executable, "-c", "raise SystemExit(3)"], {})

    code = children.wait_for_one()
    children.stop()

    assert code == 3


def test_leftovers_of_a_killed_run_are_ended(tmp_path: Path) -> None:
    children = Children(tmp_path / "children.json")
    children.start(WAIT, {})
    left = children.running[0]

    ended = end_leftovers(tmp_path / "children.json")

    assert ended == 1
    assert not psutil.pid_exists(left.pid)


def test_a_process_that_only_took_over_a_number_lives_on(tmp_path: Path) -> None:
    record = tmp_path / "children.json"
    record.write_text(json.dumps([{**describe(os.getpid()), "started": 1.0}]))

    assert end_leftovers(record) == 0
    assert psutil.pid_exists(os.getpid())


def test_a_broken_record_is_no_reason_not_to_start(tmp_path: Path) -> None:
    record = tmp_path / "children.json"
    record.write_text("{half")

    assert end_leftovers(record) == 0


def test_nobody_reads_half_a_record(tmp_path: Path) -> None:
    children = Children(tmp_path / "children.json")
    children.start(WAIT, {})
    whole = [describe(children.running[0].pid)]

    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(lambda: [children.write_record() for _ in range(500)])
        read = [children.record.read_text()]
        while not writing.done():
            read.append(children.record.read_text())
    children.stop()

    assert [json.loads(text) for text in read] == [whole] * len(read)
