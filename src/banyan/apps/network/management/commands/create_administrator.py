import os
import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from banyan.apps.network.services.staff import add_first_administrator, has_staff


class Command(BaseCommand):
    help = "Create the first administrator of an empty site, with a password that is shown once."

    def handle(self, **options: Any) -> None:
        if has_staff():
            return
        email = os.environ.get("BANYAN_ADMIN", "administrator@banyan.local")
        password = secrets.token_urlsafe(12)
        add_first_administrator(email=email, password=password, today=timezone.localdate())
        self.stdout.write(
            f"First administrator: {email}, password {password} (shown only now: change it after signing in)"
        )
