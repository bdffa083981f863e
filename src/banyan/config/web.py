"""How the web server runs: gunicorn reads this module (`--config python:banyan.config.web`)."""

import os
import sys
from typing import Any

from banyan.config.logs import read_logging

worker_class = "gthread"
workers = int(os.environ.get("BANYAN_WEB_PROCESSES", "2"))
threads = int(os.environ.get("BANYAN_WEB_THREADS", "4"))
timeout = 60
# a connection that is kept belongs to one process, however much that one has to do while another idles
keepalive = 0
# told to stop, a process takes no new request, and has so many seconds to answer those it has
graceful_timeout = 25
logconfig_dict = read_logging()


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Let a thread whose answer has come from the database go on soon: a page asks a dozen times."""
    sys.setswitchinterval(0.001)  # seconds; Python's own is 0.005


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Let the counts of a process that has ended stay, and its momentary values go."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415 -- reads the folder at import

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
