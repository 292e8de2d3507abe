# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For the scripts beside it: figures for bench.py, a line each in the file $LAB_FIGURES, in
# tab-separated columns: what was measured, of whom, the value, its unit.

# figure WHAT WHOM VALUE UNIT
figure() { printf '%s\t%s\t%s\t%s\n' "$@" >>"${LAB_FIGURES:-/dev/null}"; }

# hyperfine_figures WHAT FILE: the means in hyperfine's JSON, in ms
hyperfine_figures() {
  jq -r --arg what "$1" '.results[] | [$what, .command, .mean * 1000, "ms"] | @tsv' "$2" \
    >>"${LAB_FIGURES:-/dev/null}"
}
