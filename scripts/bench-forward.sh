#!/usr/bin/env bash
# Measures forwarding to monitors in a release build: deliveries a second over loopback, what one monitor that never
# answers costs the nine others, and memory with a million deliveries that wait.
# usage: bench-forward.sh FORWARDING_BENCHMARK [MEASUREMENT…]
set -euo pipefail

program=$(realpath "${1:?usage: bench-forward.sh FORWARDING_BENCHMARK [MEASUREMENT…]}")
shift
measurements=("$@")
[ "${#measurements[@]}" -gt 0 ] || measurements=(throughput baseline black-hole baseline black-hole backlog)
for measurement in "${measurements[@]}"; do
    folder=$(mktemp -d)
    echo "$measurement:"
    "$program" "$measurement" "$folder"
    rm -rf "$folder"
done
