#!/usr/bin/env python3
"""Recounts rules, gauges and lists from a trace of `ringback simulate --trace`, and from nothing else.

    recount.py RULES.json TRACE.jsonl [RULES.json TRACE.jsonl ...]

A second program, written from the documentation (docs/COMPLIANCE.md, docs/GAUGES.md) and not from the engine's source. RULES
holds what the trace does not know: {"rules": [...], "calendar": {"start": seconds or null, "date": "2026-03-02" or null},
"list": {"contacts", "maxAttempts", "retry": {...}} or null}. A rule is the name of a built-in one, or a definition as in a scenario,
with limits as decimal text and times in seconds. The result has an array for each pair, with an object per replication; counts
are exact.
"""
import bisect
import datetime
import json
import math
import sys
from fractions import Fraction

DAY = 86400
# Moments that should coincide may differ by roundings.
TOLERANCE = 1e-6

NAMED = {
    "us-tsr": dict(limit="0.03", window="campaign30dBlocks", clockFrom="greetingEnd", seconds=2, minimumRing=15),
    "us-fcc": dict(limit="0.03", window="campaign30dBlocks", clockFrom="greetingEnd", seconds=2, minimumRing=15),
    "uk-ofcom-2010": dict(limit="0.03", window="calendarDay", clockFrom="greetingStart", seconds=2, minimumRing=15),
    "uk-ofcom-2017": dict(limit=None, window="calendarDay", clockFrom="greetingStart", seconds=2, minimumRing=15),
    "ca-crtc": dict(limit="0.05", window="calendarMonth", clockFrom="answer", seconds=2),
    "it-garante-2014": dict(
        limit="0.03", window="campaign30dBlocks", clockFrom="answer", seconds=3, denominator="connected"
    ),
    "us-reg-f": dict(attempts=7, within=7 * DAY),
}


class Call:
    """An attempt as its lines tell it."""

    def __init__(self, line):
        self.attempt = line["attempt"]
        self.contact = line.get("contact")
        self.dialled = line["time"]
        self.answered = None
        self.greeting = {}
        self.fate = None
        self.end = None
        self.outcome = None

    def take(self, line):
        event = line["event"]
        assert line.get("contact") == self.contact, "every line of an attempt names its contact"
        if event == "answered":
            self.answered = line["time"]
            self.greeting = {
                "answer": line["time"], "greetingStart": line["greetingStart"], "greetingEnd": line["greetingEnd"],
            }
        if event in ("connected", "abandoned", "falsePositive", "ended"):
            assert self.fate is None, "an attempt has one fate"
            self.fate, self.end, self.outcome = event, line["time"], line["outcome"]
        # With an agent an attempt ends with the talk; that a person was reached is known at once.
        if event == "talkEnded" and self.outcome == "voicemail":
            self.end = line["time"]

    @property
    def is_live(self):
        return self.answered is not None

    def is_late(self, clock, seconds):
        return self.end - self.greeting[clock] > seconds + TOLERANCE


def read(path):
    """The lines of each replication: its calls in the order of dialling, live ones in that of their answers."""
    replications = {}
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            calls, live = replications.setdefault(line["replication"], ({}, []))
            if line["event"] == "dialled":
                calls[line["attempt"]] = Call(line)
            elif "attempt" in line and line["event"] != "blocked":
                calls[line["attempt"]].take(line)
                if line["event"] == "answered":
                    live.append(calls[line["attempt"]])
    return replications


class Calendar:
    def __init__(self, start, date):
        self.start = start or 0
        self.date = datetime.date.fromisoformat(date) if date else None

    def day(self, time):
        return math.floor((time + self.start) / DAY)

    def window(self, kind, time):
        """The name of the window in which a moment lies."""
        day = self.day(time)
        if kind == "calendarDay":
            return day
        if kind == "calendarMonth" and self.date:
            today = self.date + datetime.timedelta(days=day)
            return 12 * (today.year - self.date.year) + today.month - self.date.month
        return day // 30


def judge_share(rule, calls, live, calendar):
    limit = None if rule.get("limit") is None else Fraction(rule["limit"])
    denominator = rule.get("denominator", "live")
    clock, seconds = rule.get("clockFrom", "greetingEnd"), rule.get("seconds", 2)

    def is_over(abandoned, of):
        return limit is not None and abandoned > limit * of

    def parts(call):
        """What a live call adds to the denominator and to the numerator."""
        if call.fate == "connected":
            return int(denominator != "attempts"), int(call.is_late(clock, seconds))
        if call.fate == "falsePositive":
            counts = rule.get("countFalsePositives", True)
            if counts == "leftOut":
                return 0, 0
            return int(denominator == "live"), int(counts)
        early = not call.is_late(clock, seconds)
        return int(denominator == "live"), int(not early or rule.get("countEarlyHangUps", True))

    counted = [(call.answered, *parts(call)) for call in live]
    dialled = [call.dialled for call in calls.values()] if denominator == "attempts" else []
    of, abandoned = sum(c for _, c, _ in counted) + len(dialled), sum(a for _, _, a in counted)
    result = {"calls": of, "abandoned": abandoned}
    if isinstance(rule["window"], dict):
        length = rule["window"]["rollingHours"] * 3600
        over, highest = 0, {}
        times = [time for time, _, _ in counted]
        sums = [(0, 0)]
        for _, c, a in counted:
            sums.append((sums[-1][0] + c, sums[-1][1] + a))
        for last, time in enumerate(times):
            # The window holds the answers up to this one and none that lies its length before it.
            first = bisect.bisect_right(times, time - length)
            inside = sums[last + 1][0] - sums[first][0]
            inside += bisect.bisect_right(dialled, time) - bisect.bisect_right(dialled, time - length)
            lost = sums[last + 1][1] - sums[first][1]
            over += is_over(lost, inside)
            day = calendar.day(time)
            if inside and (day not in highest or lost * highest[day][0] > highest[day][1] * inside):
                highest[day] = (inside, lost)
        result.update(judged=len(times), breached=over, highestOfDays={str(d): list(w) for d, w in highest.items()})
    else:
        windows = {}
        for time, c, a in counted + [(time, 1, 0) for time in dialled]:
            window = windows.setdefault(calendar.window(rule["window"], time), [0, 0])
            window[0] += c
            window[1] += a
        windows = {str(w): parts for w, parts in windows.items() if any(parts)}
        result.update(judged=len(windows), breached=sum(is_over(a, c) for c, a in windows.values()), windows=windows)
    least = rule.get("minimumRing", 0)
    result["shortRings"] = sum(
        call.fate == "ended" and call.outcome == "no-answer" and call.end - call.dialled < least - TOLERANCE
        for call in calls.values()
    )
    return result


def judge_attempts(rule, calls):
    times = {}
    for call in calls.values():
        times.setdefault(call.contact, []).append(call.dialled)
    most, span = rule["attempts"], rule["within"]
    over = sum(any(later - time < span for time, later in zip(t, t[most:])) for t in times.values())
    return {"calls": 0, "abandoned": 0, "judged": len(times), "breached": over, "windows": {}, "shortRings": 0}


def gauges(calls, live, calendar):
    """The parts at the end of each day with a call; of the rolling gauge those of each day's highest value."""
    served = [call for call in live if call.fate != "falsePositive"]
    today = {}
    for call in served:
        parts = today.setdefault(calendar.day(call.answered), [0, 0])
        parts[0] += 1
        parts[1] += call.fate == "abandoned"
    rolling = {"window": {"rollingHours": 24}, "limit": None, "countFalsePositives": "leftOut"}
    days = judge_share(rolling, calls, live, calendar)["highestOfDays"]
    today = [today[day] for day in sorted(today)]
    return {
        "vicidial-today": today, "cxone-skill-today": today, "uccx-today": today,
        "amazon-24h": [days[day] for day in sorted(days, key=int)],
    }


def count_list(rules, calls):
    endings = {"busy": "busySignal", "no-answer": "noAnswer", "voicemail": "voicemail", "dial-tone": "dialTone"}
    most = rules.get("maxAttempts") or math.inf
    tried, reached, done = {}, set(), {}
    early = 0
    due = {}
    for call in calls.values():
        contact = call.contact
        tried[contact] = tried.get(contact, 0) + 1
        early += contact in done or call.dialled < due.get(contact, -math.inf)
        if call.fate == "connected" and call.outcome == "answered":
            reached.add(contact)
            done[contact] = call.end
            continue
        ending = endings.get(call.outcome, "abandoned")
        delay = rules["retry"].get(ending)
        if delay is None or tried[contact] >= most:
            done[contact] = call.end
        else:
            due[contact] = call.end + delay
    everybody = len(done) == rules["contacts"]
    return {
        "contacts": rules["contacts"], "attempted": len(tried), "attempts": sum(tried.values()),
        "reached": len(reached), "done": len(done), "open": rules["contacts"] - len(done),
        "exhaustedAt": max(done.values()) if everybody else None, "tooEarly": early,
    }


def recount(rules_path, trace_path):
    with open(rules_path, encoding="utf-8") as file:
        given = json.load(file)
    calendar = Calendar(given["calendar"]["start"], given["calendar"]["date"])
    results = []
    for replication, (calls, live) in sorted(read(trace_path).items()):
        compliance = []
        for rule in given["rules"]:
            rule = NAMED[rule] if isinstance(rule, str) else rule
            if "within" in rule:
                compliance.append(judge_attempts(rule, calls))
            else:
                compliance.append(judge_share(rule, calls, live, calendar))
        results.append({
            "replication": replication, "attempts": len(calls), "answered": len(live), "compliance": compliance,
            "gauges": gauges(calls, live, calendar), "list": count_list(given["list"], calls) if given["list"] else None,
        })
    return results


json.dump([recount(*pair) for pair in zip(sys.argv[1::2], sys.argv[2::2])], sys.stdout)
