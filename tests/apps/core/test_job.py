from datetime import timedelta

import pytest
from django.utils import timezone

from banyan.apps.core.choices import JobState, Role
from banyan.apps.core.models import Job
from banyan.apps.core.presenters.job import describe_job

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(staff_as) -> Job:
    return Job.objects.create(
        owner=staff_as(Role.REGISTRAR),
        kind="import",
        subject="Đối chiếu 1.284 dòng",
        state=JobState.RUNNING,
        done=796,
        total=1284,
        started_at=timezone.now() - timedelta(seconds=40),
    )


@pytest.fixture
def owner(client, job):
    client.force_login(job.owner)
    return client


def test_page_shows_how_far_and_how_long(owner, job):
    page = owner.get(f"/jobs/{job.pk}/").content.decode()

    assert "796 / 1.284" in page
    assert "còn khoảng 25 giây" in page
    assert 'aria-valuenow="62"' in page
    assert 'hx-trigger="every 2s"' in page
    assert f'href="/jobs/{job.pk}/"' in page


def test_htmx_gets_the_inner_part_alone(owner, job):
    block = owner.get(f"/jobs/{job.pk}/", headers=HTMX).content.decode()

    assert block.strip().startswith('<section class="work" id="job"')
    assert "<html" not in block


def test_finished_job_leads_to_its_result(owner, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, result_path="/help/")

    assert owner.get(f"/jobs/{job.pk}/").headers["Location"] == "/help/"
    assert owner.get(f"/jobs/{job.pk}/", headers=HTMX).headers["HX-Redirect"] == "/help/"


def test_finished_job_without_a_result_is_not_asked_again(owner, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=timezone.now())

    page = owner.get(f"/jobs/{job.pk}/").content.decode()

    assert "hx-get" not in page
    assert "Kết thúc lúc" in page


def test_failed_job_says_why(owner, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, problem="Tệp <hỏng> ở dòng 3")

    page = owner.get(f"/jobs/{job.pk}/").content.decode()

    assert "Tệp &lt;hỏng&gt; ở dòng 3" in page
    assert "hx-get" not in page


def test_stop_is_asked_by_post_alone(owner, job):
    assert owner.get(f"/jobs/{job.pk}/stop/").status_code == 405

    owner.post(f"/jobs/{job.pk}/stop/")

    assert Job.objects.get(pk=job.pk).stop_requested
    assert "Đang dừng…" in owner.get(f"/jobs/{job.pk}/").content.decode()


def test_job_of_another_person_does_not_exist(job, client_as):
    other = client_as(Role.AUDITOR)

    assert other.get(f"/jobs/{job.pk}/").status_code == 404
    assert other.post(f"/jobs/{job.pk}/stop/").status_code == 404
    assert not Job.objects.get(pk=job.pk).stop_requested


def test_time_left_is_not_guessed_before_there_is_a_pace(job):
    job.done = 0

    assert describe_job(job).time_left == ""
