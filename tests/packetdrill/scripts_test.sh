#!/bin/bash
# SPDX-License-Identifier: MIT
#
# `orchestrator run FILE.pkt` with the scripts of this folder, as root in this kernel.
#
#   scripts_test.sh ORCHESTRATOR
set -euo pipefail
orchestrator=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
export LAB_SCENARIOS=$root/scenarios LAB_CONFIG='' COLUMNS=120 LC_ALL=C.UTF-8
[ "$(id -u)" = 0 ] || exit 77
scripts=$root/tests/packetdrill/scripts

# play SCRIPT [FLAGS…]: as often as this machine is too slow for it, but at most ten times.
play() {
  for _ in {1..10}; do
    run "$orchestrator" run "$scripts/$1.pkt" --where here "${@:2}"
    [[ $output == *"NOT OBSERVED"* ]] || return 0
  done
}

for script in server-close client-retransmits client-timestamps shell-commands events messages \
  zero-copy splice splice-urgent guest-commands short-gaps blocking-write long-segments timestamp-ticks python-code; do
  a_test "$script passes"
  play "$script"
  expect_status 0
  expect_output "$script ipv4: PASS"
done

for script in server-close client-retransmits client-timestamps shell-commands long-segments; do
  a_test "$script passes as a scenario file, too"
  run "$orchestrator" convert "$scripts/$script.pkt" --name again
  expect_status 0
  printf '%s\n' "$output" >"$work/again.yaml"
  run "$orchestrator" run "$work/again.yaml" --where here
  expect_status 0
  expect_output 'again ipv4: PASS'
done

a_test 'a definition and a name of the conversion'
run "$orchestrator" convert "$scripts/server-close.pkt" -D BYTES=50 --set mtu=1400
expect_status 0
expect_output 'name: server-close'
expect_output 'mtu: 1400'
run "$orchestrator" convert "$scripts/server-close.pkt" --name 'two words'
expect_status 2
expect_output 'is not a name; write a letter'
run "$orchestrator" convert "$scripts/server-close.pkt" --set BYTES
expect_status 2
expect_output 'write NAME=VALUE'

a_test 'no text of a script reaches the terminal as it is'
# shellcheck disable=SC2016 # the backquotes are the script's
printf '// \033[2J title\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 `echo "\033[2J"`\n' \
  >"$work/escapes.pkt"
for command in convert show; do
  run "$orchestrator" "$command" "$work/escapes.pkt"
  expect_status 0
  [[ $output != *$'\033'* ]] || not_ok "$command prints an escape sequence"
done

a_test 'a script that needs a definition says so, and is validated and shown with it'
printf '%s\n' '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3' '+0 connect(3, ..., ...) = -1 EINPROGRESS (x)' \
  '+0 > S 0:0(0) <mss 1460,FO COOKIE>' >"$work/cookie.pkt"
run "$orchestrator" validate "$work/cookie.pkt"
expect_status 2
expect_output 'cookie.pkt:3:28: COOKIE is not a Fast Open cookie'
expect_output 'define it with -D COOKIE=VALUE'
for command in validate show; do
  run "$orchestrator" "$command" "$work/cookie.pkt" -D COOKIE=0a0b0c0d
  expect_status 0
done

a_test 'over IPv6'
play server-close --set ip_version=ipv6 --set mtu=1520
expect_status 0
expect_output 'server-close ipv6: PASS'

a_test 'over IPv4, with sockets of IPv6'
play server-close --set ip_version=ipv4-mapped-ipv6
expect_status 0
expect_output 'server-close ipv4: PASS'
expect_output 'open socket fd3 on local, AF_INET6'

a_test 'another answer fails, with the line and what differs'
play wrong-answer
expect_status 1
expect_output 'RST ACK instead of SYN ACK'
expect_output 'wrong-answer.pkt:8'

a_test 'a segment that no line expects is told, and fails if another one is expected behind it'
play nobody-expects
expect_status 0
expect_output 'remote has seen a segment that no step expects: local > remote P. seq 1 ack 1 length'
play nobody-expects-before
expect_status 1
expect_output 'PSH ACK instead of ACK'
expect_output 'nobody-expects-before.pkt:13'

a_test 'a timestamp that is off fails'
play wrong-timestamp
expect_status 1
expect_output 'ts +1200'
expect_output 'wrong-timestamp.pkt:14'

a_test 'an assertion that only Python understands fails, with its line'
play wrong-python
expect_status 1
expect_output 'wrong-python.pkt:8: the assertion fails: state 10'

a_test 'a segment before its time fails'
play too-early
expect_status 1
expect_output 'before its time; the tolerance is'

a_test 'a schedule that the machine missed is not observed'
run "$orchestrator" run "$scripts/missed-schedule.pkt" --where here
expect_status 3
expect_output 'NOT OBSERVED'
expect_output 'this machine would have begun it'
[[ $output != *FAIL* ]] || not_ok 'a missed schedule is no failure'

a_test 'what is not understood or cannot be played is named with its place'
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 > S 0:0(0) <foo>\n' >"$work/bad.pkt"
run "$orchestrator" run "$work/bad.pkt" --where here
expect_status 2
expect_output 'bad.pkt:2:16: expected a TCP option'
printf '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 psp_rx_assoc(3) = 4\n' >"$work/psp.pkt"
run "$orchestrator" run "$work/psp.pkt" --where here
expect_status 2
expect_output 'psp.pkt:2:1: psp_rx_assoc() cannot be played'

a_test 'a command of a script is a program that is not the lab'\''s own'
cp "$scripts/shell-commands.pkt" "$work"
run env LAB_ACCEL=none "$orchestrator" run "$work/shell-commands.pkt" --where auto --kernel /nowhere
[ "$status" != 0 ] || not_ok 'it was run in this kernel without being asked to'

finish
