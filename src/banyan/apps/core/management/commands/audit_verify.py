from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.apps.core.queries.audit import read_head, read_noted_heads, verify_chain


class Command(BaseCommand):
    help = "Name each line of the access log that was changed, deleted or inserted."

    def handle(self, **options: Any) -> None:
        notes = read_noted_heads()
        faults = verify_chain(notes.heads)
        for line in notes.broken:
            self.stdout.write(f"noted heads: the signature of line {line} does not fit")
        for fault in faults:
            self.stdout.write(f"access log: line {fault.line} was {fault.kind}")
        if faults or notes.broken:
            raise CommandError("the access log or the file of its heads is not what it was")
        head = read_head()
        self.stdout.write(f"access log: whole, {head.last_id} lines, seal {head.seal or 'none'}")
        self.stdout.write(f"compared with {len(notes.heads)} heads that were noted outside the database")
