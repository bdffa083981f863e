"""The renderer starts with the first request of a server process, so that nobody waits for it at a figure."""

from threading import Thread
from typing import Any

from django.core.signals import request_started
from django.dispatch import receiver


@receiver(request_started, dispatch_uid="insight-warm-up")
def warm_up_once(**_kwargs: Any) -> None:
    request_started.disconnect(dispatch_uid="insight-warm-up")
    Thread(target=start_renderer, name="warm-up", daemon=True).start()


def start_renderer() -> None:
    from banyan.science.burden.chart import warm_up  # noqa: PLC0415 -- slow import, and not for management commands

    warm_up()
