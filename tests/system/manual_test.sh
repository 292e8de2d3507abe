#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The man pages, by the programs that people read them with.
#
#   manual_test.sh MAN-DIRECTORY
set -euo pipefail
pages=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

title='man pages'
[ -f "$pages/man1/orchestrator.1" ] || not_ok "there is no $pages/man1/orchestrator.1"
for page in "$pages"/man[14]/*; do
  a_test "${page##*/} has no mistake that mandoc knows"
  if command -v mandoc >/dev/null; then
    run mandoc -T lint -W warning "$page"
    expect_status 0
    [ -z "$output" ] || not_ok 'expected no complaint'
    run mandoc -T utf8 "$page"
  else
    skip 'no mandoc here'
    run man -l "$page"
  fi

  a_test "${page##*/} can be read"
  output=$(col -b <<<"$output")
  expect_output NAME
  case $page in
    *.1)
      expect_output 'orchestrator run [flags] WHAT'
      expect_output '--family'
      expect_output 'LAB_FAMILY'
      expect_output 'EXIT STATUS'
      ;;
    *.4)
      expect_output '/proc/net/tcp_lookup/ehash'
      expect_output 'CAP_NET_ADMIN'
      ;;
  esac
done
finish
