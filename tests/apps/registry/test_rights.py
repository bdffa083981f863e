"""What the register adds to a person's rights: its part of her own file, files that are due, who counts without being seen."""

from datetime import date, timedelta

from django.utils import timezone

from banyan.apps.people.models import Person
from banyan.apps.people.presenters.dossier import tell_all, write_json
from banyan.apps.people.queries.retention import list_due
from banyan.apps.people.services.restriction import restrict_person
from banyan.apps.people.services.retention import run_retention, set_rule
from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.figures import read_cases
from banyan.apps.registry.queries.tumour import visible_tumours
from banyan.apps.registry.services.acceptance import accept_batch


def test_her_file_holds_her_cases_and_what_each_source_wrote(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    person = Person.objects.get(citizen_id="001168004127")

    file = write_json(tell_all([person.pk]))

    assert [case["Vị trí"].split()[0] for case in file["cases"]] == ["C50.4"]
    assert "Nguyễn Thị Hằng" in file["sources"][0]["Nguồn ghi"]
    assert set(file) >= {"identity", "residences", "facilities", "cases", "sources", "consents", "looks"}


def test_a_restricted_person_counts_and_is_not_listed(add_case, registrar):
    tumour = add_case()

    restrict_person(person=tumour.person, reason="phản đối", by=registrar)

    assert list(visible_tumours(registrar)) == []
    assert read_cases()["id"].to_list() == [tumour.pk]


def test_files_that_were_kept_long_enough_are_listed_and_stay(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    set_rule(record_class="source_file", years=2, action="erase", source="thử", by=registrar)
    today = timezone.localdate()
    assert {each.keeping.record_class: each.count for each in list_due(today)}["source_file"] == 0

    Batch.objects.update(accepted_at=timezone.now() - timedelta(days=3 * 366))
    run = run_retention(on=today)

    assert run.due["source_file"] == 1
    assert run_retention(on=today).pk == run.pk
    assert Batch.objects.get().files.count() == 1
    assert run_retention(on=date(2020, 1, 1)).due["source_file"] == 0
