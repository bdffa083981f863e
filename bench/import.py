"""Time a file of 100,000 cases from upload to register, in a database of its own.

    python bench/import.py            100,000 cases
    python bench/import.py 20000      so many

Prints seconds by step, and checks that every row is accounted for and has its history.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TARGET = 60.0


@contextmanager
def timed(step: str, spent: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    spent[step] = time.perf_counter() - start
    print(f"  {step:<44}{spent[step]:8.2f} s")


def write_file(path: Path, rows: int) -> None:
    """Write so many cases of the synthetic city as a hospital would, with names and citizen numbers."""
    import polars as pl  # noqa: PLC0415 -- after the settings are known

    from banyan.science.city import build_city  # noqa: PLC0415 -- after the settings are known

    city = build_city()
    cases = city.tumours.join(
        city.people.drop("number", "sex", "ward_code"), on="person_id", how="left"
    ).head(rows)
    day = "%d/%m/%Y"
    cases.select(
        pl.format("B{}", pl.int_range(pl.len())).alias("record_number"),
        "full_name",
        "sex",
        pl.col("birth_date").dt.strftime(day),
        "citizen_id",
        "insurance_number",
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
    ).write_csv(path)


def open_register():  # noqa: ANN201 -- a viewer, known only once Django is set up
    """Make an empty register, and the registrar who imports."""
    import django  # noqa: PLC0415 -- after the settings are known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are known
    from django.utils import timezone  # noqa: PLC0415 -- after the settings are known

    from banyan.apps.core.choices import Role  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.models import Facility  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.queries.staff import view_as  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.network.services.staff import add_staff, post_staff  # noqa: PLC0415 -- after the settings are known

    call_command("migrate", verbosity=0, skip_checks=True)
    registry = Facility.objects.create(code="R", name_vi="Sổ", name_en="Registry", level=3, kind="registry")
    staff = add_staff(email="bench@banyan.test", full_name="Bench", password="a password for nobody")  # noqa: S106 -- of a database that is thrown away
    return view_as(
        post_staff(staff=staff, facility=registry, role=Role.REGISTRAR, start=timezone.localdate())
    )


def send(path: Path, by):  # noqa: ANN001, ANN201 -- a viewer and a batch, known only once Django is set up
    from banyan.apps.registry.services.receiving import receive_files  # noqa: PLC0415 -- after the settings are known

    files = [(path.name, path.read_bytes())]
    return receive_files(files=files, origin="bench", facility_id=by.facility_id, kind="registry", by=by)


def run(folder: Path, rows: int) -> None:
    by = open_register()
    from banyan.apps.registry.services.acceptance import accept_batch  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.trial import try_batch  # noqa: PLC0415 -- after the settings are known

    path = folder / "cases.csv"
    write_file(path, rows)
    load = os.getloadavg()[0]
    print(f"{rows} cases, {path.stat().st_size / 1e6:.1f} MB, load {load:.1f} on {os.cpu_count()} cores")
    spent: dict[str, float] = {}
    with timed("upload: keep the file, read its columns", spent):
        batch = send(path, by)
    with timed("dry run: read, code, check, match, hold", spent):
        try_batch(batch=batch, by=by)
    print(f"  {batch.new} new, {batch.changed} changed, {batch.same} same, {batch.refused} refused")
    with timed("acceptance: one transaction, with history", spent):
        accept_batch(batch=batch, by=by)
    check(batch, rows)
    print(f"  {'together':<44}{sum(spent.values()):8.2f} s (target {TARGET:.0f})")
    with timed("the same file again, dry run", {}):
        again = send(path, by)
        try_batch(batch=again, by=by)
    print(f"  {again.new} new, {again.changed} changed, {again.same} same, {again.refused} refused")


def check(batch, rows: int) -> None:  # noqa: ANN001 -- a batch, known only once Django is set up
    from banyan.apps.registry.models import Tumour  # noqa: PLC0415 -- after the settings are known

    events = Tumour._meta.get_field("events").related_model  # noqa: SLF001 -- documented model API
    if batch.new + batch.changed + batch.same + batch.refused != rows:
        sys.exit("rows are lost")
    if events.objects.filter(pgh_label="insert").count() != Tumour.objects.count():
        sys.exit("history is lost")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name:
        os.environ["BANYAN_VAR"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
        run(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
