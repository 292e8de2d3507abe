#!/bin/bash
# SPDX-License-Identifier: MIT
#
# compilers.sh [COMPILER…]
#
# Compiles the lab's programs with each COMPILER, and takes a warning for an error. Without
# arguments: with each g++ from 12 and clang++ from 14 on that this Debian has, which are
# installed. So it is meant for a root of its own (as root, 3 GB, three minutes for each
# compiler on two cores):
#
#   sudo tests/debian/fresh.sh trixie tests/debian/compilers.sh
#   sudo tests/debian/fresh.sh bookworm tests/debian/compilers.sh clang++-16
#
# At the end it says what each did. Exit code 1: one has failed.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)

say() { printf 'compilers: %s\n' "$@" >&2; }
# What packages.sh calls.
stop() {
  say "$@"
  exit 3
}
watched() {
  shift
  "$@" </dev/null >&2
}

# shellcheck source=cmake/arch.sh
. "$root/cmake/arch.sh"
use_arch "$machine_arch" || stop "unknown architecture $machine_arch"
# shellcheck source=cmake/libraries.sh
. "$root/cmake/libraries.sh"
# shellcheck source=cmake/packages.sh
. "$root/cmake/packages.sh"

# The packages of compilers: "g++-13", "clang-16".
known_compilers() {
  apt-cache pkgnames | awk -F - '
    NF == 2 && $2 ~ /^[0-9]+$/ && (($1 == "g++" && $2 >= 12) || ($1 == "clang" && $2 >= 14))' |
    sort --version-sort
}

apt-get -qq update
if [ $# = 0 ]; then mapfile -t compilers < <(known_compilers); else compilers=("${@/clang++/clang}"); fi
[ "${#compilers[@]}" -gt 0 ] || stop "apt knows no compiler"
say "${compilers[*]}"
install=auto log='the lines above'
install_packages "${packages[@]}" "${compilers[@]}"

status=0 results=()
for compiler in "${compilers[@]}"; do
  cxx=${compiler/clang-/clang++-}
  build=$root/build/compilers/$cxx
  mkdir -p "$build"
  log=$build.log
  # The suite's libraries want symbols of its own libstdc++, which that of an older g++ lacks.
  # Programs find them when they run.
  if CC=${compiler/g++/gcc} CXX=$cxx cmake -S "$root" -B "$build" -G Ninja -DLAB_UNITY=ON \
    -DCMAKE_EXE_LINKER_FLAGS=-Wl,--allow-shlib-undefined \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_COMPILE_WARNING_AS_ERROR=ON >"$log" 2>&1 &&
    ninja -k 0 -C "$build" lab guest_init >>"$log" 2>&1; then
    results+=("$cxx: no warning, $("$build/orchestrator" --version)")
  else
    grep -E --max-count=20 '(error|warning):' "$log" >&2 || tail -n 20 "$log" >&2
    results+=("$cxx: failed, see $log")
    status=1
  fi
  say "${results[-1]}"
  rm -rf "$build"
done
say "" "${results[@]}"
exit "$status"
