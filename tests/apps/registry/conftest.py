"""A registry, a hospital, their registrars, and a small file of cases."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.models import Facility, Posting, Staff
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.services.person import add_person
from banyan.apps.registry.models import Batch, Tumour
from banyan.apps.registry.services.receiving import receive_files
from banyan.apps.registry.services.trial import try_batch
from banyan.apps.registry.services.tumour import add_tumour

HEAD = "Số hồ sơ;Họ và tên;Giới;Ngày sinh;Số CCCD;Ngày chẩn đoán;Vị trí;Mô bệnh học;Hành vi;Cơ sở chẩn đoán;Giai đoạn"
ROWS = (
    "1;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8500;3;7.1;II",
    "2;Trần Văn Bảo;Nam;01/02/1950;001050001234;02/05/2024;C34.1;8140;3;7.1;IV",
    "3;Lê Thị Sáu;Nữ;1966;;10/2024;C53.9;8070;3;5;",
    "4;Phạm Văn Đức;Nam;07/07/1971;001071009999;31/11/2024;C18.7;8140;3;7.1;III",
    "5;Bùi Quốc Khánh;Nam;03/03/1960;001060004321;05/06/2024;C53.9;8070;3;7.1;I",
    "6;Ngô Văn Tám;Nam;04/04/1959;001059007777;06/06/2024;C16.9;8140;;7.1;I",
    "1;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8500;3;7.1;II",
)

MakeClient = Callable[[str, str], Client]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def registry(db: None) -> Facility:
    return Facility.objects.create(
        code="R", name_vi="Trung tâm ghi nhận", name_en="Registry", level=3, kind=FacilityKind.REGISTRY
    )


@pytest.fixture
def hospital(db: None) -> Facility:
    return Facility.objects.create(
        code="H",
        name_vi="Bệnh viện Sông Nhuệ",
        name_en="Song Nhue hospital",
        level=2,
        kind=FacilityKind.HOSPITAL,
    )


def post(email: str, facility: Facility, role: str) -> Posting:
    staff = Staff.objects.filter(email=email).first() or add_staff(
        email=email, full_name=email.partition("@")[0], password="a long enough password"
    )
    return post_staff(staff=staff, facility=facility, role=role, start=date(2020, 1, 1))


@pytest.fixture
def registrar(registry: Facility) -> Viewer:
    return view_as(post("ha@banyan.test", registry, Role.REGISTRAR))


@pytest.fixture
def hospital_registrar(hospital: Facility) -> Viewer:
    return view_as(post("lan@banyan.test", hospital, Role.REGISTRAR))


@pytest.fixture
def sign_in(client: Client, registry: Facility, hospital: Facility) -> Callable[..., Client]:
    """Sign a member of staff in, in one role at the registry or at the hospital."""

    def enter(role: str, at: str = "registry") -> Client:
        posting = post(f"{role}-{at}@banyan.test", registry if at == "registry" else hospital, role)
        client.force_login(posting.staff)
        return client

    return enter


@pytest.fixture
def add_case(registrar: Viewer) -> Callable[..., Tumour]:
    """Add a case as a registrar types it."""

    def add(by: Viewer | None = None, name: str = "Đỗ Thị Hằng", **facts: object) -> Tumour:
        author = by or registrar
        person = add_person(
            by=author,
            full_name=name,
            sex="2",
            birth_date=date(1968, 3, 12),
            birth_precision="day",
            citizen_id="001168004127",
        )
        stated = {
            "topography": "C50.4",
            "morphology": "8500",
            "behaviour": "3",
            "basis": "7.1",
            "incidence_date": date(2024, 8, 14),
            "incidence_precision": "day",
        }
        return add_tumour(person=person, by=author, **{**stated, **facts})

    return add


@pytest.fixture
def receive(registrar: Viewer, tmp_path: Path, settings: object) -> Callable[..., Batch]:
    """Take a text in as a batch, and run it dry."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def take(*files: tuple[str, bytes], origin: str = "Sông Nhuệ", run: bool = True) -> Batch:
        batch = receive_files(files=files, origin=origin, facility_id=None, kind="discharge", by=registrar)
        return try_batch(batch=batch, by=registrar) if run else batch

    return take


@pytest.fixture
def small_file() -> tuple[str, bytes]:
    return "gpb.csv", "\r\n".join([HEAD, *ROWS]).encode("utf-8-sig")
