#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of a lab as they are printed, and looks for the lines of its excerpts.

    labs_test.py run ORCHESTRATOR LAB.md
    labs_test.py same LAB.md TRANSLATION.md     whether both have the same commands and excerpts

A block ```console has commands, each after "$ ", and lines of their output. "…" stands for any text,
a line "[…]" for any lines. Times and numbers that differ in every boot are not compared. Comments
before a block say more: <!-- exit: 1 --> is the status of its last command, <!-- input: 1 2 --> are
lines for its standard input, <!-- file: NAME --> writes the block to a file.
"""
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

DEADLINE = 300  # seconds, of each command

VOLATILE = [
    (r"\b\d+\.\d{3}\b", "TIME"),
    (r"\b(bucket|pid|fd) +\d+", r"\1 N"),
    (r"\b(\d+\.\d+)\.\d+[-+][\w.+-]*(amd64|arm64)", r"\1"),
]


@dataclass
class Block:
    line: int
    language: str
    text: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)


@dataclass
class Command:
    line: int
    text: str
    output: list = field(default_factory=list)
    status: int = 0
    input: str = ""


def blocks_of(path):
    blocks, notes, block = [], {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if block is None:
            if note := re.fullmatch(r"<!-- (exit|input|file): (.*) -->", line):
                notes[note[1]] = note[2]
            elif line.startswith("```"):
                block = Block(number, line[3:].strip(), notes=notes)
                notes = {}
        elif line.startswith("```"):
            blocks.append(block)
            block = None
        else:
            block.text.append(line)
    if block or notes:
        sys.exit(f"{path}: a block is not closed, or a comment stands before no block")
    return blocks


def commands_of(block):
    commands = []
    for offset, line in enumerate(block.text, 1):
        if commands and commands[-1].text.count("'") % 2:
            commands[-1].text += "\n" + line  # a quoted text of several lines
        elif line.startswith("$ "):
            commands.append(Command(block.line + offset, line[2:]))
        elif commands:
            commands[-1].output.append(line)
        else:
            sys.exit(f"line {block.line}: the block has output before a command")
    if not commands:
        sys.exit(f"line {block.line}: the block has no command")
    commands[-1].status = int(block.notes.get("exit", 0))
    commands[-1].input = "".join(f"{word}\n" for word in block.notes.get("input", "").split())
    return commands


def plain(line):
    for pattern, word in VOLATILE:
        line = re.sub(pattern, word, line)
    return " ".join(line.split())


def pattern_of(line):
    """A "…" between blanks stands for any words, or none; inside a word for any letters."""
    pattern = re.escape(line).replace(re.escape("…"), "…")
    pattern = re.sub(r"(^|\\ )…\\ ", r"\1(?:.* )?", pattern)
    return re.sub(r"\\ …$", r"(?: .*)?", pattern).replace("…", ".*")


def first_missing(expected, output):
    """The first line of `expected` that does not follow in `output`; None: all do."""
    lines = iter([plain(line) for line in output.splitlines()])
    for line in expected:
        if plain(line) in ("", "[…]"):
            continue
        if not any(re.fullmatch(pattern_of(plain(line)), seen) for seen in lines):
            return line
    return None


def run(command, folder):
    env = dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8", LAB_CONFIG="")
    ran = subprocess.run(["bash", "-c", command.text], cwd=folder, env=env, input=command.input,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=DEADLINE,
                         encoding="utf-8", check=False)
    missing = first_missing(command.output, ran.stdout)
    if ran.returncode == command.status and missing is None:
        return True
    print(f"line {command.line}: {command.text}")
    if ran.returncode != command.status:
        print(f"  expected status {command.status}, saw {ran.returncode}")
    if missing is not None:
        print(f"  this line is missing, or not in this order:\n{missing}")
    print(f"  the output:\n{ran.stdout}")
    return False


def run_all(orchestrator, lab):
    root = next(folder for folder in lab.resolve().parents if (folder / "orchestrator").is_dir())
    ran = 0
    os.environ["LAB_BUILD_DIR"] = str(Path(orchestrator).resolve().parent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for entry in root.iterdir():  # the checkout, without what the commands may write
            if entry.name not in ("lab", "build", ".git"):
                (folder / entry.name).symlink_to(entry)
        # ./lab itself builds; lab_test.sh tests it.
        (folder / "lab").write_text(f'#!/bin/sh\nexec {orchestrator} "$@"\n')
        (folder / "lab").chmod(0o755)
        for block in blocks_of(lab):
            if "file" in block.notes:
                (folder / block.notes["file"]).write_text("\n".join(block.text) + "\n")
            if block.language != "console":
                continue
            for command in commands_of(block):
                if not run(command, folder):
                    sys.exit(1)
                ran += 1
    if ran == 0:
        sys.exit(f"{lab} has no command")
    print(f"{lab}: {ran} commands ran as printed")


def compare(lab, translation):
    def runnable(path):
        return [(block.language, block.text, block.notes) for block in blocks_of(path)
                if block.language == "console" or "file" in block.notes]
    if runnable(lab) != runnable(translation):
        sys.exit(f"{translation} has other commands or excerpts than {lab}")


if __name__ == "__main__":
    action, first, second = sys.argv[1:]
    if action == "run":
        run_all(first, Path(second))
    else:
        compare(Path(first), Path(second))
