#!/usr/bin/env python3
"""Runs a build and tells how much processor time the compilation of each package took.

usage: build-times.py COMMAND…          for example: build-times.py make demo   (in a clean clone)

The compilers' processes are looked at twenty times a second; the package is that of the file or the module which a
process compiles. What lives for less than that is missed, so the sum is given beside the processor time of the whole.
"""

import functools
import glob
import os
import re
import resource
import subprocess
import sys
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
COMPILERS = {"swift-frontend", "clang", "clang-17", "clang-19", "clang-21", "swift-build-tool", "swift-driver", "swift-build",
             "swift-package", "swift-test", "ld.gold", "ld.lld", "lld", "gold", "ld"}


def read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def package(program: str, arguments: str) -> str:
    """The package that a compiler's process works on, or what else it does."""
    if program.startswith("swift-") and program != "swift-frontend":
        return "(SwiftPM: planning, resolving, copying)"
    # The arguments name the folders of many packages, but the sources and the module of one.
    module = re.search(r"-module-name (\S+)", arguments)
    if module and module.group(1) in modules():
        return modules()[module.group(1)]
    source = re.search(r"\S+\.(?:swift|c|cc|cpp|S)(?= |$)", arguments)
    found = source and re.search(r"/checkouts/([^/]+)/", source.group())
    if found:
        return found.group(1)
    if module or source:
        name = module.group(1) if module else source.group()
        return "ringback (tests)" if "Test" in name else "ringback"
    return "(linking and other)"


@functools.cache
def modules() -> dict[str, str]:
    """The package of each module, by the folders of sources."""
    folders = glob.glob(".build*/checkouts/*/Sources/*") + glob.glob(".build*/checkouts/*/Sources/*/*")
    return {os.path.basename(folder): folder.split("/checkouts/")[1].split("/")[0] for folder in folders}


def is_ours(pid: str) -> bool:
    """Whether a process was started, directly or not, by this one."""
    while pid not in ("0", "1", ""):
        if pid == str(os.getpid()):
            return True
        stat = read(f"/proc/{pid}/stat").decode(errors="replace")
        pid = stat[stat.rindex(")") + 2:].split()[1] if stat else ""
    return False


def sample(times: dict[str, tuple[str, float]]) -> None:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        stat = read(f"/proc/{pid}/stat").decode(errors="replace")
        if not stat:
            continue
        program, fields = stat[stat.index("(") + 1:stat.rindex(")")], stat[stat.rindex(")") + 2:].split()
        if program not in COMPILERS or not is_ours(pid):
            continue
        # The number of a process can come again, so its start belongs to the key.
        key = f"{pid}/{fields[19]}"
        spent = (int(fields[11]) + int(fields[12])) / TICKS
        name = times[key][0] if key in times else ""
        if not name:
            arguments = read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode(errors="replace")
            name = package(program, arguments) if arguments else ""
        times[key] = (name, spent)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    times: dict[str, tuple[str, float]] = {}
    isOver = threading.Event()

    def watch() -> None:
        while not isOver.wait(0.05):
            sample(times)

    watcher = threading.Thread(target=watch)
    start = time.monotonic()
    watcher.start()
    code = subprocess.run(sys.argv[1:]).returncode
    wall = time.monotonic() - start
    isOver.set()
    watcher.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = usage.ru_utime + usage.ru_stime
    sums: dict[str, float] = {}
    for name, spent in times.values():
        sums[name or "(linking and other)"] = sums.get(name or "(linking and other)", 0) + spent
    seen = sum(sums.values())
    print("\n| package | processor time | share |\n|---|---|---|")
    for name, spent in sorted(sums.items(), key=lambda item: -item[1]):
        print(f"| {name} | {spent:.0f} s | {100 * spent / max(seen, 0.01):.0f} % |")
    print(f"\nseen {seen:.0f} s of {whole:.0f} s processor time, in {wall:.0f} s; the command ended with {code}")
    return code


if __name__ == "__main__":
    sys.exit(main())
