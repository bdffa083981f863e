import argparse
import os
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.apps.network.presenters.looks import write_looks
from banyan.apps.network.queries.history import find_looks


class Command(BaseCommand):
    help = "Write lines of the access log out for an inspector: all, of some days, or of one person."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=date.fromisoformat, help="2026-11-01, in Hanoi's time"
        )
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="the last day, whole")
        parser.add_argument("--format", dest="form", choices=["csv", "jsonl"], default="csv")
        parser.add_argument("--person", default="", help="a record number: NB-0000123")

    def handle(self, **options: Any) -> None:
        lines = find_looks(first=options["first"], last=options["last"], number=options["person"])
        if lines is None:
            raise CommandError(f"no record has the number {options['person']}")
        try:
            for piece in write_looks(lines.order_by("id").iterator(), options["form"]):
                self.stdout.write(piece, ending="")
        except BrokenPipeError:
            # whoever read it has seen enough; Python must not complain once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
