#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the packetdrill scripts of a folder and prints what became of each.

table.py FOLDER [--orchestrator PROGRAM] [--packetdrill PROGRAM] [-D NAME=VALUE]... [--runs N]

As root: each script is played in this kernel, and with --packetdrill also by packetdrill, in a
network namespace of its own. `-D` gives both the same definitions. A script that this machine was too
slow for is played again, up to N times (3).
"""
import argparse
import collections
import pathlib
import re
import subprocess
import time

LIMIT = 90  # seconds for one run


def run(command, folder):
    begin = time.monotonic()
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=LIMIT)
        return done.returncode, done.stdout + done.stderr, time.monotonic() - begin
    except subprocess.TimeoutExpired:
        return None, f"took longer than {LIMIT} s", LIMIT


def play(options, script):
    command = [options.orchestrator, "run", script.name, "--where", "here", "--quiet",
               "--color", "never"]
    for definition in options.define:
        command += ["--set", definition]
    status, text, seconds = run(command, script.parent)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if status == 2:
        refused = "cannot be played" in text or "no packet that the script" in text
        return ("not played" if refused else "not parsed"), last, seconds
    if "NOT OBSERVED" in text:
        return "not observed", last, seconds
    if status == 0:
        return "pass", "", seconds
    if status == 1:
        reason = next((line for line in lines if re.search(r"\bsaw\b", line)), last)
        return "fail", reason, seconds
    return "no result", last, seconds


def by_packetdrill(options, script):
    command = ["unshare", "--net", options.packetdrill, "--send_omit_free"]
    for definition in options.define:
        command += ["-D", definition]
    status, text, seconds = run(command + [script.name], script.parent)
    if status == 0:
        return "pass", "", seconds
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "timing error" in text:
        return "timing", lines[-1], seconds
    return "fail", lines[-1] if lines else "", seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--orchestrator", default="build/orchestrator")
    parser.add_argument("--packetdrill")
    parser.add_argument("-D", dest="define", action="append", default=[])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    options.orchestrator = str(pathlib.Path(options.orchestrator).resolve())
    if options.packetdrill:
        options.packetdrill = str(pathlib.Path(options.packetdrill).resolve())

    counts = collections.Counter()
    agreement = collections.Counter()
    times = [0.0, 0.0]
    for script in sorted(options.folder.resolve().rglob("*.pkt")):
        for _ in range(options.runs):
            verdict, reason, seconds = play(options, script)
            if verdict != "not observed":
                break
        counts[verdict] += 1
        line = f"{script.relative_to(options.folder.resolve())}\t{verdict}"
        if options.packetdrill:
            other, other_reason, other_seconds = by_packetdrill(options, script)
            line += f"\tpacketdrill: {other}"
            if verdict in ("pass", "fail"):
                agreement[f"{verdict} here, {other} there"] += 1
            if verdict == "pass" and other == "pass":
                times[0] += seconds
                times[1] += other_seconds
            if verdict == "pass":
                reason = other_reason
        print(f"{line}\t{seconds:.2f} s\t{reason[:200]}", flush=True)
    print(f"\n{sum(counts.values())} scripts: " +
          ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    for words, count in agreement.most_common():
        print(f"  {count} {words}")
    if times[1]:
        print(f"  time of those that pass both: {times[0]:.1f} s here, {times[1]:.1f} s there")


if __name__ == "__main__":
    main()
