#!/usr/bin/env python3
"""Measures the release builds of the program and the engine, and prints one table.

`make bench` builds what is needed and runs this. Every ratio is taken in one run, in turns. A row that cannot be
measured here says why, and what to install. A measurement that fails is a row as well; the others go on, and the exit
code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from measuring import audit, calibration, engine, lists, program, records, traffic
from measuring.context import QUICK, ROOT, Bench, Counts, Programs
from measuring.processes import Interrupted, MeasurementFailed, Processes, Unavailable
from measuring.table import Row, State, markdown, plain

BEGIN = "<!-- make bench: begin -->"
END = "<!-- make bench: end -->"
BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


@dataclass(frozen=True)
class Measurement:
    """Something that can be measured alone."""

    name: str
    measure: Callable[[Bench], Iterator[Row]]

    @property
    def summary(self) -> str:
        return (self.measure.__doc__ or "").splitlines()[0]


# In the order of the table: first what people wait for.
MEASUREMENTS = (
    Measurement("startup", program.startup),
    Measurement("run", program.runs),
    Measurement("simulate", program.simulate),
    Measurement("calibration", calibration.calibration),
    Measurement("records", records.records),
    Measurement("lists", lists.lists),
    Measurement("audit", audit.audit),
    Measurement("ingest", traffic.ingest),
    Measurement("forwarding", traffic.forwarding),
    Measurement("peers", engine.peers),
    Measurement("threads", engine.threads),
    Measurement("policies", engine.policies),
    Measurement("kernel", engine.kernel),
)


def arguments(names: Sequence[str]) -> argparse.ArgumentParser:
    release = ROOT / ".build-release" / "release"
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--list", action="store_true", help="list the measurements, and measure nothing")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help="measure these only")
    parser.add_argument("--quick", action="store_true", help="measure little, to see that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows into a file as JSON too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the two marks of a page")
    for name, folder in {
        "ringback": release,
        "AuditBenchmark": release,
        "ForwardingBenchmark": release,
        "EngineRun": ROOT / "Benchmarks" / ".build" / "release",
    }.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", default=folder / name, help=f"the built {name}")
    return parser


def rows_of(measurement: Measurement, bench: Bench) -> Iterator[Row]:
    """The rows of a measurement, and one that says so if it cannot go on."""
    try:
        for row in measurement.measure(bench):
            yield replace(row, measurement=measurement.name)
    except Unavailable as reason:
        yield without_figures(measurement, State.UNAVAILABLE, str(reason))
    except MeasurementFailed as failure:
        yield without_figures(measurement, State.FAILED, str(failure))
    # Whatever else goes wrong in one measurement, the others go on.
    except Exception as error:
        yield without_figures(measurement, State.FAILED, f"{type(error).__name__}: {error}")
    finally:
        bench.processes.stop_all()


def without_figures(measurement: Measurement, state: State, reason: str) -> Row:
    """The row of a measurement that did not come to its end."""
    return Row(measurement.name, state=state, reason=" ".join(reason.split()), measurement=measurement.name)


def measure(chosen: Sequence[Measurement], bench: Bench, rows: list[Row]) -> bool:
    """Measures one after the other and adds the rows as they come; tells whether it came to the end."""
    waiting = list(chosen)
    try:
        with bench.processes:
            while waiting:
                for row in rows_of(waiting[0], bench):
                    rows.append(row)
                    bench.say(f"    {row.line}")
                del waiting[0]
    except Interrupted:
        for measurement in waiting:
            reason = "interrupted before its end" if measurement is waiting[0] else "interrupted before it began"
            rows.append(without_figures(measurement, State.UNAVAILABLE, reason))
        return False
    return True


def commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


@dataclass(frozen=True)
class Circumstances:
    """When, where and on what the rows were measured."""

    date: str
    commit: str
    cores: int
    processor: str
    load_before: float
    quick: bool

    @classmethod
    def now(cls, *, quick: bool) -> Circumstances:
        date = time.strftime("%Y-%m-%d", time.gmtime())
        return cls(date, commit(), os.cpu_count() or 1, processor(), round(os.getloadavg()[0], 1), quick)

    def sentence(self, minutes: float) -> str:
        kind = "one quick trial, which is no measurement," if self.quick else "one run"
        return (
            f"Measured on {self.date} with commit {self.commit} in {kind} of {minutes:.0f} min, on {self.cores} cores "
            f"({self.processor}; load before {self.load_before})."
        )


def report(options: argparse.Namespace, circumstances: Circumstances, minutes: float, rows: Sequence[Row]) -> None:
    """Prints the table, and writes it where the options say."""
    sentence = circumstances.sentence(minutes)
    print(f"{sentence}\n\n{plain(rows)}", flush=True)
    if options.json:
        facts = {**vars(circumstances), "minutes": minutes, "rows": [row.document() for row in rows]}
        options.json.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    if options.write:
        block = f"{BEGIN}\n\n{sentence}\n\n{markdown(rows)}\n\n{END}"
        options.write.write_text(BLOCK.sub(lambda _: block, options.write.read_text(), count=1))


def main() -> int:
    parser = arguments([measurement.name for measurement in MEASUREMENTS])
    options = parser.parse_args()
    if options.list:
        for measurement in MEASUREMENTS:
            print(f"{measurement.name:12}{measurement.summary}")
        return 0
    if options.write and not BLOCK.search(options.write.read_text()):
        parser.error(f"{options.write} lacks the marks between which the table goes: {BEGIN} and {END}")
    chosen = [measurement for measurement in MEASUREMENTS if not options.only or measurement.name in options.only]
    circumstances = Circumstances.now(quick=options.quick)
    peers = os.environ.get("RINGBACK_PEERS")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="ringback-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs = (options.ringback, options.EngineRun, options.AuditBenchmark, options.ForwardingBenchmark)
        bench = Bench(
            programs=Programs(*(path.resolve() for path in programs)),
            processes=Processes(folder),
            folder=folder,
            counts=QUICK if options.quick else Counts(),
            peers=Path(peers).resolve() if peers else None,
            python=os.environ.get("PYTHON", "python3"),
        )
        is_complete = measure(chosen, bench, rows)
        minutes = (time.monotonic() - bench.began) / 60
    if not is_complete:
        # A page keeps the table of a whole run.
        options.write = None
        print("interrupted: the rows so far", file=sys.stderr)
    report(options, circumstances, minutes, rows)
    if not is_complete:
        return 130
    return 1 if any(row.state is State.FAILED for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
