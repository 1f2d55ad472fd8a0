#!/usr/bin/env bash
# Measures the audit log in a release build: entries a second by the size of a commit, and how fast a log is verified
# against plain sha256sum over the same bytes, in turns.
# usage: bench-audit.sh AUDIT_BENCHMARK        ENTRIES and PAIRS change how much and how often (300000; 5).
set -euo pipefail

program=$(realpath "${1:?usage: bench-audit.sh AUDIT_BENCHMARK}")
entries=${ENTRIES:-300000} pairs=${PAIRS:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "audit log, appends:"
for batch in 1 16 128; do
    count=$((batch * 1000 < entries ? batch * 1000 : entries))
    rate=$("$program" append "$folder/batch-$batch" "$count" "$batch")
    echo "  $batch a commit: $rate entries a second ($count entries)"
done

"$program" append "$folder/log" "$entries" 128 >/dev/null
bytes=$(cat "$folder/log/audit/"*.jsonl | wc -c)
echo "audit log, verification of $entries entries, $((bytes / 1000000)) MB, $pairs pairs:"
cat "$folder/log/audit/"*.jsonl >/dev/null
for _ in $(seq "$pairs"); do
    read -r mine _ verdict < <("$program" verify "$folder/log")
    [ "$verdict" = intact ] || { echo "  the log is $verdict"; exit 1; }
    start=$(date +%s.%N)
    sha256sum "$folder/log/audit/"*.jsonl >/dev/null
    end=$(date +%s.%N)
    echo "$mine $(python3 -c "print($end - $start)")" >>"$folder/pairs"
done
memory=$(python3 - "$program" "$folder/log" <<'PYTHON'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "verify", sys.argv[2]], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PYTHON
)
python3 - "$folder/pairs" "$bytes" "$memory" <<'PYTHON'
import statistics, sys
pairs = [list(map(float, line.split())) for line in open(sys.argv[1])]
size, memory = int(sys.argv[2]) / 1e6, sys.argv[3]
mine, theirs = (statistics.median(column) for column in zip(*pairs))
ratios = [theirs / mine for mine, theirs in pairs]
print(f"  medians: verification {size / mine:.0f} MB/s, {memory} MiB; sha256sum {size / theirs:.0f} MB/s")
print(f"  verified at {theirs / mine:.2f} times the speed of sha256sum (pairs from {min(ratios):.2f} to {max(ratios):.2f})")
PYTHON
