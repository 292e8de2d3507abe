#!/bin/bash
# SPDX-License-Identifier: MIT
#
# coverage.sh [FEWER]
#
# Builds the unit tests with counters, runs them, and prints the line and branch coverage of each
# module of the orchestrator, and the files with fewer than FEWER (50) percent of their lines
# covered. Branches that only an exception takes do not count. What tests/system/ covers is not in
# it: those run the orchestrator as its users do, most of them in a microVM.
#
# Needs gcovr and jq. Takes half an hour of processor time the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
fewer=${1:-50}
build="build-coverage"

for tool in gcovr jq; do
  command -v "$tool" >/dev/null ||
    { echo "coverage: $tool is missing: apt-get install gcovr jq" >&2; exit 3; }
done
cmake --preset coverage >/dev/null
cmake --build --preset coverage >&2
# Counters of an older run would add up.
find "$build" -name '*.gcda' -delete
failed=''
ctest --preset coverage --parallel "$(nproc)" >&2 || failed=yes

gcovr --root . --filter orchestrator/ --exclude-throw-branches --json-summary - "$build" |
  jq --raw-output --argjson fewer "$fewer" '
    def share(covered; total): if total == 0 then "-" else "\(covered * 100 / total | floor) %" end;
    def sum(name): map(.[name]) | add;
    ["module", "lines", "covered", "branches", "covered"],
    (.files | group_by(.filename | split("/")[1])[] |
      [(.[0].filename | split("/")[1]),
       sum("line_total"), share(sum("line_covered"); sum("line_total")),
       sum("branch_total"), share(sum("branch_covered"); sum("branch_total"))]),
    ["all", .line_total, share(.line_covered; .line_total),
     .branch_total, share(.branch_covered; .branch_total)],
    [],
    ["file", "lines", "covered"],
    (.files[] | select(.line_total > 0 and .line_covered * 100 < .line_total * $fewer) |
      [.filename, .line_total, share(.line_covered; .line_total)])
    | @tsv' | column --table --separator $'\t' --keep-empty-lines
[ -z "$failed" ] || { echo "coverage: some tests failed; see above" >&2; exit 1; }
