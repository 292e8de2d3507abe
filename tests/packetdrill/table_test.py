#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What table.py makes of the verdicts of a script's runs. No script is played."""
import contextlib
import io
import sys
import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True  # the source tree stays clean
sys.path.insert(0, str(Path(__file__).resolve().parent))
import table  # noqa: E402


def printed(here, there=None, runs=3):
    """The table of one script whose runs have these verdicts, and how often it was played here."""
    here, there = list(here), list(there or [])
    options = types.SimpleNamespace(runs=runs, packetdrill=bool(there), only="")
    with tempfile.TemporaryDirectory() as folder, \
            mock.patch.object(table, "play", lambda *_: (here.pop(0), "reason", 1.0)), \
            mock.patch.object(table, "by_packetdrill", lambda *_: (there.pop(0), "", 2.0)), \
            contextlib.redirect_stdout(io.StringIO()) as out:
        options.folder = Path(folder)
        (options.folder / "x.pkt").touch()
        played = len(here)
        table.print_table(options)
        return out.getvalue(), played - len(here)


class Verdicts(unittest.TestCase):
    def test_one_run_is_enough_if_both_agree(self):
        text, played = printed(["pass", "fail"], ["pass", "fail"])
        self.assertEqual(played, 1)
        self.assertIn("x.pkt\tpass\tpacketdrill: pass\t1.00 s\treason\n", text)
        self.assertIn("1 pass here, pass there", text)
        self.assertIn("played more than once: 0", text)

    def test_a_run_that_shows_nothing_is_told_but_not_counted(self):
        text, played = printed(["not observed", "fail", "pass"])
        self.assertEqual(played, 2)
        self.assertIn("x.pkt\tnot observed, then fail\t", text)
        self.assertIn("1 scripts: 1 fail", text)
        self.assertIn("played more than once: 1\n  x.pkt  not observed, then fail\n", text)

    def test_runs_that_differ_are_never_only_the_last_one(self):
        text, played = printed(["fail", "pass"], ["pass", "pass"])
        self.assertEqual(played, 2)
        self.assertIn("x.pkt\tfail, then pass\tpacketdrill: pass, then pass", text)
        self.assertIn("1 scripts: 1 differs between runs", text)
        self.assertIn("1 differs between runs here, pass there", text)
        self.assertNotIn("1 pass here", text)

    def test_runs_of_packetdrill_may_differ_too(self):
        text, _ = printed(["pass", "pass", "pass"], ["fail", "timing", "pass"])
        self.assertIn("packetdrill: fail, then timing, then pass", text)
        self.assertIn("1 pass here, differs between runs there", text)

    def test_a_script_that_this_machine_is_always_too_slow_for(self):
        text, played = printed(["not observed"] * 3, ["timing"] * 3)
        self.assertEqual(played, 3)
        self.assertIn("1 not observed here, timing there", text)


if __name__ == "__main__":
    unittest.main()
