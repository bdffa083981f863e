"""An import taken back: the register as it was before, nothing lost, and nothing of later overwritten."""

from datetime import date

import pghistory
import pytest

from banyan.apps.core.models import AccessLine
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.services.identity import add_name
from banyan.apps.people.services.merge import merge_people
from banyan.apps.people.services.person import add_person, change_person
from banyan.apps.people.services.unmerge import undo_merge
from banyan.apps.registry.choices import BatchState, RecordStatus
from banyan.apps.registry.models import Batch, CheckFinding, Notification, Tumour
from banyan.apps.registry.queries.figures import data_version, read_cases
from banyan.apps.registry.queries.tumour import visible_tumours
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.correction import correct_row
from banyan.apps.registry.services.receiving import receive_files
from banyan.apps.registry.services.trial import try_batch
from banyan.apps.registry.services.tumour import change_tumour, confirm_finding, confirm_tumour
from banyan.apps.registry.services.undoing import CannotUndo, plan_undoing, undo_batch

from .conftest import HEAD

# what counts up with every change, and the tables that codes were derived by
COUNTED = {"version", "updated_at", "updated_by_id", "tables_version"}
FULL = (
    "1;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8500;3;7.1;II",
    "2;Trần Văn Bảo;Nam;01/02/1950;001050001234;02/05/2024;C34.1;8140;3;7.1;IV",
)
VAGUE = ("A;Nguyễn Thị Hằng;;12/03/1968;001168004127;08/2024;C50.9;8000;3;2;",)


def table(*rows: str) -> tuple[str, bytes]:
    return "gpb.csv", "\r\n".join([HEAD, *rows]).encode("utf-8-sig")


@pytest.fixture
def bring(receive, registrar):
    """Take rows of one sender in, and accept them."""

    def take(*rows: str, origin: str = "Sông Nhuệ") -> Batch:
        return accept_batch(batch=receive(table(*rows), origin=origin), by=registrar)

    return take


@pytest.fixture
def take_back(registrar):
    def undo(batch: Batch, by=None):
        return undo_batch(batch=batch, reason="nhầm tệp của tháng trước", by=by or registrar)

    return undo


def standing():
    """Return what the register says, field by field: living persons, cases, open findings."""
    people = Person.objects.filter(merged_into=None)
    cases = Tumour.objects.exclude(status=RecordStatus.DELETED)
    findings = CheckFinding.objects.filter(tumour__in=cases)
    return [
        [{name: value for name, value in row.items() if name not in COUNTED} for row in rows]
        for rows in (
            people.order_by("pk").values(),
            cases.order_by("pk").values(),
            findings.order_by("tumour", "rule", "message_vi").values(
                "tumour", "rule", "message_vi", "result"
            ),
        )
    ]


def events_of(model):
    return model._meta.get_field("events").related_model.objects


def test_what_an_import_made_is_withdrawn_and_nothing_is_lost(bring, take_back, registrar):
    batch = bring(*FULL)
    rows = Person.objects.count(), Tumour.objects.count(), Notification.objects.count()

    plan = take_back(batch)

    assert (plan.new_cases, plan.new_people, plan.changed_cases, plan.rows) == (2, 2, 0, 2)
    assert standing() == [[], [], []]
    assert (Person.objects.count(), Tumour.objects.count(), Notification.objects.count()) == rows
    assert (visible_people(registrar).count(), visible_tumours(registrar).count()) == (0, 0)
    assert read_cases().height == 0
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by_id, batch.undone_reason) == (
        BatchState.UNDONE,
        registrar.staff_id,
        "nhầm tệp của tháng trước",
    )


def test_the_history_of_each_case_says_who_took_it_back_and_why(bring, take_back, registrar):
    batch = bring(*FULL)

    take_back(batch)

    for model in (Tumour, Person):
        newest = events_of(model).order_by("-pgh_id")[:2]
        assert {event.pgh_context.metadata["reason"] for event in newest} == {"nhầm tệp của tháng trước"}
        assert {event.updated_by_id for event in newest} == {registrar.staff_id}
    assert AccessLine.objects.filter(action="undo", subject="batch", subject_id=batch.pk).count() == 1


def test_figures_of_before_an_undoing_are_old(bring, take_back):
    batch = bring(*FULL)
    before = data_version()

    take_back(batch)

    assert data_version().batch > before.batch


def test_what_an_import_changed_is_as_before(bring, take_back):
    bring(*VAGUE, origin="Trạm y tế")
    before = standing()
    batch = bring(*FULL[:1])
    assert Tumour.objects.get().morphology == "8500"

    plan = take_back(batch)

    assert (plan.new_cases, plan.changed_cases, plan.new_people, plan.changed_people) == (0, 1, 0, 1)
    assert standing() == before


def test_a_confirmed_case_that_an_import_sent_back_to_work_is_confirmed_again(
    bring, take_back, registrar, receive
):
    bring(*FULL[:1])
    tumour = Tumour.objects.get()
    confirm_tumour(tumour=tumour, version=tumour.version, by=registrar)
    before = standing()
    other = "B;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8520;3;7.1;II"
    batch = bring(other, origin="Hồng Hà")
    assert Tumour.objects.get().status == RecordStatus.PENDING

    take_back(batch)

    assert standing() == before


def test_the_same_file_may_come_again(bring, take_back):
    take_back(bring(*FULL))

    again = bring(*FULL)

    assert (again.new, again.same, again.entered) == (2, 0, 2)
    assert [len(rows) for rows in standing()][:2] == [2, 2]


def test_a_batch_that_entered_in_two_parts_goes_back_whole(receive, small_file, registrar, take_back):
    batch = accept_batch(batch=receive(small_file), by=registrar)
    row = batch.held.get(rule="code-date")
    correct_row(row=row, cells={"incidence_date": "30/11/2024"}, by=registrar)
    accept_batch(batch=batch, by=registrar)

    plan = take_back(batch)

    assert (plan.new_cases, standing()) == (4, [[], [], []])


@pytest.mark.parametrize("act", ["edit", "confirm", "answer", "name", "person", "source", "merge"])
def test_an_import_on_which_somebody_built_stays(act, bring, take_back, registrar):
    batch = bring(*FULL)
    tumour = Tumour.objects.get(topography="C50.4")
    with pghistory.context(staff=registrar.staff_id):
        build(act, tumour, bring, registrar)
    before = standing()

    with pytest.raises(CannotUndo) as refused:
        take_back(batch)

    assert str(refused.value) == (
        f"Không rút lại được: sau lần nhập đã có người sửa, gộp hoặc nối thêm ở ca {tumour.number}."
    )
    assert standing() == before
    batch.refresh_from_db()
    assert batch.state == BatchState.ACCEPTED


def build(act, tumour, bring, registrar):
    person = tumour.person
    if act == "edit":
        change_tumour(
            tumour=tumour, changes={"stage": "III"}, version=1, reason="sửa theo giấy", by=registrar
        )
    elif act == "confirm":
        confirm_tumour(tumour=tumour, version=1, by=registrar)
    elif act == "answer":
        finding = CheckFinding.objects.create(
            tumour=tumour, rule="x", result="rare", message_vi="hiếm", message_en="rare", rules_version="1"
        )
        confirm_finding(finding=finding, reason="đã xem lại", by=registrar)
    elif act == "name":
        add_name(person=person, kind="alias", full_name="Nguyễn Thị Hường", by=registrar)
    elif act == "person":
        change_person(
            person=person, changes={"full_name": "Nguyễn Thị Hạnh"}, version=1, reason="", by=registrar
        )
    elif act == "source":
        bring("B;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8500;3;7.1;II", origin="Hồng Hà")
    else:
        join(person, registrar)


def join(gone, registrar):
    other = add_person(by=registrar, full_name="Nguyễn Thị Hằng", sex="2", birth_date=date(1968, 3, 12))
    return merge_people(
        kept=other,
        gone=gone,
        kept_version=1,
        gone_version=1,
        taken=[],
        reason="cùng một người",
        by=registrar,
    )


def test_what_was_changed_and_changed_back_is_no_hindrance(bring, take_back, registrar):
    batch = bring(*FULL)
    tumour = Tumour.objects.get(topography="C50.4")
    for version, stage in ((1, "III"), (2, "II")):
        change_tumour(
            tumour=tumour, changes={"stage": stage}, version=version, reason="gõ nhầm", by=registrar
        )
    undo_merge(merge=join(tumour.person, registrar), decisions={}, reason="hai người khác nhau", by=registrar)

    take_back(batch)

    assert [len(rows) for rows in standing()][:2] == [1, 0]


def test_a_later_edit_of_another_field_of_a_known_case_stands(bring, take_back, registrar):
    bring(*VAGUE, origin="Trạm y tế")
    batch = bring(*FULL[:1])
    tumour = Tumour.objects.get()
    change_tumour(
        tumour=tumour, changes={"laterality": "1"}, version=tumour.version, reason="đọc lại", by=registrar
    )

    take_back(batch)

    tumour.refresh_from_db()
    assert (tumour.laterality, tumour.topography, tumour.morphology, tumour.stage) == (
        "1",
        "C50.9",
        "8000",
        "",
    )


def test_a_later_edit_of_what_the_import_changed_forbids_it(bring, take_back, registrar):
    bring(*VAGUE, origin="Trạm y tế")
    batch = bring(*FULL[:1])
    tumour = Tumour.objects.get()
    change_tumour(
        tumour=tumour, changes={"morphology": "8520"}, version=tumour.version, reason="đọc lại", by=registrar
    )

    with pytest.raises(CannotUndo, match=tumour.number):
        take_back(batch)


def test_many_hindrances_name_the_first_few_and_count_the_rest(bring, take_back, registrar):
    rows = [f"{n};Lê Thị Sáu;Nữ;12/03/{1930 + n};;14/08/2024;C50.4;8500;3;7.1;II" for n in range(8)]
    batch = bring(*rows)
    cases = list(Tumour.objects.order_by("number"))
    for tumour in cases:
        # the test is one transaction, and an act without a context of its own would keep the import's
        with pghistory.context(staff=registrar.staff_id):
            confirm_tumour(tumour=tumour, version=1, by=registrar)

    with pytest.raises(CannotUndo) as refused:
        take_back(batch)

    named = ", ".join(tumour.number for tumour in cases[:5])
    assert str(refused.value) == (
        f"Không rút lại được: sau lần nhập đã có người sửa, gộp hoặc nối thêm ở ca {named} và 3 ca khác."
    )


def test_later_imports_go_back_first(bring, take_back):
    bring(*VAGUE, origin="Trạm y tế")
    before = standing()
    first, second = bring(*FULL[:1]), bring(*FULL[:1], origin="Hồng Hà")

    take_back(second)
    take_back(first)

    assert standing() == before


def test_a_question_between_two_sources_goes_with_its_source(bring, take_back):
    bring(*FULL[:1])
    before = standing()
    batch = bring(
        "B;Nguyễn Thị Hằng;Nữ;12/03/1968;001168004127;14/08/2024;C50.4;8520;3;7.1;II", origin="Hồng Hà"
    )
    assert CheckFinding.objects.filter(rule="source-differs").count() == 1

    take_back(batch)

    assert standing() == before


def test_the_facility_that_sent_the_file_knows_its_people_no_longer(
    registrar, hospital, bring, take_back, tmp_path, settings
):
    bring(*VAGUE, origin="Trạm y tế")
    batch = receive_files(
        files=[table(*FULL[:1])], origin="Hồng Hà", facility_id=hospital.pk, kind="discharge", by=registrar
    )
    accept_batch(batch=try_batch(batch=batch, by=registrar), by=registrar)
    assert Attendance.objects.filter(facility=hospital).count() == 1

    take_back(batch)

    assert Attendance.objects.filter(facility=hospital).count() == 0


def test_only_an_accepted_batch_is_taken_back_and_only_once(receive, small_file, bring, take_back):
    tried, batch = receive(small_file), bring(*FULL)
    take_back(batch)

    for each in (tried, batch):
        with pytest.raises(CannotUndo) as refused:
            take_back(each)
        assert str(refused.value) == "Lô này chưa nhập, hoặc đã rút lại rồi."


def test_looking_first_changes_nothing(bring):
    batch = bring(*FULL)
    before = standing(), events_of(Tumour).count(), events_of(Person).count()

    plan = plan_undoing(batch=batch)

    assert (plan.new_cases, plan.new_people, plan.blocked) == (2, 2, ())
    assert (standing(), events_of(Tumour).count(), events_of(Person).count()) == before


def test_an_undoing_that_fails_half_way_has_changed_nothing(bring, take_back, registrar, monkeypatch):
    batch = bring(*FULL)
    before = standing()

    def stop(_done, step):
        if step == "Rút ca do lô này thêm":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        undo_batch(batch=batch, reason="nhầm tệp", by=registrar, progress=stop)

    assert standing() == before
    take_back(batch)


def test_it_asks_the_database_no_oftener_for_more_cases(
    bring, take_back, registrar, django_assert_max_num_queries
):
    few = bring(*(f"{n};Lê Thị Sáu;Nữ;12/03/{1930 + n};;14/08/2024;C50.4;8500;3;7.1;II" for n in range(3)))
    many = bring(*(f"M{n};Lê Thị Bảy;Nữ;12/03/{1930 + n};;14/08/2024;C50.4;8500;3;7.1;II" for n in range(50)))
    with django_assert_max_num_queries(200) as asked:
        take_back(few)

    with django_assert_max_num_queries(len(asked.captured_queries)):
        take_back(many)
