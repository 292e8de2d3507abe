#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Sets up the lab on a fresh Debian machine: headers for its kernel, the two packages,
# the module in its kernel, and a greeting. Run as root, in the machine, with the
# checkout in /lab (or $LAB_SOURCE). May be run again at any time.
#
# Uses the packages in build/packages if they were built for this Debian (by
# `./lab package` on the host, which is faster, above all where the machine is
# emulated); otherwise it builds them here.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

say() { printf 'provision: %s\n' "$@"; }
stop() {
  say "$@" >&2
  exit 3
}

source=${LAB_SOURCE:-/lab}
[ -x "$source/lab" ] || stop "there is no checkout of the lab in $source: 'vagrant rsync' copies it"
release=$(uname -r)
apt_get() { apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"; }

# --- can this kernel load our module? ---

# Secure Boot by the firmware's own variable: four bytes of attributes, and the
# value. (mokutil prints the same, but need not be installed.)
secure_boot() {
  local variable=/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
  [ -r $variable ] && [ "$(od -An -t u1 -j 4 -N 1 $variable | tr -d ' ')" = 1 ]
}

# "none", "integrity" or "confidentiality": the word in brackets.
lockdown() {
  sed -n 's/.*\[\(.*\)\].*/\1/p' /sys/kernel/security/lockdown 2>/dev/null | grep . || echo none
}

explain_lockdown() {
  say "this kernel accepts only signed modules ($1), and does not know the key that DKMS signs with." \
    "Either:" \
    "  1. enrol that key: 'sudo mokutil --import /var/lib/dkms/mok.pub' (package mokutil), choose a password," \
    "     reboot, and confirm it in the blue screen before Linux boots; then 'sudo modprobe tcp_lookup'" \
    "  2. or leave this kernel as it is, and run in a microVM, which has its own kernel:" \
    "     orchestrator run simopen --where vm   (docs/install.md, \"The microVM\")"
  [ -d /sys/firmware/efi ] ||
    say "This machine has no UEFI that could enrol a key: lockdown was set by lockdown= on the kernel's" \
    "command line or by root; a boot without it ends it."
}

# --- packages ---

say "headers for $release"
apt_get update
# If the box is older than the mirror, the headers for its kernel are gone.
if [ ! -e "/lib/modules/$release/build" ] && ! apt_get install "linux-headers-$release"; then
  flavour=${release##*-}
  [[ $release != *-cloud-* ]] || flavour=cloud-$flavour
  [[ $release != *-rt-* ]] || flavour=rt-$flavour
  say "Debian has no headers for $release any more: installing the newest kernel"
  apt_get install "linux-image-$flavour" "linux-headers-$flavour"
  stop "a newer kernel is installed. Boot it, then provision again:" \
    "  vagrant reload && vagrant provision"
fi

# Sets `debs`: the two packages in build/packages, if they are for this Debian. The host's
# may be for another architecture.
built_packages() {
  debs=("$source/build/packages"/tcp-lookup-{lab_*_"$(dpkg --print-architecture)",dkms_*_all}.deb)
  [ -f "${debs[0]}" ] && [ -f "${debs[1]-}" ] && [ "${#debs[@]}" = 2 ] &&
    apt-get -qq --simulate install "${debs[@]}" >/dev/null 2>&1
}

# Packages of another version, or rebuilt ones, count as out of date. dpkg keeps no
# checksum of a package's file, so we do.
stamp=/var/lib/tcp-lookup-lab.packages
if ! built_packages; then
  say "building the packages here; this takes a while"
  # Its own build directory: /lab is overwritten by the next rsync.
  cp -a "$source/." /usr/local/src/tcp-lookup-lab
  source=/usr/local/src/tcp-lookup-lab
  "$source/lab" package
  built_packages || stop "the packages that were built cannot be installed: see above"
fi
sums=$(sha256sum "${debs[@]}" | cut -d ' ' -f 1)
if [ "$sums" != "$(cat $stamp 2>/dev/null)" ] || ! dpkg-query -s tcp-lookup-lab tcp-lookup-dkms >/dev/null 2>&1; then
  say "installing ${debs[*]##*/}"
  # Otherwise the old module would stay loaded beside a new program.
  modprobe --remove --quiet tcp_lookup || true
  apt_get install --no-install-recommends --reinstall --allow-downgrades "${debs[@]}"
  echo "$sums" >$stamp
fi
# Installed before the headers were, or for another kernel.
dkms status -m tcp-lookup -k "$release" | grep -q installed || dkms autoinstall -k "$release" ||
  stop "DKMS could not build the module for $release: its log is in /var/lib/dkms/tcp-lookup"

# --- the module ---

say "loading the module"
echo tcp_lookup >/etc/modules-load.d/tcp-lookup.conf # and after a reboot
if ! problem=$(modprobe tcp_lookup 2>&1); then
  if secure_boot; then
    explain_lockdown "Secure Boot is on"
  elif [ "$(lockdown)" != none ]; then
    explain_lockdown "lockdown: $(lockdown)"
  fi
  stop "modprobe tcp_lookup: $problem"
fi

# --- conveniences ---

# Building hosts needs root, and this machine is disposable: users with sudo need not
# type it. The lab's environment variables are passed on.
install -m 755 /dev/stdin /usr/local/bin/orchestrator <<'WRAPPER'
#!/bin/bash
# Runs the lab as root on this machine. Made by provision.sh.
if [ "$(id -u)" = 0 ]; then exec /usr/bin/orchestrator "$@"; fi
kept=$(compgen -e | grep -E '^(LAB_.*|COLUMNS|NO_COLOR|LC_ALL|LANG)$' | paste -sd,)
exec sudo --non-interactive ${kept:+"--preserve-env=$kept"} /usr/bin/orchestrator "$@"
WRAPPER
mkdir -p /etc/motd.d
cat >/etc/motd.d/tcp-lookup-lab <<'MOTD'

  TCP Lookup Lab: what does the kernel do with my SYN?

    orchestrator run simopen       two sockets connect to each other, and nobody listens
    orchestrator list              all scenarios
    orchestrator explain 127.0.0.1:8888
    cat /proc/net/tcp_lookup/listeners

  The module is in this machine's own kernel. Files are in /lab, documentation in
  /usr/share/doc/tcp-lookup-lab.

MOTD

say "ready: orchestrator run simopen"
