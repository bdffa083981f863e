from collections.abc import Callable, Iterable

import pghistory
import pgtrigger
from django.db import models

# A row of the history, once written, stays. The one way past is a line in core_guardlift written by the very
# transaction that asks; that line itself can never be changed, so no guard is lifted without a trace.
REFUSE = """
  IF EXISTS (SELECT 1 FROM core_guardlift WHERE transaction = pg_current_xact_id()::text) THEN
    IF TG_OP = 'DELETE' THEN
      RETURN OLD;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'banyan: rows of % are kept as they were written', TG_TABLE_NAME;
"""


def guard_rows(name: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Return a trigger that refuses an operation outside an erasure (core.services.lift)."""
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=operation, func=REFUSE)


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
        meta={"triggers": [guard_rows("only_add", pgtrigger.Update | pgtrigger.Delete)]},
        level=pghistory.Statement,
    )
