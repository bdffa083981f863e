from typing import Any

from django.core.management.base import BaseCommand

from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.services.demo import ACCOUNTS, PASSWORD

PLACES: dict[str, str] = {
    FacilityKind.REGISTRY: "whole city",
    FacilityKind.HOSPITAL: "at one hospital",
    FacilityKind.STATION: "at one commune station",
}


class Command(BaseCommand):
    help = "Print the demo accounts, one a role."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Demo accounts (synthetic data; password {PASSWORD}):")
        for account in ACCOUNTS:
            place = PLACES[account.place]
            self.stdout.write(f"  {account.email:32} {account.role}, {place}")
