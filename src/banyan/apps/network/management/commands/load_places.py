from typing import Any

from django.core.management.base import BaseCommand

from banyan.apps.network.services.places import load_wards
from banyan.science.city.wards import load_old_wards, load_ward_links
from banyan.science.city.wards import load_wards as list_wards


class Command(BaseCommand):
    help = "Load Hanoi's wards and communes: those of 1 July 2025, those before, and what became of them."

    def handle(self, **options: Any) -> None:
        load_wards(new=list_wards(), old=load_old_wards(), links=load_ward_links())
