#!/bin/bash
# SPDX-License-Identifier: MIT
#
# `orchestrator graph` of every scenario, and what other programs make of it.
#
#   graph_test.sh ORCHESTRATOR
set -euo pipefail
orchestrator=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
export LAB_SCENARIOS=$root/scenarios LAB_CONFIG='' COLUMNS=80 LC_ALL=C.UTF-8

a_test 'every scenario, in both families, is drawn within 80 columns'
drawn=0
while read -r file; do
  drawn=$((drawn + 1))
  for family in ipv4 ipv6; do
    run "$orchestrator" graph "$file" --family "$family"
    expect_status 0
    [ "$(wc -L <<<"$output")" -le 80 ] || not_ok "$file is too wide"
    expect_output ╭ # none is so wide that it must be a list
  done
done < <(find "$root/scenarios" -name '*.yaml')
[ "$drawn" -gt 10 ] || not_ok "only $drawn scenarios were found"

a_test 'its address is that of the family'
run "$orchestrator" graph simopen --family ipv6
expect_output 'fd00::1'
run "$orchestrator" graph simopen
expect_output '10.0.0.1'

a_test 'dot takes it'
if command -v dot >/dev/null; then
  "$orchestrator" graph hole-punching -f dot -o "$work/net.dot"
  run dot -Tsvg "$work/net.dot" -o "$work/dot.svg"
  expect_status 0
  [ -z "$output" ] || not_ok 'expected no complaint'
  grep -q natA "$work/dot.svg" || not_ok 'a host is missing'
else
  skip 'no dot here'
fi

a_test 'a file that cannot be written is a mistake'
run "$orchestrator" graph simopen -f svg -o /proc/no/such
expect_status 2
expect_output '/proc/no/such'

a_test 'a full disk is told of'
run "$orchestrator" graph simopen -f svg -o /dev/full
expect_status 3
expect_output 'could not be written'

a_test 'a scenario that is not there is a mistake'
run "$orchestrator" graph simopem
expect_status 2
expect_output 'did you mean "simopen"'
finish
