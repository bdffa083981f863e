"""Every page: who may open it, what lies in her scope, how many questions it asks the database."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.tumour import change_tumour

PLAIN = ("cases", "cases-waiting", "case-new", "batches", "batch-new", "codes", "search")


@pytest.fixture
def batch(receive, small_file):
    return receive(small_file)


def addresses(tumour, batch):
    row = batch.held.filter(verdict="refused").first()
    return [
        *(reverse(name) for name in PLAIN),
        reverse("case", args=[tumour.number]),
        reverse("case-history", args=[tumour.number]),
        reverse("batch", args=[batch.pk]),
        reverse("batch-columns", args=[batch.pk]),
        reverse("batch-row", args=[batch.pk, row.pk]),
        reverse("batch-refused-csv", args=[batch.pk]),
        reverse("batch-refused-xlsx", args=[batch.pk]),
    ]


def test_a_registrar_opens_every_page_in_both_languages(sign_in, add_case, batch):
    client = sign_in(Role.REGISTRAR)
    for language in ("vi", "en"):
        client.cookies["banyan_language"] = language
        found = {
            address: client.get(address).status_code for address in addresses(add_case(name=language), batch)
        }
        assert found == dict.fromkeys(found, 200)


@pytest.mark.parametrize("role", [Role.EPIDEMIOLOGIST, Role.ADMINISTRATOR, Role.AUDITOR])
def test_other_roles_find_nothing_here(sign_in, add_case, batch, role):
    client = sign_in(role)

    found = {address: client.get(address).status_code for address in addresses(add_case(), batch)}

    assert found == dict.fromkeys(found, 404)


def test_a_stranger_is_asked_to_sign_in(client, add_case):
    answer = client.get(reverse("case", args=[add_case().number]))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_a_hospital_sees_only_its_own_patients(sign_in, add_case, hospital_registrar):
    ours = add_case(by=hospital_registrar, name="Bùi Thị Lan")
    theirs = add_case(name="Vũ Thị Mai")
    client = sign_in(Role.REGISTRAR, "hospital")

    assert client.get(reverse("case", args=[ours.number])).status_code == 200
    assert client.get(reverse("case", args=[theirs.number])).status_code == 404
    assert client.get(reverse("case-history", args=[theirs.number])).status_code == 404
    listed = client.get(reverse("cases")).content.decode()
    assert (ours.number in listed, theirs.number in listed) == (True, False)
    searched = client.get(reverse("search"), {"q": "thi"}).content.decode()
    assert (ours.number in searched, theirs.number in searched) == (True, False)


def test_a_hospital_does_not_see_the_registrys_batches_and_cannot_accept(sign_in, batch, hospital):
    client = sign_in(Role.REGISTRAR, "hospital")
    assert client.get(reverse("batch", args=[batch.pk])).status_code == 404

    batch.facility = hospital
    batch.save()

    assert client.get(reverse("batch", args=[batch.pk])).status_code == 200
    assert client.post(reverse("batch-accept", args=[batch.pk])).status_code == 404


def test_opening_a_case_is_written_down(sign_in, add_case):
    tumour = add_case()
    sign_in(Role.REGISTRAR).get(reverse("case", args=[tumour.number]))

    line = AccessLine.objects.get()
    assert (line.action, line.subject, line.subject_id) == ("open", "tumour", tumour.pk)


@pytest.mark.parametrize("text", ["do thi hang", "Đỗ Thị Hằng", "001168004127", "HN-2024-000001"])
def test_a_case_is_found_by_name_and_numbers(sign_in, add_case, text):
    tumour = add_case()

    page = sign_in(Role.REGISTRAR).post(reverse("cases"), {"q": text}, follow=True).content.decode()
    assert tumour.number in page


def test_the_filters_narrow_the_list(sign_in, add_case):
    add_case()
    client = sign_in(Role.REGISTRAR)

    def shown(**wanted):
        return len(client.get(reverse("cases"), wanted).context["cases"])

    assert [
        shown(),
        shown(site="breast"),
        shown(site="lung"),
        shown(year=2024),
        shown(year=2020),
        shown(sex="1"),
    ] == [1, 1, 0, 1, 0, 0]
    assert [shown(year="abc"), shown(check_state="ok"), shown(status="confirmed")] == [1, 1, 0]


def form_of(tumour, **changes):
    person = tumour.person
    typed = {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": "12031968",
        "citizen_id": person.citizen_id,
        "vital_status": "alive",
        "topography": tumour.topography,
        "morphology": f"{tumour.morphology}/{tumour.behaviour}",
        "basis": tumour.basis,
        "incidence_date": "14/08/2024",
        "tumour_version": tumour.version,
        "person_version": person.version,
        "save": "1",
    }
    return typed | changes


def test_a_case_is_saved_as_it_is_typed(sign_in, add_case):
    tumour = add_case()
    answer = sign_in(Role.REGISTRAR).post(
        reverse("case", args=[tumour.number]),
        form_of(
            tumour,
            topography="c509",
            morphology="85203",
            incidence_date="99082024",
            grade="2",
            reason="đọc lại phiếu",
        ),
    )

    saved = Tumour.objects.get()
    assert answer.status_code == 302
    assert (saved.topography, saved.morphology, saved.grade, saved.icd10) == ("C50.9", "8520", "2", "C50.9")
    assert (saved.incidence_date, saved.incidence_precision) == (date(2024, 8, 1), "month")


def test_a_mistyped_case_keeps_what_was_typed_and_says_what_is_wrong(sign_in, add_case):
    tumour = add_case()
    answer = sign_in(Role.REGISTRAR).post(
        reverse("case", args=[tumour.number]), form_of(tumour, topography="C99.9", incidence_date="31112024")
    )

    page = answer.content.decode()
    assert answer.context["form"].errors["incidence_date"] == ["Tháng 11 không có ngày 31."]
    assert 'value="C99.9"' in page
    assert Tumour.objects.get().topography == "C50.4"


def test_a_conflict_shows_both_and_keeps_what_was_typed(sign_in, add_case, hospital_registrar):
    tumour = add_case()
    typed = form_of(tumour, grade="3", reason="1")
    change_tumour(tumour=tumour, changes={"grade": "2"}, version=1, reason="đọc lại", by=hospital_registrar)
    client = sign_in(Role.REGISTRAR)

    answer = client.post(reverse("case", args=[tumour.number]), typed)

    assert answer.status_code == 409
    [one] = answer.context["meeting"].differences
    assert (one.label, one.mine, one.theirs) == ("Độ mô học", "3 · Biệt hóa kém", "2 · Biệt hóa vừa")
    assert (one.who, one.reason, one.chosen) == ("lan", "đọc lại", "")
    assert answer.context["form"]["grade"].value() == "3"
    decided = {**typed, "seen_person": "1", "seen_tumour": "2", "decide_grade": "mine"}
    assert client.post(reverse("case", args=[tumour.number]), decided).status_code == 302
    assert Tumour.objects.get().grade == "3"


def test_a_source_is_taken_into_its_field_without_a_script(sign_in, add_case):
    tumour = add_case()
    client = sign_in(Role.REGISTRAR)

    answer = client.post(
        reverse("case", args=[tumour.number]), form_of(tumour, grade="2") | {"use": "topography:C50.9"}
    )

    form = answer.context["form"]
    assert (form["topography"].value(), form["grade"].value()) == ("C50.9", "2")
    assert Tumour.objects.get().topography == "C50.4"


def test_save_and_next_leads_to_the_next_waiting_case(sign_in, add_case):
    first, second = add_case(name="A"), add_case(name="B")
    typed = form_of(first) | {"next": "1"}

    answer = sign_in(Role.REGISTRAR).post(reverse("case", args=[first.number]), typed)

    assert answer["Location"] == reverse("case", args=[second.number])


def test_a_finding_is_answered_on_the_page(sign_in, add_case):
    tumour = add_case(stage="III", m="1")
    finding = tumour.findings.get()

    sign_in(Role.REGISTRAR).post(
        reverse("finding-answer", args=[tumour.number, finding.pk]), {"reason": "đã hỏi khoa"}
    )

    assert Tumour.objects.get().check_state == "ok"


def test_a_new_case_is_typed_from_paper(sign_in, db):
    typed = {
        "kind": "discharge",
        "full_name": "Trần Văn Bảo",
        "sex": "1",
        "birth_date": "1950",
        "vital_status": "alive",
        "topography": "341",
        "morphology": "8140/3",
        "incidence_date": "02052024",
        "basis": "7.1",
    }
    answer = sign_in(Role.REGISTRAR).post(reverse("case-new"), typed)

    tumour = Tumour.objects.select_related("person").get()
    assert answer["Location"] == reverse("case", args=[tumour.number])
    assert (tumour.topography, tumour.person.birth_precision, tumour.age) == ("C34.1", "year", 74)


def test_the_lists_of_codes_are_kept_by_the_browser(sign_in, add_case):
    client = sign_in(Role.REGISTRAR)
    version = client.get(reverse("case", args=[add_case().number])).context["lists_version"]

    answer = client.get(reverse("code-list", args=["topography", "vi", version]))

    assert "immutable" in answer["Cache-Control"]
    [code] = [code for code in json.loads(answer.content)["codes"] if code["code"] == "C50.4"]
    assert code["name"].startswith("Vú")


@pytest.mark.parametrize(
    ("text", "code"),
    [("504", "C50.4"), ("c50.4", "C50.4"), ("da day", "C16.9"), ("stomach", "C16.9"), ("8500/3", "8500/3")],
)
def test_a_code_is_looked_up_by_code_or_name(sign_in, text, code):
    page = sign_in(Role.REGISTRAR).get(reverse("codes"), {"q": text}).context["page"]

    assert code in [entry["code"] for entry in page]


def test_refused_rows_are_given_with_their_reasons(sign_in, batch):
    answer = sign_in(Role.REGISTRAR).get(reverse("batch-refused-csv", args=[batch.pk]))

    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Dòng,Ô,Vì sao không nhận,Số hồ sơ")
    assert lines[1].startswith("5,Ngày mắc,Tháng 11 không có ngày 31.,4,Phạm Văn Đức")
    assert len(lines) == 4


def count_queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_lists_ask_the_same_number_of_questions_however_long_they_are(
    sign_in, add_case, receive, small_file, registrar
):
    add_case(name="A thi", stage="III", m="1")
    client = sign_in(Role.REGISTRAR)
    names = ("cases", "cases-waiting", "search")
    asked = {name: reverse(name) + ("?q=thi" if name == "search" else "") for name in names}
    few = {name: count_queries(client, address) for name, address in asked.items()}

    accept_batch(batch=receive(small_file), by=registrar)
    for name in "BCDE":
        add_case(name=f"{name} thi", stage="III", m="1")

    assert {name: count_queries(client, address) for name, address in asked.items()} == few


def test_the_editor_asks_the_same_number_of_questions_however_many_sources(sign_in, add_case, registrar):
    from banyan.apps.registry.services.notification import add_notification

    tumour = add_case()
    client = sign_in(Role.REGISTRAR)
    address = reverse("case", args=[tumour.number])
    few = count_queries(client, address)
    for day in (1, 2, 3):
        add_notification(
            tumour=tumour, kind="pathology", said={"topography": "C50.9"}, by=registrar, on=date(2024, 9, day)
        )

    assert count_queries(client, address) == few
