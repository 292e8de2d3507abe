#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Checks that each source file of the program compiles by itself. `./lab` compiles the
# files of a module together (LAB_UNITY), where a file can use what another included.
# Takes two minutes on two cores, so it runs only where CI or LAB_ALL_TESTS is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -z "${CI:-}${LAB_ALL_TESTS:-}" ]; then
  echo "SKIPPED: runs only where CI or LAB_ALL_TESTS is set"
  exit 0
fi
mapfile -t files < <(find orchestrator -name '*.cpp' | sort)
[ "${#files[@]}" -gt 200 ] || { echo "found only ${#files[@]} files: is this the source?"; exit 1; }
read -ra libraries < <(pkg-config --cflags libnl-3.0 libnl-route-3.0 libmnl libnftables ncursesw)

printf '%s\0' "${files[@]}" | xargs -0 -n 8 -P "$(nproc)" \
  clang++ -std=c++20 -fsyntax-only -DFMT_SHARED -Iorchestrator -Iinclude "${libraries[@]}" \
  -DLAB_VERSION='""' -DLAB_DATA_FROM_BIN='""' -DLAB_PRIVATE_FROM_BIN='""'
echo "${#files[@]} files compile by themselves"
