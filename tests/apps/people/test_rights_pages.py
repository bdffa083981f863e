"""The pages of rights: who may open them, what they say, what they write."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.network.models import Staff
from banyan.apps.people.models import Breach, Consent, Erasure, GlassGrant, Restriction, RightsRequest
from banyan.apps.people.queries.consent import may_use
from banyan.apps.people.services.person import add_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(nurse):
    return add_person(by=nurse, full_name="Nguyễn Thị Hằng", citizen_id="001170012345", sex="2")


def last_line() -> tuple[str, str, list[int]]:
    line = AccessLine.objects.latest("id")
    return line.action, line.subject, line.people


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.NURSE, "requests", 200),
        (Role.DOCTOR, "glass", 200),
        (Role.OFFICER, "breaches", 200),
        (Role.OFFICER, "erasures", 200),
        (Role.OFFICER, "retention", 200),
        (Role.OFFICER, "terms", 200),
        (Role.OFFICER, "grants", 200),
        (Role.NURSE, "alerts", 200),
        (Role.NURSE, "breaches", 404),
        (Role.DOCTOR, "grants", 404),
        (Role.EPIDEMIOLOGIST, "glass", 404),
        (Role.AUDITOR, "requests", 404),
        (Role.REGISTRAR, "erasures", 404),
    ],
)
@pytest.mark.asvs("8.2.1")
def test_a_page_opens_for_those_whose_work_it_is(sign_in, role, name, status):
    assert sign_in(role).get(reverse(name)).status_code == status


def test_no_answer_is_chosen_beforehand(sign_in, person):
    page = (
        sign_in(Role.NURSE, "hospital").get(reverse("person-consent", args=[person.number])).content.decode()
    )

    assert len(re.findall(r'type="radio"', page)) == 10  # yes and no of five purposes; the law asks for one
    assert re.findall(r"<input[^>]*\bchecked\b", page) == []
    assert re.findall(r'<option value="[^"]+" selected', page) == []


def test_her_word_is_written_and_taken_back_on_the_same_page(sign_in, person):
    client, address = sign_in(Role.NURSE, "hospital"), reverse("person-consent", args=[person.number])
    given = {"purpose": "trials", "trials-way": "paper", "trials-decided_on": "24/11/2026"}

    client.post(address, {**given, "trials-decision": "given"})
    assert may_use(person.pk, "trials")
    client.post(address, {**given, "trials-decision": "withdrawn"})

    assert not may_use(person.pk, "trials")
    assert [word.decision for word in Consent.objects.all()] == ["withdrawn", "given"]


def test_a_consent_without_an_answer_is_sent_back(sign_in, person):
    address = reverse("person-consent", args=[person.number])

    answer = sign_in(Role.NURSE, "hospital").post(
        address, {"purpose": "trials", "trials-way": "", "trials-decided_on": "24/11/2026"}
    )

    assert answer.status_code == 422
    assert Consent.objects.count() == 0


def test_a_request_is_received_answered_and_closed(sign_in, person):
    nurse = sign_in(Role.NURSE, "hospital")
    nurse.post(
        reverse("request-new", args=[person.number]),
        {"kind": "access", "received_at": "20/11/2026 08:30", "channel": "desk", "identity": "card", "words": "xin bản sao"},
    )  # fmt: skip
    row = RightsRequest.objects.get()
    assert [row.answer_by.isoformat(), row.finish_by.isoformat()] == ["2026-11-24", "2026-12-05"]
    step = lambda name: reverse("request-step", args=[row.number, name])  # noqa: E731
    assert nurse.post(step("answer"), {"words": "x"}).status_code == 404

    officer = sign_in(Role.OFFICER)
    officer.post(step("answer"), {"words": "đã nhận, sẽ đưa bản sao"})
    officer.post(step("extend"), {"reason": "bản giấy ở kho"})
    officer.post(step("close"), {"state": "done", "words": "đã đưa tận tay"})

    row.refresh_from_db()
    assert (row.state, row.finish_by.isoformat()) == ("done", "2026-12-20")
    assert [one.state for one in row.steps.all()] == ["received", "answered", "answered", "done"]


def test_the_list_says_what_is_over_its_day(sign_in, person):
    nurse = sign_in(Role.NURSE, "hospital")
    for received in ("02/11/2026", "23/11/2026"):
        nurse.post(
            reverse("request-new", args=[person.number]),
            {
                "kind": "access",
                "received_at": received,
                "channel": "desk",
                "identity": "card",
                "words": "hỏi",
            },
        )
    RightsRequest.objects.filter(received_at__day=23).update(
        answer_by=timezone.localdate() + timedelta(days=9)
    )

    page = nurse.get(reverse("requests")).content.decode()

    numbers = re.findall(r">(YC-\d+)</a>", page)
    assert numbers == sorted(numbers)
    assert page.count("st-urgent tag") == 1
    assert last_line() == ("list", "request", [person.pk])


def test_her_own_file_holds_all_and_says_who_looked(sign_in, person):
    officer = sign_in(Role.OFFICER)

    page = officer.get(reverse("person-dossier", args=[person.number])).content.decode()
    file = officer.get(reverse("person-dossier-json", args=[person.number])).json()

    assert "001170012345" in page
    assert {row["Mục"]: row["Nội dung"] for row in file["identity"]}["Họ và tên"] == "Nguyễn Thị Hằng"
    assert [row["Việc"] for row in file["looks"]] == ["tải về"]
    assert last_line() == ("export", "person", [person.pk])


def test_a_restricted_record_leaves_ordinary_pages_and_stays_with_the_officer(sign_in, person):
    officer = sign_in(Role.OFFICER)
    officer.post(reverse("person-restriction", args=[person.number]), {"reason": "phản đối"})
    assert "đang hạn chế" in officer.get(reverse("person", args=[person.number])).content.decode()

    nurse = sign_in(Role.NURSE, "hospital")
    assert nurse.get(reverse("person", args=[person.number])).status_code == 404
    nurse.post(
        reverse("glass"),
        {"number": person.number, "reason": "continuity", "words": "đang điều trị tại đây", "sure": "on"},
    )
    assert nurse.get(reverse("person", args=[person.number])).status_code == 200

    nurse.force_login(Staff.objects.get(email="officer-registry@banyan.test"))
    nurse.post(reverse("person-restriction", args=[person.number]))
    assert Restriction.objects.get().until is not None


@pytest.mark.asvs("14.2.1")
def test_breaking_the_glass_asks_for_all_and_leads_to_the_person(sign_in, person):
    doctor = sign_in(Role.DOCTOR)
    typed = {"number": "001170012345", "reason": "emergency", "words": "hôn mê, không người nhà"}
    assert doctor.post(reverse("glass"), typed).status_code == 422  # not confirmed
    assert GlassGrant.objects.count() == 0

    answer = doctor.post(reverse("glass"), {**typed, "sure": "on"})

    assert answer.url == reverse("person", args=[person.number])
    page = doctor.get(answer.url).content.decode()
    assert "đang mở khẩn cấp đến" in page
    doctor.post(reverse("glass-close", args=[GlassGrant.objects.get().pk]))
    assert "đang mở khẩn cấp đến" not in doctor.get(reverse("glass")).content.decode()


def test_a_number_that_is_nobody_s_says_so_and_no_more(sign_in, person):
    answer = sign_in(Role.DOCTOR).post(
        reverse("glass"),
        {"number": "001170012346", "reason": "emergency", "words": "hôn mê, không người nhà", "sure": "on"},
    )

    assert answer.status_code == 422
    assert "Không có hồ sơ nào mang đúng số này." in answer.content.decode()


def test_the_facility_reads_the_alert_and_the_officer_judges(sign_in, person):
    sign_in(Role.DOCTOR).post(
        reverse("glass"),
        {"number": person.number, "reason": "emergency", "words": "hôn mê, không người nhà", "sure": "on"},
    )
    grant = GlassGrant.objects.get()

    nurse = sign_in(Role.NURSE, "hospital")
    page = nurse.get(reverse("alerts")).content.decode()
    (alert,) = re.findall(r"/alerts/(\d+)/read/", page)
    assert person.number in page
    nurse.post(reverse("alert-read", args=[alert]))
    assert re.findall(r"/alerts/(\d+)/read/", nurse.get(reverse("alerts")).content.decode()) == []

    officer = sign_in(Role.OFFICER)
    officer.post(reverse("grant", args=[grant.pk]), {"verdict": "justified", "words": "đúng quy trình"})
    grant.refresh_from_db()
    assert (grant.verdict, grant.verdict_words) == ("justified", "đúng quy trình")


def test_a_breach_shows_its_hours_and_is_closed_only_when_told(sign_in):
    officer = sign_in(Role.OFFICER)
    detected = timezone.localtime() - timedelta(hours=50)
    officer.post(
        reverse("breach-new"),
        {"detected_at": f"{detected:%d/%m/%Y %H:%M}", "kind": "lost", "what": "mất máy tính", "whose": "người bệnh nội trú"},
    )  # fmt: skip
    breach = Breach.objects.get()
    page = officer.get(reverse("breach", args=[breach.number])).content.decode()
    assert re.search(r"còn 2[12] giờ để báo", page)

    step = lambda name: reverse("breach-step", args=[breach.number, name])  # noqa: E731
    officer.post(step("close"))
    assert Breach.objects.get().closed_at is None
    officer.post(step("measures"), {"measures": "khóa máy từ xa", "people_count": "12"})
    officer.post(step("authority"), {"at": f"{timezone.localtime():%d/%m/%Y %H:%M}"})
    officer.post(step("close"))

    assert Breach.objects.get().closed_at is not None
    report = officer.get(reverse("breach-json", args=[breach.number])).json()
    assert (report["people_count"], report["measures"]) == (12, "khóa máy từ xa")


def test_telling_late_needs_its_reason(sign_in):
    officer = sign_in(Role.OFFICER)
    detected = timezone.localtime() - timedelta(hours=80)
    officer.post(
        reverse("breach-new"),
        {
            "detected_at": f"{detected:%d/%m/%Y %H:%M}",
            "kind": "lost",
            "what": "mất máy",
            "whose": "người bệnh",
        },
    )
    number = Breach.objects.get().number
    told = {"at": f"{timezone.localtime():%d/%m/%Y %H:%M}"}
    assert "quá hạn báo 8 giờ" in officer.get(reverse("breach", args=[number])).content.decode()

    officer.post(reverse("breach-step", args=[number, "authority"]), told)
    assert Breach.objects.get().authority_told_at is None
    officer.post(reverse("breach-step", args=[number, "authority"]), {**told, "late_reason": "mất điện"})

    assert Breach.objects.get().late_reason == "mất điện"


def test_two_officers_take_an_identity_away(sign_in, person):
    key = person.pk
    first = sign_in(Role.OFFICER)
    first.post(reverse("person-erasure", args=[person.number]), {"reason": "theo yêu cầu"})
    erasure = Erasure.objects.get()
    assert first.get(reverse("erasure", args=[erasure.pk])).status_code == 404  # her own

    second = sign_in(Role.OFFICER, "hospital")
    decided = second.post(reverse("erasure", args=[erasure.pk]), {"state": "done", "words": "đã đối chiếu"})

    assert decided.status_code == 302
    erasure.refresh_from_db()
    assert (erasure.state, erasure.person.full_name) == ("done", "")
    second.force_login(Staff.objects.get(email="officer-registry@banyan.test"))
    assert second.get(reverse("person", args=[f"NB-{key:07d}"])).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_page_speaks_both_languages(sign_in, person, language):
    officer = sign_in(Role.OFFICER)
    officer.cookies["banyan_language"] = language
    names = [
        "requests",
        "grants",
        "breaches",
        "breach-new",
        "erasures",
        "retention",
        "terms",
        "alerts",
        "glass",
    ]
    pages = [officer.get(reverse(name)).content.decode() for name in names]
    pages += [
        officer.get(reverse(name, args=[person.number])).content.decode()
        for name in ("person-consent", "request-new", "person-dossier", "person-erasure")
    ]

    assert {page.count(f'<html lang="{language}"') for page in pages} == {1}
