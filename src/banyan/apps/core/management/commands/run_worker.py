from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from banyan.apps.core.services.worker import being_a_worker


class Command(BaseCommand):
    help = "Work on queued jobs until told to stop; first take up what a killed worker has left."

    def handle(self, **options: Any) -> None:
        with being_a_worker():
            call_command("procrastinate", "worker", "--concurrency", "1", "--delete-jobs", "successful")
