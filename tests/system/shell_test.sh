# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For the tests of shell scripts, which source it: runs a program and compares,
# counts, and puts fake programs in front of the real ones. No test of these
# installs, downloads or compiles anything.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/fake"
export PATH="$work/fake:$PATH" XDG_CACHE_HOME="$work/cache"
failures=0

# fake NAME: makes NAME a program whose text is on stdin. It can write to "$WORK/calls".
export WORK=$work
fake() {
  { echo '#!/bin/bash'; cat; } >"$work/fake/$1"
  chmod +x "$work/fake/$1"
}

# run COMMAND…: sets `status` and `output` (both streams).
run() {
  status=0
  output=$("$@" 2>&1) || status=$?
}

not_ok() {
  failures=$((failures + 1))
  printf 'FAILED %s: %s\n' "$title" "$1"
  printf '  status %s, output:\n%s\n' "$status" "$output"
}

title='(no test yet)'
a_test() { title=$1; echo "$title"; : >"$work/calls"; }
expect_status() { [ "$status" = "$1" ] || not_ok "expected status $1"; }
expect_output() { [[ $output == *"$1"* ]] || not_ok "expected '$1' in the output"; }
expect_called() { grep -qF -- "$1" "$work/calls" || not_ok "'$1' was not called"; }
expect_not_called() { ! grep -qF -- "$1" "$work/calls" || not_ok "'$1' was called"; }
skip() { echo "  skipped: $1"; }

# The last line of a test.
finish() {
  if [ "$failures" != 0 ]; then
    echo "$failures failed"
    exit 1
  fi
  echo 'all passed'
}
