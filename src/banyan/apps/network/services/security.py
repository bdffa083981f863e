"""What the watch over the house is told: who, what, never a name, an address or a word that was typed."""

import logging

log = logging.getLogger("banyan.security")


def report(event: str, *, staff_id: int | None = None, **facts: str | int) -> None:
    """Write one security event. Of an unknown account only the fact is written."""
    level = logging.WARNING if event in ALARMING else logging.INFO
    log.log(level, event, extra={"event": event, "staff": staff_id, **facts})


ALARMING = {"sign-in-failed", "locked-out", "key-refused", "link-refused", "too-many-looks"}
