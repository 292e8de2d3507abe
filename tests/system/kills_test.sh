#!/bin/bash
# SPDX-License-Identifier: MIT
#
# kills_test.sh ORCHESTRATOR ROUNDS [WHERE]
#
# Kills runs by SIGKILL at random moments, ROUNDS times, and looks for what they leave: network
# namespaces, links, names of namespaces, rules of nftables, processes, QEMUs, temporary files,
# cgroups, mounts. Then the next run must pass. WHERE is here (the default), vm or both. As root,
# with no other run of the lab on this machine.
#
#   tests/system/kills_test.sh build/orchestrator 500
#   tests/system/kills_test.sh build/orchestrator 100 vm
set -euo pipefail
orchestrator=$(readlink -f "${1:?usage: kills_test.sh ORCHESTRATOR ROUNDS [WHERE]}")
rounds=${2:?usage: kills_test.sh ORCHESTRATOR ROUNDS [WHERE]}
where=${3:-here}
[ "$(id -u)" = 0 ] || { echo 'kills_test: it makes network namespaces: run it as root' >&2; exit 3; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{tmp,cache,out}
# What it runs is known by this in its environment, whoever its parent is by then.
export LAB_KILLS=$work TMPDIR=$work/tmp XDG_CACHE_HOME=$work/cache LAB_CONFIG=

session_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f4; }
own_session=$(session_of $$)
mine() { # what runs has a session other than this script's
  local file pid
  while IFS= read -r file; do
    pid=${file#/proc/} pid=${pid%/environ}
    case $(session_of "$pid") in '' | "$own_session") ;; *) readlink "/proc/$pid/exe" || true ;; esac
  done < <(grep -lzxF "LAB_KILLS=$work" /proc/[0-9]*/environ 2>/dev/null || true)
}
# Programs of a scenario have an environment of their own, but are in a host.
in_namespaces() {
  local here process
  here=$(readlink /proc/self/ns/net)
  for process in /proc/[0-9]*; do
    case $(readlink "$process/ns/net" 2>/dev/null) in
      '' | "$here") ;;
      *) echo "${process#/proc/} $(readlink "$process/exe")" ;;
    esac
  done
}
in_hosts() { comm -13 <(echo "$there") <(in_namespaces | sort); }
# A namespace counts until its slab object is freed, which takes the kernel a moment; newer kernels
# (6.18) free those that ended last when the next one ends (cleanup_net()), so let one end. It
# stays longer while it has a connection whose other end went first: the socket of a process that
# has ended repeats its FIN eight times (tcp_orphan_retries()), for 102 s if its timeout was 200 ms.
namespaces() {
  unshare --net true
  echo 1 >/sys/kernel/slab/net_namespace/shrink 2>/dev/null || true
  awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo 2>/dev/null
}
names_in() { find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort | tr '\n' ' '; }
seen() {
  echo "links: $(names_in /sys/class/net)"
  echo "names: $(names_in /run/netns)"
  echo "rules: $(nft list tables 2>/dev/null | tr '\n' ' ')"
  echo "cgroups: $(find /sys/fs/cgroup -type d -name 'lab-run-*' -printf '%f ' 2>/dev/null)"
  echo "mounts: $(sort /proc/self/mounts | cksum)"
  echo "temporary: $(names_in "$TMPDIR")"
  # Finished reports stay; half a one has a name that begins with a dot.
  echo "halves: $(find "$work/out" "$XDG_CACHE_HOME" -name '.*' | tr '\n' ' ')"
}
# within SECONDS COMMAND…: until it succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}
ended() { [ -z "$(mine)" ] && [ -z "$(in_hosts)" ]; }
as_many() { [ "$(namespaces)" -le "$most" ]; }

there=$(in_namespaces | sort)
before=$(seen)
most=$(namespaces)
[ -n "$most" ] || echo 'kills_test: this kernel does not count network namespaces: not observed'

failed=0
fail() {
  failed=$((failed + 1))
  echo "round $round ($moment ms, ${words[*]}): $1"
}
killed=0
for ((round = 1; round <= rounds; round++)); do
  place=$where longest=4000
  [ "$where" != both ] || { place=here && ((round % 10)) || place=vm; }
  [ "$place" != vm ] || longest=20000
  case $((RANDOM % 4)) in
    0) words=(run simopen) ;;
    1) words=(run all --jobs 4) ;;
    2) words=(run simopen hole-punching --repeat 1000 --pcap "$work/out") ;;
    3) words=(run all --html "$work/out/r.html" --junit "$work/out/r.xml" --ktap "$work/out/r.ktap") ;;
  esac
  words+=(--where "$place" -o "$work/out/r.json")
  moment=$(((RANDOM * 32768 + RANDOM) % longest))
  setsid "$orchestrator" "${words[@]}" >/dev/null 2>&1 </dev/null &
  pid=$!
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  # One that has ended already is not killed, and is none of the rounds.
  if kill -KILL "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
  wait "$pid" 2>/dev/null || true
  within 60 ended || fail "still running: $(mine | tr '\n' ' ') $(in_hosts | tr '\n' ' ')"
  after=$(seen)
  [ "$after" = "$before" ] || fail "left: $(diff <(echo "$before") <(echo "$after") | grep '^>')"
done
if [ -n "$most" ]; then
  within 300 as_many || { round=all && fail "$(namespaces) network namespaces, before it were $most"; }
fi
"$orchestrator" run simopen --where here -q >/dev/null || { round=next && fail 'the next run does not pass'; }
echo "$rounds rounds, $killed killed, $failed with something left"
[ "$failed" = 0 ] && [ "$killed" -gt 0 ]
