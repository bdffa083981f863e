"""A small network in which every kind of record exists once in every place, to be asked for by everybody."""

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import polars as pl
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.job import open_job
from banyan.apps.network.choices import LinkPurpose
from banyan.apps.network.models import Facility, Posting, Staff
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.key import add_machine, make_key
from banyan.apps.network.services.link import issue_link
from banyan.apps.network.services.places import load_population, load_wards
from banyan.apps.network.services.session import begin_clock
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import DuplicatePair, Person
from banyan.apps.people.services.merge import merge_people
from banyan.apps.people.services.person import add_person, move_person
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.services.receiving import receive_files
from banyan.apps.registry.services.trial import try_batch
from banyan.apps.registry.services.tumour import add_tumour

WARD = "00004"
SINCE = date(2020, 1, 1)
NOBODY = UUID(int=7)
PLACES = {
    "registry": ("Trung tâm Ghi nhận", 3, "registry"),
    "hospital": ("Bệnh viện Sông Nhuệ", 2, "hospital"),
    "other": ("Bệnh viện Sông Đáy", 2, "hospital"),
    "station": ("Trạm y tế Ngọc Hà", 1, "station"),
}
# no two share a word that a page could say by chance
NAMES = {
    "registry": "Quách Thị Uyển Nhi",
    "hospital": "Tiêu Hoàn Kỳ Duyên",
    "other": "Kiều Thục Đoan Trang",
    "station": "Thạch Ngũ Nương",
}
HEAD = "Số hồ sơ;Họ và tên;Giới;Ngày sinh;Số CCCD;Ngày chẩn đoán;Vị trí;Mô bệnh học;Hành vi;Cơ sở chẩn đoán"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What of a person a page could show, and must account for."""

    pk: int
    texts: tuple[str, ...]  # any of them names her
    identifiers: tuple[str, ...]  # whole citizen and insurance numbers
    born: tuple[str, ...]  # her exact day of birth, as pages, files and machines write it
    tumours: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A member of staff in one role at one place, signed in."""

    place: str
    role: str
    staff: Staff
    viewer: Viewer
    client: Client

    def __str__(self) -> str:
        return f"{self.role} at {self.place}"


@dataclass
class World:
    facilities: dict[str, Facility] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    people: list[Known] = field(default_factory=list)
    # kind → place → the parts of an address
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    # kind → member of staff → the parts of an address of what is hers alone
    own: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    # kind → the parts of an address that is the same for everybody
    shared: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, dict[str, Any]] = field(default_factory=dict)
    # place → the key of its machine
    keys: dict[str, str] = field(default_factory=dict)
    # names in files that wait, of people who have no record yet
    strangers: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def keep(self, kind: str, place: str, **parts: Any) -> None:
        self.records.setdefault(kind, {})[place] = parts

    def actor(self, role: str, place: str = "registry") -> Actor:
        return next(one for one in self.actors if (one.role, one.place) == (role, place))

    def inside(self, kind: str, actor: Actor) -> dict[str, Any]:
        """Return the address of a record that lies in the actor's scope."""
        if not kind:
            return {}
        if kind in self.shared:
            return self.shared[kind]
        if kind in self.own:
            return self.own[kind][actor.staff.pk]
        return self.records[kind][actor.place]

    def outside(self, kind: str, actor: Actor) -> dict[str, Any] | None:
        """Return the address of a record that exists beyond the actor's scope; None where there is none."""
        if kind in self.own:
            return next(parts for pk, parts in self.own[kind].items() if pk != actor.staff.pk)
        if kind not in self.records or actor.viewer.whole_city:
            return None
        return self.records[kind]["other" if actor.place != "other" else "hospital"]

    def grow(self, count: int) -> None:
        """Add so many of everything that a list could show."""
        for number in range(count):
            add_patient(self, "registry", f"Lục Vân {number}", topography="C53.9", morphology="8500")
            build_batch(self, "registry", keep=False)
            make_actor(self, "registry", Role.NURSE, f"nurse{next(self.numbers)}")


def build_world() -> World:
    world = World()
    build_places()
    for code, (name, level, kind) in PLACES.items():
        world.facilities[code] = Facility.objects.create(
            code=code, name_vi=name, name_en=code.title(), level=level, kind=kind, ward_code=WARD
        )
    for place in PLACES:
        for role in Role:
            world.actors.append(make_actor(world, place, role))
    for place in PLACES:
        build_place(world, place)
    for actor in world.actors:
        build_own(world, actor)
    world.shared |= {
        "language": {"language": "en"},
        "theme": {"theme": "dark"},
        "code-list": {"kind": "topography", "language": "vi", "version": "1"},
        "incidence-file": {"slug": "cases", "kind": "csv"},
        "survival-file": {"slug": "curve", "kind": "csv"},
        "prevalence-file": {"slug": "durations", "kind": "csv"},
        "stage-file": {"slug": "stage", "kind": "csv"},
        "trend-file": {"slug": "trend", "kind": "csv"},
        "projection-file": {"slug": "cases", "kind": "csv"},
        "comparison-file": {"slug": "rates", "kind": "csv"},
        "quality-file": {"slug": "targets", "kind": "csv"},
        "rows-file": {"kind": "csv"},
        "letter": {"key": "abc"},
        "security-key": {"pk": 10**12},
        "reset-key": {"uidb36": "1", "key": "set-password"},
    }
    world.missing |= {
        "language": {"language": "fr"},
        "theme": {"theme": "green"},
        "job": {"job_id": NOBODY},
        "posting": {"posting_id": 10**12},
        "own-posting": {"posting_id": 10**12},
        "device": {"sign_in_id": 10**12},
        "member": {"staff_id": 10**12},
        "link": {"link_id": 10**12},
        "secret": {"secret": "x" * 43},
        "machine": {"staff_id": 10**12},
        "key": {"staff_id": 10**12, "key_id": 10**12},
        "person": {"number": "NB-9999999"},
        "residence": {"number": "NB-9999999", "residence_id": 10**12},
        "pair": {"pair_id": 10**12},
        "two": {"number": "NB-9999999", "other": "NB-9999998"},
        "merge": {"merge_id": 10**12},
        "rows-file": {"kind": "none"},
        "case": {"number": "HN-1999-999999"},
        "finding": {"number": "HN-1999-999999", "finding_id": 10**12},
        "batch": {"batch_id": 10**12},
        "row": {"batch_id": 10**12, "row_id": 10**12},
        "code-list": {"kind": "none", "language": "vi", "version": "1"},
        "incidence-file": {"slug": "none", "kind": "csv"},
        "survival-file": {"slug": "none", "kind": "csv"},
        "prevalence-file": {"slug": "none", "kind": "csv"},
        "stage-file": {"slug": "none", "kind": "csv"},
        "trend-file": {"slug": "none", "kind": "csv"},
        "projection-file": {"slug": "none", "kind": "csv"},
        "comparison-file": {"slug": "none", "kind": "csv"},
        "quality-file": {"slug": "none", "kind": "csv"},
    }
    return world


def build_places() -> None:
    """Two wards and three years of people, so that figures have something to stand on."""
    wards = pl.DataFrame(
        {
            "code": [WARD, "00008"],
            "name": ["Ba Đình", "Ngọc Hà"],
            "kind": ["Phường"] * 2,
            "lat": [21.0] * 2,
            "lon": [105.8] * 2,
        }
    )
    empty = pl.DataFrame(schema={"code": pl.String})
    load_wards(new=wards, old=empty, links=empty)
    rows = [
        (ward, year, sex, age, 1000.0)
        for ward in wards["code"]
        for year in (2022, 2023, 2024)
        for sex in "12"
        for age in range(0, 90, 5)
    ]
    people = pl.DataFrame(rows, schema=["ward_code", "year", "sex", "age_group", "persons"], orient="row")
    load_population(
        people, name_vi="Dân số thử", name_en="Test population", source="synthetic", is_synthetic=True
    )


def make_actor(world: World, place: str, role: str, name: str = "") -> Actor:
    staff = add_staff(
        email=f"{name or role}@{place}.example",
        full_name=f"Nguyễn Văn {role.title()}",
        password="correct-horse-battery",
    )
    posting = post_staff(staff=staff, facility=world.facilities[place], role=role, start=SINCE)
    client = Client()
    client.force_login(staff)
    return Actor(place=place, role=role, staff=staff, viewer=view_as(posting), client=client)


def add_patient(world: World, place: str, name: str, **facts: Any) -> Tumour:
    """Add a person whom the place cares for, with one tumour, and remember what would name her."""
    by, number = world.actor(Role.REGISTRAR, place).viewer, next(world.numbers)
    born = date(1951, 1 + number % 12, 1 + number % 28)
    person = add_person(
        by=by,
        full_name=name,
        sex="2",
        birth_date=born,
        birth_precision="day",
        citizen_id=f"001151{number:06d}",
        insurance_number=f"GD401{number:010d}",
    )
    move_person(person=person, ward_code=WARD, start=None, address=f"Số {number} ngõ Hẹp", by=by)
    stated = {
        "incidence_date": date(2023, 8, 14),
        "incidence_precision": "day",
        "ward_code": WARD,
        "stage": "II",
    }
    codes = {"topography": "C50.4", "morphology": "8500", "behaviour": "3", "basis": "7.1"}
    tumour = add_tumour(person=person, by=by, **{**codes, **stated, **facts})
    world.people.append(know_person(person, [tumour]))
    return tumour


def know_person(person: Person, tumours: list[Tumour]) -> Known:
    identifiers = tuple(filter(None, (person.citizen_id, person.insurance_number)))
    born = person.birth_date
    numbers = [tumour.number for tumour in tumours]
    return Known(
        pk=person.pk,
        texts=(person.full_name, person.number, *numbers, *identifiers),
        identifiers=identifiers,
        born=(f"{born:%d/%m/%Y}", born.isoformat(), f"{born:%Y%m%d}", f"{born:%d%m%Y}"),
        tumours=frozenset(tumour.pk for tumour in tumours),
    )


def build_place(world: World, place: str) -> None:
    """Make one record of each kind that belongs to a place."""
    tumour = add_patient(world, place, NAMES[place], topography="C53.9", morphology="8500")
    finding = tumour.findings.create(
        rule="walk", result="query", message_vi="hỏi lại", message_en="ask again", rules_version="1"
    )
    world.keep("person", place, number=tumour.person.number)
    world.keep(
        "residence", place, number=tumour.person.number, residence_id=tumour.person.residences.get().pk
    )
    build_twins(world, place, tumour)
    world.keep("case", place, number=tumour.number)
    world.keep("finding", place, number=tumour.number, finding_id=finding.pk)
    member = add_staff(email=f"new@{place}.example", full_name="Hồ Khởi", password="correct-horse-battery")
    post_staff(staff=member, facility=world.facilities[place], role=Role.NURSE, start=SINCE)
    world.keep("member", place, staff_id=member.pk)
    world.keep("posting", place, posting_id=Posting.objects.get(staff=member).pk)
    build_accounts(world, place, member)
    build_batch(world, place)


def build_twins(world: World, place: str, tumour: Tumour) -> None:
    """Make two records that may be one person, and two of which one was made."""
    one = tumour.person
    two, kept, gone = (
        add_patient(world, place, f"Khuất {place.title()} {word}").person for word in ("Hai", "Ba", "Bốn")
    )
    pair = DuplicatePair.objects.create(first=one, second=two, score=0.9)
    merge = merge_people(
        kept=kept,
        gone=gone,
        kept_version=kept.version,
        gone_version=gone.version,
        taken=(),
        reason="cùng một người",
        by=world.actor(Role.REGISTRAR, place).viewer,
    )
    world.keep("pair", place, pair_id=pair.pk)
    world.keep("two", place, number=one.number, other=two.number)
    world.keep("merge", place, merge_id=merge.pk)
    *others, first, second = world.people
    tumours = first.tumours | second.tumours
    world.people = [*others, replace(first, texts=first.texts + second.texts, tumours=tumours)]


def build_accounts(world: World, place: str, member: Staff) -> None:
    """Make what an administrator keeps: an invitation, and a machine with a key."""
    by = world.actor(Role.ADMINISTRATOR, place).viewer
    secret = issue_link(staff=member, purpose=LinkPurpose.INVITE, by=by)
    world.keep("link", place, link_id=member.links.get().pk)
    world.shared["secret"] = {"secret": secret}
    machine = add_machine(
        full_name=f"Máy {place}",
        facility=world.facilities[place],
        role=Role.REGISTRAR,
        by=by,
        first_day=SINCE,
        last_day=None,
    )
    world.keys[place] = make_key(machine=machine, name="walk", days=30, by=by)
    world.keep("machine", place, staff_id=machine.pk)
    world.keep("key", place, staff_id=machine.pk, key_id=machine.keys.get().pk)


def build_batch(world: World, place: str, *, keep: bool = True) -> None:
    """Take in a file of the place: one row of it is refused, and still names a person."""
    number = next(world.numbers)
    stranger = f"Nghiêm Tích {place.title()} {number}"
    row = f"{number};{stranger};Nữ;31/02/1950;001150{number:06d};14/08/2024;C50.4;8500;3;7.1"
    viewer = world.actor(Role.REGISTRAR, place).viewer
    batch = receive_files(
        files=[(f"{place}.csv", f"{HEAD}\r\n{row}\r\n".encode("utf-8-sig"))],
        origin=place,
        facility_id=viewer.facility_id,
        kind="discharge",
        by=viewer,
    )
    try_batch(batch=batch, by=viewer)
    if not keep:
        return
    world.strangers.append(stranger)
    world.keep("batch", place, batch_id=batch.pk)
    world.keep("row", place, batch_id=batch.pk, row_id=batch.held.get(verdict="refused").pk)


def build_own(world: World, actor: Actor) -> None:
    """Make one record of each kind that belongs to a member of staff alone."""
    pk = actor.staff.pk
    job = open_job(by=actor.viewer, kind="walk", subject="Chạy thử", total=10)
    world.own.setdefault("job", {})[pk] = {"job_id": job.pk}
    session = SessionStore()
    begin_clock(session=session, staff_id=pk, address="127.0.0.1", device="walk")
    session.save()
    device = UserSession.objects.get(session_key=session.session_key)
    world.own.setdefault("device", {})[pk] = {"sign_in_id": device.pk}
    world.own.setdefault("own-posting", {})[pk] = {"posting_id": Posting.objects.get(staff=actor.staff).pk}
