#!/usr/bin/env bash
# Checks that memory does not grow with the number of calls: blocks allocated during a run, and the peak of a process of
# its own, at 100,000, 1,000,000 and 10,000,000 calls (a hundredth of that for the look-ahead, which computes much more).
# A queue of events or a pool of calls that outgrows its largest size yet may double: a few blocks. The look-ahead
# computes with new arrays at every decision, so only its peak is checked.
#
# usage: bench-memory.sh ENGINE_RUN
set -euo pipefail

engine=$(realpath "${1:?usage: bench-memory.sh ENGINE_RUN}")
failed=0
for policy in power progressive fixedLines poisson ratio vicidial feedback lookahead; do
    share=1
    [ "$policy" != lookahead ] || share=100
    for calls in 100000 1000000 10000000; do
        "$engine" "$policy" $((calls / share))
    done | awk -v policy="$policy" '
        { for (i = 1; i < NF; i++) { if ($i == "calls") c[NR] = $(i + 1); if ($i == "allocations") a[NR] = $(i + 1)
                                     if ($i == "MiB") m[NR] = $(i + 1); if ($i == "ns/call") n[NR] = $(i + 1) } }
        END { printf "%-12s", policy
              for (k = 1; k <= NR; k++) printf "  %9d calls: %6d blocks %5.1f MiB %7.1f ns/call", c[k], a[k], m[k], n[k]
              bad = (policy != "lookahead" && a[NR] - a[1] > 50) || m[NR] - m[1] > 2
              print bad ? "  GROWS" : ""
              exit bad }' || failed=1
done
exit $failed
