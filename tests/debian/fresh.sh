#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fresh.sh SUITE [COMMAND…]
#
# README's two commands, `./lab run simopen` and `./lab test`, on a fresh SUITE: bookworm,
# trixie, sid, or Ubuntu's noble. A root with nothing but the base system is made by
# mmdebstrap, this checkout is copied into it, and the commands run there, with
# SUITE's own compiler, libraries and QEMU. Before the tests, Debian's suites also run simopen
# on the kernel of the suite. With COMMAND, that runs instead:
#
#   sudo tests/debian/fresh.sh trixie
#   sudo tests/debian/fresh.sh bookworm ./lab run simopen
#
# At the end it says how long each command took and how much was downloaded. Wants root,
# mmdebstrap, a mirror (250 MB; 450 with the tests) and 6 GB below ${TMPDIR:-/tmp}; the first
# command takes six minutes on two idle cores, the tests an hour under TCG. So ctest does not
# run it. The root is removed at the end; FRESH_ROOT=DIR keeps it there and uses it again.
set -euo pipefail
export LC_ALL=C

stop() {
  printf 'fresh: %s\n' "$@" >&2
  exit 3
}

[ $# -ge 1 ] || { echo "usage: fresh.sh SUITE [COMMAND…]" >&2; exit 2; }
suite=$1
shift
checkout=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
[ "$(id -u)" = 0 ] || stop "this needs root, to make and enter a root file system"
command -v mmdebstrap >/dev/null || stop "mmdebstrap is missing: apt-get install mmdebstrap"

case $suite in
  noble) source=('--components=main,universe' "$suite" - http://archive.ubuntu.com/ubuntu) ;;
  *) source=("$suite" -) ;;
esac
case $suite in
  trixie) own='--kernel 6.12-trixie' ;;
  sid) own='--kernel sid' ;;
  *) own='' ;; # bookworm's is the default
esac
commands=("$*")
[ $# -gt 0 ] || commands=('./lab run simopen' ${own:+"./lab run simopen $own"} './lab test')

if [ -n "${FRESH_ROOT:-}" ]; then
  root=$FRESH_ROOT
  mkdir -p "$root"
else
  root=$(mktemp -d "${TMPDIR:-/tmp}/fresh.XXXXXX")
  trap 'rm -rf --one-file-system "$root"' EXIT
fi
chmod 755 "$root"
# Files are removed below.
[ -e "$root/.fresh" ] || [ -z "$(ls -A "$root")" ] ||
  stop "FRESH_ROOT=$root is neither empty nor a root that this script has made"
if [ ! -e "$root/.fresh" ]; then
  echo "fresh: a minimal $suite in $root" >&2
  # A package cache that is kept shows what was downloaded.
  mmdebstrap --quiet --variant=minbase --aptopt='APT::Keep-Downloaded-Packages "true"' "${source[@]}" |
    tar -x --numeric-owner --directory "$root"
  touch "$root/.fresh"
fi
cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/lab"
# Of a root that is used again only the build stays: files may have been moved.
find "$root/lab" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
tar --create --directory "$checkout" --exclude=./build --exclude=./.git . |
  tar --extract --no-same-owner --directory "$root/lab"

# Mounts of a namespace of its own go when it ends, whatever ends it. No chroot: in one, "/" is
# no mount, and no user namespace can be made, which tests do.
# shellcheck disable=SC2016 # the inner shell expands it
inside() {
  unshare --mount --propagation private bash -c '
    mount --rbind "$1" "$1" && cd "$1" && mount -t proc proc proc && mount --rbind /sys sys &&
      mount --rbind /dev dev && mkdir -p .host && pivot_root . .host && cd / &&
      umount --lazy /.host && rmdir /.host &&
      exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
        LC_ALL=C.UTF-8 ${2:+LAB_ACCEL=$2} bash -c "cd /lab && $3"
  ' - "$root" "${LAB_ACCEL:-}" "$1"
}

status=0 took=()
for each in "${commands[@]}"; do
  echo "fresh: $suite: $each" >&2
  begin=$SECONDS
  inside "$each" || status=$?
  took+=("$(((SECONDS - begin) / 60)) min $(((SECONDS - begin) % 60)) s, exit code $status: $each")
  [ "$status" = 0 ] || break
done

megabytes() { du --summarize --block-size=M "$@" 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'; }
cache=$root/root/.cache/tcp-lookup-lab
printf 'fresh: %s\n' "${took[@]/#/$suite: }" \
  "$suite: downloaded: packages $(megabytes "$root/var/cache/apt/archives") MB, kernels and compilers $(megabytes "$cache/debs") MB" >&2
exit "$status"
