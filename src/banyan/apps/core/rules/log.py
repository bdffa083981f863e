"""What of an event may stand in a log: numbers and code words. Never what somebody typed, is called, or asked for.

A log goes to more machines than the records do. So nothing passes because it looks harmless: of a value only
a number or a word of our own vocabulary passes, of a fault only its kind and its place in the code.
"""

import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

# the request that this thread works on: each line written meanwhile carries its number
current_request: ContextVar[str] = ContextVar("current_request", default="")

CODE_WORD = re.compile(r"[a-z][a-z0-9_.:-]{0,79}", re.ASCII)
HEXADECIMAL = re.compile(r"[0-9a-f]{12,64}")  # a request's number, a seal
LARGEST = (
    10**9
)  # nothing that we count or number is larger; a citizen number without its zeros has ten digits
FACTS = (
    "method",
    "route",
    "status",
    "ms",
    "queries",
    "database_ms",
    "staff",
    "facility",
    "client",
    "action",
    "subject",
    "subject_id",
    "job",
    "task",
    "why",
    "line",
    "last_id",
    "seal",
    "count",
    "kind",
    "key",
)
FRAMES = 5
# faults whose sentence we wrote ourselves, with nothing in it that came from outside
OWN_SENTENCES = frozenset({"banyan.config.preflight.NotReady", "banyan.config.database.DatabaseFault"})


def describe_record(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be written of a log record, in the order in which it is read."""
    described: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": name_event(record),
        "logger": record.name,
    }
    if number := current_request.get():
        described["request"] = number
    described |= {name: value for name, value in list_facts(record).items() if is_plain(value)}
    if record.exc_info and record.exc_info[1] is not None:
        described["fault"] = describe_fault(record.exc_info[1], record.exc_info[2])
    return described


def name_event(record: logging.LogRecord) -> str:
    """Return the event's own code word; else our message before its values are put in; else where it was written."""
    given = getattr(record, "event", None)
    if isinstance(given, str) and is_plain(given):
        return given
    if isinstance(getattr(record, "action", None), str) and record.name.startswith("procrastinate"):
        return f"job:{record.action}"  # type: ignore[attr-defined]
    ours = record.name.startswith("banyan") or (record.name.startswith("django.") and record.args)
    if ours and isinstance(record.msg, str) and re.search(r"[a-z]{3}", record.msg):
        return " ".join(record.msg.split())[:120]
    return f"{record.module}:{record.funcName}:{record.lineno}"


def list_facts(record: logging.LogRecord) -> dict[str, Any]:
    facts = {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
    facts.setdefault("status", getattr(record, "status_code", None))
    job = getattr(record, "job", None)
    if isinstance(job, dict):  # procrastinate's own: its arguments stay out
        facts |= {"job": job.get("id"), "task": job.get("task_name")}
    return facts


def is_plain(value: object) -> bool:
    """Tell whether a value is a number of ours or a code word."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return abs(value) < LARGEST
    if not isinstance(value, str):
        return False
    if HEXADECIMAL.fullmatch(value):
        return re.search(r"[a-f]", value) is not None
    # nine digits in a row are somebody's number
    return CODE_WORD.fullmatch(value) is not None and re.search(r"\d{9}", value) is None


def describe_fault(error: BaseException, trace: TracebackType | None) -> list[dict[str, Any]]:
    """Return kind and place of a fault and of what lay behind it, the outermost first; no word of its message."""
    described = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = f"{type(current).__module__}.{type(current).__qualname__}"
        one: dict[str, Any] = {"kind": kind, "at": place_frames(trace)}
        if code := getattr(current, "sqlstate", None):
            one["code"] = code
        if isinstance(current, OSError) and current.errno:
            one["errno"] = current.errno
        if kind in OWN_SENTENCES:
            one["words"] = str(current)
        described.append(one)
        current = current.__cause__ or current.__context__
        trace = current.__traceback__ if current else None
    return described


def place_frames(trace: TracebackType | None) -> list[str]:
    """Return the last frames, the innermost first: module, function, line."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{Path(frame.filename).stem}:{frame.name}:{frame.lineno}" for frame in reversed(frames)]
