#!/usr/bin/env bash
# Runs the service behind a real nginx with TLS below a prefix, and tries what docs/DEPLOYMENT.md says: page, API, stream,
# cookie and redirect below the prefix, probes past the proxy, a restart in the middle of runs, backup and restore.
# usage: try-deployment.sh [RINGBACK]      with Debian's packages nginx-light (or nginx), openssl and curl
set -euo pipefail
cd "$(dirname "$0")/.."
ringback=$(readlink -f "${1:-.build/debug/ringback}")
work=$(mktemp -d /tmp/ringback-deploy.XXXXXX)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

port=$(free_port) tls=$(free_port)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ci.example -addext subjectAltName=DNS:ci.example \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
# The example with these ports, and with paths of its own.
sed -e "s/listen 443 ssl/listen 127.0.0.1:$tls ssl/" -e "s#/etc/nginx/tls/ci.example.pem#$work/cert.pem#" \
    -e "s#/etc/nginx/tls/ci.example.key#$work/key.pem#" -e "s#127.0.0.1:8088#127.0.0.1:$port#" \
    Examples/deploy/nginx.conf > "$work/site.conf"
cat > "$work/nginx.conf" <<EOF
pid $work/nginx.pid;
error_log $work/error.log;
daemon off;
events {}
http {
    access_log off;
    client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
    include $work/site.conf;
}
EOF
export RINGBACK_API_TOKEN=of-a-trial RINGBACK_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
serve() {
    : > "$work/serve.out"
    "$ringback" serve --home "$1" --listen "127.0.0.1:$port" --behind-proxy --public-path /ringback --public-host ci.example \
        --trusted-proxy 127.0.0.1 --keep 90d > "$work/serve.out" 2>> "$work/serve.log" &
    service=$!
    pids+=("$service")
    for _ in $(seq 100); do grep -q listening "$work/serve.out" && return; sleep 0.1; done
    fail "the service does not listen: $(tail -3 "$work/serve.log")"
}
stop() { kill -TERM "$service"; wait "$service" || fail "the service stopped with $?"; }

serve "$work/home"
nginx -c "$work/nginx.conf" -p "$work" & pids+=("$!")
base="https://ci.example:$tls/ringback"
web() { curl -sS --cacert "$work/cert.pem" --resolve "ci.example:$tls:127.0.0.1" "$@"; }
api() { web -H "Authorization: Bearer $RINGBACK_API_TOKEN" "$@"; }
for _ in $(seq 50); do web -o /dev/null "$base/healthz" 2>/dev/null && break; sleep 0.1; done

echo "== probes, through the proxy and past it"
[ "$(web "$base/readyz" | grep -c ready)" = 1 ] || fail "readyz through the proxy"
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/healthz")" = 200 ] || fail "healthz past the proxy"

echo "== a run, and its stream of events"
(api -N --max-time 20 "$base/v1/events" > "$work/stream" || true) &
sleep 0.5
answer=$(api -D "$work/head" -H 'Content-Type: application/yaml' --data-binary @Examples/tutorial.yaml "$base/v1/runs")
id=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["id"])' "$answer")
grep -qi "^location: /ringback/v1/runs/$id" "$work/head" || fail "Location is not below the prefix: $(cat "$work/head")"
for _ in $(seq 100); do grep -q "$id" "$work/stream" && break; sleep 0.1; done
grep -q "event: changed" "$work/stream" || fail "the stream does not come through: $(cat "$work/stream")"
for _ in $(seq 200); do api "$base/v1/runs/$id" | grep -q '"state":"passed"' && break; sleep 0.1; done
api "$base/v1/runs/$id" | grep -q '"state":"passed"' || fail "the run did not pass"
api "$base/v1/runs/$id/report.html" | grep -q '<svg' || fail "no report"

echo "== signing in: the cookie stays below the prefix, and away from scripts"
web -c "$work/jar" -D "$work/head" -o /dev/null --data-urlencode "token=$RINGBACK_API_TOKEN" "$base/login"
grep -i '^set-cookie:' "$work/head" | grep -qi 'path=/ringback' || fail "cookie: $(cat "$work/head")"
grep -i '^set-cookie:' "$work/head" | grep -i httponly | grep -i secure | grep -qi samesite=lax || fail "cookie: $(cat "$work/head")"
[ "$(web -b "$work/jar" -o /dev/null -w '%{http_code}' "$base/v1/runs")" = 200 ] || fail "the cookie does not sign in"
[ "$(web -b "$work/jar" -o /dev/null -w '%{http_code}' -X POST -H 'Origin: https://evil.example' "$base/v1/runs/$id/cancel")" = 403 ] ||
    fail "another site may use the cookie"

echo "== the command line through the proxy"
SSL_CERT_FILE="$work/cert.pem" "$ringback" run Examples/tutorial.yaml --server "http://127.0.0.1:$port/ringback" --quiet

echo "== backup while it stands still, and restore elsewhere"
for _ in 1 2 3; do
    api -o /dev/null -H 'Content-Type: application/yaml' --data-binary @Examples/tutorial.yaml "$base/v1/runs?kind=run"
done
stop
tar -C "$work" -czf "$work/backup.tgz" home
mkdir "$work/restored" && tar -C "$work/restored" -xzf "$work/backup.tgz"
serve "$work/restored/home"
for _ in $(seq 300); do
    list=$(api "$base/v1/runs")
    grep -qE '"state":"(queued|running)"' <<< "$list" || break
    sleep 0.1
done
python3 - "$list" <<'PY'
import json, sys
runs = json.loads(sys.argv[1])["items"]
states = sorted(run["state"] for run in runs)
assert len(runs) == 5, states
# Runs that waited start in the restored home; the sandbox of one that was going on died with its process.
assert all(state in ("passed", "errored") for state in states), states
print("   runs in the restored home:", ", ".join(states))
PY
stop
"$ringback" audit verify --home "$work/restored/home" --quiet
echo "all of it works"
