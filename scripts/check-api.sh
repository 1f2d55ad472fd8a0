#!/usr/bin/env bash
# Holds the running servers against their descriptions, with Schemathesis: every operation of docs/openapi-control.yaml
# at `ringback serve`, and of docs/openapi.yaml at `ringback sandbox`. Expects no failure.
# usage: check-api.sh [EXAMPLES]     (the number of generated requests for each operation; 25 without it)
set -euo pipefail
cd "$(dirname "$0")/.."

examples=${1:-25}
ringback=${RINGBACK_BINARY:-$PWD/.build/debug/ringback}
tools=$PWD/.build/schemathesis
work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools" 2>/dev/null || { scripts/install-packages.sh python3-venv && python3 -m venv "$tools"; }
    "$tools/bin/pip" install --quiet schemathesis==4.32.5
fi

# Starts a server and sets $origin to where it listens.
start() {
    local log=$work/$1.log
    "$ringback" "$@" --listen 127.0.0.1:0 > "$log" 2> "$work/$1.err" &
    pids+=($!)
    for _ in $(seq 100); do
        origin=$(sed -n 's/^listening on //p' "$log")
        [ -z "$origin" ] || return 0
        sleep 0.1
    done
    cat "$work/$1.err" >&2
    return 1
}

check() {
    local description=$1
    shift
    (cd "$work" && "$tools/bin/schemathesis" --config-file "$OLDPWD/scripts/schemathesis.toml" run "$description" \
        --max-examples "$examples" --seed 1 --max-response-time 10 "$@")
}

export RINGBACK_API_TOKEN=schemathesis-of-this-machine
start serve --home "$work/home" --log-level error
echo "== $origin against docs/openapi-control.yaml"
# A stream has no end, so it is watched by tests of its own.
check "$PWD/docs/openapi-control.yaml" --url "$origin" -H "Authorization: Bearer $RINGBACK_API_TOKEN" \
    --exclude-path /v1/events

start sandbox --home "$work/home" --max-active 1000000
echo "== $origin against docs/openapi.yaml"
token=$(curl -fsS -u sandbox:sandbox -d grant_type=client_credentials "$origin/oauth/token" \
    | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
check "$PWD/docs/openapi.yaml" --url "$origin" -H "Authorization: Bearer $token"
