"""Rows of results, as text, as Markdown and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

HEADINGS = ("what", "result", "ratio", "to its peer", "spread", "again with")


@dataclass(frozen=True)
class Value:
    """A number and its unit; a label says which, where a row has several of one unit."""

    number: float
    unit: str
    label: str = ""

    def __str__(self) -> str:
        text = f"{readable(self.number)} {self.unit}".rstrip()
        return f"{self.label} {text}" if self.label else text


class State(Enum):
    MEASURED = "measured"
    # A program to compare with, or a tool, is not on this machine.
    UNAVAILABLE = "not measured"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, and its ratio to a peer, whose text reads on: “times as fast as C++”."""

    figure: str
    values: tuple[Value, ...] = ()
    peer: str = ""
    ratio: float | None = None
    spread: str = ""
    state: State = State.MEASURED
    reason: str = ""
    # The name of the measurement that gave the row.
    measurement: str = ""

    @property
    def again(self) -> str:
        return f"make bench ONLY={self.measurement}"

    @property
    def result(self) -> str:
        values = "; ".join(map(str, self.values))
        if self.state is State.MEASURED:
            return values
        return f"{self.state.value}: {self.reason}" + (f" ({values})" if values else "")

    @property
    def line(self) -> str:
        """The row in one line of progress."""
        return f"{self.figure}: {self.result}" + ("" if self.ratio is None else f"; {readable(self.ratio)} {self.peer}")

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else readable(self.ratio)
        return (self.figure, self.result, ratio, self.peer, self.spread, f"`{self.again}`")

    def document(self) -> dict[str, object]:
        return {
            "measurement": self.measurement,
            "figure": self.figure,
            "state": self.state.value,
            "reason": self.reason,
            "values": [vars(value) for value in self.values],
            "peer": self.peer,
            "ratio": self.ratio,
            "spread": self.spread,
            "again": self.again,
        }


def readable(number: float) -> str:
    """A whole number as it is; another with three significant digits, or all digits before the point."""
    magnitude = abs(number)
    if isinstance(number, int) or magnitude >= 100 or number == 0:
        return f"{number:,.0f}"
    if magnitude >= 10:
        return f"{number:.1f}"
    return f"{number:.2f}" if magnitude >= 1 else f"{number:.3g}"


def extremes(values: Iterable[float]) -> str:
    """From the least value to the greatest."""
    ordered = sorted(values)
    return f"{readable(ordered[0])} to {readable(ordered[-1])}" if len(ordered) > 1 else ""


def series_spread(series: Sequence[Sequence[float]]) -> str:
    """The median of each series, and the extremes of all pairs."""
    pairs = extremes(value for values in series for value in values)
    if len(series) < 2:
        return pairs
    medians = ", ".join(readable(statistics.median(values)) for values in series)
    return f"series {medians}; pairs {pairs}"


def markdown(rows: Sequence[Row]) -> str:
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def plain(rows: Sequence[Row]) -> str:
    """The table for a terminal, with the measurement's name instead of the command."""
    lines = [("measurement", *HEADINGS[:-1]), *((row.measurement, *row.cells()[:-1]) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
