"""The head of the access log, written down where a hand in the database does not reach."""

from django.utils import timezone

from banyan.apps.core.queries.audit import Head, read_head
from banyan.apps.core.rules.heads import notes_file, sign_note


def note_head() -> Head:
    """Add the number and seal of the newest line to the file of heads, signed with the site's key."""
    head = read_head()
    if head.last_id:
        path = notes_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("a", encoding="ascii") as file:
            file.write(sign_note(timezone.now().isoformat(), head.last_id, head.seal) + "\n")
    return head
