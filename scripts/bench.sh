#!/usr/bin/env bash
# Measures a release build: the start-up of `validate`, and a run of 100,000 answered calls (500,000 events over HTTP).
# usage: bench.sh RINGBACK [CALLS…]
set -euo pipefail

binary=$(realpath "$1")
shift
calls=("$@")
[ "${#calls[@]}" -gt 0 ] || calls=(10000 100000)
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo "start-up of validate, 20 runs, milliseconds:"
for _ in $(seq 20); do
    begin=$(date +%s%N)
    "$binary" validate --quiet "$here/Examples/tutorial.yaml"
    echo $((($(date +%s%N) - begin) / 1000))
done | sort -n | awk '{ v[NR] = $1 } END { printf "  least %.1f  median %.1f  most %.1f\n", v[1] / 1000, v[int((NR + 1) / 2)] / 1000, v[NR] / 1000 }'

for count in "${calls[@]}"; do
    echo "run of $count answered calls ($((count * 5)) events), concurrencyLimit 100:"
    begin=$(date +%s%N)
    "$binary" run "$here/Examples/tutorial.yaml" --home "home-$count" --out "out-$count" --timeout 30m --json \
        --set limits.maxConcurrent=100 --set simulation.concurrencyLimit=100 --set "simulation.maxCalls=$count" \
        --set simulation.outcomeInjection.answerProbability=1 --set simulation.outcomeInjection.dialToneProbability=0 \
        --set simulation.outcomeInjection.busySignalProbability=0 --set simulation.outcomeInjection.noAnswerProbability=0 \
        --set 'thresholds={webhooksLost: "== 0"}' >"result-$count.json" &
    process=$!
    peak=0
    while kill -0 "$process" 2>/dev/null; do
        now=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null || true)
        [ -z "$now" ] || peak=$now
        sleep 0.2
    done
    wait "$process" && code=0 || code=$?
    seconds=$((($(date +%s%N) - begin) / 1000000))
    echo "  exit $code, $((seconds / 1000)).$(printf '%03d' $((seconds % 1000))) s, peak memory $((peak / 1024)) MiB," \
        "database $(du -m "home-$count/ringback.sqlite" | cut -f1) MiB"
    grep -E '"(received|unique|lost)"' "result-$count.json" | tr -d '\n'
    echo
done
