#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh BUILD [SECONDS]: builds the parser with clang's libFuzzer and sanitizers
# in BUILD, and lets it run that long (60 s) from a corpus of the shipped scenarios.
# What it finds is left in BUILD/findings, and is a failure.
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
build=${1:?usage: fuzz.sh BUILD [SECONDS]}
seconds=${2:-60}
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang \
  -DCMAKE_BUILD_TYPE=None -DLAB_FUZZ=ON >"$build.configure.log" || { cat "$build.configure.log"; exit 1; }
ninja -C "$build" fuzz_scenario >"$build.build.log" || { tail -40 "$build.build.log"; exit 1; }
mkdir -p "$build"/{corpus,seeds,findings}
find "$root/scenarios" -name '*.yaml' -exec cp -t "$build/seeds" {} +
# The words of the language, so that the fuzzer need not find them letter by letter.
grep -ohE '[A-Za-z_-]{3,}' -r "$root/scenarios" --include='*.yaml' | sort | uniq -c | sort -rn |
  awk 'NR <= 300 {print "\"" $2 "\""}' >"$build/words"
exec "$build/tests/fuzz_scenario" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
  -rss_limit_mb=2048 -dict="$build/words" -artifact_prefix="$build/findings/" \
  -print_final_stats=1 -verbosity=0 "$build/corpus" "$build/seeds"
