"""`fit` of many call records: seconds and memory."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from .context import Bench, attempt, count, growth, memory
from .processes import MeasurementFailed
from .table import Row, Value

# Calls of a day of eight hours, and who takes them.
CALLS_A_DAY = 20_000
AGENTS = 200
OUTCOMES = ["answered"] * 30 + ["abandoned"] + ["no-answer"] * 35 + ["busy"] * 10 + ["voicemail"] * 20 + ["dial-tone"] * 4
HEADER = "id,dialedAt,outcome,ringSeconds,waitSeconds,talkSeconds,wrapSeconds,agent,contact,campaign,remark\n"


def records(bench: Bench) -> Iterator[Row]:
    """Seconds and memory of `fit`, from a file of call records to a scenario, and how they grow with the rows."""
    costs: dict[int, tuple[float, float]] = {}
    with bench.scratch() as folder:
        for rows in bench.counts.record_rows:
            bench.say(f"fit of {count(rows)} call records")
            file = folder / f"calls-{rows}.csv"
            write(file, rows)
            yield attempt(f"`fit`, {count(rows)} call records", partial(fit_row, bench, file, rows, costs))
            file.unlink()
    if len(costs) == len(bench.counts.record_rows):
        small, *_, large = bench.counts.record_rows
        names = [(f"{count(rows)} rows", costs[rows][1]) for rows in (small, large)]
        yield growth("`fit`, memory", "MiB", *names)


def fit_row(bench: Bench, file: Path, rows: int, costs: dict[int, tuple[float, float]]) -> Row:
    finished = bench.processes.run([bench.built(bench.programs.ringback), "fit", file, "--json"])
    read = json.loads(finished.output)["rows"]
    if read["read"] != rows or read["used"] != rows:
        raise MeasurementFailed(f"{read['used']} of {read['read']} rows are used; {rows} were written")
    costs[rows] = (finished.seconds, finished.peak_mib)
    values = (Value(finished.seconds, "s"), Value(rows / finished.seconds, "rows/s"), *memory([finished.peak_mib]))
    return Row(f"`fit`, {count(rows)} call records", values)


def write(file: Path, rows: int) -> None:
    """Invented calls in order of time: every number has a millisecond, so that no value is written twice."""
    draw = random.Random(1)
    begin = datetime(2026, 3, 2, 9)
    with file.open("w", buffering=1 << 20) as out:
        out.write(HEADER)
        for row in range(rows):
            day, call = divmod(row, CALLS_A_DAY)
            time = begin + timedelta(days=day, seconds=call * 28_800 // CALLS_A_DAY)
            outcome = draw.choice(OUTCOMES)
            ring = f"{draw.gammavariate(4, 4):.3f}"
            wait = f"{draw.expovariate(1):.3f}" if outcome in ("answered", "abandoned") else ""
            talk = wrap = agent = ""
            if outcome == "answered":
                talk = f"{draw.lognormvariate(5, 0.8):.3f}"
                wrap = f"{draw.expovariate(1 / 20):.3f}"
                agent = f"agent {draw.randrange(AGENTS)}"
            contact = f"+4930{draw.randrange(max(1, rows // 3)):08d}"
            out.write(
                f'{1_700_000_000 + row}.{row % 977},{time},{outcome},{ring},{wait},{talk},{wrap},{agent},{contact},spring,"so, so"\n'
            )
