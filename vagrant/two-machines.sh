#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Three of the lab's stories between two real machines, over their network: not
# two namespaces of one kernel, but two kernels. In each, what `orchestrator
# explain` foretells on the receiving machine is held against what the sender's
# connect() then gets, and against the module's trace there.
#
#   LAB_MACHINES=2 vagrant up
#   ./two-machines.sh
#
# Anything else that SSH reaches will do, two machines that provision.sh has made:
#
#   ./two-machines.sh --ssh-config FILE      with the hosts `left` and `right`
#
#   explain      right listens: foretold SYN-ACK, and left is greeted
#   no-listen    right binds and does not listen: foretold RST, and left is refused
#   simopen      both connect, nobody listens. Their SYNs are held (sch_plug) until both
#                are sent; explain foretells the simultaneous open, and both are connected
#
# Exit code 0: all came out as predicted. 1: something did not. 3: it could not be tried.
set -euo pipefail

say() { printf 'two-machines: %s\n' "$@"; }
stop() {
  say "$@" >&2
  exit 3
}

work=$(mktemp -d)
config=$work/ssh-config
case ${1-} in
  '')
    cd "$(dirname "${BASH_SOURCE[0]}")"
    LAB_MACHINES=2 vagrant ssh-config >"$config" ||
      stop "there are no two machines: LAB_MACHINES=2 vagrant up"
    ;;
  --ssh-config) config=${2:?two-machines: --ssh-config needs a file} ;;
  *) stop "unknown option $1; there is --ssh-config FILE" ;;
esac

# on MACHINE COMMAND: as root there.
on() { ssh -F "$config" -o LogLevel=ERROR "$1" "sudo bash -c $(printf %q "$2")" </dev/null; }

# Whatever was begun there ends, however this ends.
declare -A device=()
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
  local machine
  for machine in left right; do
    on "$machine" "systemctl stop 'lab-*.service' 2>/dev/null
      tc qdisc del dev ${device[$machine]:-lo} root plug 2>/dev/null" || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

# begin MACHINE NAME COMMAND…: a service there, which goes on until clean_up.
begin() {
  on "$1" "systemctl reset-failed lab-$2.service 2>/dev/null
    rm -f /run/lab-$2.out
    systemd-run --quiet --collect --unit lab-$2 --property StandardOutput=append:/run/lab-$2.out \
      --property StandardError=append:/run/lab-$2.out ${*:3}"
}

# await MACHINE WHAT COMMAND: until it is true there.
await() {
  on "$1" "deadline=\$((SECONDS + 60)); until $3; do
      [ \$SECONDS -lt \$deadline ] || exit 1; sleep 0.1; done" ||
    stop "$1: waited 60 s for $2, in vain"
}

programs=/usr/lib/tcp-lookup-lab/programs
tables=/proc/net/tcp_lookup
declare -A address=()
for machine in left right; do
  on "$machine" true || stop "$machine does not answer over SSH"
  on "$machine" "test -d $tables" || stop "$machine has no module loaded: provision it again"
done
# That of the network which both are in, and not the way out of it.
for machine in left right; do
  read -r device[$machine] address[$machine] < <(
    on "$machine" "ip -4 -o address show | awk '\$4 ~ /^192\.168\.56\./ { sub(\"/.*\", \"\", \$4); print \$2, \$4 }'") ||
    stop "$machine has no address in 192.168.56.0/24: is it one of LAB_MACHINES=2?"
done
left=${address[left]} right=${address[right]}
say "left $left ($(on left 'uname -r')), right $right ($(on right 'uname -r'))"
# The neighbours get known: what is held later is a SYN alone.
on left "ping -c 1 -W 30 $right >/dev/null" || stop "left and right do not reach each other"

failed=0
# expect WHAT WANTED SEEN
expect() {
  if [[ $3 == *"$2"* ]]; then
    say "  ✓ $1: $2"
  else
    say "  ✗ $1: expected $2, got:" "$3"
    failed=1
  fi
}

# foretold MACHINE DESTINATION SOURCE: "ANSWER CAUSE", of explain's JSON.
foretold() {
  on "$1" "/usr/bin/orchestrator explain $2 from $3 --device ${device[$1]} --format json" |
    sed -n 's/^  "\(answer\|cause\)": "\(.*\)",*$/\2/p' | paste -sd ' '
}

# The path of each segment there, from now on; its header says that it has begun.
begin_trace() {
  begin "$1" trace "cat $tables/trace"
  await "$1" 'the trace' 'test -s /run/lab-trace.out'
}
# told_trace MACHINE PORT: the events so far that name the port. (Our own SSH is
# traced, too.)
told_trace() { on "$1" "systemctl stop lab-trace; grep -w $2 /run/lab-trace.out || true"; }

say "explain: right listens on port 9000"
begin right server "$programs/hello-server 9000"
await right 'a listener' "ss -Hltn sport = 9000 | grep -q ."
expect 'foretold on right' 'syn-ack listening' "$(foretold right "$right:9000" "$left")"
expect 'seen by left' "hello $left" "$(on left "exec 3<>/dev/tcp/$right/9000; head -n 1 <&3" 2>&1)"

say "no-listen: right has bound port 8888, and does not listen"
begin right bound "perl -MSocket -e 'socket(S,PF_INET,SOCK_STREAM,0)||die;bind(S,sockaddr_in(8888,INADDR_ANY))||die;sleep'"
await right 'a socket that is bound' "grep -qw 8888 $tables/bound"
expect 'foretold on right' 'rst not-listening' "$(foretold right "$right:8888" "$left")"
begin_trace right
expect 'seen by left' 'Connection refused' "$(on left "exec 3<>/dev/tcp/$right/8888" 2>&1 || true)"
seen=$(told_trace right 8888)
expect 'trace on right' 'inet_lhash2_lookup' "$seen"
expect 'trace on right' 'tcp_v4_send_reset' "$seen"

say "simopen: left:40000 and right:40001 connect to each other, and nobody listens"
for machine in left right; do
  # A new plug holds everything: `tc` calls it buffering, up to the limit.
  on "$machine" "modprobe sch_plug && tc qdisc add dev ${device[$machine]} root plug limit 1000000" ||
    stop "$machine cannot hold packets: no sch_plug (package linux-image-…-amd64), or no tc plug"
done
begin left knock "$programs/knock $right:40001 --bind $left:40000 --times 1 --stay"
begin right knock "$programs/knock $left:40000 --bind $right:40001 --times 1 --stay"
for machine in left right; do await "$machine" 'SYN-SENT' "grep -q SYN-SENT $tables/ehash"; done
expect 'foretold on left' 'simultaneous-open' "$(foretold left "$left:40000" "$right:40001")"
expect 'foretold on right' 'simultaneous-open' "$(foretold right "$right:40001" "$left:40000")"
begin_trace right
for machine in left right; do
  on "$machine" "tc qdisc change dev ${device[$machine]} root plug release_indefinite"
done
for machine in left right; do
  await "$machine" 'a connection' 'grep -q connected /run/lab-knock.out'
  expect "seen by $machine" 'connected to a peer' "$(on "$machine" 'cat /run/lab-knock.out')"
  expect "listeners on $machine at these ports" 'none' \
    "$(on "$machine" "grep -wE '4000[01]' $tables/listeners || echo none")"
done
seen=$(told_trace right 40001)
expect 'trace on right' '__inet_lookup_established' "$seen"
expect 'trace on right' 'SYN-RECEIVED' "$seen"
expect 'trace on right: inet_lhash2_lookup' 'never' "$(grep inet_lhash2_lookup <<<"$seen" || echo never)"

[ $failed = 0 ] && say "all three came out as predicted"
exit $failed
