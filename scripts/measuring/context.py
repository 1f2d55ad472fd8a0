"""What every measurement needs: the built programs, how much to measure, and pairs of runs in turns."""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .processes import MeasurementFailed, Processes, Unavailable
from .table import Row, State, Value, series_spread

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Counts:
    """How much is measured. With the defaults everything takes some ten minutes on two quiet cores."""

    start_ups: int = 20
    tutorials: int = 10
    # Answered calls, and how often they run.
    runs: tuple[tuple[int, int], ...] = ((50, 5), (1_000, 5), (10_000, 3), (100_000, 1))
    agents: tuple[int, ...] = (10, 100, 1_000, 10_000)
    # Agents times days of eight hours: some 360 calls each.
    agent_days: int = 10_000
    simulate_rounds: int = 3
    calibrations: int = 5
    policy_calls: tuple[int, ...] = (100_000, 1_000_000, 10_000_000)
    series: int = 3
    pairs: int = 5
    engine_calls: int = 4_000_000
    simpy_calls: int = 100_000
    audit_entries: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    audit_pairs: int = 3
    append_batches: tuple[int, ...] = (1, 16, 128)
    append_commits: int = 1_000
    record_rows: tuple[int, ...] = (200_000, 2_000_000)
    list_rows: tuple[int, ...] = (1_000, 1_000_000)
    pages: int = 10
    forwarding_rounds: int = 2
    ingest_rounds: int = 5
    ingest_seconds: int = 4
    ingest_events: int = 300_000


QUICK = Counts(
    start_ups=5,
    tutorials=2,
    runs=((50, 2), (1_000, 2), (10_000, 1)),
    agent_days=1_000,
    simulate_rounds=1,
    calibrations=2,
    policy_calls=(10_000, 100_000, 1_000_000),
    series=1,
    pairs=2,
    engine_calls=1_000_000,
    simpy_calls=20_000,
    audit_entries=(1_000, 10_000, 100_000),
    audit_pairs=2,
    append_commits=100,
    record_rows=(20_000, 100_000),
    list_rows=(1_000, 100_000),
    pages=3,
    forwarding_rounds=1,
    ingest_rounds=1,
    ingest_seconds=2,
    ingest_events=150_000,
)


@dataclass(frozen=True)
class Programs:
    """The release builds that are measured."""

    ringback: Path
    engine_run: Path
    audit_benchmark: Path
    forwarding_benchmark: Path


@dataclass(frozen=True)
class Bench:
    """One run of measurements."""

    programs: Programs
    processes: Processes
    folder: Path
    counts: Counts = field(default_factory=Counts)
    peers: Path | None = None
    python: str = "python3"
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.began:4.0f} s] {text}", file=sys.stderr, flush=True)

    def built(self, program: Path) -> Path:
        if not program.is_file():
            raise MeasurementFailed(f"{program.name} is not built; `make bench` builds it")
        return program

    def peer(self, name: str) -> Path:
        """A file in the folder of peers."""
        if self.peers is None:
            raise Unavailable("RINGBACK_PEERS names no folder of peers")
        if not (self.peers / name).is_file():
            raise Unavailable(f"the folder that RINGBACK_PEERS names has no {name}")
        return self.peers / name

    def tool(self, name: str, package: str) -> str:
        """A program on the PATH."""
        path = shutil.which(name)
        if path is None:
            raise Unavailable(f"{name} is not there; install {package}")
        return path

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that is removed again."""
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    @contextmanager
    def home(self) -> Iterator[Path]:
        """The path of a home that does not exist yet."""
        with self.scratch() as folder:
            yield folder / "home"


# Measures one side of a pair.
Probe = Callable[[], float]


@dataclass(frozen=True)
class Comparison:
    """Series of pairs, each measured one directly after the other."""

    series: tuple[tuple[tuple[float, float], ...], ...]

    @classmethod
    def measure(cls, ours: Probe, theirs: Probe, pairs: int) -> Comparison:
        """One series. In every second pair the other goes first."""

        def pair(number: int) -> tuple[float, float]:
            if number % 2 == 0:
                first = ours()
                return first, theirs()
            first = theirs()
            return ours(), first

        return cls((tuple(pair(number) for number in range(pairs)),))

    @classmethod
    def joined(cls, comparisons: Sequence[Comparison]) -> Comparison:
        """The series of all."""
        return cls(tuple(series for comparison in comparisons for series in comparison.series))

    @property
    def ours(self) -> float:
        return statistics.median(ours for pairs in self.series for ours, _ in pairs)

    @property
    def theirs(self) -> float:
        return statistics.median(theirs for pairs in self.series for _, theirs in pairs)

    def ratio(self, of: Callable[[float, float], float]) -> tuple[float, str]:
        """The median ratio of all pairs, and its spread."""
        ratios = [[of(ours, theirs) for ours, theirs in pairs] for pairs in self.series]
        return statistics.median(ratio for values in ratios for ratio in values), series_spread(ratios)


def times_as_fast(ours: float, theirs: float) -> float:
    """The ratio of two durations."""
    return theirs / ours


def growth(figure: str, unit: str, small: tuple[str, float], large: tuple[str, float]) -> Row:
    """How a cost grows from a small size to a large one."""
    (small_name, small_cost), (large_name, large_cost) = small, large
    values = (Value(small_cost, unit, f"{small_name}:"), Value(large_cost, unit, f"{large_name}:"))
    return Row(figure, values, f"times itself with {small_name}", large_cost / small_cost)


def unavailable(figure: str, reason: Unavailable) -> Row:
    return Row(figure, state=State.UNAVAILABLE, reason=str(reason))


def attempt(figure: str, measure: Callable[[], Row]) -> Row:
    """The row of a figure, or one that says why there is none, so that the next figure has its turn."""
    try:
        return measure()
    except Unavailable as reason:
        return unavailable(figure, reason)
    except MeasurementFailed as failure:
        return Row(figure, state=State.FAILED, reason=" ".join(str(failure).split()))


def memory(peaks: Iterable[float]) -> tuple[Value, ...]:
    """The largest peak; nothing if the processes ended before anybody looked."""
    largest = max(peaks)
    return (Value(largest, "MiB"),) if largest else ()


def count(number: int) -> str:
    return f"{number:,}"


def numbered(text: str, key: str) -> float:
    """The number after a word, or after several, in what a program printed."""
    found = re.search(rf"(?:^|\s){re.escape(key)}\s+(\d+(?:\.\d+)?(?:e-?\d+)?)\b", text)
    if found is None:
        raise MeasurementFailed(f"no “{key}” in: {text.strip()[:200]}")
    return float(found[1])
