"""The commands of a site: each reads its words, calls one function, and prints what came of it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from banyan.config.preflight import NotReady

# Django is imported where it is used: `banyan --help` and the commands on files must not wait for it.

commands = typer.Typer(add_completion=False, rich_markup_mode=None)
audit = typer.Typer(help="The access log: who looked at whom.")
commands.add_typer(audit, name="audit")
imports = typer.Typer(help="Files that were imported.")
commands.add_typer(imports, name="import")

Demo = Annotated[
    bool, typer.Option("--demo", envvar="BANYAN_DEMO", help="The demo city's folder, not the site's.")
]


@commands.command()
def serve(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the web server.")] = 8000,
    demo: Annotated[bool, typer.Option(help="With the synthetic demo city, or empty.")] = True,
) -> NoReturn:
    """Run Banyan: database, web server and worker, until Ctrl-C."""
    from banyan.config.serve import serve as run_server  # noqa: PLC0415 -- Django, for the server only

    raise typer.Exit(run_server(port=port, demo=demo))


@commands.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def manage(context: typer.Context) -> None:
    """Run a management command of Django: banyan manage migrate."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- Django, for the server only

    execute_from_command_line(["banyan manage", *context.args])


@commands.command()
def backup(
    *,
    folder: Annotated[
        Path | None, typer.Argument(help="Where the backup goes; the site's own backups/.")
    ] = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="With the secret key: then lock it away.")
    ] = False,
    demo: Demo = False,
) -> None:
    """Write database and uploaded files into one file; the site goes on working."""
    from banyan.config.site import open_site  # noqa: PLC0415 -- Django

    with speaking():
        home = open_site(demo=demo)
        from banyan.config.backup.taking import take_backup  # noqa: PLC0415 -- needs the site to be open

        path, manifest = take_backup(target=folder or home / "backups", with_keys=with_keys)
    typer.echo(f"{path}: {sum(manifest['rows'].values())} rows, {path.stat().st_size // 1_000_000 + 1} MB")
    typer.echo(
        f"access log: {manifest['audit']['last_id']} lines, seal {manifest['audit']['seal'] or 'none'}"
    )
    if with_keys:
        typer.echo("the secret key is inside: whoever holds this file can sign in as anybody; lock it away")
    else:
        typer.echo("without the secret key: keep a copy of it elsewhere (--with-keys puts it in)")


@commands.command()
def restore(
    *,
    file: Annotated[Path, typer.Argument(help="A file that `banyan backup` has made.")],
    into: Annotated[Path | None, typer.Option(help="A fresh folder; the site's own.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there, after a typed word.")
    ] = False,
    demo: Demo = False,
) -> None:
    """Put a backup back: all of it, compared with what it said of itself, or nothing."""
    from banyan.config.backup.archive import open_archive  # noqa: PLC0415 -- slow import
    from banyan.config.serve import only_one  # noqa: PLC0415 -- slow import
    from banyan.config.site import choose_site, set_up  # noqa: PLC0415 -- Django

    if into:
        os.environ["BANYAN_VAR"] = str(into)
    with speaking(), open_archive(file) as (store, manifest), only_one(choose_site(demo=demo)):
        set_up()
        from banyan.config.backup.restoring import restore_backup  # noqa: PLC0415 -- needs the site to be set up

        faults = restore_backup(
            store=store, manifest=manifest, path=file, replace=confirm_replacing if replace else None
        )
    typer.echo(
        f"restored: {sum(manifest['rows'].values())} rows in {len(manifest['rows'])} tables, as the backup says"
    )
    typer.echo(f"access log: ends at line {manifest['audit']['last_id']}, as the backup says")
    report_faults([(fault.line, fault.kind) for fault in faults])


def confirm_replacing(name: str) -> bool:
    return bool(
        typer.prompt(f"Everything there will be lost. Type: replace {name}\n", prompt_suffix="> ")
        == f"replace {name}"
    )


@commands.command()
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine.")] = False,
    demo: Demo = False,
) -> None:
    """Look at settings, keys, disk, backups, database, clock, worker and access log; say what to do."""
    from banyan.config.doctor.findings import State  # noqa: PLC0415 -- slow import
    from banyan.config.site import open_site  # noqa: PLC0415 -- Django

    with speaking():
        open_site(demo=demo)
        from banyan.config.doctor.examination import examine  # noqa: PLC0415 -- it needs the site to be open

        findings = []
        for finding in examine():
            findings.append(finding)
            if not as_json:
                typer.echo(finding.line())
    if as_json:
        typer.echo(json.dumps([finding.row() for finding in findings], ensure_ascii=False, indent=1))
    raise typer.Exit(int(any(finding.state == State.WRONG for finding in findings)))


@audit.command()
def verify(
    *,
    against: Annotated[
        Path | None, typer.Option(help="A backup: the log must still hold what it held then.")
    ] = None,
    demo: Demo = False,
) -> None:
    """Name each line of the access log that was changed, deleted or inserted."""
    from banyan.config.backup.archive import open_archive  # noqa: PLC0415 -- slow import
    from banyan.config.site import open_site  # noqa: PLC0415 -- Django

    with speaking():
        open_site(demo=demo)
        from banyan.apps.core.queries.audit import (  # noqa: PLC0415 -- needs the site to be open
            Head,
            read_noted_heads,
            verify_chain,
        )

        notes = read_noted_heads()
        known = list(notes.heads)
        if against:
            with open_archive(against) as (_, manifest):
                known.append(Head(**manifest["audit"]))
        faults = verify_chain(known)
    typer.echo(f"compared with {len(known)} heads that were noted outside the database")
    for line in notes.broken:
        typer.echo(f"noted heads: the signature of line {line} does not fit")
    report_faults([(fault.line, fault.kind) for fault in faults])
    if notes.broken:
        raise typer.Exit(1)


@audit.command()
def export(
    *,
    first: Annotated[str, typer.Option("--from", help="The first day: 2026-11-01, in Hanoi's time.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day, whole.")] = "",
    form: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
    person: Annotated[str, typer.Option(help="Only lines on which this record stands: NB-0000123.")] = "",
    demo: Demo = False,
) -> None:
    """Write lines of the access log out for an inspector."""
    given = {"--from": first, "--to": last, "--format": form, "--person": person}
    words = [word for name, value in given.items() if value for word in (name, value)]
    call_for_site("audit_export", words, demo=demo)


@imports.command()
def undo(
    *,
    batch: Annotated[int, typer.Argument(help="The number in the batch's address.")],
    by: Annotated[str, typer.Option(help="The e-mail address of the registrar who does it.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words; it stands in the history.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    demo: Demo = False,
) -> None:
    """Take an accepted import back: what it made is withdrawn, what it changed is as before."""
    words = [str(batch), "--by", by, "--reason", reason, *(["--dry-run"] if dry_run else [])]
    call_for_site("undo_import", words, demo=demo)


def call_for_site(name: str, words: list[str], *, demo: bool) -> None:
    """Run a management command of the site, its refusal in one sentence."""
    from banyan.config.site import open_site  # noqa: PLC0415 -- Django

    with speaking():
        open_site(demo=demo)
        from django.core.management import CommandError, call_command  # noqa: PLC0415 -- needs the site

        try:
            call_command(name, *words)
        except CommandError as fault:
            raise NotReady(str(fault).removesuffix(".")) from fault


def report_faults(faults: list[tuple[int, str]]) -> None:
    """Print them, and end with exit code 1 where there are some."""
    for line, kind in faults:
        typer.echo(f"access log: line {line} was {kind}")
    if faults:
        raise typer.Exit(1)
    typer.echo("access log: whole")


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what must change first into one sentence and exit code 2."""
    from banyan.config.database import DatabaseFault  # noqa: PLC0415 -- slow import

    try:
        yield
    except (NotReady, DatabaseFault) as fault:
        raise typer.TyperException(f"{fault}.") from fault
