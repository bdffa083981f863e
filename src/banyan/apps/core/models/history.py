from collections.abc import Callable, Iterable

import pghistory
from django.db import models


def track_history(
    exclude: Iterable[str] = (), *, inserts: bool = True
) -> Callable[[type[models.Model]], type[models.Model]]:
    """Keep each added, changed and removed row by trigger: raw SQL and COPY cannot pass by it.

    The triggers fire once a statement, so that a hundred thousand rows cost one insert more, not as many.
    `inserts=False` is for rows that hardly ever change: the row itself then is its first state, and the
    history keeps what a change or a removal took away.
    """
    kept = (
        (pghistory.InsertEvent(), pghistory.UpdateEvent())
        if inserts
        else (pghistory.UpdateEvent(row=pghistory.Old),)
    )
    return pghistory.track(
        *kept,
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        level=pghistory.Statement,
    )
