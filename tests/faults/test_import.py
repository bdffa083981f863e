"""An import that is killed: the whole batch or nothing of it, and never twice."""

import pytest

ROWS = 60


@pytest.mark.asvs("2.3.3")
def test_a_worker_killed_in_mid_import_leaves_nothing_and_the_next_one_does_it_whole(
    site, hold, make_file, until
) -> None:
    before = site.counts()
    batch = site.receive("giet.csv", make_file(ROWS, 1_000))
    # all cases are written by then, and not yet the batch's own end
    who_waits = hold("registry_heldrow", "DELETE ON registry_heldrow FOR EACH STATEMENT")
    job = site.accept(batch)
    until(who_waits)

    [killed] = site.workers()
    site.kill_worker()

    until(lambda: site.workers() not in ([], [killed]))  # another one was started
    assert site.counts() == before
    assert site.one("SELECT state FROM registry_batch WHERE id = %s", batch) == "tried"

    hold.release()

    assert site.end_of(job) == "done"
    assert {table: count - before[table] for table, count in site.counts().items()} == {
        "people_person": ROWS,
        "registry_tumour": ROWS,
        "registry_notification": ROWS,
        "registry_tumourevent": site.counts()["registry_tumourevent"] - before["registry_tumourevent"],
    }
    assert site.one("SELECT entered FROM registry_batch WHERE id = %s", batch) == ROWS


@pytest.mark.asvs("2.3.3")
def test_a_worker_killed_after_the_work_and_before_saying_so_does_it_once(
    site, hold, make_file, until
) -> None:
    before = site.counts()
    batch = site.receive("hai-lan.csv", make_file(ROWS, 2_000))
    who_waits = hold("core_job", "UPDATE ON core_job FOR EACH ROW WHEN (NEW.state = 'done')")
    job = site.accept(batch)
    waiting = until(who_waits)
    entered = site.counts()

    site.kill_worker()
    until(lambda: not site.ask("SELECT FROM pg_stat_activity WHERE pid = %s", waiting))
    assert site.one("SELECT state FROM core_job WHERE id = %s", job) == "running"
    hold.release()

    assert site.end_of(job) == "done"
    assert entered["registry_tumour"] - before["registry_tumour"] == ROWS
    assert site.counts() == entered
    assert site.one("SELECT entered FROM registry_batch WHERE id = %s", batch) == ROWS


def test_the_same_file_again_adds_nothing(site, make_file) -> None:
    data = make_file(ROWS, 3_000)
    site.end_of(site.accept(site.receive("mot.csv", data)))
    before = site.counts()

    again = site.receive("mot-lan-nua.csv", data)

    assert site.ask("SELECT new, changed, same, refused FROM registry_batch WHERE id = %s", again) == [
        (0, 0, ROWS, 0)
    ]
    site.end_of(site.accept(again))
    assert site.counts() == before


def test_a_job_under_which_workers_keep_dying_is_given_up_and_its_owner_told(
    site, hold, make_file, until
) -> None:
    before = site.counts()
    batch = site.receive("doc.csv", make_file(ROWS, 4_000))
    who_waits = hold("registry_heldrow", "DELETE ON registry_heldrow FOR EACH STATEMENT")
    job = site.accept(batch)
    until(who_waits)
    site.ask(
        "UPDATE procrastinate_jobs SET attempts = 2 WHERE status = 'doing' RETURNING id"
    )  # two have died

    site.kill_worker()

    assert site.end_of(job) == "failed"
    assert site.counts() == before
    assert site.one("SELECT problem FROM core_job WHERE id = %s", job).startswith("Máy chủ dừng giữa chừng")
