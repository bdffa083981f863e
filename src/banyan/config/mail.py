"""Where letters go: the server that BANYAN_EMAIL_URL names, or nowhere. Never to the console."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def read_mail() -> dict[str, Any]:
    """Return Django's settings of the mail server: `smtp+tls://name:word@host:587?from=banyan@host`."""
    address = os.environ.get("BANYAN_EMAIL_URL", "")
    if not address:
        return {"EMAIL_BACKEND": NOWHERE}
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("BANYAN_EMAIL_URL must read smtp://, smtp+tls:// or smtps://, then a host")
    sender = parse_qs(parts.query).get("from", [f"banyan@{parts.hostname}"])[0]
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
    }
