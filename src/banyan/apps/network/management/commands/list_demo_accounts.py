from typing import Any

from django.core.management.base import BaseCommand

from banyan.apps.network.services.demo import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Print the demo accounts, one a role."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Demo accounts (synthetic data; password {PASSWORD}):")
        for account in ACCOUNTS:
            place = "at one hospital" if account.at_hospital else "whole city"
            self.stdout.write(f"  {account.email:32} {account.role}, {place}")
