"""The heads of the access log that were written down outside the database, each signed with the site's key."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core import signing

SALT = "banyan.audit.head"


def notes_file() -> Path:
    """Return where heads are noted; a site that copies this file elsewhere each hour can prove the log to anybody."""
    return Path(settings.VAR) / "audit" / "heads.jsonl"


def sign_note(at: str, last_id: int, seal: str) -> str:
    """Return one line of the file."""
    head = {"at": at, "last_id": last_id, "seal": seal}
    return json.dumps({**head, "signature": signing.Signer(salt=SALT).sign_object(head)})


def read_notes(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, object] | None]]:
    """Give each line's number with the head that it holds, or nothing where its signature does not fit."""
    signer = signing.Signer(salt=SALT)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            note = json.loads(line)
            head = signer.unsign_object(note.pop("signature"))
        except (signing.BadSignature, ValueError, KeyError, AttributeError, TypeError):
            yield number, None
        else:
            yield number, head if head == note else None
