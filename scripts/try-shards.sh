#!/usr/bin/env bash
# Runs a calibration as a whole, in parts with GNU parallel (killed once in between), and as a Slurm job array on one
# node on loopback, and compares the bytes of the results; checks the Kubernetes manifest against its schema.
# usage: try-shards.sh [RINGBACK]      with Debian's packages slurm-wlm, munge, parallel and PyPI's kubernetes-validate
set -euo pipefail
cd "$(dirname "$0")/.."
ringback=$(readlink -f "${1:-.build/debug/ringback}")
work=$(mktemp -d /tmp/ringback-shards.XXXXXX)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
mkdir -p "$work/bin"
ln -s "$ringback" "$work/bin/ringback"
export PATH="$work/bin:$PATH"
scenario=$PWD/Examples/calibrate/teams.yaml
cp "$scenario" "$work/scenario.yaml"
# Few settings, so that a debug build takes seconds; a scenario of its own, since parts take no --over here.
sed -i 's/^pacing: .*/pacing: progressive/' "$work/scenario.yaml"

ringback calibrate "$work/scenario.yaml" --json > "$work/whole.json"
same() { cmp "$work/whole.json" "$1" && echo "same bytes: $2"; }

echo "== GNU parallel, killed once"
setsid Examples/calibrate/parallel.sh "$work/scenario.yaml" "$work/parallel" 5 &
group=$!
until compgen -G "$work/parallel/part*.json" >/dev/null; do sleep 0.02; done
kill -KILL -- "-$group" && wait "$group" 2>/dev/null || true
echo "parts that were complete: $(find "$work/parallel" -name 'part*.json' | wc -l) of 5"
Examples/calibrate/parallel.sh "$work/scenario.yaml" "$work/parallel" 5
ringback calibrate merge "$work"/parallel/part*.json --json > "$work/parallel.json"
same "$work/parallel.json" "5 parts with GNU parallel"

echo "== Slurm, one node on loopback"
host=$(hostname -s)
mkdir -p "$work/slurm/spool" "$work/slurm/state" "$work/munge"
chmod 755 "$work" "$work/slurm"
chmod 711 "$work/munge"
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 600 "$work/munge/key"
# The daemons of munge want to run as the owner of their files.
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" &
pids+=($!)
read -r controller node < <(python3 -c 'import socket
ports = [socket.socket() for _ in range(2)]
[port.bind(("127.0.0.1", 0)) for port in ports]
print(*[port.getsockname()[1] for port in ports])')
cat > "$work/slurm/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller
SlurmdPort=$node
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd.pid
SlurmctldLogFile=$work/slurm/slurmctld.log
SlurmdLogFile=$work/slurm/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=10:00 State=UP
CONF
export SLURM_CONF=$work/slurm/slurm.conf
slurmctld -D -f "$SLURM_CONF" > "$work/slurm/slurmctld.out" 2>&1 &
pids+=($!)
slurmd -D -f "$SLURM_CONF" > "$work/slurm/slurmd.out" 2>&1 &
pids+=($!)
for _ in $(seq 60); do
    if sinfo -h -o %T 2>/dev/null | grep -q idle; then break; fi
    sleep 1
done
sinfo -h -o 'node %n is %T'
(cd "$work" && sbatch --wait --array=1-4 --chdir="$work" "$OLDPWD/Examples/calibrate/slurm.sbatch" "$work/scenario.yaml" "$work/array")
ringback calibrate merge "$work"/array/part*.json --json > "$work/slurm.json"
same "$work/slurm.json" "4 parts as a Slurm array"

echo "== Kubernetes"
if command -v kubernetes-validate >/dev/null; then
    kubernetes-validate Examples/calibrate/kubernetes.yaml
else
    echo "kubernetes-validate is missing (PyPI); the manifest was not checked"
    exit 1
fi
