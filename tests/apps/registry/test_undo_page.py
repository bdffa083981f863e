"""Taking an import back from its page, as a job, and from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from banyan.apps.core.models import Job
from banyan.apps.registry.choices import BatchState, RecordStatus
from banyan.apps.registry.models import Batch, Tumour
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.tumour import change_tumour
from banyan.apps.registry.services.undoing import undo_batch
from banyan.apps.registry.tasks import run_undoing


@pytest.fixture
def batch(receive, small_file, registrar) -> Batch:
    return accept_batch(batch=receive(small_file), by=registrar)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def run_job(by, batch, reason="nhầm tệp"):
    job = Job.objects.latest("created_at")
    run_undoing(
        job_id=str(job.pk),
        batch_id=batch.pk,
        staff_id=by.staff_id,
        facility_id=by.facility_id,
        language="vi",
        reason=reason,
    )
    job.refresh_from_db()
    return job


@pytest.fixture
def edited(batch, registrar) -> Tumour:
    tumour = Tumour.objects.order_by("pk").first()
    return change_tumour(tumour=tumour, changes={"stage": "III"}, version=1, reason="đọc lại", by=registrar)


def test_the_page_says_first_what_would_happen(sign_in, batch):
    page = text_of(sign_in("registrar").get(reverse("batch-undo", args=[batch.pk])))

    for line in ("rút ca do lô này thêm: 3", "rút hồ sơ người bệnh do lô này thêm: 3"):
        assert line in page
    assert Tumour.objects.filter(status=RecordStatus.DELETED).count() == 0


def test_the_page_speaks_english(sign_in, batch):
    client = sign_in("registrar")
    client.cookies["banyan_language"] = "en"

    page = text_of(client.get(reverse("batch-undo", args=[batch.pk])))

    assert "cases that this import added, withdrawn: 3" in page


def test_it_is_done_by_a_job_for_a_reason(sign_in, batch, registrar):
    client, address = sign_in("registrar"), reverse("batch-undo", args=[batch.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "nhầm tệp"})

    job = run_job(registrar, batch)
    assert answer.url == reverse("job", args=[job.pk])
    assert (job.state, job.problem) == ("done", "")
    assert Tumour.objects.exclude(status=RecordStatus.DELETED).count() == 0
    page = text_of(client.get(reverse("batch", args=[batch.pk])))
    assert "Đã rút lại; không dòng nào của lô này còn tính trong sổ." in page
    assert client.get(address).url == reverse("batch", args=[batch.pk])


def test_the_page_names_the_cases_that_forbid_it(sign_in, batch, edited):
    client, address = sign_in("registrar"), reverse("batch-undo", args=[batch.pk])

    page = client.get(address)

    assert f"nối thêm ở ca {edited.number}." in text_of(page)
    assert reverse("case", args=[edited.number]) in text_of(page)
    assert client.post(address, {"reason": "nhầm tệp"}).status_code == 409


def test_what_was_edited_while_the_job_waited_ends_it_in_one_sentence(sign_in, batch, registrar):
    sign_in("registrar").post(reverse("batch-undo", args=[batch.pk]), {"reason": "nhầm tệp"})
    tumour = Tumour.objects.order_by("pk").first()
    change_tumour(tumour=tumour, changes={"stage": "III"}, version=1, reason="đọc lại", by=registrar)

    with pytest.raises(Exception, match=tumour.number):
        run_job(registrar, batch)

    job = Job.objects.latest("created_at")
    assert (job.state, job.problem) == (
        "failed",
        f"Không rút lại được: sau lần nhập đã có người sửa, gộp hoặc nối thêm ở ca {tumour.number}.",
    )


def test_a_task_delivered_twice_takes_back_once(sign_in, batch, registrar):
    client = sign_in("registrar")
    for _time in range(2):
        client.post(reverse("batch-undo", args=[batch.pk]), {"reason": "nhầm tệp"})
    jobs = Job.objects.order_by("created_at")

    states = []
    for job in [*jobs, *jobs]:
        run_undoing(
            job_id=str(job.pk),
            batch_id=batch.pk,
            staff_id=registrar.staff_id,
            facility_id=registrar.facility_id,
            language="vi",
            reason="nhầm tệp",
        )
        job.refresh_from_db()
        states.append(job.state)

    assert states == ["done"] * 4
    assert {tumour.version for tumour in Tumour.objects.all()} == {2}


@pytest.mark.asvs("8.2.1", "8.3.1")
def test_only_the_registry_itself_takes_back(sign_in, batch):
    for role, place in (("registrar", "hospital"), ("doctor", "hospital"), ("epidemiologist", "registry")):
        answer = sign_in(role, at=place).get(reverse("batch-undo", args=[batch.pk]))
        assert answer.status_code == 404


def call(*words) -> str:
    out = io.StringIO()
    call_command("undo_import", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_says_what_would_happen_and_then_does_it(batch, registrar):
    dry = call(str(batch.pk), "--by", "ha@banyan.test", "--dry-run")
    batch.refresh_from_db()
    assert batch.state == BatchState.ACCEPTED
    done = call(str(batch.pk), "--by", "HA@banyan.test", "--reason", "nhầm tệp")

    assert dry.splitlines()[0] == "cases that this import added, withdrawn: 3"
    assert done == f"batch {batch.pk} is taken back: 3 cases withdrawn, 0 as before\n"
    batch.refresh_from_db()
    assert (batch.state, batch.undone_reason) == (BatchState.UNDONE, "nhầm tệp")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--by", "lan@banyan.test", "--reason", "x"], "lan@banyan.test holds no role at the registry"),
        (["--by", "nobody@banyan.test", "--reason", "x"], "nobody@banyan.test holds no role at the registry"),
        (["--by", "ha@banyan.test"], "say why: --reason"),
    ],
)
def test_the_command_refuses_in_one_sentence(batch, hospital_registrar, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        call(str(batch.pk), *words)


def test_the_command_names_the_cases_that_forbid_it(batch, edited):
    for words in (["--dry-run"], ["--reason", "nhầm tệp"]):
        with pytest.raises(CommandError, match=f"edited, merged or linked case {edited.number}"):
            call(str(batch.pk), "--by", "ha@banyan.test", *words)
    with pytest.raises(CommandError, match="there is no batch"):
        call("999999", "--by", "ha@banyan.test", "--dry-run")


def test_what_was_refused_of_a_batch_taken_back_leads_nowhere(sign_in, batch, registrar):
    undo_batch(batch=batch, by=registrar, reason="nhầm tệp")
    client = sign_in("registrar")

    page = text_of(client.get(reverse("batch", args=[batch.pk])))

    assert (page.count("/rows/"), page.count("không, lô đã rút lại")) == (0, batch.refused)
