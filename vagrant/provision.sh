#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Makes a fresh Debian machine the lab: headers for its kernel, the two packages,
# the module in its kernel, and a greeting. As root, in the machine, with the
# checkout in /lab (or where LAB_SOURCE says). May be run again at any time.
#
# The packages are those in build/packages, if somebody built them for this
# Debian (`./lab package` does, on the host: there it is quicker, above all where
# the machine is translated), else they are built here.
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

# --- may this kernel load a module of ours? ---

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
  say "this kernel takes signed modules only ($1), and does not know the key that DKMS signs with." \
    "There are two ways out:" \
    "  1. enrol that key: 'sudo mokutil --import /var/lib/dkms/mok.pub' (package mokutil), choose a password," \
    "     reboot, and confirm it in the blue screen before Linux boots; then 'sudo modprobe tcp_lookup'" \
    "  2. leave this kernel as it is, and play in a microVM, which has a kernel of its own:" \
    "     orchestrator run simopen --where vm   (docs/install.md, \"The microVM\")"
  [ -d /sys/firmware/efi ] ||
    say "This machine has no UEFI that could enrol a key: here lockdown was asked for, by lockdown= on the" \
      "kernel's command line or by root, and a boot without it ends it."
}

# --- packages ---

say "headers for $release"
apt_get update
# The box may be older than the mirror: then the headers for its kernel are gone.
if [ ! -e "/lib/modules/$release/build" ] && ! apt_get install "linux-headers-$release"; then
  flavour=${release##*-}
  [[ $release != *-cloud-* ]] || flavour=cloud-$flavour
  [[ $release != *-rt-* ]] || flavour=rt-$flavour
  say "Debian has no headers for $release any more: installing the newest kernel"
  apt_get install "linux-image-$flavour" "linux-headers-$flavour"
  stop "a newer kernel is installed. Boot it, then provision again:" \
    "  vagrant reload && vagrant provision"
fi

# Sets `debs`: the two packages in build/packages, if they are for this Debian.
built_packages() {
  debs=("$source"/build/packages/tcp-lookup-{lab,dkms}_*.deb)
  [ -f "${debs[0]}" ] && [ -f "${debs[1]-}" ] && [ "${#debs[@]}" = 2 ] &&
    apt-get -qq --simulate install "${debs[@]}" >/dev/null 2>&1
}

# Those of another version, or none, count as out of date; so do those that were
# built anew. dpkg keeps no sum of a package's file: we do.
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
  # The old module would stay in the kernel, beside a new program.
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

# --- what makes it a pleasant place ---

# Building hosts wants root, and this machine is there to be thrown away: whoever
# may sudo need not type it. Variables of the lab's go along.
install -m 755 /dev/stdin /usr/local/bin/orchestrator <<'WRAPPER'
#!/bin/bash
# In this machine: the lab as root. Made by provision.sh.
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
