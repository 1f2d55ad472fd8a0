"""The program as people use it: start-up, whole runs, and simulations of a contact centre."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from .context import ROOT, Bench, attempt, count, growth, memory
from .processes import Command, MeasurementFailed
from .table import Row, Value, extremes

TUTORIAL = ROOT / "Examples" / "tutorial.yaml"
TEN_AGENTS = ROOT / "Examples" / "ten-agents.yaml"


def settings(values: dict[str, object]) -> list[str]:
    return [part for path, value in values.items() for part in ("--set", f"{path}={value}")]


def startup(bench: Bench) -> Iterator[Row]:
    """The start-up of `validate`, and the tutorial's run of 50 calls from start to exit."""
    bench.say("start-up of validate, and the tutorial's run")
    yield attempt("start-up of `validate`", partial(validate_row, bench))
    yield attempt("the tutorial's run of 50 calls", partial(tutorial_row, bench))


def validate_row(bench: Bench) -> Row:
    command: Command = [bench.built(bench.programs.ringback), "validate", "--quiet", TUTORIAL]
    times = [bench.processes.run(command).seconds for _ in range(bench.counts.start_ups)]
    return milliseconds("start-up of `validate`", times)


def tutorial_row(bench: Bench) -> Row:
    command: Command = [bench.built(bench.programs.ringback), "run", "--quiet", TUTORIAL]
    times = []
    for _ in range(bench.counts.tutorials):
        with bench.home() as home:
            times.append(bench.processes.run([*command, "--home", home]).seconds)
    return milliseconds("the tutorial's run of 50 calls, from start to exit", times)


def milliseconds(figure: str, seconds: Sequence[float]) -> Row:
    times = [value * 1000 for value in seconds]
    return Row(figure, (Value(statistics.median(times), "ms"),), spread=f"{extremes(times)} ms")


@dataclass(frozen=True)
class RunCost:
    """What one whole run took."""

    seconds: float
    processor: float
    peak_mib: float
    events: int


def answered_calls(bench: Bench, calls: int) -> RunCost:
    """Runs calls that are all answered, so that each has five events over HTTP."""
    outcomes = {"answer": 1, "dialTone": 0, "busySignal": 0, "noAnswer": 0}
    options = settings(
        {
            "limits.maxConcurrent": 100,
            "simulation.concurrencyLimit": 100,
            "simulation.maxCalls": calls,
            **{f"simulation.outcomeInjection.{name}Probability": share for name, share in outcomes.items()},
            "thresholds": '{webhooksLost: "== 0"}',
        }
    )
    program = bench.built(bench.programs.ringback)
    command: Command = [program, "run", TUTORIAL, "--timeout", "30m", "--json", *options]
    with bench.home() as home:
        finished = bench.processes.run([*command, "--home", home])
    webhooks = json.loads(finished.output)["webhooks"]
    if webhooks["lost"] or webhooks["unique"] < 5 * calls:
        raise MeasurementFailed(f"{webhooks['unique']} webhooks of {calls} calls arrived, {webhooks['lost']} were lost")
    return RunCost(finished.seconds, finished.processor, finished.peak_mib, webhooks["unique"])


def runs(bench: Bench) -> Iterator[Row]:
    """Whole runs: every event is signed, sent, verified and committed before it is answered."""
    seconds_a_thousand: dict[int, float] = {}
    for calls, rounds in bench.counts.runs:
        bench.say(f"run of {count(calls)} answered calls")
        costs = [answered_calls(bench, calls) for _ in range(rounds)]
        seconds = statistics.median(cost.seconds for cost in costs)
        seconds_a_thousand[calls] = seconds * 1000 / calls
        yield run_row(calls, seconds, costs)
    smallest, largest = 1_000, max(seconds_a_thousand)
    yield growth(
        "run, seconds per 1,000 calls",
        "s",
        (f"{count(smallest)} calls", seconds_a_thousand[smallest]),
        (f"{count(largest)} calls", seconds_a_thousand[largest]),
    )


def run_row(calls: int, seconds: float, costs: Sequence[RunCost]) -> Row:
    microseconds = statistics.median(cost.processor * 1e6 / cost.events for cost in costs)
    spread = extremes(cost.seconds for cost in costs)
    return Row(
        f"run of {count(calls)} answered calls",
        (
            Value(seconds, "s"),
            Value(seconds * 1000 / calls, "s per 1,000 calls"),
            Value(microseconds, "µs of processor an event"),
            *memory(cost.peak_mib for cost in costs),
        ),
        spread=f"{spread} s" if spread else "",
    )


def simulate(bench: Bench) -> Iterator[Row]:
    """The engine behind `simulate`, on one thread, in contact centres of several sizes, in turns."""
    figures: dict[int, list[float]] = {agents: [] for agents in bench.counts.agents}
    for number in range(bench.counts.simulate_rounds):
        bench.say(f"simulate: round {number + 1} of {bench.counts.simulate_rounds}")
        for agents in figures:
            figures[agents].append(nanoseconds_a_call(bench, agents))
    costs = {agents: statistics.median(values) for agents, values in figures.items()}
    for agents, cost in costs.items():
        spread = extremes(figures[agents])
        yield Row(f"simulate, {count(agents)} agents", (Value(cost, "ns a call"),), spread=spread)
    least, most = min(costs), max(costs)
    small, large = (f"{count(least)} agents", costs[least]), (f"{count(most)} agents", costs[most])
    yield growth("simulate, nanoseconds a call", "ns", small, large)


def nanoseconds_a_call(bench: Bench, agents: int) -> float:
    """Processor time a call over so many days that each size has about as many calls."""
    options = settings(
        {
            "contactCenter.agents": agents,
            "contactCenter.lines": 4 * agents,
            "simulation.concurrencyLimit": 4 * agents,
            "limits.maxConcurrent": 4 * agents,
            "run.days": max(1, bench.counts.agent_days // agents),
        }
    )
    program = bench.built(bench.programs.ringback)
    command: Command = [program, "simulate", TEN_AGENTS, "--json", "--replications", "1", "--threads", "1", *options]
    with bench.home() as home:
        # A verdict that fails, or needs more replications, has its figures all the same.
        finished = bench.processes.run([*command, "--home", home], codes=(0, 1, 6))
    attempted: int = json.loads(finished.output)["calls"]["attempted"]
    return finished.processor * 1e9 / attempted
