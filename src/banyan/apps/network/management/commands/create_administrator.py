import os
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone

from banyan.apps.network.services.link import invite_first_administrator


class Command(BaseCommand):
    help = "Invite the first administrator of an empty site, by a link that works once."

    def handle(self, **options: Any) -> None:
        email = os.environ.get("BANYAN_ADMIN", "administrator@banyan.local").lower()
        secret = invite_first_administrator(email=email, today=timezone.localdate())
        if secret:
            path = reverse("link", args=[secret])
            self.stdout.write(f"First administrator: {email}. Set the password, once, at {path}")
