"""What is seen of Banyan from outside: one small registry, and who signs in there."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Facility
from banyan.apps.network.services.staff import add_staff, post_staff

PASSWORD = "correct-horse-battery"
ASK = """
import json, sys
from banyan.config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sign_in(db) -> Callable[[str], Client]:
    centre = Facility.objects.create(
        code="R", name_vi="Trung tâm", name_en="Centre", level=3, kind="registry"
    )

    def enter(role: str = Role.REGISTRAR) -> Client:
        staff = add_staff(email=f"{role}@centre.example", full_name="Trần Thu Hà", password=PASSWORD)
        post_staff(staff=staff, facility=centre, role=role, start=date(2020, 1, 1))
        client = Client()
        client.force_login(staff)
        return client

    return enter


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, object]]:
    """Return settings as a site behind HTTPS has them: read in a process of their own."""

    def read(*names: str) -> dict[str, object]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_")}
        environment = {
            **kept,
            "BANYAN_HTTPS": "1",
            "BANYAN_VAR": str(tmp_path_factory.mktemp("site")),
            "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        }
        asked = subprocess.run(
            [sys.executable, "-c", ASK, *names], env=environment, capture_output=True, text=True, check=True
        )
        return json.loads(asked.stdout)

    return read
