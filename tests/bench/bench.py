#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the benchmarks beside this file, and compares ratios.

    bench.py [NAME...]              by default all; --list names them
    bench.py --output FILE          also writes the figures, as JSON
    bench.py --gate FILE            exit code 1 if a ratio is worse than in FILE by a tenth
    bench.py --plot DIRECTORY FILE  no benchmark: draws the figures in FILE as SVG

Each benchmark measures the lab and its peers in one run; only their ratios say something.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

# name: (script, arguments, what it is, minutes on 2 cores with TCG)
BENCHES = {
    "start": ("start.sh", [], "commands that only read", 0.2),
    "here": ("here.sh", [], "a run in this kernel beside the shell's namespaces", 0.2),
    "idle": ("idle.sh", [], "./lab beside the program that it starts", 0.1),
    "hosts": ("hosts.sh", ["500", "3"], "a star of 500 hosts", 3),
    "boot": ("boot.sh", [], "a run in a microVM beside a bare boot", 2),
    "module": ("module.sh", ["6.1", "", "1000", "20000"], "lookups, dumps, memory, locks", 10),
    "trace": ("trace.sh", ["6.1", "3"], "connections while the trace is read", 5),
}

# (bench, what, of whom, beside whom, a rate is better if it is greater, the goal)
COMPARISONS = [
    ("here", "run", "run simopen, IPv4", "shell", False, 2.0),
    ("here", "run", "run simopen, both families", "shell", False, None),
    ("idle", "start", "./lab version", "orchestrator version", False, None),
    ("hosts", "star", "orchestrator", "C over rtnetlink", False, 1.3),
    ("hosts", "star", "orchestrator", "ip -batch", False, 0.25),
    ("boot", "boot", "./lab run simopen", "bare boot", False, None),
    ("trace", "connections", "idle", "without", True, 1.0),
    ("trace", "connections", "read", "without", True, None),
    ("trace", "connections", "read", "bpftrace", True, 1.0),
]
for sockets in ("1000", "20000"):
    for found in ("listener", "nobody"):
        lookup = f"lookup-{found} {sockets}"
        COMPARISONS += [
            ("module", lookup, "batch", "sock_diag", False, None),
            ("module", lookup, "verdicts", "sock_diag", False, 1 / 8),
            ("module", lookup, "verdicts", "kernel", False, 4.0),
            ("module", lookup, "verdict-alone", "sock_diag", False, 1.0),
        ]
    dump = f"dump {sockets}"
    for view in ("ehash", "bound"):
        COMPARISONS += [
            ("module", dump, view, "/proc/net/tcp", True, 3.0),
            ("module", dump, view, "sock_diag", True, 1.0),
        ]
    for reader in ("ehash", "lookup"):
        COMPARISONS.append(("module", f"connections {sockets}", reader, "spin", True, 0.9))

# What start.sh measures has goals in ms, since nothing does the same work.
LIMITS_MS = {"version": 5, "list": 20, "show": 20, "completion": 20, "explain": 10}


def machine():
    """What the figures depend on, besides the code."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    qemu = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True,
                          check=False).stdout.split("\n")[0]
    return {
        "processor": model,
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "qemu": qemu,
        "accelerator": os.environ.get("LAB_ACCEL", "tcg"),
        "guest_clock": "instructions" if os.environ.get("LAB_ICOUNT") else "time",
    }


def run(name):
    """The figures of one benchmark: (what, whom) -> {value, unit}."""
    script, arguments, _, _ = BENCHES[name]
    with tempfile.NamedTemporaryFile("r", suffix=".tsv") as file:
        done = subprocess.run([HERE / script, *arguments], check=False,
                              env={**os.environ, "LAB_FIGURES": file.name}, stdout=sys.stderr)
        if done.returncode != 0:
            raise SystemExit(f"bench: {script} ended with {done.returncode}")
        rows = [line.rstrip("\n").split("\t") for line in file]
    if not rows:
        raise SystemExit(f"bench: {script} has written no figure")
    return [{"what": what, "whom": whom, "value": float(value), "unit": unit}
            for what, whom, value, unit in rows]


def ratios(figures):
    """(bench, what, whom, beside) -> (ratio, more_is_better, goal), of what was measured."""
    found = {}
    for bench, what, whom, beside, more, goal in COMPARISONS:
        values = {row["whom"]: row["value"] for row in figures.get(bench, [])
                  if row["what"] == what}
        if whom in values and values.get(beside):
            found[(bench, what, whom, beside)] = (values[whom] / values[beside], more, goal)
    return found


def print_table(figures):
    for bench, rows in figures.items():
        for row in rows:
            limit = LIMITS_MS.get(row["whom"]) if bench == "start" else None
            verdict = "" if limit is None else f"  at most {limit}: " + (
                "met" if row["value"] <= limit else "missed")
            print(f"{bench:8}{row['what']:24}{row['whom']:28}"
                  f"{row['value']:12.1f} {row['unit']}{verdict}")
    print()
    for (bench, what, whom, beside), (ratio, more, goal) in ratios(figures).items():
        verdict = ""
        if goal is not None:
            met = ratio >= goal if more else ratio <= goal
            verdict = f"  {'at least' if more else 'at most'} {goal:.3g}: {'met' if met else 'missed'}"
        print(f"{bench:8}{what:24}{whom + ' / ' + beside:40}{ratio:7.2f}{verdict}")


def gate(figures, path):
    """Whether no ratio is worse than in the stored figures by more than a tenth."""
    with open(path, encoding="utf-8") as file:
        before = ratios(json.load(file)["figures"])
    worse = False
    for key, (now, more, _) in ratios(figures).items():
        if key not in before:
            continue
        then = before[key][0]
        if now < then * 0.9 if more else now > then * 1.1:
            worse = True
            print(f"bench: {' '.join(key[:2])}, {key[2]} / {key[3]}: {then:.2f} before, {now:.2f} now",
                  file=sys.stderr)
    return not worse


def plot(path, directory):
    """One drawing per benchmark that compares rates or times of peers."""
    import matplotlib  # only here: the benchmarks do not need it
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "tcp-lookup-lab"  # the same file from the same figures
    from matplotlib import pyplot
    with open(path, encoding="utf-8") as file:
        stored = json.load(file)
    for bench, rows in stored["figures"].items():
        groups = {}
        for row in rows:
            groups.setdefault((row["what"], row["unit"]), []).append(row)
        groups = {key: rows for key, rows in groups.items() if len(rows) > 1}
        if not groups:
            continue
        figure, axes = pyplot.subplots(len(groups), 1, squeeze=False, layout="constrained",
                                       figsize=(7, 0.5 + sum(0.6 + 0.28 * len(g)
                                                             for g in groups.values())))
        for axis, ((what, unit), peers) in zip(axes.flat, groups.items()):
            names = [row["whom"] for row in reversed(peers)]
            bars = axis.barh(names, [row["value"] for row in reversed(peers)], color="#4477aa")
            axis.bar_label(bars, fmt="%.4g", padding=3, fontsize=8)
            axis.margins(x=0.15)
            axis.set_title(f"{what}, {unit}", loc="left", fontsize=9)
            axis.tick_params(labelsize=8)
            axis.spines[["top", "right"]].set_visible(False)
        target = Path(directory) / f"{bench}.svg"
        figure.savefig(target, metadata={"Date": None})
        pyplot.close(figure)
        print(target)


def main():
    parser = argparse.ArgumentParser(prog="./lab bench", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks; by default all")
    parser.add_argument("--list", action="store_true", help="list them")
    parser.add_argument("--output", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--gate", metavar="FILE", help="compare the ratios with stored figures")
    parser.add_argument("--plot", metavar="DIRECTORY", help="draw the stored figures NAME as SVG")
    arguments = parser.parse_args()
    if arguments.list:
        for name, (_, _, words, minutes) in BENCHES.items():
            print(f"{name:8}{words}, about {minutes:g} min")
        return 0
    if arguments.plot:
        if len(arguments.names) != 1:
            parser.error("--plot takes one file of figures")
        plot(arguments.names[0], arguments.plot)
        return 0
    unknown = [name for name in arguments.names if name not in BENCHES]
    if unknown:
        parser.error(f"unknown benchmark '{unknown[0]}'; known: {', '.join(BENCHES)}")
    figures = {name: run(name) for name in arguments.names or BENCHES}
    print_table(figures)
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump({"machine": machine(), "figures": figures}, file, indent=2)
            file.write("\n")
    return 0 if not arguments.gate or gate(figures, arguments.gate) else 1


if __name__ == "__main__":
    sys.exit(main())
