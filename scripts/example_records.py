#!/usr/bin/env python3
"""Writes the invented export in Examples/records: one replication of centre.yaml, as a VICIdial would report it.

usage: scripts/example_records.py [RINGBACK [FOLDER]]

The same program gives the same bytes. Times are those of a wall clock in America/Chicago; numbers and names are invented.
"""

import gzip
import io
import json
import pathlib
import subprocess
import sys
from datetime import datetime, timedelta

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Examples" / "records"
START = datetime(2026, 3, 2, 10, 0, 0)

# What an agent finds out and types in: one of these for each conversation, the last one a word of the house.
DISPOSITIONS = ["NI", "NI", "SALE", "CALLBK", "NP", "DNC", "INTRST"]
STATUSES = {"busy": "B", "no-answer": "NA", "dial-tone": "ADC", "voicemail": "AA"}
DIALSTATUS = {"busy": "BUSY", "no-answer": "NOANSWER", "dial-tone": "CONGESTION", "voicemail": "ANSWER"}
CAUSES = {"busy": "17", "no-answer": "19", "dial-tone": "34", "voicemail": "16"}

EXPORT = (
    "call_date phone_number_dialed status user full_name campaign_id vendor_lead_code source_id list_id gmt_offset_now "
    "phone_code phone_number title first_name last_name length_in_sec user_group alt_dial rank owner lead_id list_name "
    "status_name uniqueid caller_code server_ip hangup_cause dialstatus channel dial_time answered_time cpd_result"
).split()
AGENTS = (
    "agent_log_id user server_ip event_time lead_id campaign_id pause_epoch pause_sec wait_epoch wait_sec talk_epoch "
    "talk_sec dispo_epoch dispo_sec status user_group comments sub_status dead_epoch dead_sec uniqueid pause_type"
).split()


def whole(seconds):
    """The clock of a computer shows whole seconds, cut off."""
    return int(seconds)


def moment(seconds):
    return (START + timedelta(seconds=whole(seconds))).strftime("%Y-%m-%d %H:%M:%S")


def events(ringback):
    command = [ringback, "simulate", str(FOLDER / "centre.yaml"), "--trace", "-", "--seed", "20", "--quiet"]
    trace = subprocess.run(command, check=False, capture_output=True)
    if trace.returncode not in (0, 1, 6):
        sys.exit(trace.stderr.decode())
    return [json.loads(line) for line in trace.stdout.splitlines() if line.startswith(b"{")]


def calls(steps):
    """Each attempt with the moments of its steps."""
    found = {}
    for step in steps:
        if "attempt" not in step:
            continue
        call = found.setdefault(step["attempt"], {"number": step["attempt"]})
        call[step["event"]] = step["time"]
        for name in ("outcome", "agent", "contact"):
            if name in step:
                call[name] = step[name]
    return [found[number] for number in sorted(found)]


def user(agent):
    return f"{6001 + agent}"


def unique(call):
    """Asterisk's name of a call: when it was dialled, and a number."""
    return f"{1772463600 + whole(call['dialled'])}.{call['number']}"


def lead(call):
    return 810_000 + call["contact"]


def export_row(call):
    row = dict.fromkeys(EXPORT, "")
    number = f"31255{call['contact']:05d}"
    dialled = call["dialled"]
    row.update(
        phone_number_dialed=number, campaign_id="SPRING", list_id="2601", gmt_offset_now="-6.00", phone_code="1",
        phone_number=number, last_name="INVENTED", user_group="AGENTS", alt_dial="MAIN", lead_id=lead(call),
        list_name="Spring renewals", uniqueid=unique(call), server_ip="192.0.2.10", channel="SIP/trunk",
    )
    if "answered" in call:
        gone = call.get("talkEnded", call.get("abandoned"))
        row["call_date"] = moment(call["answered"])
        row["length_in_sec"] = whole(gone) - whole(call["answered"])
        row["dial_time"] = whole(gone) - whole(dialled)
        row["answered_time"] = whole(gone) - whole(call["answered"])
        row["dialstatus"], row["hangup_cause"] = "ANSWER", "16"
        if "connected" in call:
            row["user"] = user(call["agent"])
            row["full_name"] = f"Agent {call['agent'] + 1}"
            row["status"] = DISPOSITIONS[call["number"] * 7919 % len(DISPOSITIONS)]
        else:
            row["user"], row["status"] = "VDAD", "DROP"
    else:
        outcome, ended = call["outcome"], call["ended"]
        row["user"], row["status"] = "VDAD", STATUSES[outcome]
        row["dialstatus"], row["hangup_cause"] = DIALSTATUS[outcome], CAUSES[outcome]
        # A machine is listened to for some seconds, and VICIdial writes such a call down when it was answered.
        heard = 3 + call["number"] % 4 if outcome == "voicemail" else 0
        row["call_date"] = moment(ended if heard else dialled)
        row["length_in_sec"] = heard
        row["dial_time"] = whole(ended) - whole(dialled) + heard
        row["answered_time"] = heard
    return row


def agent_rows(steps, by_agent):
    """The turns of each agent: a pause if there was one, then waiting, then talk and wrap-up."""
    rows = []
    for agent in sorted(by_agent):
        turns = by_agent[agent]
        begin = pause = 0.0
        for step in turns["steps"]:
            kind, time = step["event"], step["time"]
            if kind in ("agentOnDuty", "breakStarted"):
                if kind == "breakStarted" and whole(time) > whole(begin):
                    rows.append(agent_row(agent, begin, pause, time))
                begin, pause = time, 0.0
            elif kind == "breakEnded":
                pause = time - begin
            elif kind == "agentOffDuty":
                if whole(time) > whole(begin):
                    rows.append(agent_row(agent, begin, pause, time))
            elif kind == "connected":
                call = turns["calls"][step["attempt"]]
                rows.append(agent_row(agent, begin, pause, time, call))
            elif kind == "agentReady":
                begin, pause = time, 0.0
    rows.sort(key=lambda row: (row["event_time"], row["user"]))
    for number, row in enumerate(rows):
        row["agent_log_id"] = 500_001 + number
    return rows


def agent_row(agent, begin, pause, until, call=None):
    row = dict.fromkeys(AGENTS, "")
    ready = begin + pause
    row.update(
        user=user(agent), server_ip="192.0.2.10", event_time=moment(begin), campaign_id="SPRING", lead_id="NULL",
        pause_sec=whole(ready) - whole(begin), wait_sec=whole(until) - whole(ready), talk_sec=0, dispo_sec=0,
        dead_sec=0, status="NULL", user_group="AGENTS", sub_status="BREAK" if pause else "NULL", uniqueid="NULL",
        pause_type="AGENT",
    )
    if call:
        talk = whole(call["talkEnded"]) - whole(until)
        wrap = whole(call["agentReady"]) - whole(call["talkEnded"])
        # The customer is gone, and the agent has not said so yet.
        dead = min(wrap, call["number"] % 3)
        row.update(
            lead_id=lead(call), talk_sec=talk + dead, dispo_sec=wrap - dead, dead_sec=dead, uniqueid=unique(call),
            status=DISPOSITIONS[call["number"] * 7919 % len(DISPOSITIONS)],
        )
    return row


def line(row, columns):
    return "\t".join(str(row[name]) for name in columns) + "\r\n"


def write_compressed(folder, name, text):
    """Compressed without name and time, so that equal texts give equal files."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=9) as file:
        file.write(text.encode())
    (folder / name).write_bytes(out.getvalue())


def main():
    ringback = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build" / "debug" / "ringback")
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    steps = events(ringback)
    attempts = calls(steps)
    rows = sorted((export_row(call) for call in attempts), key=lambda row: (row["call_date"], row["uniqueid"]))
    middle = len(rows) // 2
    text = line(dict(zip(EXPORT, EXPORT)), EXPORT)
    for number, row in enumerate(rows):
        if number == middle:
            # Two reports in one file: the second one begins with its header, and with a call that was voided.
            text += line(dict(zip(EXPORT, EXPORT)), EXPORT)
            voided = dict(row, status="LRERR", user="VDAD", full_name="", length_in_sec=0, uniqueid="1772463600.0")
            text += line(dict(voided, dial_time=0, answered_time=0, dialstatus="CHANUNAVAIL"), EXPORT)
        text += line(row, EXPORT)
    text += line(dict(dict.fromkeys(EXPORT, ""), call_date="TOTALS", length_in_sec=len(rows)), EXPORT)
    write_compressed(folder, "EXPORT_CALL_REPORT.txt.gz", text)

    by_agent = {}
    by_number = {call["number"]: call for call in attempts}
    for step in steps:
        if "agent" in step and step["event"] != "talkEnded":
            found = by_agent.setdefault(step["agent"], {"steps": [], "calls": by_number})
            found["steps"].append(step)
    agents = agent_rows(steps, by_agent)
    write_compressed(folder, "agent_log.txt.gz", line(dict(zip(AGENTS, AGENTS)), AGENTS) + "".join(line(r, AGENTS) for r in agents))
    print(f"{len(rows)} calls, {len(agents)} turns of agents")


if __name__ == "__main__":
    main()
