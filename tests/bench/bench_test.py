#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What bench.py makes of figures: ratios, goals, and the gate. No benchmark runs."""
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays clean
sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench  # noqa: E402


def figures(lab, shell):
    return {"here": [{"what": "run", "whom": "run simopen, IPv4", "value": lab, "unit": "ms"},
                     {"what": "run", "whom": "shell", "value": shell, "unit": "ms"}]}


def stored(data):
    file = tempfile.NamedTemporaryFile("w", suffix=".json")
    json.dump({"figures": data}, file)
    file.flush()
    return file


class Ratios(unittest.TestCase):
    def test_compares_the_lab_with_its_peer(self):
        found = bench.ratios(figures(30, 20))
        self.assertEqual(found[("here", "run", "run simopen, IPv4", "shell")], (1.5, False, 2.0))

    def test_leaves_out_what_was_not_measured(self):
        self.assertEqual(bench.ratios({"here": figures(30, 20)["here"][:1]}), {})

    def test_says_whether_a_goal_is_met(self):
        for lab, word in ((30, "met"), (50, "missed")):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                bench.print_table(figures(lab, 20))
            self.assertIn(f"at most 2: {word}", out.getvalue())


class Gate(unittest.TestCase):
    def test_refuses_a_ratio_that_is_a_tenth_worse(self):
        with stored(figures(20, 20)) as before, contextlib.redirect_stderr(io.StringIO()):
            self.assertTrue(bench.gate(figures(43, 40), before.name))
            self.assertFalse(bench.gate(figures(45, 40), before.name))

    def test_knows_that_a_greater_rate_is_better(self):
        def rates(read):
            return {"trace": [{"what": "connections", "whom": "read", "value": read, "unit": "1/s"},
                              {"what": "connections", "whom": "bpftrace", "value": 100,
                               "unit": "1/s"}]}
        with stored(rates(200)) as before, contextlib.redirect_stderr(io.StringIO()):
            self.assertTrue(bench.gate(rates(300), before.name))
            self.assertFalse(bench.gate(rates(150), before.name))


class Arguments(unittest.TestCase):
    def test_names_the_benchmarks_where_one_is_not_known(self):
        done = subprocess.run([sys.executable, bench.__file__, "nothing"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("known: start, here", done.stderr)

    def test_every_script_is_there(self):
        for name, (script, *_) in bench.BENCHES.items():
            self.assertTrue((Path(bench.__file__).parent / script).exists(), name)


if __name__ == "__main__":
    unittest.main()
