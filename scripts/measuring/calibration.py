"""What a dialer manager waits for: windows, certificates, whole calibrations, explanations and reports."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .context import ROOT, Bench, attempt, count
from .processes import Command, Finished, MeasurementFailed
from .program import TUTORIAL, settings
from .table import Row, Value, extremes

TEAMS = ROOT / "Examples" / "calibrate" / "teams.yaml"
# A window of this rule is a block of 30 days.
RULE = "us-tsr"


def calibration(bench: Bench) -> Iterator[Row]:
    """Legal windows, a certificate, teams and settings, an explanation, and the report of many calls."""
    bench.say("windows, certificates, teams, an explanation, a report")
    yield attempt("a window of 30 days with 10 agents", partial(window_row, bench))
    yield attempt("certifying a clearly safe setting", partial(certificate_row, bench))
    yield attempt("four teams, eight settings", partial(teams_row, bench))
    yield attempt("explaining a window", partial(explanation_row, bench))
    yield attempt("the report of many calls", partial(report_row, bench))


def ringback(bench: Bench, *arguments: str | Path) -> Finished:
    command: Command = [bench.built(bench.programs.ringback), *arguments]
    with bench.home() as home:
        return bench.processes.run([*command, "--home", home], codes=(0, 1, 6))


def processor(finished: Finished) -> Value:
    """What it takes on a machine that does something else too."""
    return Value(finished.processor, "s of processor")


def safe(bench: Bench, threads: int) -> tuple[Finished, int]:
    """Progressive dialling abandons nobody, so the first look certifies it; with the number of its windows."""
    finished = ringback(
        bench, "calibrate", TEAMS, "--json", "--agents", "10", "--policies", "progressive", "--profile", RULE,
        "--threads", str(threads),
    )
    (setting,) = json.loads(finished.output)["settings"]
    if setting["verdict"] != "certified":
        raise MeasurementFailed(f"the safe setting is {setting['verdict']}")
    return finished, setting["windows"]


def window_row(bench: Bench) -> Row:
    times = []
    for _ in range(bench.counts.calibrations):
        finished, windows = safe(bench, threads=1)
        times.append(finished.processor * 1000 / windows)
    return Row(
        "a window of 30 days with 10 agents",
        (Value(statistics.median(times), "ms of processor"),),
        spread=f"{extremes(times)} ms",
    )


def certificate_row(bench: Bench) -> Row:
    results = [safe(bench, threads=2) for _ in range(bench.counts.calibrations)]
    times = [finished.seconds for finished, _ in results]
    return Row(
        f"certifying a clearly safe setting, {results[0][1]} windows of 30 days, two threads",
        (Value(statistics.median(times), "s"), processor(results[0][0])),
        spread=f"{extremes(times)} s",
    )


def teams_row(bench: Bench) -> Row:
    finished = ringback(
        bench, "calibrate", TEAMS, "--json", "--agents", "5,10,20,50", "--over", "pacing.power.linesPerAgent=1..2.75/8",
    )
    windows = sum(setting["windows"] for setting in json.loads(finished.output)["settings"])
    return Row(
        f"four teams of 5 to 50 agents, eight settings each, {count(windows)} days in all",
        (Value(finished.seconds, "s"), processor(finished), Value(finished.peak_mib, "MiB")),
    )


def explanation_row(bench: Bench) -> Row:
    finished = ringback(bench, "explain", TEAMS, "--json", "--profile", RULE)
    return Row(
        "explaining the worst of 100 windows of 30 days",
        (Value(finished.seconds, "s"), processor(finished)),
    )


def report_row(bench: Bench) -> Row:
    """Renders the page of a run from its stored result."""
    calls = max(calls for calls, _ in bench.counts.runs)
    options = settings(
        {
            "limits.maxConcurrent": 100,
            "simulation.concurrencyLimit": 100,
            "simulation.maxCalls": calls,
            "thresholds": '{webhooksLost: "== 0"}',
        }
    )
    with bench.scratch() as folder:
        ringback(bench, "run", TUTORIAL, "--quiet", "--timeout", "30m", "--out", folder / "out", *options)
        (folder / "out" / "report.html").unlink()
        page = folder / "page.html"
        times = [
            ringback(bench, "report", folder / "out" / "result.json", "--quiet", "--out", page).seconds
            for _ in range(bench.counts.calibrations)
        ]
        size = page.stat().st_size / 1024
    return Row(
        f"the report of {count(calls)} calls",
        (Value(statistics.median(times), "s"), Value(size, "KiB")),
        spread=f"{extremes(times)} s",
    )
