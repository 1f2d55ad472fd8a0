"""Child processes: how long they take, what they need, and that none is left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

Command = Sequence[str | Path]


class Interrupted(BaseException):
    """Somebody wants the program to end."""


class MeasurementFailed(Exception):
    """A program did not do what is measured."""


class Unavailable(Exception):
    """A peer or a tool is not on this machine."""


@dataclass(frozen=True)
class Finished:
    """What a process took and said."""

    seconds: float
    # Of processor time, in the process and all that it waited for.
    processor: float
    # The largest resident size that was seen.
    peak_mib: float
    output: str
    errors: str
    code: int


class Child:
    """A process in a session of its own, with its output in files."""

    def __init__(self, command: Command, environment: Mapping[str, str], folder: Path) -> None:
        self._command = command
        self._output = tempfile.TemporaryFile()
        self._errors = tempfile.TemporaryFile()
        self._peak_kib = 0
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._errors,
            env={**os.environ, **environment},
            cwd=folder,
            start_new_session=True,
        )
        self.descriptor = os.pidfd_open(self._process.pid)

    @property
    def age(self) -> float:
        return time.monotonic() - self._began

    def __str__(self) -> str:
        """The program and its first words."""
        program, *words = map(str, self._command[:4])
        return " ".join([Path(program).name, *words])

    def is_running(self) -> bool:
        return not select.select([self.descriptor], [], [], 0)[0]

    def look_at_memory(self) -> float:
        """The peak so far, in MiB. `ru_maxrss` does not tell: it begins with the size of the process that forks."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            status = ""
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self._peak_kib = max(self._peak_kib, int(line.split()[1]))
        return self._peak_kib / 1024

    def collect(self) -> Finished:
        """What the process took, once it has ended."""
        seconds = self.age
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return Finished(
            seconds=seconds,
            processor=usage.ru_utime + usage.ru_stime,
            peak_mib=self._peak_kib / 1024,
            output=self._text(self._output),
            errors=self._text(self._errors),
            code=self._process.returncode,
        )

    def kill(self) -> None:
        """Ends the process, unless it has ended, and all that it started."""
        if self._process.returncode is None:
            # Those that a process of the session starts meanwhile are found in the next round.
            for _ in range(100):
                members = session_members(self._process.pid)
                if not members:
                    break
                for member in members:
                    with suppress(ProcessLookupError):
                        os.kill(member, signal.SIGKILL)
                time.sleep(0.01)
        self._process.wait()

    def close(self) -> None:
        os.close(self.descriptor)
        self._output.close()
        self._errors.close()

    def last_words(self) -> str:
        """The last two lines that the process wrote."""
        lines = (self._text(self._output) + "\n" + self._text(self._errors)).split("\n")
        return " / ".join([line.strip()[:200] for line in lines if line.strip()][-2:]) or "it said nothing"

    @staticmethod
    def _text(file: IO[bytes]) -> str:
        """What a file holds; the process, which shares the file's position, may still write."""
        size = os.fstat(file.fileno()).st_size
        return os.pread(file.fileno(), size, 0).decode(errors="replace")


def session_members(session: int) -> list[int]:
    """The processes of a session that still run; some start others in groups of their own."""
    members = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name, which may contain anything: state, parent, group, session.
            state, _, _, owner = status.read_text().rpartition(")")[2].split()[:4]
            if int(owner) == session and state not in "ZX":
                members.append(int(status.parent.name))
    return members


class Processes:
    """Starts processes, and ends those that still run when it is left."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: set[Child] = set()
        self._is_starting = False
        self._is_interrupted = False

    def __enter__(self) -> Processes:
        for number in self.SIGNALS:
            # `nohup` ignores a hang-up, and so does what it starts.
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self.stop_all()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._is_interrupted = True
        # A child that runs but is not known yet would be left behind.
        if not self._is_starting:
            raise Interrupted

    def start(
        self, command: Command, *, environment: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> Child:
        self._is_starting = True
        try:
            child = Child(command, environment or {}, folder or self._folder)
            self._children.add(child)
        except OSError as error:
            raise MeasurementFailed(f"{command[0]} does not start: {error.strerror}") from error
        finally:
            self._is_starting = False
            if self._is_interrupted:
                raise Interrupted
        return child

    def stop(self, child: Child) -> None:
        if child in self._children:
            child.kill()
            self._children.discard(child)
            child.close()

    def stop_all(self) -> None:
        for child in list(self._children):
            self.stop(child)

    def run(
        self,
        command: Command,
        *,
        codes: Sequence[int] = (0,),
        limit: float = 900,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Finished:
        """Runs a process to its end; `codes` are the exit codes of a success."""
        child = self.start(command, environment=environment, folder=folder)
        return self._finish([child], codes, limit)[0]

    def run_together(self, commands: Sequence[Command], *, limit: float = 900) -> list[Finished]:
        """Runs processes side by side, all to their ends."""
        return self._finish([self.start(command) for command in commands], (0,), limit)

    def _finish(self, children: list[Child], codes: Sequence[int], limit: float) -> list[Finished]:
        finished: dict[Child, Finished] = {}
        try:
            while waiting := [child for child in children if child not in finished]:
                pause = 0.01 if waiting[0].age < 1 else 0.05
                ended, _, _ = select.select([child.descriptor for child in waiting], [], [], pause)
                for child in waiting:
                    if child.descriptor in ended:
                        finished[child] = child.collect()
                    elif child.age > limit:
                        raise MeasurementFailed(f"{child} did not end in {limit:.0f} s")
                    else:
                        child.look_at_memory()
            for child in children:
                if finished[child].code not in codes:
                    raise MeasurementFailed(f"{child}: exit code {finished[child].code}: {child.last_words()}")
        finally:
            for child in children:
                self.stop(child)
        return [finished[child] for child in children]
