"""The dialer engine: its policies, its memory, and the same model in C++ and in SimPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from .context import ROOT, Bench, Comparison, Probe, attempt, count, numbered, times_as_fast, unavailable
from .processes import Command, MeasurementFailed, Unavailable
from .table import Row, State, Value, extremes, readable

POLICIES = ("power", "progressive", "fixedLines", "poisson", "ratio", "vicidial", "feedback", "lookahead")
# The look-ahead computes much more a call.
LOOKAHEAD = "lookahead"
LOOKAHEAD_SHARE = 10
# A queue of events or a pool of calls that outgrows its largest size yet may double: a few blocks.
BLOCKS_ALLOWED = 50
MIB_ALLOWED = 2.0


def policies(bench: Bench) -> Iterator[Row]:
    """Each policy: speed, and that neither memory nor the number of blocks grows with the calls."""
    for policy in POLICIES:
        bench.say(f"policy {policy}")
        yield attempt(f"engine, `{policy}`", partial(policy_row, bench, policy))


def policy_row(bench: Bench, policy: str) -> Row:
    engine = bench.built(bench.programs.engine_run)
    share = LOOKAHEAD_SHARE if policy == LOOKAHEAD else 1
    calls = [number // share for number in bench.counts.policy_calls]
    outputs = [bench.processes.run([engine, policy, str(number)]).output for number in calls]
    peaks = [numbered(output, "peak MiB") for output in outputs]
    blocks = [numbered(output, "allocations") for output in outputs]
    has_more_blocks = blocks[-1] - blocks[0] > BLOCKS_ALLOWED
    grows = has_more_blocks or peaks[-1] - peaks[0] > MIB_ALLOWED
    return Row(
        f"engine, `{policy}`, {count(calls[-1])} calls",
        (Value(numbered(outputs[-1], "ns/call"), "ns a call"), Value(peaks[-1], "MiB")),
        f"times its memory with {count(calls[0])} calls",
        peaks[-1] / peaks[0],
        f"{extremes(peaks)} MiB",
        State.FAILED if grows else State.MEASURED,
        f"memory GROWS from {blocks[0]:,.0f} blocks and {peaks[0]} MiB to {blocks[-1]:,.0f}" if grows else "",
    )


def processor_a_call(bench: Bench, command: Command, calls: int) -> Probe:
    """Nanoseconds of processor time a call, without the start-up, which is that of a run of 10 calls."""

    def probe() -> float:
        start_up = bench.processes.run([*command, "10"]).processor
        seconds = bench.processes.run([*command, str(calls)]).processor - start_up
        if seconds <= 0:
            raise MeasurementFailed(f"{count(calls)} calls took no longer than 10")
        return seconds * 1e9 / calls

    return probe


def baseline(bench: Bench, folder: Path) -> Path:
    """The hand-written C++ program, built."""
    source = bench.peer("dialer_baseline.cpp")
    compiler = bench.tool("g++", "the Debian package g++")
    bench.processes.run([compiler, "-O3", "-march=native", "-o", folder / "baseline", source])
    return folder / "baseline"


def simpy_command(bench: Bench) -> Command:
    script = bench.peer("dialer_simpy.py")
    try:
        bench.processes.run([bench.python, "-c", "import simpy"])
    except MeasurementFailed:
        advice = "`pip install simpy` in a virtual environment, and PYTHON=DIR/bin/python"
        raise Unavailable(f"{bench.python} has no SimPy; {advice}") from None
    return [bench.python, script]


def compare(bench: Bench, name: str, peer: Command, calls: int) -> Row:
    engine: Command = [bench.built(bench.programs.engine_run), "power"]
    series: list[Comparison] = []
    for number in range(bench.counts.series):
        bench.say(f"engine and {name}: series {number + 1} of {bench.counts.series}")
        ours = processor_a_call(bench, engine, bench.counts.engine_calls)
        theirs = processor_a_call(bench, peer, calls)
        series.append(Comparison.measure(ours, theirs, bench.counts.pairs))
    comparison = Comparison.joined(series)
    ratio, spread = comparison.ratio(times_as_fast)
    values = (Value(comparison.ours, "ns a call", "engine"), Value(comparison.theirs, "ns a call", name))
    return Row(f"engine against {name}, one core", values, f"times as fast as {name}", ratio, spread)


def peers(bench: Bench) -> Iterator[Row]:
    """The engine against the same model, written by hand."""

    def with_cpp() -> Row:
        with bench.scratch() as folder:
            return compare(bench, "C++", [baseline(bench, folder)], bench.counts.engine_calls)

    def with_simpy() -> Row:
        return compare(bench, "SimPy", simpy_command(bench), bench.counts.simpy_calls)

    yield attempt("engine against C++, one core", with_cpp)
    yield attempt("engine against SimPy, one core", with_simpy)


def threads(bench: Bench) -> Iterator[Row]:
    """Two threads against one, in turns with the machine's yardstick: two processes of the C++ program against one."""
    engine = bench.built(bench.programs.engine_run)
    calls = str(2 * bench.counts.engine_calls)

    def elapsed(threads: int) -> Probe:
        return lambda: bench.processes.run([engine, "power", calls, str(threads)]).seconds

    sides = {("two threads of the engine", "times as fast as one thread"): (elapsed(2), elapsed(1))}
    yardstick = ("two processes of the C++ program, the yardstick", "times as fast as one process")
    missing: Unavailable | None = None
    with bench.scratch() as folder:
        try:
            sides[yardstick] = processes_side_by_side(bench, baseline(bench, folder))
        except Unavailable as reason:
            missing = reason
        series: dict[tuple[str, str], list[Comparison]] = {names: [] for names in sides}
        for number in range(bench.counts.series):
            for names, (two, one) in sides.items():
                bench.say(f"{names[0]}: series {number + 1} of {bench.counts.series}")
                series[names].append(Comparison.measure(two, one, bench.counts.pairs))
    for (figure, peer), comparisons in series.items():
        yield side_by_side_row(figure, peer, Comparison.joined(comparisons))
    if missing:
        yield unavailable(yardstick[0], missing)


def processes_side_by_side(bench: Bench, program: Path) -> tuple[Probe, Probe]:
    """The seconds of as many calls in two processes at once as in one."""
    command: Command = [program, str(bench.counts.engine_calls)]

    def half_of_two() -> float:
        return max(run.seconds for run in bench.processes.run_together([command, command])) / 2

    def one() -> float:
        return bench.processes.run(command).seconds

    return half_of_two, one


def side_by_side_row(figure: str, peer: str, comparison: Comparison) -> Row:
    ratio, spread = comparison.ratio(times_as_fast)
    return Row(figure, (Value(comparison.ours, "s"),), f"{peer}, {readable(comparison.theirs)} s", ratio, spread)


def kernel(bench: Bench) -> Iterator[Row]:
    """The micro-benchmarks of the kernel, a row for each group."""
    bench.say("micro-benchmarks of the kernel")
    package = ["swift", "package", "--package-path", str(ROOT / "Benchmarks")]
    options = ["--target", "KernelBenchmarks", "--no-progress", "--format", "markdown", "--path", "stdout"]
    finished = bench.processes.run([*package, "benchmark", *options])
    medians = benchmark_medians(finished.output)
    for group in ("EventQueue", "CalendarQueue"):
        yield kernel_row(f"kernel, `{group}`, an event out and one in", medians, f"{group}, ", ": pop and push")
    for way in ("one at a time", "in batches of 125"):
        yield kernel_row(f"kernel, a random number, {way}", medians, "", f": {way}")


def benchmark_medians(report: str) -> dict[str, int]:
    """The median of each benchmark in a report as Markdown, in nanoseconds."""
    medians: dict[str, int] = {}
    name = ""
    for line in report.splitlines():
        if line.startswith("### "):
            name = line.removeprefix("### ").strip()
        elif line.startswith("| Time (wall clock) (ns)"):
            # Metric, p0, p25, p50.
            medians[name] = int(line.split("|")[4])
    return medians


def kernel_row(figure: str, medians: Mapping[str, int], prefix: str, suffix: str) -> Row:
    """The benchmarks with names that begin and end so."""
    chosen = {
        name.removeprefix(prefix).removesuffix(suffix): median
        for name, median in medians.items()
        if name.startswith(prefix) and name.endswith(suffix)
    }
    if not chosen:
        raise MeasurementFailed(f"the report has no benchmark “{prefix}…{suffix}”")
    return Row(figure, tuple(Value(median, "ns", f"{name}:") for name, median in chosen.items()))
