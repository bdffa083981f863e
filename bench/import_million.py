"""Import a file of a million cases from upload to register, and measure the memory of every process.

    python bench/import_million.py              1,000,000 cases
    python bench/import_million.py 200000       so many
    python bench/import_million.py 200000 half  stop the work half way through the acceptance: nothing may enter

Each step runs in a process of its own, as the server and the worker do. Prints seconds and the largest
resident memory of the step, of the process that read the file, and of the database's busiest process; ends
with 1 where rows are lost or a process held more than a gigabyte.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

MB = 1 << 20
MOST = 1024
COPIES = "birth dates moved by eleven days a copy, numbers left out, so that nobody is the same twice"


def write_million(path: Path, rows: int) -> None:
    """Write so many synthetic cases: the synthetic city again and again, with other birth dates."""
    import polars as pl  # noqa: PLC0415 -- only this step needs it

    from banyan.science.city import build_city  # noqa: PLC0415 -- only this step needs it

    city = build_city()
    cases = city.tumours.join(city.people.drop("number", "sex", "ward_code"), on="person_id", how="left")
    day = "%d/%m/%Y"
    with path.open("wb") as file:
        for copy in range(-(-rows // cases.height)):
            some = cases.head(rows - copy * cases.height)
            numbers = [
                pl.col(name) if copy == 0 else pl.lit(None, pl.String).alias(name)
                for name in ("citizen_id", "insurance_number")
            ]
            some.select(
                pl.format("B{}-{}", pl.lit(copy), pl.int_range(pl.len())).alias("record_number"),
                "full_name",
                "sex",
                (pl.col("birth_date") - pl.duration(days=11 * copy)).dt.strftime(day),
                *numbers,
                "address",
                "ward_code",
                pl.col("incidence_date").dt.strftime(day),
                "topography",
                "morphology",
                "behaviour",
                "grade",
                "laterality",
                "basis",
                "stage",
                "t",
                "n",
                "m",
                pl.col("death_date").dt.strftime(day),
            ).write_csv(file, include_header=copy == 0)


def set_up() -> None:
    import django  # noqa: PLC0415 -- after the settings are known

    django.setup()


def open_register() -> None:
    """Make an empty register, and the registrar who imports."""
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are known
    from django.utils import timezone  # noqa: PLC0415 -- after the settings are known

    from banyan.apps.core.choices import Role  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.models import Facility  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.services.staff import add_staff, post_staff  # noqa: PLC0415 -- after the settings are known

    call_command("migrate", verbosity=0, skip_checks=True)
    registry = Facility.objects.create(code="R", name_vi="Sổ", name_en="Registry", level=3, kind="registry")
    staff = add_staff(email="bench@banyan.test", full_name="Bench", password="a password for nobody")  # noqa: S106 -- of a database that is thrown away
    post_staff(staff=staff, facility=registry, role=Role.REGISTRAR, start=timezone.localdate())


def find_registrar():  # noqa: ANN201 -- a viewer, known only once Django is set up
    from banyan.apps.network.models import Posting  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.queries.staff import view_as  # noqa: PLC0415 -- after the settings are known

    return view_as(Posting.objects.get())


def upload(path: Path) -> None:
    from banyan.apps.registry.services.receiving import receive_files  # noqa: PLC0415 -- after the settings are known

    by = find_registrar()
    with path.open("rb") as file:
        receive_files(
            files=[(path.name, file)], origin="bench", facility_id=by.facility_id, kind="registry", by=by
        )


def try_last(_path: Path) -> None:
    from banyan.apps.registry.models import Batch  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.trial import try_batch  # noqa: PLC0415 -- after the settings are known

    batch = try_batch(batch=Batch.objects.first(), by=find_registrar())
    print(f"    {batch.new} new, {batch.changed} changed, {batch.same} same, {batch.refused} refused")


def accept_last(_path: Path) -> None:
    from banyan.apps.registry.models import Batch, Tumour  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.acceptance import accept_batch  # noqa: PLC0415 -- after the settings are known

    batch = accept_batch(batch=Batch.objects.first(), by=find_registrar())
    events = Tumour._meta.get_field("events").related_model  # noqa: SLF001 -- documented model API
    total = batch.new + batch.changed + batch.same + batch.refused
    inserted = events.objects.filter(pgh_label="insert").count()
    print(f"    {Tumour.objects.count()} cases, {inserted} of them with history, {total} rows accounted for")
    if total != batch.rows or inserted != Tumour.objects.count():
        sys.exit("rows or history are lost")


def stop_half_way(_path: Path) -> None:
    """Fail in the middle of the acceptance; nothing may have entered."""
    from banyan.apps.people.models import Person  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.models import Batch, Tumour  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.acceptance import accept_batch  # noqa: PLC0415 -- after the settings are known

    batch = Batch.objects.first()

    def fail(done: int, _step: str) -> None:
        if done > batch.rows // 2:
            raise InterruptedError

    try:
        accept_batch(batch=batch, by=find_registrar(), progress=fail)
    except InterruptedError:
        print("    stopped half way")
    if Person.objects.exists() or Tumour.objects.exists():
        sys.exit("a part has entered")


STEPS = {
    "register": lambda _path: open_register(),
    "upload": upload,
    "try": try_last,
    "accept": accept_last,
    "half": stop_half_way,
}


@contextmanager
def watching_database(most: list[int]):  # noqa: ANN201 -- a context
    """Keep the largest private memory that one database process held, shared buffers left out."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            for process in psutil.process_iter(["name"]):
                if process.info["name"] == "postgres":
                    try:
                        memory = process.memory_info()
                    except psutil.Error:
                        continue
                    most[0] = max(most[0], memory.rss - memory.shared)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def run_step(step: str, path: Path) -> list[int]:
    """Run one step in a process of its own; print its figures; return the megabytes of its processes."""
    start, database = time.perf_counter(), [0]
    with watching_database(database):
        done = subprocess.run(
            [sys.executable, __file__, "--step", step, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    seconds = time.perf_counter() - start
    *said, figures = done.stdout.splitlines() or ["{}"]
    if done.returncode:
        sys.exit(f"{step} failed")
    own, child = json.loads(figures)["own"], json.loads(figures)["child"]
    print(
        f"  {step:<10}{seconds:8.1f} s {own:7} MB, reader {child:5} MB, database {database[0] // MB:5} MB",
        flush=True,
    )
    print("\n".join(said), flush=True) if said else None
    return [own, child, database[0] // MB]


def run_alone(step: str, path: Path) -> None:
    set_up()
    STEPS[step](path)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    # the usage of oneself would begin with the memory of the process that started this one
    own = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
    print(json.dumps({"own": own, "child": child}))


def main(rows: int, *, half: bool) -> None:
    folder = Path(os.environ["BANYAN_VAR"])
    path = folder / "million.csv"
    write_million(path, rows)
    set_up()
    from django.db import connection  # noqa: PLC0415 -- after the settings are known

    connection.ensure_connection()  # starts the database that the steps share
    print(
        f"{rows:,} synthetic cases ({COPIES}), {path.stat().st_size // MB} MB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    steps = ["register", "upload", "try", *(["half"] if half else ["accept", "upload", "try"])]
    largest = max(figure for step in steps for figure in run_step(step, path))
    print(f"  the largest process held {largest} MB (bound {MOST})")
    if largest > MOST:
        sys.exit(1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    if sys.argv[1:2] == ["--step"]:
        run_alone(sys.argv[2], Path(sys.argv[3]))
    else:
        with tempfile.TemporaryDirectory(prefix="banyan-bench-", ignore_cleanup_errors=True) as name:
            os.environ["BANYAN_VAR"] = name
            main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, half="half" in sys.argv[2:])
