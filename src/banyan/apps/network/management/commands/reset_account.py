from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from banyan.apps.network.models import Staff
from banyan.apps.network.services.link import reset_account


class Command(BaseCommand):
    help = (
        "Let somebody who lost password or second factor start anew, when no administrator is left who could."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            secret = reset_account(email=email)
        except Staff.DoesNotExist as error:
            raise CommandError(f"no account has the address {email}") from error
        self.stdout.write(f"Set a new password, once, at {reverse('link', args=[secret])}")
