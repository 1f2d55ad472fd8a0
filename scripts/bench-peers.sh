#!/usr/bin/env bash
# Measures the engine against the same model written by hand in C++ and in SimPy, in turns, in one run on one core.
#
# usage: bench-peers.sh ENGINE_RUN [FOLDER]
#   ENGINE_RUN  the built program EngineRun of the package in Benchmarks
#   FOLDER      holds dialer_baseline.cpp and dialer_simpy.py (or RINGBACK_PEERS)
# PAIRS, CALLS and SIMPY_CALLS change how often and how much (5; 4,000,000; 100,000). PYTHON is a Python with SimPy.
#
# A time is the processor time of a process less its start-up, which is that of a run of 10 calls; ratios are per call.
set -euo pipefail

engine=$(realpath "${1:?usage: bench-peers.sh ENGINE_RUN [FOLDER]}")
peers=${2:-${RINGBACK_PEERS:-}}
pairs=${PAIRS:-5} calls=${CALLS:-4000000} simpy_calls=${SIMPY_CALLS:-100000} python=${PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ -z "$peers" ]; then
    echo "no peers given: neither FOLDER nor RINGBACK_PEERS; nothing is measured"
    exit 0
fi

# Runs a command and prints the seconds of processor time that it took.
processor_time() {
    local TIMEFORMAT='%3U %3S'
    { time "$@" >"$folder/output" 2>&1; } 2>"$folder/time" || { cat "$folder/output" >&2; return 1; }
    awk '{ printf "%.3f", $1 + $2 }' "$folder/time"
}

# Prints the nanoseconds per call of a command that takes the number of calls as its last argument.
per_call() {
    local count=$1 start full
    shift
    start=$(processor_time "$@" 10)
    full=$(processor_time "$@" "$count")
    awk -v a="$full" -v b="$start" -v n="$count" 'BEGIN { printf "%.2f", (a - b) * 1e9 / n }'
}

# Measures the engine and a peer in turns; prints each pair and the median ratio of their times.
compare() {
    local name=$1 count=$2 mine theirs
    shift 2
    : >"$folder/ratios"
    echo "$name, nanoseconds per call, $pairs pairs of $calls and $count calls:"
    for pair in $(seq "$pairs"); do
        mine=$(per_call "$calls" "$engine" power)
        theirs=$(per_call "$count" "$@")
        awk -v a="$mine" -v b="$theirs" 'BEGIN { printf "%.3f\n", b / a }' >>"$folder/ratios"
        echo "  pair $pair: engine $mine, $name $theirs, ratio $(tail -n 1 "$folder/ratios")"
    done
    sort -n "$folder/ratios" | awk -v name="$name" '
        { v[NR] = $1 }
        END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
              printf "  the engine is %.2f times as fast as %s (median; least %.2f, most %.2f)\n", m, name, v[1], v[NR] }'
}

if [ -f "$peers/dialer_baseline.cpp" ]; then
    g++ -O3 -march=native -o "$folder/baseline" "$peers/dialer_baseline.cpp"
    compare "C++" "$calls" "$folder/baseline"
else
    echo "no $peers/dialer_baseline.cpp: C++ is skipped"
fi

if [ ! -f "$peers/dialer_simpy.py" ]; then
    echo "no $peers/dialer_simpy.py: SimPy is skipped"
elif ! "$python" -c 'import simpy' 2>/dev/null; then
    echo "$python has no SimPy (pip install simpy, or PYTHON=…/bin/python of a virtual environment): SimPy is skipped"
else
    compare "SimPy" "$simpy_calls" "$python" "$peers/dialer_simpy.py"
fi
