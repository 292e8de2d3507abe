#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the packetdrill scripts of a folder and prints what became of each.

table.py FOLDER [--orchestrator PROGRAM] [--packetdrill PROGRAM] [-D NAME=VALUE]... [--runs N]
         [--only TEXT]

As root: each script is played in this kernel, and with --packetdrill also by packetdrill, in a
network namespace of its own. `-D` gives both the same definitions. Both have the addresses that
packetdrill's run_all.py gives it, unless the script sets them; a script whose name says IPv6 is played
over IPv6.

A script that this machine was too slow for is played again, up to N times (3), and so is one whose
verdicts here and there differ. Such a script's line has the verdicts of all of its runs, and so has the
list at the end. In the table it counts as what its runs have shown if they agree, without those that
the machine was too slow for, and else as "differs between runs".
"""
import argparse
import collections
import pathlib
import re
import subprocess
import time

LIMIT = 90  # seconds for one run
TOO_SLOW = ("not observed", "timing")  # verdicts that show nothing of the kernel


def run(command, folder):
    begin = time.monotonic()
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=LIMIT)
        return done.returncode, done.stdout + done.stderr, time.monotonic() - begin
    except subprocess.TimeoutExpired:
        return None, f"took longer than {LIMIT} s", LIMIT


# Of the common master key; ZERO: of a key of zeros.
COOKIES = {"ipv4": ("3021b9d889017eeb", "b7c12350a90dc8f5"),
           "ipv6": ("c1d1e9742a47a9bc", "82af1a8f9a205c34")}


def settings(options, script):
    """What both programs are told about this script, as NAME=VALUE: options, definitions."""
    text = script.read_text(errors="replace")
    named = re.search(r"^--ip_version=(\S+)", text, re.M)
    six = named.group(1) == "ipv6" if named else bool(re.search(r"ipv6|-v6|ip6", script.name))
    of_tool = []
    if six and not named:
        of_tool.append("ip_version=ipv6")
    if six and "--mtu=" not in text:
        of_tool.append("mtu=1520")
    if "--local_ip=" not in text:
        of_tool.append("local_ip=" + ("fd3d:a0b:17d6::1" if six else "192.168.0.1"))
    if "--remote_ip=" not in text:
        of_tool.append("remote_ip=" + ("fd3d:fa7b:d17d::1" if six else "192.0.2.1"))
    given = {definition.split("=", 1)[0] for definition in options.define}
    defined = list(options.define)
    cookie, of_zeros = COOKIES["ipv6" if six else "ipv4"]
    for name, value in (("CODE", "host_unreachable"), ("TFO_COOKIE", cookie),
                        ("TFO_COOKIE_ZERO", of_zeros),
                        ("CMSG_LEVEL_IP", "SOL_IPV6" if six else "SOL_IP"),
                        ("CMSG_TYPE_RECVERR", "IPV6_RECVERR" if six else "IP_RECVERR")):
        if name not in given:
            defined.append(f"{name}={value}")
    return of_tool, defined


def line_of(script, text):
    """The line of the script that a report's failure names, or packetdrill's message."""
    named = re.findall(re.escape(script.name) + r":(\d+)", text)
    return named[-1] if named else "?"


def play(options, script):
    command = [options.orchestrator, "run", script.name, "--where", "here", "--quiet",
               "--color", "never"]
    of_tool, defined = settings(options, script)
    for setting in of_tool + defined:
        command += ["--set", setting]
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
        seen = next((line for line in lines if re.match(r"seen\b", line)), last)
        reason = f"line {line_of(script, text)}: {seen}"
        return "fail", reason, seconds
    return "no result", last, seconds


def by_packetdrill(options, script):
    command = ["unshare", "--net", options.packetdrill, "--send_omit_free"]
    of_tool, defined = settings(options, script)
    local = [setting for setting in of_tool if setting.startswith("local_ip=")]
    if local and "." in local[0]:
        command += [local[0].replace("local_ip", "--gateway_ip"), "--netmask_ip=255.255.0.0"]
    elif local:
        command.append("--gateway_ip=fd3d:a0b:17d6:8888::1")
    command += ["--" + setting for setting in of_tool]
    for definition in defined:
        command += ["-D", definition]
    status, text, seconds = run(command + [script.name], script.parent)
    if status == 0:
        return "pass", "", seconds
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "timing error" in text:
        return "timing", lines[-1], seconds
    last = lines[-1] if lines else ""
    return "fail", f"line {line_of(script, text)}: {last}", seconds


def shown(verdicts):
    """What the runs of a script have shown, as one verdict."""
    seen = [verdict for verdict in verdicts if verdict not in TOO_SLOW]
    if not seen:
        return verdicts[-1]
    return seen[0] if len(set(seen)) == 1 else "differs between runs"


def runs_of(options, script):
    """The runs of a script, here and by packetdrill: (verdict, reason, seconds) of each."""
    here, there = [], []
    while len(here) < options.runs:
        here.append(play(options, script))
        verdict = other = here[-1][0]
        if options.packetdrill:
            there.append(by_packetdrill(options, script))
            other = there[-1][0]
        if verdict != "not observed" and other == verdict:
            break
    return here, there


def print_table(options):
    counts, agreement = collections.Counter(), collections.Counter()
    times = [0.0, 0.0]
    repeated = []
    folder = options.folder.resolve()
    for script in sorted(folder.rglob("*.pkt")):
        if options.only not in str(script):
            continue
        name = script.relative_to(folder)
        here, there = runs_of(options, script)
        verdict = shown([run[0] for run in here])
        counts[verdict] += 1
        cells = [str(name), ", then ".join(run[0] for run in here)]
        reasons = [here[-1][1]]
        if there:
            other = shown([run[0] for run in there])
            agreement[f"{verdict} here, {other} there"] += 1
            cells.append("packetdrill: " + ", then ".join(run[0] for run in there))
            if here[-1][0] == there[-1][0] == "pass":
                times[0] += here[-1][2]
                times[1] += there[-1][2]
            else:
                reasons.append("packetdrill: " + there[-1][1])
        if len(here) > 1:
            repeated.append("  ".join(cells))
        print("\t".join(cells + [f"{here[-1][2]:.2f} s"] + [r[:400] for r in reasons]), flush=True)
    print(f"\n{sum(counts.values())} scripts: " +
          ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    for words, count in agreement.most_common():
        print(f"  {count} {words}")
    if times[1]:
        print(f"  time of those whose last run passed in both: {times[0]:.1f} s here, "
              f"{times[1]:.1f} s there")
    print(f"played more than once: {len(repeated)}")
    for line in repeated:
        print("  " + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--orchestrator", default="build/orchestrator")
    parser.add_argument("--packetdrill")
    parser.add_argument("-D", dest="define", action="append", default=[])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="scripts with this in their path")
    options = parser.parse_args()
    options.orchestrator = str(pathlib.Path(options.orchestrator).resolve())
    if options.packetdrill:
        options.packetdrill = str(pathlib.Path(options.packetdrill).resolve())

    print_table(options)


if __name__ == "__main__":
    main()
