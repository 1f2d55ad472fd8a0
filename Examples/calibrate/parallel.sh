#!/bin/bash
# A calibration in parts on the cores of one machine, or of several (`parallel --sshlogin`), with GNU parallel.
#
#   Examples/calibrate/parallel.sh scenario.yaml parts 8
#   ringback calibrate merge parts/part*.json --out calibrated
#
# Start it again after an interruption: parts that are complete are not computed again.
set -euo pipefail
scenario=$1 folder=$2 parts=$3
mkdir -p "$folder"
exec parallel --halt now,fail=1 \
    ringback calibrate "$scenario" --shard "{}/$parts" --threads 1 --quiet --out "$folder/part{}.json" ::: $(seq "$parts")
