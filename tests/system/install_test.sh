#!/bin/bash
# SPDX-License-Identifier: MIT
#
# install_test.sh BUILD-DIRECTORY
#
# `cmake --install`: into a stage and into a prefix that is then moved. The program
# must find its scenarios, programs and guests where they went.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
build=${1:?usage: install_test.sh BUILD-DIRECTORY}
# What a developer has set must not help.
unset LAB_SCENARIOS LAB_PROGRAMS LAB_BUILD_DIR

a_test 'a staged installation is laid out as a distribution has it'
run env DESTDIR="$work/stage" cmake --install "$build" --prefix /usr
expect_status 0
for path in bin/orchestrator lib/tcp-lookup-lab/guest_init lib/tcp-lookup-lab/make-guest \
  lib/tcp-lookup-lab/make-image.sh lib/tcp-lookup-lab/programs/hello-server \
  share/tcp-lookup-lab/scenarios/simultaneous-open/simopen.yaml share/doc/tcp-lookup-lab/README.md \
  src/tcp-lookup-0.1.0/{dkms.conf,Kbuild,Makefile,main.c,probes/control.c,include/tcp_lookup/contract.h}; do
  [ -f "$work/stage/usr/$path" ] ||
    not_ok "/usr/$path is missing"
done

a_test 'nothing is written outside of the stage, and no source of a program goes along'
output=$(cd "$work/stage" && find . -maxdepth 1 -mindepth 1 ! -name usr -o -name '*.cpp' -o -name '*.o')
[ -z "$output" ] || not_ok 'there is what should not be'

a_test 'the staged program finds its scenarios'
run "$work/stage/usr/bin/orchestrator" show simopen
expect_status 0
expect_output "$work/stage/usr/share/tcp-lookup-lab/scenarios"

a_test 'so does one that was moved'
run cmake --install "$build" --prefix "$work/one" --component lab
expect_status 0
[ ! -e "$work/one/src" ] || not_ok 'the module came with the component lab'
mv "$work/one" "$work/two"
run "$work/two/bin/orchestrator" show simopen
expect_status 0
expect_output "$work/two/share/tcp-lookup-lab/scenarios"

a_test 'and one that is called through a link'
ln -s "$work/two/bin/orchestrator" "$work/linked"
run env -C / "$work/linked" list
expect_status 0
expect_output simopen

a_test 'another folder of scenarios is preferred'
mkdir "$work/own"
cp "$root/tests/system/nobody-answers.yaml" "$work/own/"
run env LAB_SCENARIOS="$work/own" "$work/two/bin/orchestrator" list
expect_output nobody-answers

a_test 'its programs are its own'
cat >"$work/own/runs-a-program.yaml" <<'YAML'
name: runs-a-program
title: A program that is the lab's own
rule: none
topology:
  hosts:
    a:
steps:
  - exec: {host: a, name: it, run: [no-such-program]}
YAML
run "$work/two/bin/orchestrator" run "$work/own/runs-a-program.yaml" --where here
expect_output "$work/two/lib/tcp-lookup-lab/programs"

a_test 'a guest that is not made is told how to make, and where it was looked for'
fake qemu-system-x86_64 <<<'exit 0'
run "$work/two/bin/orchestrator" run simopen --where vm
expect_status 3
expect_output "$work/two/lib/tcp-lookup-lab/make-guest 6.1"
expect_output "$work/cache/tcp-lookup-lab/guests/images/6.1.cpio"

a_test 'make-guest wants to know which, and the sources of the module'
run "$work/two/lib/tcp-lookup-lab/make-guest"
expect_status 2
if [ -z "$(find /usr/src -maxdepth 1 -name 'tcp-lookup-*')" ]; then
  run "$work/two/lib/tcp-lookup-lab/make-guest" 6.1
  expect_status 3
  expect_output tcp-lookup-dkms
else
  skip "this machine has the module's sources installed"
fi

finish
