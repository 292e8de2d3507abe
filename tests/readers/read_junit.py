#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reads JUnit's XML with python3-junitparser, and prints what it found, a line a suite
and a line a case. Exit code 77: it is not installed.
"""
import sys

try:
    from junitparser import JUnitXml
except ImportError:
    print("python3-junitparser is not installed")
    sys.exit(77)


def main(path):
    document = JUnitXml.fromfile(path)
    print(f"all: {document.tests} tests, {document.failures} failures, {document.errors} errors, "
          f"{document.skipped} skipped, {document.time:.3f} s")
    for suite in document:
        print(f"suite {suite.name}: {suite.tests} tests, {suite.failures} failures, "
              f"{suite.errors} errors, {suite.skipped} skipped, {suite.time:.3f} s")
        for case in suite:
            outcome = "; ".join(f"{type(each).__name__} {each.message}" for each in case.result)
            print(f"case {case.classname} {case.name} {case.time:.3f} s: {outcome or 'Passed'}")
        # Summed by the reader, and not by the writer.
        before = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        if before != (suite.tests, suite.failures, suite.errors, suite.skipped):
            print(f"MISCOUNTED {suite.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
