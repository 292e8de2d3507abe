#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh BUILD [SECONDS [PARSER]]: builds a parser (scenario, or packetdrill) with clang's
# libFuzzer and sanitizers in BUILD, and lets it run that long (60 s) from a corpus of the shipped
# files. What it finds is left in BUILD/findings, and is a failure.
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
build=${1:?usage: fuzz.sh BUILD [SECONDS [PARSER]]}
seconds=${2:-60}
parser=${3:-scenario}
case $parser in
scenario) files=("$root/scenarios" '*.yaml') ;;
packetdrill) files=("$root/tests/packetdrill/scripts" '*.pkt') ;;
*)
  echo "fuzz.sh: there is no parser $parser; write scenario or packetdrill" >&2
  exit 2
  ;;
esac
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang \
  -DCMAKE_BUILD_TYPE=None -DLAB_UNITY=ON -DLAB_FUZZ=ON >"$build.configure.log" || { cat "$build.configure.log"; exit 1; }
ninja -C "$build" "fuzz_$parser" >"$build.build.log" || { tail -40 "$build.build.log"; exit 1; }
mkdir -p "$build"/findings "$build/$parser"/{corpus,seeds}
find "${files[0]}" -name "${files[1]}" -exec cp -t "$build/$parser/seeds" {} +
# The words of the language, so that the fuzzer need not find them letter by letter.
grep -ohE '[A-Za-z_-]{3,}' -r "${files[0]}" --include="${files[1]}" | sort | uniq -c | sort -rn |
  awk 'NR <= 300 {print "\"" $2 "\""}' >"$build/$parser/words"
exec "$build/tests/fuzz_$parser" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
  -rss_limit_mb=2048 -dict="$build/$parser/words" -artifact_prefix="$build/findings/" \
  -print_final_stats=1 -verbosity=0 "$build/$parser/corpus" "$build/$parser/seeds"
