"""What the database says of itself, asked in SQL so that no program of ours stands between."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pgtrigger
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from banyan.config.backup.manifest import ask, has
from banyan.config.database import LOCAL_ENGINE
from banyan.config.doctor.findings import Check, Finding, fine, look, wrong

OLDEST = 15
EXTENSIONS = {"btree_gist", "pg_trgm", "unaccent"}
# a server that promises a write before the disk has it, or keeps patients' values in its own log
PROMISES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
SILENCE = {"log_error_verbosity": ("terse",), "log_min_error_statement": ("fatal", "panic", "log")}
TAIL = 1_000
SKEW = 2.0  # seconds

LONG = """
SELECT pid, state, extract(epoch FROM now() - xact_start)::int FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < now() - interval '10 minutes' ORDER BY xact_start
"""
WORKERS = "SELECT extract(epoch FROM now() - max(last_heartbeat))::int FROM procrastinate_workers"
STALLED = """
SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '60 seconds')
"""
TAIL_FITS = """
WITH tail AS (
  SELECT id, seal, lag(id) OVER numbered AS before,
         core_seal_line(lag(seal) OVER numbered, core_accessline) = seal AS fits
  FROM core_accessline WHERE id > (SELECT last_id FROM core_accesshead) - %s WINDOW numbered AS (ORDER BY id)
)
SELECT id FROM tail WHERE before IS NOT NULL AND (before <> id - 1 OR NOT fits) ORDER BY id
"""
HEAD_FITS = """
SELECT h.last_id, h.last_id = coalesce(l.id, 0) AND h.seal = coalesce(l.seal, '') FROM core_accesshead h
LEFT JOIN LATERAL (SELECT id, seal FROM core_accessline ORDER BY id DESC LIMIT 1) l ON true
"""


def check_server() -> Iterator[Finding]:
    major = int(ask("SHOW server_version_num")[0][0]) // 10_000
    if major < OLDEST:
        yield wrong("database", f"PostgreSQL {major}", f"Banyan needs {OLDEST} or newer")
    else:
        yield fine("database", f"PostgreSQL {major} answers")
    encoding, zone = ask("SELECT current_setting('server_encoding'), current_setting('TimeZone')")[0]
    if encoding == "UTF8":
        yield fine("database", f"encoding UTF8; sessions in {zone}")
    else:
        yield wrong(
            "database", f"encoding {encoding}", "make the database anew with encoding UTF8: names are lost"
        )
    missing = EXTENSIONS - {row[0] for row in ask("SELECT extname FROM pg_extension")}
    if missing:
        yield wrong(
            "database",
            f"without {', '.join(sorted(missing))}",
            "an owner of the database runs CREATE EXTENSION",
        )


def check_promises() -> Iterator[Finding]:
    broken = [name for name, wanted in PROMISES.items() if ask(f"SHOW {name}")[0][0] != wanted]
    if broken:
        yield wrong(
            "database",
            f"{', '.join(broken)} is off",
            "a power failure loses what was said to be stored; set it on",
        )
    else:
        yield fine("database", "a write is on the disk before it is said")
    loud = [name for name, quiet in SILENCE.items() if ask(f"SHOW {name}")[0][0] not in quiet]
    if loud:
        yield look(
            "database",
            f"its log may hold patients' values ({', '.join(loud)})",
            "set log_error_verbosity = terse and log_min_error_statement = panic",
        )


def check_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        first = f"{waiting[0][0].app_label}.{waiting[0][0].name}"
        yield wrong(
            "migrations", f"{len(waiting)} are not applied, first {first}", "run `banyan manage migrate`"
        )
    else:
        yield fine("migrations", "all are applied")


def check_triggers() -> Iterator[Finding]:
    """Compare the triggers that keep history and guard the access log with those that are there, and on."""
    broken = []
    for model, trigger in pgtrigger.registered():
        state, is_on = trigger.get_installation_status(model)
        if state != "INSTALLED" or not is_on:
            broken.append(f"{model._meta.db_table}.{trigger.name}")  # noqa: SLF001 -- documented model API
    if broken:
        shown = ", ".join(broken[:3])
        yield wrong(
            "triggers",
            f"{len(broken)} are missing, changed or off: {shown}",
            "find out who did it, then run `banyan manage pgtrigger install` and `banyan manage pgtrigger enable`",
        )
    else:
        yield fine("triggers", "history and the access log's guard are installed and on")


def check_rights() -> Iterator[Finding]:
    ours = (
        connection.settings_dict["ENGINE"] == LOCAL_ENGINE
    )  # a server of one machine, on a socket of its own
    if ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0] and not ours:
        yield look(
            "database", "Banyan's account is a superuser", "give it an account that owns its database only"
        )


def check_transactions() -> Iterator[Finding]:
    found = ask(LONG)
    for pid, state, seconds in found:
        yield look(
            "database",
            f"process {pid} has had a transaction open for {seconds // 60} minutes ({state})",
            f"see what it is; SELECT pg_terminate_backend({pid}) ends it",
        )
    if not found:
        yield fine("database", "no transaction is older than 10 minutes")


def check_clock() -> Iterator[Finding]:
    before = datetime.now(UTC)
    told = ask("SELECT clock_timestamp()")[0][0]
    after = datetime.now(UTC)
    apart = max((before - told).total_seconds(), (told - after).total_seconds(), 0.0)
    if apart > SKEW:
        yield wrong(
            "clock",
            f"the database's clock is {apart:.0f} s away from this machine's",
            "let both follow one NTP source",
        )
    else:
        yield fine("clock", "the database's clock and this machine's agree")
    if has("core_accessline"):
        ahead = ask("SELECT extract(epoch FROM max(at) - clock_timestamp()) FROM core_accessline")[0][0]
        if ahead is not None and ahead > SKEW:
            yield wrong(
                "clock",
                f"the access log has a line {ahead:.0f} s in the future",
                "the clock went back: set it right",
            )


def check_worker() -> Iterator[Finding]:
    age = ask(WORKERS)[0][0]
    if age is None or age > 60:
        told = "no worker" if age is None else f"the worker was last seen {age} s ago"
        yield look("worker", told, "imports wait: is `banyan serve` running?")
    else:
        yield fine("worker", f"seen {age} s ago")
    if stalled := ask(STALLED)[0][0]:
        yield look(
            "worker",
            f"{stalled} jobs were left by a worker that died",
            "they are taken up when a worker starts",
        )
    failed = ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")[0][0]
    if failed:
        yield look("worker", f"{failed} jobs have failed", "their owners were told why; see the log")


def check_accounts() -> Iterator[Finding]:
    demo, others = ask(
        "SELECT count(*) FILTER (WHERE email LIKE '%%@banyan.demo'), "
        "count(*) FILTER (WHERE email NOT LIKE '%%@banyan.demo') FROM network_staff WHERE is_active"
    )[0]
    if settings.DEMO and others:
        yield look(
            "accounts",
            f"{others} accounts of the demo are not the demo's own",
            "never put real people in a demo",
        )
    elif not settings.DEMO and demo:
        yield wrong("accounts", f"{demo} demo accounts, whose password is public", "disable them")
    else:
        yield fine("accounts", "demo and site are apart")


def check_audit() -> Iterator[Finding]:
    """Check the last lines of the access log; `banyan audit verify` checks all of them."""
    if not has("core_accesshead"):
        return
    last, fits = (ask(HEAD_FITS) or [(0, True)])[0]
    broken = [row[0] for row in ask(TAIL_FITS, TAIL)]
    if broken or not fits:
        where = f"from line {broken[0]}" if broken else f"at its end, line {last}"
        yield wrong(
            "audit",
            f"the access log is not whole {where}",
            "run `banyan audit verify`; keep the machine as it is",
        )
    else:
        yield fine(
            "audit", f"the last {min(last, TAIL)} of {last} lines of the access log follow from one another"
        )


CHECKS: tuple[Check, ...] = (
    check_promises,
    check_migrations,
    check_triggers,
    check_rights,
    check_transactions,
    check_clock,
    check_worker,
    check_accounts,
    check_audit,
)
