"""Records taken back with their import: the data officer finds, shows and erases them; nobody else sees them."""

import pytest
from django.urls import reverse

from banyan.apps.people.models import Erasure, Person
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.undoing import undo_batch
from tests.apps.registry.conftest import post


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def gone(receive, small_file, registrar) -> Person:
    """One of three people whom an import brought, and who were withdrawn with it."""
    before = set(Person.objects.values_list("pk", flat=True))
    batch = accept_batch(batch=receive(small_file), by=registrar)
    undo_batch(batch=batch, by=registrar, reason="nhầm tệp")
    return Person.objects.exclude(pk__in=before).order_by("pk").first()


def test_the_officer_finds_a_withdrawn_record_by_name_and_by_number(sign_in, gone):
    officer = sign_in("officer")

    whole = text_of(officer.get(reverse("people-withdrawn")))
    by_name = officer.post(reverse("people-withdrawn"), {"q": gone.full_name}, follow=True)
    by_number = officer.post(reverse("people-withdrawn"), {"q": gone.number}, follow=True)
    nobody = officer.post(reverse("people-withdrawn"), {"q": "Không Ai Cả"}, follow=True)

    assert whole.count("<tr data-row") == 3
    assert [text_of(page).count("<tr data-row") for page in (by_name, by_number, nobody)] == [1, 1, 0]
    assert gone.full_name not in by_name.request["QUERY_STRING"]


def test_a_withdrawn_record_is_shown_and_erased_by_two_officers(sign_in, gone, registry):
    officer = sign_in("officer")
    shown = text_of(officer.get(reverse("person-dossier", args=[gone.number])))
    cases = Tumour.objects.filter(person_id=gone.pk).values_list("number", flat=True)
    asked = officer.post(reverse("person-erasure", args=[gone.number]), {"reason": "nhập nhầm"})
    erasure = Erasure.objects.get()

    second = officer
    second.force_login(post("officer-two@banyan.test", registry, "officer").staff)
    decided = second.post(reverse("erasure", args=[erasure.pk]), {"state": "done", "words": "đã đối chiếu"})

    gone.refresh_from_db()
    assert (asked.status_code, decided.status_code) == (302, 302)
    assert [number in shown for number in cases] == [True]
    assert (gone.full_name, gone.merged_into_id) == ("", gone.pk)
    assert second.get(reverse("people-withdrawn")).content.decode().count(gone.number) == 0


def test_no_page_leads_from_a_withdrawn_record_to_one_that_is_not_there(sign_in, gone):
    officer = sign_in("officer")

    pages = [
        text_of(officer.get(reverse(name, args=[gone.number])))
        for name in ("person-dossier", "person-erasure")
    ]

    assert {page.count(f'href="{reverse("person", args=[gone.number])}"') for page in pages} == {0}
    assert officer.get(reverse("person", args=[gone.number])).status_code == 404


@pytest.mark.parametrize("role", ["registrar", "nurse", "doctor", "auditor"])
def test_nobody_else_sees_withdrawn_records(sign_in, gone, role):
    client = sign_in(role)

    assert client.get(reverse("people-withdrawn")).status_code == 404
    assert client.get(reverse("person-dossier", args=[gone.number])).status_code == 404
