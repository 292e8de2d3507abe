#!/bin/bash
# SPDX-License-Identifier: MIT
#
# packages_chroot.sh DIR-WITH-THE-DEBS [SUITE]
#
# Installs both packages in a fresh Debian of its own, as apt does it for a user,
# and removes them again. DKMS must have built and signed the module for the
# kernel whose headers are there, the program must find its scenarios, and after
# the purge no file may be left that was not there before.
#
# No kernel is run: that is vagrant/test.sh. Wants root, mmdebstrap and Debian's
# mirror (a hundred megabytes); so ctest does not run it.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# shellcheck source=cmake/arch.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cmake/arch.sh"
debs=$(readlink -f "${1:?usage: packages_chroot.sh DIR-WITH-THE-DEBS [SUITE]}")
suite=${2:-bookworm}
work=$(mktemp -d "${TMPDIR:-/tmp}/packages.XXXXXX")
root=$work/root
trap 'umount -q "$root/proc" || true; rm -rf --one-file-system "$work"' EXIT

failed=0
expect() { # expect WHAT WANTED SEEN
  if [[ $3 == *"$2"* ]]; then echo "ok      $1: $2"; else
    echo "FAILED  $1: expected $2, got:"
    printf '        %s\n' "$3"
    failed=1
  fi
}
inside() { chroot "$root" "$@"; }
# All there is, but for what any installation of any package changes.
files() {
  (cd "$root" && find . -xdev ! -path './proc/*' ! -path './tmp/*' ! -path './var/cache/*' \
    ! -path './var/log/*' ! -path './var/lib/apt/*' ! -path './var/lib/dpkg/*-old' \
    ! -path './packages/*' ! -path './var/lib/dkms/mok.*' | sort)
}

echo "        a fresh $suite, with DKMS and headers (not the image) of its cloud kernel"
mmdebstrap --quiet --variant=minbase --include=dkms,linux-headers-cloud-"$machine_arch",kmod,libcap2-bin \
  "$suite" "$root"
mount -t proc proc "$root/proc"
cp --remove-destination -L /etc/resolv.conf "$root/etc/resolv.conf"
mkdir "$root/packages"
cp "$debs"/*.deb "$root/packages"
release=$(basename "$root"/usr/src/linux-headers-*-cloud-"$machine_arch")
release=${release#linux-headers-}
# Without the kernel's image nobody has made these tables yet; DKMS will.
inside depmod "$release" 2>/dev/null
files >"$work/before"
before=$(inside dkms status)

inside sh -c 'apt-get -qq update && apt-get -qqy -o Dpkg::Use-Pty=0 --no-install-recommends install /packages/*.deb' \
  >"$work/install.log" 2>&1 || { cat "$work/install.log"; exit 1; }
# Libraries came along, which apt shall take away again.
# shellcheck disable=SC2016 # dpkg-query expands it
expect 'dkms status' "tcp-lookup/$(inside dpkg-query -f '${Version}' -W tcp-lookup-dkms), $release, $(uname -m): installed" \
  "$(inside dkms status)"
module=$(inside find "/lib/modules/$release/updates" -name 'tcp_lookup.ko*')
expect 'modinfo' "$release" "$(inside modinfo -F vermagic "$module")"
expect 'who signed it' 'DKMS' "$(inside modinfo -F signer "$module")"
expect 'the program' 'TCP Lookup Lab' "$(inside orchestrator version)"
expect 'its scenarios' 'usr/share/tcp-lookup-lab/scenarios' "$(inside orchestrator show simopen)"
expect 'without QEMU' 'qemu-system' "$(inside orchestrator run simopen --where vm 2>&1 || true)"

inside apt-get -qqy -o Dpkg::Use-Pty=0 purge --autoremove tcp-lookup-lab tcp-lookup-dkms >"$work/purge.log" 2>&1 ||
  { cat "$work/purge.log"; exit 1; }
expect 'dkms status after the purge' "=$before=" "=$(inside dkms status)="
files >"$work/after"
expect 'left behind' '(nothing)' "$(comm -13 "$work/before" "$work/after" | grep . || echo '(nothing)')"
expect 'taken away that was there before' '(nothing)' \
  "$(comm -23 "$work/before" "$work/after" | grep . || echo '(nothing)')"
exit $failed
