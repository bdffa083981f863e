from collections.abc import Callable, Iterable

import pghistory
from django.db import models


def track_history(exclude: Iterable[str] = ()) -> Callable[[type[models.Model]], type[models.Model]]:
    """Keep each added, changed and removed row by trigger: raw SQL cannot pass by it."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )
