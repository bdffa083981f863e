"""The looks of a visit in their order."""

from collections.abc import Iterator

from django.db import Error

from banyan.config.database import DatabaseFault
from banyan.config.doctor import records, surroundings
from banyan.config.doctor.findings import Check, Finding, State, wrong


def examine() -> Iterator[Finding]:
    """Look at everything. A look that breaks is itself a finding, and the others go on."""
    for check in surroundings.CHECKS:
        yield from attempt(check)
    reached = list(attempt(records.check_server))
    yield from reached
    if any(finding.part == "database" and finding.state == State.WRONG for finding in reached[:1]):
        return
    for check in records.CHECKS:
        yield from attempt(check)


def attempt(check: Check) -> list[Finding]:
    part = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return list(check())
    except (Error, DatabaseFault) as error:
        return [
            wrong(
                part,
                f"the database did not answer ({type(error).__name__})",
                "is it running? see its own log",
            )
        ]
    except OSError as error:
        return [
            wrong(part, f"could not be looked at ({error.strerror})", "see the rights of the site's folder")
        ]
