#!/bin/bash
# SPDX-License-Identifier: MIT
#
# vagrant/box/build.sh without Debian's packages: what it refuses, and the disks that it makes
# of a system of a few files. (vagrant/test.sh boots a real one.)
#
#   tests/system/box_test.sh
# shellcheck disable=SC2016 # the fakes expand it, not this shell
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
# shellcheck source=cmake/arch.sh
. "$root/cmake/arch.sh"
PATH=$PATH:/usr/sbin:/sbin
box=$work/lab.box
build() { run "$root/vagrant/box/build.sh" --out "$box" --size 1 "$@"; }

a_test 'an architecture that it does not know'
build --arch riscv64
expect_status 2
expect_output 'unknown architecture riscv64; known are: amd64 arm64'

a_test 'no file to write to'
run "$root/vagrant/box/build.sh" --arch arm64
expect_status 2
expect_output '--out is missing'

a_test 'an unknown option'
build --architecture arm64
expect_status 2
expect_output 'there are --arch, --suite, --mirror, --size and --out'

if ! unshare --mount true 2>/dev/null; then
  a_test 'what needs root'
  build
  expect_status 3
  expect_output 'root is needed'
  skip 'the rest needs root, as the script does'
  finish
  exit
fi

for tool in mkfs.vfat mmd mcopy mdir mtype mke2fs sfdisk qemu-img blkid; do
  command -v $tool >/dev/null || missing+=("$tool")
done
if [ "${missing[*]-}" ]; then
  a_test 'the disks'
  skip "not installed: ${missing[*]} (packages: dosfstools mtools e2fsprogs fdisk qemu-utils util-linux)"
  finish
  exit
fi

# As little of a Debian as the script needs, and the package of its hook.
mkdir -p "$work/efi/DEBIAN" "$work/efi/usr/lib/grub/arm64-efi/monolithic"
printf 'Package: grub-efi-arm64-bin\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: fake\n' \
  >"$work/efi/DEBIAN/control"
echo 'GRUB for UEFI' >"$work/efi/usr/lib/grub/arm64-efi/monolithic/grubaa64.efi"
dpkg-deb --build --root-owner-group "$work/efi" "$work/efi.deb" >/dev/null
fake mmdebstrap <<'FAKE'
echo "mmdebstrap $*" >>"$WORK/calls"
for tree; do case $tree in */root) break ;; esac; done
mkdir -p "$tree"/{boot,home/vagrant} "$tree"/etc/{ssh/sshd_config.d,sudoers.d,systemd/system,systemd/network}
touch "$tree/boot/vmlinuz-1"
ln -s boot/vmlinuz-1 "$tree/vmlinuz"
cp "$WORK/efi.deb" "${tree%/root}/grub-efi-arm64-bin_1_arm64.deb"
FAKE
fake chroot <<'FAKE'
case $* in *' chpasswd') cat >/dev/null ;; esac
FAKE

# with_binfmt FLAGS COMMAND…: QEMU runs programs of the other architecture, registered with
# those flags; or "none": it does not.
case $machine_arch in amd64) other=arm64 ;; *) other=amd64 ;; esac
with_binfmt() {
  local flags=$1 machine
  machine=$(use_arch $other && echo "$elf_machine")
  shift
  FLAGS=$flags MACHINE=$machine unshare --mount bash -c '
    mount -t tmpfs none /proc/sys/fs/binfmt_misc
    [ "$FLAGS" = none ] || printf "enabled\ninterpreter /usr/bin/qemu\nflags: %s\noffset 0\nmagic %s\n" \
      "$FLAGS" "7f454c460201010000000000000000000200$MACHINE" >/proc/sys/fs/binfmt_misc/qemu
    "$@"' - "$@"
}

for flags in none OC; do
  a_test "another architecture, whose programs do not run in another root (binfmt_misc: $flags)"
  run with_binfmt $flags "$root/vagrant/box/build.sh" --out "$box" --arch $other
  expect_status 3
  if [ $other = arm64 ]; then
    expect_output 'this kernel does not run programs of arm64: apt-get install qemu-user-static'
  else
    expect_output 'a box for amd64 is made on amd64 only'
  fi
  expect_not_called mmdebstrap
done

# unpack_disk: sets `disk`, and $work/ext4 is the file system that begins at MIB.
unpack_disk() { # unpack_disk MIB
  disk=$work/disk
  tar -C "$work" -xf "$box" box.img
  qemu-img convert -O raw "$work/box.img" "$disk"
  dd if="$disk" of="$work/ext4" bs=1M skip="$1" conv=sparse status=none
}
expect_bootable() { # expect_bootable CONSOLE
  run blkid --probe "$work/ext4"
  expect_output 'LABEL="lab"'
  run debugfs -R 'cat /boot/grub/grub.cfg' "$work/ext4"
  expect_output "root=LABEL=lab ro net.ifnames=0 console=tty0 console=$1"
  run e2fsck -fn "$work/ext4"
  expect_status 0
  # Behind the last partition there is a second table.
  run dumpe2fs -h "$work/ext4"
  local filled partition
  filled=$(awk '/^Block count:/ { count = $3 } /^Block size:/ { print count * $3 }' <<<"$output")
  partition=$(sfdisk --dump "$disk" | sed -n 's/.*size= *\([0-9]*\), type=.*/\1/p' | tail -n 1)
  [ "$filled" -le $((partition * 512)) ] || not_ok "$filled bytes are in a partition of $partition sectors"
  run sfdisk --verify "$disk"
  expect_status 0
  expect_output 'No errors detected'
}

a_test 'a disk of arm64 boots by UEFI, wherever the firmware finds it'
run with_binfmt POCF "$root/vagrant/box/build.sh" --out "$box" --size 1 --arch arm64
expect_status 0
expect_called '--architectures=arm64'
expect_called 'linux-image-cloud-arm64,'
expect_called 'linux-headers-cloud-arm64,'
if [ "$status" = 0 ]; then
  unpack_disk 33
  esp=$disk@@1M
  run sfdisk --json "$disk"
  expect_output '"label": "gpt"'
  expect_output 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' # an EFI system partition
  run mtype -i "$esp" ::EFI/BOOT/BOOTAA64.EFI
  expect_output 'GRUB for UEFI'
  run mtype -i "$esp" ::EFI/debian/grub.cfg
  expect_output '--label lab'
  expect_bootable ttyAMA0
fi

a_test 'a disk of amd64 boots by BIOS'
if [ "$machine_arch" = amd64 ] && [ -f /usr/lib/grub/i386-pc/boot.img ]; then
  fake grub-mkimage <<'FAKE'
while [ "$1" != --output ]; do shift; done
echo "GRUB's core" >"$2"
FAKE
  build
  expect_status 0
  expect_called '--architectures=amd64'
  unpack_disk 1
  run sfdisk --json "$disk"
  expect_output '"label": "dos"'
  run dd if="$disk" bs=1 skip=512 count=11 status=none
  expect_output "GRUB's core"
  run cmp --bytes 440 "$disk" /usr/lib/grub/i386-pc/boot.img
  expect_status 0
  expect_bootable ttyS0
else
  skip 'needs amd64, and grub-pc-bin'
fi

finish
