import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from banyan.apps.registry.services.demo import has_cases, load_city


class Command(BaseCommand):
    help = "Load the synthetic demo city into an empty database; a database with cases is left as it is."

    def handle(self, **options: Any) -> None:
        if has_cases():
            return
        started = time.monotonic()
        rows = load_city()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(
            f"banyan: synthetic city of {rows} cases made in {time.monotonic() - started:.0f} s"
        )
