#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads KTAP with the kernel's own parser, tools/testing/kunit/kunit_parser.py, and
prints the tests that it found, indented, with their statuses, and what it complained of.

It looks below LAB_LINUX_SOURCE, or below what Debian's linux-source packages unpack to
in /usr/src. Exit code 77: it is nowhere.
"""
import glob
import os
import sys


def find_parser():
    roots = [os.environ.get("LAB_LINUX_SOURCE", ""), *glob.glob("/usr/src/linux-source-*")]
    for root in roots:
        folder = os.path.join(root, "tools/testing/kunit")
        if root and os.path.exists(os.path.join(folder, "kunit_parser.py")):
            return folder
    return None


def show(test, depth=0):
    for each in test.subtests:
        print(f"FOUND {'  ' * depth}{each.name}: {each.status.name}")
        show(each, depth + 1)


def main(path):
    folder = find_parser()
    if folder is None:
        print("kunit_parser.py is not here; apt-get install linux-source, unpack it, and set "
              "LAB_LINUX_SOURCE to its folder")
        return 77
    sys.path.insert(0, folder)
    import kunit_parser

    with open(path, encoding="utf-8") as file:
        found = kunit_parser.parse_run_tests(file.read().splitlines())
    found = getattr(found, "test", found)  # 6.1 has it below the result, later ones not
    show(found)
    counts = found.counts
    print(f"COUNTS passed {counts.passed} failed {counts.failed} skipped {counts.skipped} "
          f"errors {counts.errors}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
