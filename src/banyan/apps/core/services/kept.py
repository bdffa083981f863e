"""What somebody looks for stays here, not in the address: addresses end up in logs, histories and bookmarks."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import get_random_string

KEY, LONGEST, MANY = "looked_for", 200, 20
IDENTITY = re.compile(r"\d{9,12}|[A-Z]{2}\d{13}")


def keep_text(session: SessionBase, text: str) -> str:
    """Keep a text of a search in the session; the mark that is returned may stand in an address."""
    mark = get_random_string(8)
    kept: dict[str, Any] = dict(list(session.get(KEY, {}).items())[-MANY + 1 :])
    session[KEY] = kept | {mark: text.strip()[:LONGEST]}
    return mark


def kept_text(session: SessionBase, mark: str) -> str:
    """Return what a mark stands for; empty when it is not this session's, or too old."""
    return str(session.get(KEY, {}).get(mark, ""))


def asked_text(session: SessionBase, address: Mapping[str, str]) -> str:
    """Return what an address asks for: what its mark stands for, or a name in `q`; never a person's identity number."""
    if mark := address.get("kept", ""):
        return kept_text(session, mark)
    text = address.get("q", "").strip()
    return "" if IDENTITY.fullmatch(re.sub(r"[\s.\-]", "", text).upper()) else text
