"""Time an import of 100,000 cases taken back, in a database of its own.

    python bench/undo.py            100,000 cases
    python bench/undo.py 20000      so many

First an import that only adds, then one that only changes what another has added. Prints seconds by step, and checks
that nothing of the import stands and nothing of its rows is lost.
"""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

imports = import_module("import")
TARGET = 60.0


def bring(path: Path, origin: str, by):  # noqa: ANN001, ANN201 -- a viewer and a batch, known only once Django is set up
    from banyan.apps.registry.services.acceptance import accept_batch  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.receiving import receive_files  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.registry.services.trial import try_batch  # noqa: PLC0415 -- after the settings are known

    files = [(path.name, path.read_bytes())]
    batch = receive_files(files=files, origin=origin, facility_id=by.facility_id, kind="registry", by=by)
    accept_batch(batch=try_batch(batch=batch, by=by), by=by)
    print(f"{origin}: {batch.entered} rows entered, {batch.new} new, {batch.changed} changed")
    return batch


def weaken(path: Path, target: Path) -> None:
    """Write the same cases as somebody who knew less of each would: no stage, no grade, a weaker basis."""
    import polars as pl  # noqa: PLC0415 -- after the settings are known

    rows = pl.read_csv(path, infer_schema=False)
    rows.with_columns(
        stage=pl.lit(None),
        grade=pl.lit(None),
        t=pl.lit(None),
        n=pl.lit(None),
        m=pl.lit(None),
        basis=pl.lit("2"),
    ).write_csv(target)


def take_back(batch, by) -> None:  # noqa: ANN001 -- as above
    from banyan.apps.registry.services.undoing import plan_undoing, undo_batch  # noqa: PLC0415 -- as above

    spent: dict[str, float] = {}
    with imports.timed("look first", spent):
        plan = plan_undoing(batch=batch)
    print(f"  {plan.new_cases} cases made, {plan.changed_cases} changed, {plan.new_people} persons made")
    with imports.timed("take back: one transaction, with history", spent):
        undo_batch(batch=batch, reason="bench", by=by)
    print(f"  {'together':<44}{sum(spent.values()):8.2f} s (target {TARGET:.0f})")


def check(entered: int) -> None:
    from banyan.apps.registry.models import Notification, Tumour  # noqa: PLC0415 -- as above

    if Tumour.objects.exclude(status="deleted").exists():
        sys.exit("cases stand that were taken back")
    if Notification.objects.count() != entered:
        sys.exit("rows are lost")


def run(folder: Path, rows: int) -> None:
    by = imports.open_register()
    path, weak = folder / "cases.csv", folder / "weak.csv"
    imports.write_file(path, rows)
    weaken(path, weak)
    print(f"{rows} cases, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    first = bring(weak, "commune", by)
    second = bring(path, "hospital", by)
    take_back(second, by)
    take_back(first, by)
    check(first.entered + second.entered)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name:
        os.environ["BANYAN_VAR"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
        run(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
