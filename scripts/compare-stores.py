#!/usr/bin/env python3
"""Measures `ringback serve` on SQLite and on PostgreSQL side by side, in turns: runs, webhooks and deliveries a second.

usage: compare-stores.py RINGBACK [--rounds 3] [--runs 200] [--events 20000]

It starts a PostgreSQL of its own in a temporary folder (Debian's package; as the user postgres if it is root), with syncs of
the disk as installed, and prints one table with medians, extremes and ratios.
"""
import argparse, glob, http.server, json, os, pwd, signal, socket, statistics, subprocess, sys, tempfile, threading, time
import http.client

SCENARIO = """version: 1
name: store {number}
simulation:
  campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  virtualAgentMatrix: {{flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}}
  outcomeInjection: {{enabled: true, answerProbability: 1}}
  concurrencyLimit: 5
  maxCalls: 5
  complianceBypass: true
"""
TOKEN = "of-a-comparison"


class Postgres:
    """A server on a free port, in a folder of its own."""

    def __init__(self, folder):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not programs:
            sys.exit("PostgreSQL is missing: scripts/install-packages.sh postgresql installs it")
        self.folder, self.programs, self.databases = folder, programs[-1], 0
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        self.run("initdb", "-D", f"{folder}/data", "-U", "ringback", "-A", "trust", "-E", "UTF8", "--locale=C")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        options = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")

    def run(self, program, *arguments):
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        subprocess.run([*drop, f"{self.programs}/{program}", *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")

    def fresh(self):
        self.databases += 1
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "ringback", f"db{self.databases}")
        return f"postgresql://ringback@127.0.0.1:{self.port}/db{self.databases}"

    def stop(self):
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")


class Monitor:
    """Counts what is delivered."""

    def __init__(self):
        monitor = self
        self.count = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                monitor.count += 1
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/yaml"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, data


def send(port, count, window=512):
    """Sends events over one connection, with some unanswered at any time; returns the seconds to the last answer."""
    sender = socket.create_connection(("127.0.0.1", port))
    start, sent, answered, rest = time.monotonic(), 0, 0, b""
    while answered < count:
        batch = b""
        while sent < count and sent - answered < window:
            body = (
                '{"simulationId":"sim-load","callId":"call-%d","state":"completed","outcome":"answered",'
                '"timestamp":"2026-11-29T12:00:00.000Z","durationMs":1200}' % sent
            )
            batch += (
                "POST /webhook/simulation-events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                "webhook-id: load-%d\r\nContent-Length: %d\r\n\r\n%s" % (sent, len(body), body)
            ).encode()
            sent += 1
        if batch:
            sender.sendall(batch)
        text = rest + sender.recv(1 << 16)
        answered += text.count(b"HTTP/1.1 200")
        assert b"HTTP/1.1 5" not in text and b"HTTP/1.1 4" not in text, text[:300]
        rest = text[-11:] if not text.endswith(b"}") else b""
    return time.monotonic() - start


def measure(options, address):
    """One round with a new home and a new database: runs, webhooks and deliveries a second."""
    monitor = Monitor()
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/monitors.yaml", "w") as file:
            file.write(f"- {{name: qa, url: 'http://127.0.0.1:{monitor.port}/', allow: [127.0.0.1], states: [completed]}}\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RINGBACK")}
        environment["RINGBACK_API_TOKEN"] = TOKEN
        if address:
            environment["RINGBACK_DATABASE_URL"] = address
        command = [options.ringback, "serve", "--home", f"{folder}/home", "--listen", "127.0.0.1:0", "--log-level", "error"]
        results = {}
        for part in ("runs", "webhooks", "deliveries"):
            monitors = ["--monitors", f"{folder}/monitors.yaml"] if part == "deliveries" else []
            service = subprocess.Popen([*command, *monitors], env=environment, stdout=subprocess.PIPE, text=True)
            port = int(service.stdout.readline().rsplit(":", 1)[1])
            try:
                if part == "runs":
                    start = time.monotonic()
                    for number in range(options.runs):
                        status, data = ask(port, "POST", "/v1/runs", SCENARIO.format(number=number))
                        assert status == 202, (status, data)
                    while any(json.loads(ask(port, "GET", f"/v1/runs?state={state}&limit=1")[1])["items"] for state in ("queued", "running")):
                        time.sleep(0.02)
                    results[part] = options.runs / (time.monotonic() - start)
                elif part == "webhooks":
                    results[part] = options.events / send(port, options.events)
                else:
                    count = options.events // 4
                    start = time.monotonic()
                    # Identities of their own.
                    deliver(port, count)
                    while monitor.count < count:
                        time.sleep(0.01)
                    results[part] = count / (time.monotonic() - start)
            finally:
                service.send_signal(signal.SIGTERM)
                service.wait(60)
    return results


def deliver(port, count):
    sender = socket.create_connection(("127.0.0.1", port))
    answered, rest = 0, b""
    for first in range(0, count, 500):
        batch = b""
        for number in range(first, min(count, first + 500)):
            body = (
                '{"simulationId":"sim-monitor","callId":"call-%d","state":"completed","outcome":"answered",'
                '"timestamp":"2026-11-29T12:00:00.000Z","durationMs":1200}' % number
            )
            batch += (
                "POST /webhook/simulation-events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                "webhook-id: monitor-%d\r\nContent-Length: %d\r\n\r\n%s" % (number, len(body), body)
            ).encode()
        sender.sendall(batch)
        while answered < min(count, first + 500):
            text = rest + sender.recv(1 << 16)
            answered += text.count(b"HTTP/1.1 200")
            rest = text[-11:] if not text.endswith(b"}") else b""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("ringback")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="ringback-stores-")
    server = Postgres(folder)
    try:
        rounds = {"SQLite": [], "PostgreSQL": []}
        for _ in range(options.rounds):
            rounds["SQLite"].append(measure(options, None))
            rounds["PostgreSQL"].append(measure(options, server.fresh()))
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", folder], check=True)
    print(f"{'a second':12}{'SQLite':>24}{'PostgreSQL':>24}{'ratio':>8}")
    for part in ("runs", "webhooks", "deliveries"):
        cells, medians = [], []
        for name in rounds:
            values = [result[part] for result in rounds[name]]
            medians.append(statistics.median(values))
            cells.append(f"{medians[-1]:,.0f} ({min(values):,.0f}…{max(values):,.0f})")
        print(f"{part:12}{cells[0]:>24}{cells[1]:>24}{medians[1] / medians[0]:8.2f}")
    return 0


sys.exit(main())
