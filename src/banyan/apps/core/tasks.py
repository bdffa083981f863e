"""Small work that comes round by itself."""

import logging

from procrastinate.contrib.django import app

from banyan.apps.core.queries.audit import read_head
from banyan.apps.core.services.audit import note_head

log = logging.getLogger("banyan.audit")


@app.periodic(cron="*/10 * * * *")  # type: ignore[arg-type]  # procrastinate types the moment as positional
@app.task(queue="watch", queueing_lock="tell-head", pass_context=False)
def tell_head(*, timestamp: int) -> None:  # noqa: ARG001 -- a periodic task is told its moment
    """Write the head of the access log into the log: on another machine it stands where nobody here can change it."""
    head = read_head()
    log.info("audit-head", extra={"last_id": head.last_id, "seal": head.seal})


@app.periodic(cron="7 * * * *")  # type: ignore[arg-type]  # procrastinate types the moment as positional
@app.task(queue="watch", queueing_lock="note-head", pass_context=False)
def note_head_hourly(*, timestamp: int) -> None:  # noqa: ARG001 -- as above
    """Write the head into its signed file, beside the database and not in it: `banyan audit verify` reads it."""
    note_head()
