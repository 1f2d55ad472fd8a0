#!/usr/bin/env python3
"""Puts a load on `ringback serve` and says whether it stays flat: queued runs, watchers of the stream, and events at a steady rate.

usage: load-service.py RINGBACK [--seconds 300] [--runs 1000] [--watchers 50] [--rate 2000] [--connections 8]

It prints the memory of the service over time, the times of list pages, how far the queue came, and the size of the
database, which --keep bounds. It fails if memory grows by more than a quarter after the first third, if the 99th percentile of
a page is 100 ms or more, or if an event was refused.
"""
import argparse, http.client, json, os, select, signal, socket, subprocess, sys, tempfile, threading, time

SCENARIO = """version: 1
name: load {number}
simulation:
  campaignId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  virtualAgentMatrix: {{flowId: va-flow-12345, scriptId: script-qa-001, language: en-US}}
  outcomeInjection: {{enabled: true, answerProbability: 1}}
  concurrencyLimit: 5
  maxCalls: 5
  complianceBypass: true
"""
TOKEN = "of-a-load"


def ask(port, method, path, body=None, kind="application/yaml"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if body is not None:
        headers["Content-Type"] = kind
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, data


def send_events(port, sender_number, rate, until, counts, lock):
    """Sends events at a steady rate over one connection, many in one write, and counts the answers."""
    sender = socket.create_connection(("127.0.0.1", port))
    sender.setblocking(False)
    sent = answered = refused = 0
    start, waiting, rest = time.monotonic(), b"", b""
    while True:
        now = time.monotonic()
        if now >= until and answered + refused >= sent and not waiting:
            break
        if now >= until + 20:
            break
        due = int((min(now, until) - start) * rate) - sent
        for _ in range(min(due, 500) if len(waiting) < 1 << 20 else 0):
            body = (
                '{"simulationId":"sim-load","callId":"call-%d-%d","state":"completed","outcome":"answered",'
                '"timestamp":"2026-11-29T12:00:00.000Z","durationMs":1200}' % (sender_number, sent)
            )
            waiting += (
                "POST /webhook/simulation-events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                "webhook-id: load-%d-%d\r\nContent-Length: %d\r\n\r\n%s" % (sender_number, sent, len(body), body)
            ).encode()
            sent += 1
        readable, writable, _ = select.select([sender], [sender] if waiting else [], [], 0.005)
        if writable:
            waiting = waiting[sender.send(waiting):]
        if readable:
            data = sender.recv(1 << 16)
            if not data:
                break
            text = rest + data
            answered += text.count(b"HTTP/1.1 200")
            refused += text.count(b"HTTP/1.1 503") + text.count(b"HTTP/1.1 400") + text.count(b"HTTP/1.1 401")
            rest = text[-11:] if not text.endswith(b"}") else b""
    with lock:
        for name, count in (("sent", sent), ("answered", answered), ("refused", refused)):
            counts[name] = counts.get(name, 0) + count


def watch(port, until, counts, lock):
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
    stream.settimeout(1)
    seen = 0
    while time.monotonic() < until:
        try:
            data = stream.recv(1 << 14)
        except TimeoutError:
            continue
        if not data:
            break
        seen += data.count(b"event: changed")
    with lock:
        counts["signals"] = counts.get("signals", 0) + seen
        counts["open"] = counts.get("open", 0) + (1 if seen else 0)


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("ringback")
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--watchers", type=int, default=50)
    options.add_argument("--rate", type=int, default=2000)
    options.add_argument("--connections", type=int, default=8, help="the connections that share the rate")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RINGBACK_API_TOKEN": TOKEN}
        environment.pop("RINGBACK_WEBHOOK_SECRET", None)
        command = [chosen.ringback, "serve", "--home", f"{folder}/home", "--listen", "127.0.0.1:0", "--keep", "60s"]
        command += ["--log-level", "error"]
        service = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        port = int(service.stdout.readline().rsplit(":", 1)[1])
        try:
            return load(chosen, folder, service, port)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(60)


def load(chosen, folder, service, port):
    for number in range(chosen.runs):
        status, data = ask(port, "POST", "/v1/runs", SCENARIO.format(number=number))
        assert status == 202, (status, data)
    until = time.monotonic() + chosen.seconds
    events, watchers, lock = {}, {}, threading.Lock()
    rate = chosen.rate / chosen.connections
    threads = [
        threading.Thread(target=send_events, args=(port, number, rate, until, events, lock))
        for number in range(chosen.connections)
    ]
    threads += [threading.Thread(target=watch, args=(port, until, watchers, lock)) for _ in range(chosen.watchers)]
    for thread in threads:
        thread.start()
    sizes, pages, start = [], [], time.monotonic()
    while time.monotonic() < until:
        begin = time.monotonic()
        status, _ = ask(port, "GET", "/v1/runs?limit=50")
        assert status == 200, status
        pages.append(time.monotonic() - begin)
        if len(sizes) <= (begin - start) / 5:
            database = sum(os.path.getsize(f"{folder}/home/{name}") for name in os.listdir(f"{folder}/home") if "sqlite" in name)
            sizes.append((round(begin - start), memory(service.pid), database / (1 << 20)))
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    _, data = ask(port, "GET", "/v1/runs?state=queued&limit=200")
    queued = len(json.loads(data)["items"])
    pages.sort()
    p50, p99 = pages[len(pages) // 2], pages[int(len(pages) * 0.99)]
    for second, resident, database in sizes:
        print(f"{second:5} s   memory {resident:7.1f} MiB   database {database:7.1f} MiB")
    print(f"events: {events}   watchers with signals: {watchers.get('open', 0)} of {chosen.watchers}")
    print(f"pages of 50 runs: median {p50 * 1000:.1f} ms, 99th percentile {p99 * 1000:.1f} ms ({len(pages)} pages)")
    print(f"runs still queued: {queued}{' or more' if queued == 200 else ''} of {chosen.runs}")
    third = sizes[len(sizes) // 3:]
    growth = max(size[1] for size in third) / third[0][1]
    problems = []
    if growth > 1.25:
        problems.append(f"memory grew by {100 * growth - 100:.0f} %")
    if p99 >= 0.1:
        problems.append("a page took 100 ms or more")
    if events["refused"] or events["answered"] < events["sent"] or events["sent"] < 0.99 * chosen.rate * chosen.seconds:
        problems.append("events were refused, not answered or not taken at that rate")
    print("FAILED: " + "; ".join(problems) if problems else "flat")
    return 1 if problems else 0


sys.exit(main())
