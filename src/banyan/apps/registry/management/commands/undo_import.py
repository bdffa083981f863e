from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.network.queries.staff import views_of
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.models import Batch
from banyan.apps.registry.presenters.undoing import describe_plan
from banyan.apps.registry.queries.batch import visible_batches
from banyan.apps.registry.services.opening import BatchBusy
from banyan.apps.registry.services.undoing import CannotUndo, plan_undoing, say_blocked, undo_batch


class Command(BaseCommand):
    help = "Take an accepted import back as one act: what it made is withdrawn, what it changed is as before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int, help="the number in the batch's address")
        parser.add_argument("--by", required=True, help="the address of the registrar who does it")
        parser.add_argument("--reason", default="", help="why, in a few words")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *, batch: int, by: str, reason: str, dry_run: bool, **options: Any) -> None:
        with translation.override("en"):
            viewer = act_as(by)
            found = visible_batches(viewer).filter(pk=batch).first()
            if found is None:
                raise CommandError(f"there is no batch {batch}")
            if dry_run:
                self.say_plan(found)
                return
            if not reason.strip():
                raise CommandError("say why: --reason")
            try:
                plan = undo_batch(batch=found, reason=reason, by=viewer, progress=self.say_progress)
            except (CannotUndo, BatchBusy) as fault:
                raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"batch {batch} is taken back: {plan.new_cases} cases withdrawn, {plan.changed_cases} as before"
        )

    def say_plan(self, batch: Batch) -> None:
        if batch.state != BatchState.ACCEPTED:
            raise CommandError("This batch was never imported, or is taken back already.")
        plan = plan_undoing(batch=batch)
        for line in describe_plan(plan):
            self.stdout.write(line)
        if plan.blocked:
            raise CommandError(say_blocked(plan))

    def say_progress(self, done: int, step: str) -> None:
        self.stderr.write(f"{step}: {done}")


def act_as(email: str) -> Viewer:
    """Return the member of staff of that address, in a role that may take imports back."""
    for viewer in views_of(email):
        if viewer.can(Capability.IMPORT_CASES) and viewer.whole_city:
            return viewer
    raise CommandError(f"{email} holds no role at the registry that may import")
