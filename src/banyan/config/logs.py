"""The form of the log: JSON lines for a machine, short lines for a terminal; both hold the same, and no more."""

import logging
import os
import sys
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from banyan.apps.core.rules.log import describe_record


class LineFormatter(JsonFormatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return self.serialize_log_record(describe_record(record))


class TextFormatter(logging.Formatter):
    """The same for somebody who sits at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = describe_record(record)
        head = f"banyan: {facts.pop('level')}: {facts.pop('event')}"
        facts.pop("time")
        faults = facts.pop("fault", [])
        lines = [f"{head} ({', '.join(f'{name} {value}' for name, value in facts.items())})"]
        lines += [f"  {fault['kind']} at {' < '.join(fault['at'])}" for fault in faults]
        return "\n".join(lines)


def read_logging() -> dict[str, Any]:
    """Return Django's LOGGING. BANYAN_LOG is json or text (text at a terminal unless said), BANYAN_LOG_LEVEL a level."""
    at_terminal = sys.stderr is not None and sys.stderr.isatty()
    form = os.environ.get("BANYAN_LOG") or ("text" if at_terminal else "json")
    level = os.environ.get("BANYAN_LOG_LEVEL", "WARNING").upper()
    formatter = LineFormatter if form == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": formatter}},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["stream"], "level": "WARNING"},
        "loggers": {
            "banyan": {"level": level},
            # sign-ins and refusals are always written
            "banyan.security": {"level": "INFO"},
            "axes": {"level": "ERROR"},  # our own line says it
            "procrastinate": {"level": level},
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
            # Django gives these handlers of their own, which would write what we leave out
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # gunicorn: the web server hands its lines to the same handler
            "gunicorn.error": {"level": "WARNING", "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "propagate": False},
        },
    }
