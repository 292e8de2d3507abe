#!/bin/bash
# SPDX-License-Identifier: MIT
#
# `orchestrator predict`: what it asks, what it compares with a run in a guest and in this kernel,
# and what it refuses.
#
#   predict_test.sh ORCHESTRATOR KERNEL
set -euo pipefail
orchestrator=$1
kernel=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
export LAB_SCENARIOS=$root/scenarios LAB_CONFIG='' COLUMNS=100 LC_ALL=C.UTF-8 LAB_KERNEL=$kernel

a_test 'predictions that are all right, in a guest'
cat >"$work/right.yaml" <<'EOF'
answer: RST
ehash: miss
listener: none
function: tcp_v4_send_reset
connect: ECONNREFUSED
states: SYN-SENT, CLOSED
EOF
run "$orchestrator" predict no-listen --answers "$work/right.yaml" --where vm
expect_status 0
expect_output 'no-listen ipv4: PASS'
expect_output '6 of 6 right'

a_test 'a wrong one beside the fact, as JSON alone on standard output'
sed 's/^answer: .*/answer: silence/; s/^listener:.*//' "$work/right.yaml" >"$work/wrong.yaml"
status=0
"$orchestrator" predict no-listen --answers "$work/wrong.yaml" --where vm -f json \
  >"$work/json" 2>"$work/errors" || status=$?
output=$(cat "$work/json" "$work/errors")
expect_status 1
if command -v python3 >/dev/null; then
  run python3 - "$work/json" <<'EOF'
import json, sys
seen = json.load(open(sys.argv[1]))
print(seen["right"], seen["of"], seen["not_observed"])
print([[each["name"], each["predicted"], each["seen"], each["outcome"]]
       for each in seen["questions"] if each["outcome"] != "right"])
EOF
  expect_output '4 6 0'
  expect_output "[['answer', 'silence', 'RST', 'wrong'], ['listener', None, 'none', 'no-answer']]"
else
  skip 'no Python here'
fi

a_test 'it asks, and keeps the answers'
# Answers by number and by name; the second line is not an answer.
run "$orchestrator" predict self-connect --where vm --quiet --save "$work/kept.yaml" <<'EOF'
2
7
hit
4
3
it succeeds
2
EOF
expect_status 0
expect_output 'What answers the first SYN'
expect_output 'a number from 1 to 3'
expect_output '6 of 6 right'
[[ $output != *PASS* ]] || not_ok 'expected no report of the run'
grep -qx 'states: SYN-SENT, SYN-RECEIVED, ESTABLISHED' "$work/kept.yaml" ||
  not_ok 'expected the answers in the file'

a_test 'what only the module sees is not observed without it, and not right'
if unshare --user --net --map-root-user true 2>/dev/null || [ "$(id -u)" = 0 ]; then
  run "$orchestrator" predict no-listen --answers "$work/right.yaml" --where here --quiet
  expect_status 1
  expect_output '2 of 6 right, 4 not observed'
else
  skip 'no namespaces here'
fi

a_test 'input that ends early'
run "$orchestrator" predict no-listen --where vm <<<'1'
expect_status 2
expect_output 'the input ended before ehash was answered'

a_test 'a file without an answer'
echo 'answer: maybe' >"$work/none.yaml"
run "$orchestrator" predict no-listen --answers "$work/none.yaml"
expect_status 2
expect_output 'none.yaml:1: the answer is "maybe"'
run "$orchestrator" predict no-listen --answers "$work/missing.yaml"
expect_status 2
expect_output 'missing.yaml'

a_test 'several variants, several kernels, no SYN'
run "$orchestrator" predict nothing-bound --answers "$work/right.yaml"
expect_status 2
expect_output 'choose one with --variant: nobody, bound'
run "$orchestrator" predict no-listen --kernel all --answers "$work/right.yaml"
expect_status 2
expect_output 'name one kernel'
run "$orchestrator" predict bind-conflicts --variant same-address --answers "$work/right.yaml"
expect_status 2
expect_output 'sends no SYN'
finish
