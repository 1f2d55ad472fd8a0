"""The audit log: appends, verification and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .context import Bench, Comparison, attempt, count, growth, memory, times_as_fast
from .processes import Command, Finished, MeasurementFailed
from .table import Row, Value

# Entries of one commit to disk while a log is filled.
FILL_BATCH = 128


def audit(bench: Bench) -> Iterator[Row]:
    """Appends by the size of a commit; verification and reports against `sha256sum` of the same bytes."""
    for batch in bench.counts.append_batches:
        yield attempt(f"audit log, {batch} entries a commit", partial(append_row, bench, batch))
    costs: dict[str, dict[int, float]] = {}
    for entries in bench.counts.audit_entries:
        with bench.home() as home:
            bench.say(f"audit log of {count(entries)} entries")
            fill(bench, home, entries)
            for name in ("verify", "report"):
                row, seconds = read_row(bench, home, name, entries)
                costs.setdefault(name, {})[entries] = seconds
                yield row
    for name, by_size in costs.items():
        (small, _), (large, _) = (min(by_size.items()), max(by_size.items()))
        yield growth(
            f"`audit {name}`, microseconds an entry",
            "µs",
            (f"{count(small)} entries", by_size[small] * 1e6 / small),
            (f"{count(large)} entries", by_size[large] * 1e6 / large),
        )


def append_row(bench: Bench, batch: int) -> Row:
    bench.say(f"audit log, {batch} entries a commit")
    program = bench.built(bench.programs.audit_benchmark)
    entries = batch * bench.counts.append_commits
    with bench.home() as home:
        rate = float(bench.processes.run([program, "append", home, str(entries), str(batch)]).output)
    plural = "entry" if batch == 1 else "entries"
    return Row(f"audit log, appends of {batch} {plural} a commit", (Value(rate, "entries/s"),))


def fill(bench: Bench, home: Path, entries: int) -> None:
    """Writes the entries of runs, eight each, as a run writes them."""
    program = bench.built(bench.programs.audit_benchmark)
    bench.processes.run([program, "runs", home, str(entries), str(FILL_BATCH)])


def read_row(bench: Bench, home: Path, name: str, entries: int) -> tuple[Row, float]:
    """One command that reads the whole log, and its seconds."""
    files = sorted((home / "audit").glob("*.jsonl"))
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    finished: list[Finished] = []

    def ours() -> float:
        finished.append(read(bench, home, name))
        return finished[-1].seconds

    def theirs() -> float:
        command: Command = ["sha256sum", *files]
        return bench.processes.run(command).seconds

    bench.say(f"audit {name} of {count(entries)} entries")
    comparison = Comparison.measure(ours, theirs, bench.counts.audit_pairs)
    ratio, spread = comparison.ratio(times_as_fast)
    values = (
        Value(comparison.ours, "s"),
        Value(megabytes / comparison.ours, "MB/s"),
        *memory(run.peak_mib for run in finished),
    )
    figure = f"`audit {name}`, {count(entries)} entries, {megabytes:.0f} MB"
    return Row(figure, values, "times as fast as `sha256sum`", ratio, spread), comparison.ours


def read(bench: Bench, home: Path, name: str) -> Finished:
    program = bench.built(bench.programs.ringback)
    finished = bench.processes.run([program, "audit", name, "--home", home, "--json"])
    verdict = json.loads(finished.output).get("verdict", "intact")
    if verdict != "intact":
        raise MeasurementFailed(f"the log is {verdict}")
    return finished
