"""The person's pages as each role meets them."""

from datetime import date

import pytest
from django.urls import reverse

from banyan.apps.core.models import AccessLine
from banyan.apps.people.models import Person
from banyan.apps.people.services.person import add_person

FACTS = {
    "full_name": "Nguyễn Thị Hường",
    "sex": "2",
    "birth_date": date(1968, 3, 12),
    "birth_precision": "day",
    "citizen_id": "001168004127",
    "insurance_number": "GD4010117592308",
}
TYPED = {
    "full_name": "Nguyễn Thị Hường",
    "sex": "2",
    "birth": "12031968",
    "citizen_id": "001 168 004 127",
    "vital_status": "alive",
}


@pytest.fixture
def huong(nurse):
    return add_person(by=nurse, **FACTS)


def page_of(response) -> str:
    return response.content.decode()


@pytest.mark.asvs("14.2.1")
def test_a_search_by_number_leaves_no_number_in_the_address(sign_in, huong):
    client = sign_in("registrar")

    response = client.post(reverse("people"), {"q": "001168004127"})
    page = page_of(client.get(response.url))

    assert response.status_code == 302
    assert "001168004127" not in response.url
    assert huong.number in page


def test_a_number_in_the_address_finds_nobody_by_it(sign_in, huong):
    client = sign_in("registrar")

    page = page_of(client.get(reverse("search"), {"q": huong.citizen_id}))

    assert huong.number not in page


@pytest.mark.asvs("8.2.2", "8.3.1")
def test_a_person_outside_the_scope_is_not_there(sign_in, registrar):
    far = add_person(by=registrar, **FACTS)
    client = sign_in("nurse", "hospital")

    for name in ("person", "person-edit", "person-history", "person-seen", "residence-new"):
        assert client.get(reverse(name, args=[far.number])).status_code == 404
    assert AccessLine.objects.filter(action="refused").count() == 5
    assert far.number not in page_of(
        client.post(reverse("people-alike"), {"citizen_id": FACTS["citizen_id"]})
    )


@pytest.mark.asvs("8.2.3")
def test_who_does_not_need_numbers_sees_their_end(sign_in, huong):
    nurse_page = page_of(sign_in("nurse", "hospital").get(reverse("person", args=[huong.number])))
    doctor_page = page_of(sign_in("doctor", "hospital").get(reverse("person", args=[huong.number])))

    assert "001168004127" in nurse_page
    assert "001168004127" not in doctor_page
    assert "•••••••• 4127" in doctor_page


def test_who_does_not_see_numbers_finds_by_them(sign_in, huong):
    client = sign_in("doctor", "hospital")

    page = page_of(client.post(reverse("people"), {"q": "001168004127"}, follow=True))

    assert huong.number in page
    assert "001168004127" not in page.replace('value="001168004127"', "")


def test_a_person_is_added_from_what_was_looked_for(sign_in, hospital):
    client = sign_in("nurse", "hospital")
    searched = client.post(reverse("people"), {"q": "Nguyễn Thị Hường"})
    mark = searched.url.partition("kept=")[2]

    form = page_of(client.get(reverse("person-new"), {"kept": mark}))
    response = client.post(reverse("person-new"), TYPED)

    assert 'value="Nguyễn Thị Hường"' in form
    person = Person.objects.get()
    assert response.url == reverse("person", args=[person.number])
    assert (person.citizen_id, person.birth_date) == ("001168004127", date(1968, 3, 12))


def test_somebody_alike_is_shown_before_a_second_record_is_made(sign_in, huong):
    client = sign_in("nurse", "hospital")

    first = client.post(reverse("person-new"), TYPED)
    again = client.post(reverse("person-new"), {**TYPED, "new": "1"})

    assert first.status_code == 409
    assert huong.number in page_of(first)
    assert again.status_code == 302
    assert Person.objects.count() == 2


@pytest.mark.asvs("2.2.3")
def test_a_number_that_does_not_fit_is_asked_and_may_stand_with_a_reason(sign_in, hospital):
    client = sign_in("nurse", "hospital")
    typed = {**TYPED, "sex": "1", "birth": "1970"}

    asked = client.post(reverse("person-new"), typed)
    answered = client.post(reverse("person-new"), {**typed, "identity_reason": "thẻ in sai"})

    assert asked.status_code == 422
    assert "Số này cấp cho nữ, hồ sơ ghi nam" in page_of(asked)
    assert "Số này cấp cho người sinh năm 1968, hồ sơ ghi 1970" in page_of(asked)
    assert answered.status_code == 302
    assert Person.objects.get().identity_reason == "thẻ in sai"


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("doctor", "person-edit"),
        ("doctor", "residence-new"),
        ("registrar", "person-seen"),
        ("epidemiologist", "person"),
        ("auditor", "person"),
    ],
)
def test_a_page_opens_only_to_those_whose_work_it_is(sign_in, huong, role, name):
    client = sign_in(role, "hospital")

    assert client.get(reverse(name, args=[huong.number])).status_code == 404


@pytest.fixture
def edit(sign_in, huong):
    client = sign_in("nurse", "hospital")

    def send(**changes):
        typed = {**TYPED, "insurance_number": huong.insurance_number, "version": "1", **changes}
        return client.post(reverse("person-edit", args=[huong.number]), typed)

    return send


def test_a_change_of_sex_or_birth_needs_a_reason(edit, huong):
    refused = edit(birth="13031968")
    saved = edit(birth="13031968", reason="theo giấy khai sinh")

    huong.refresh_from_db()
    assert (refused.status_code, saved.status_code) == (422, 302)
    assert huong.birth_date == date(1968, 3, 13)


@pytest.mark.asvs("15.4.2", "2.3.4")
def test_the_second_of_two_editors_sees_both_and_loses_nothing(edit, huong):
    edit(full_name="Nguyễn Thị Hương")

    second = edit(full_name="Nguyễn Thu Hường")
    page = page_of(second)

    assert second.status_code == 409
    assert "Nguyễn Thị Hương" in page
    assert 'value="Nguyễn Thu Hường"' in page
    huong.refresh_from_db()
    assert huong.full_name == "Nguyễn Thị Hương"


def test_an_older_name_and_an_older_card_still_find_her(sign_in, huong, edit):
    Person.objects.filter(pk=huong.pk).update(citizen_id="011234567")
    edit(full_name="Trần Thu Hà", keep_name="on", citizen_id="001168004127")

    page = page_of(sign_in("registrar").post(reverse("people"), {"q": "011234567"}, follow=True))

    assert "Trần Thu Hà" in page
    assert list(huong.other_names.values_list("full_name", flat=True)) == ["Nguyễn Thị Hường"]
    assert list(huong.identifiers.values_list("kind", "paper_number")) == [("old-card", "011234567")]


def test_every_page_of_a_person_leaves_a_line(sign_in, huong):
    client = sign_in("nurse", "hospital")

    client.get(reverse("person", args=[huong.number]))
    client.post(reverse("people"), {"q": "huong"}, follow=True)
    page = page_of(client.get(reverse("person-seen", args=[huong.number])))

    lines = AccessLine.objects.order_by("id").values_list("action", "people")
    assert list(lines) == [("open", [huong.pk]), ("search", [huong.pk]), ("seen", [huong.pk])]
    assert page.count("<tr><td") == 3
    assert "thấy khi tìm" in page


def test_a_list_asks_the_same_number_of_questions_however_long(
    sign_in, nurse, django_assert_max_num_queries, huong
):
    client = sign_in("nurse", "hospital")
    client.get(reverse("people"))
    for number in range(30):
        add_person(by=nurse, full_name=f"Lê Văn {number}", sex="1")

    with django_assert_max_num_queries(14) as asked:
        client.get(reverse("people"))

    assert len(asked.captured_queries) > 0


def test_people_stand_in_vietnamese_order(sign_in, nurse):
    for name in ("Trần Đức", "Lê Dung", "Phạm Ân", "Ngô An", "Bùi Ánh"):
        add_person(by=nurse, full_name=name, sex="1")

    page = page_of(sign_in("nurse", "hospital").get(reverse("people")))

    order = sorted(("Ngô An", "Bùi Ánh", "Phạm Ân", "Lê Dung", "Trần Đức"), key=page.index)
    assert order == ["Ngô An", "Bùi Ánh", "Phạm Ân", "Lê Dung", "Trần Đức"]
