"""Pages of `inbox list` and `deliveries list` in homes with few and with many rows."""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from .context import ROOT, Bench, count
from .processes import Command, MeasurementFailed
from .table import Row, Value, extremes, readable

SCENARIO = ROOT / "Examples" / "monitors.yaml"
# The example's own secret; nothing listens where it sends to.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
# One row in so many is in the state that the filtered pages list.
RARE = 1_000

PAGES = {
    "`inbox list`, first page": ("inbox", "list"),
    "`inbox list`, from the middle": ("inbox", "list", "--after", "{middle}"),
    "`inbox list --state quarantined`": ("inbox", "list", "--state", "quarantined"),
    "`deliveries list`, first page": ("deliveries", "list"),
    "`deliveries list`, from the middle": ("deliveries", "list", "--after", "{middle}"),
    "`deliveries list --state dead`": ("deliveries", "list", "--state", "dead"),
}

# What differs from row to row; `n` is the row's number. All else is copied from the rows of a run.
WEBHOOK = {
    "webhookId": "printf('msg_%028x', n)",
    "receivedAt": "old.receivedAt + n",
    "callId": "printf('call-1-%07d', n / 4)",
    "reason": f"CASE WHEN n % {RARE} = 0 THEN 'not an event of a simulation' END",
}
DELIVERY = {
    "webhook": "n",
    "callKey": "old.callKey || n / 4",
    "state": f"CASE WHEN n % {RARE} = 0 THEN 'dead' WHEN n % 10 = 0 THEN 'pending' ELSE 'delivered' END",
    "dueAt": f"CASE WHEN n % 10 = 0 AND n % {RARE} <> 0 THEN old.dueAt END",
}


def lists(bench: Bench) -> Iterator[Row]:
    """Milliseconds a page, start-up included, and how they grow with the rows: few and many in turns."""
    with bench.scratch() as folder:
        homes = {rows: folder / f"home-{rows}" for rows in bench.counts.list_rows}
        for rows, home in homes.items():
            bench.say(f"lists: making a home of {count(rows)} rows")
            fill(bench, home, rows)
        for name, arguments in PAGES.items():
            times: dict[int, list[float]] = {rows: [] for rows in homes}
            for _ in range(bench.counts.pages):
                for rows, home in homes.items():
                    times[rows].append(page(bench, home, arguments, rows))
            yield page_row(name, times)


def page_row(name: str, times: Mapping[int, list[float]]) -> Row:
    small, large = min(times), max(times)
    medians = {rows: statistics.median(values) for rows, values in times.items()}
    return Row(
        f"{name}, {count(large)} rows",
        (Value(medians[large], "ms a page"),),
        f"times the same with {count(small)} rows, {readable(medians[small])} ms",
        medians[large] / medians[small],
        f"{extremes(times[large])} ms",
    )


def page(bench: Bench, home: Path, arguments: tuple[str, ...], rows: int) -> float:
    """Milliseconds for one page of 100."""
    program = bench.built(bench.programs.ringback)
    filled = [argument.format(middle=rows // 2) for argument in arguments]
    finished = bench.processes.run([program, *filled, "--home", home, "--json"])
    if '"id"' not in finished.output and '"webhookId"' not in finished.output:
        raise MeasurementFailed(f"{' '.join(filled)} lists nothing")
    return finished.seconds * 1000


def fill(bench: Bench, home: Path, rows: int) -> None:
    """Lets the program make a home with a run and its monitors, and multiplies the rows."""
    program = bench.built(bench.programs.ringback)
    command: Command = [program, "run", SCENARIO, "--home", home, "--quiet"]
    bench.processes.run(command, environment={"QA_SECRET": SECRET}, folder=home.parent)
    with closing(sqlite3.connect(home / "ringback.sqlite")) as database:
        multiply(database, "webhooks", WEBHOOK, rows)
        multiply(database, "deliveries", DELIVERY, rows)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def multiply(database: sqlite3.Connection, table: str, changes: Mapping[str, str], rows: int) -> None:
    """Copies the rows of a table, in turn, until it has so many."""
    columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})") if name != "rowID"]
    values = [changes.get(name, f"old.{name}") for name in columns]
    (present,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    with database:
        database.execute(
            f"""
            WITH RECURSIVE numbers(n) AS (VALUES(:present + 1) UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)
            INSERT INTO {table}({", ".join(columns)})
            SELECT {", ".join(values)} FROM numbers JOIN {table} old ON old.rowID = 1 + n % :present
            """,
            {"present": present, "rows": rows},
        )
