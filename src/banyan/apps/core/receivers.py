from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver

from banyan.apps.core.services.measuring import count_failed_sign_in


@receiver(user_login_failed)
def count_failure(**_: Any) -> None:
    """Count a sign-in that failed; who tried it, and with what, is not ours to know here."""
    count_failed_sign_in()
