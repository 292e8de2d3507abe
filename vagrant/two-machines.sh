#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Three of the lab's scenarios between two real machines, over their network: not
# two namespaces of one kernel, but two kernels. Each compares what `orchestrator
# explain` predicts on the receiving machine with the result of the sender's
# connect(), and with the module's trace there.
#
#   LAB_MACHINES=2 vagrant up
#   ./two-machines.sh
#
# Works with any two machines that SSH reaches and provision.sh has set up:
#
#   ./two-machines.sh --ssh-config FILE      with the hosts `left` and `right`
#
#   explain      right listens: predicted SYN-ACK, and left is greeted
#   no-listen    right binds and does not listen: predicted RST, and left is refused
#   simopen      both connect, nobody listens. Their SYNs are held (sch_plug) until both
#                are sent; explain predicts the simultaneous open, and both are connected
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

# Ends what was started there, however this script ends.
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
# The address in the network that both are in, not that of the default route.
for machine in left right; do
  read -r device[$machine] address[$machine] < <(
    on "$machine" "ip -4 -o address show | awk '\$4 ~ /^192\.168\.56\./ { sub(\"/.*\", \"\", \$4); print \$2, \$4 }'") ||
    stop "$machine has no address in 192.168.56.0/24: is it one of LAB_MACHINES=2?"
done
left=${address[left]} right=${address[right]}
say "left $left ($(on left 'uname -r')), right $right ($(on right 'uname -r'))"
# Resolve the neighbours, so that only a SYN is held later.
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

# predicted MACHINE DESTINATION SOURCE: "ANSWER CAUSE", of explain's JSON.
predicted() {
  on "$1" "/usr/bin/orchestrator explain $2 from $3 --device ${device[$1]} --format json" |
    sed -n 's/^  "\(answer\|cause\)": "\(.*\)",*$/\2/p' | paste -sd ' '
}

# Starts tracing the segments there; the header shows that it has begun.
begin_trace() {
  begin "$1" trace "cat $tables/trace"
  await "$1" 'the trace' 'test -s /run/lab-trace.out'
}
# trace_of MACHINE PORT: the events so far that name the port. (Our own SSH is
# traced, too.)
trace_of() { on "$1" "systemctl stop lab-trace; grep -w $2 /run/lab-trace.out || true"; }

say "explain: right listens on port 9000"
begin right server "$programs/hello-server 9000"
await right 'a listener' "ss -Hltn sport = 9000 | grep -q ."
expect 'predicted on right' 'syn-ack listening' "$(predicted right "$right:9000" "$left")"
expect 'seen by left' "hello $left" "$(on left "exec 3<>/dev/tcp/$right/9000; head -n 1 <&3" 2>&1)"

say "no-listen: right has bound port 8888, and does not listen"
begin right bound "perl -MSocket -e 'socket(S,PF_INET,SOCK_STREAM,0)||die;bind(S,sockaddr_in(8888,INADDR_ANY))||die;sleep'"
await right 'a socket that is bound' "grep -qw 8888 $tables/bound"
expect 'predicted on right' 'rst not-listening' "$(predicted right "$right:8888" "$left")"
begin_trace right
expect 'seen by left' 'Connection refused' "$(on left "exec 3<>/dev/tcp/$right/8888" 2>&1 || true)"
seen=$(trace_of right 8888)
expect 'trace on right' 'inet_lhash2_lookup' "$seen"
expect 'trace on right' 'tcp_v4_send_reset' "$seen"

say "simopen: left:40000 and right:40001 connect to each other, and nobody listens"
for machine in left right; do
  # A new plug holds everything: `tc` calls it buffering, up to the limit.
  on "$machine" "modprobe sch_plug && tc qdisc add dev ${device[$machine]} root plug limit 1000000" ||
    stop "$machine cannot hold packets: no sch_plug (package linux-image-…), or no tc plug"
done
begin left knock "$programs/knock $right:40001 --bind $left:40000 --times 1 --stay"
begin right knock "$programs/knock $left:40000 --bind $right:40001 --times 1 --stay"
for machine in left right; do await "$machine" 'SYN-SENT' "grep -q SYN-SENT $tables/ehash"; done
expect 'predicted on left' 'simultaneous-open' "$(predicted left "$left:40000" "$right:40001")"
expect 'predicted on right' 'simultaneous-open' "$(predicted right "$right:40001" "$left:40000")"
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
seen=$(trace_of right 40001)
expect 'trace on right' '__inet_lookup_established' "$seen"
expect 'trace on right' 'SYN-RECEIVED' "$seen"
expect 'trace on right: inet_lhash2_lookup' 'never' "$(grep inet_lhash2_lookup <<<"$seen" || echo never)"

[ $failed = 0 ] && say "all three came out as predicted"
exit $failed
