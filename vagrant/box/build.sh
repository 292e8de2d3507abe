#!/bin/bash
# SPDX-License-Identifier: MIT
#
# build.sh [--arch ARCH] [--suite bookworm] [--mirror URL] [--size GIB] --out FILE.box
#
# A box for vagrant-libvirt, made of Debian's packages alone: mmdebstrap verifies
# them as apt does. Public boxes age and go away; this one is built in a few
# minutes. It holds what Vagrant expects of a box and no more: sshd, the user
# `vagrant` who may sudo and whose key is Vagrant's well-known insecure one (which
# `vagrant up` replaces), rsync, DHCP on every interface, and Debian's cloud kernel.
#
#   sudo vagrant/box/build.sh --out tcp-lookup-lab.box
#   vagrant box add --name tcp-lookup-lab tcp-lookup-lab.box
#   LAB_BOX=tcp-lookup-lab vagrant up --provider libvirt
#
# ARCH is amd64 or arm64, by default this machine's. Of another architecture than this
# machine's the packages' scripts are run by QEMU, which takes some minutes more.
#
# Wants root, for the owners of the files in it, and no loop device: mke2fs fills
# the file system from a folder. amd64 boots by BIOS: GRUB is put in front of the file
# system by two dd's. arm64 boots by UEFI, from a partition that mcopy fills.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

say() { printf 'box: %s\n' "$@" >&2; }
fail() {
  say "$@"
  exit 3
}

# shellcheck source=cmake/arch.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cmake/arch.sh"

arch=$machine_arch suite=bookworm mirror='' size=10 out=''
while [ $# -gt 0 ]; do
  case $1 in
    --arch | --suite | --mirror | --size | --out)
      declare "${1#--}=${2:?box: $1 needs a value}"
      shift 2
      ;;
    *)
      say "unknown option $1; there are --arch, --suite, --mirror, --size and --out"
      exit 2
      ;;
  esac
done
[ -n "$out" ] || {
  say "--out is missing: the box's file, FILE.box"
  exit 2
}
use_arch "$arch" || {
  say "unknown architecture $arch; known are: $arch_names"
  exit 2
}
[ "$(id -u)" = 0 ] || fail "root is needed, for the owners of the files in the box: sudo $0 …"
declare -A package_of=([mmdebstrap]=mmdebstrap [mke2fs]=e2fsprogs [qemu-img]=qemu-utils [sfdisk]=fdisk)
case $arch in
  amd64) package_of+=([grub-mkimage]=grub-common) ;;
  arm64) package_of+=([mkfs.vfat]=dosfstools [mcopy]=mtools) ;;
esac
for tool in "${!package_of[@]}"; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install ${package_of[$tool]}"
done
bios_grub=/usr/lib/grub/i386-pc
if [ "$arch" = amd64 ] && [ ! -f $bios_grub/boot.img ]; then
  [ "$machine_arch" = amd64 ] ||
    fail "a box for amd64 is made on amd64 only: Debian has GRUB for BIOS machines nowhere else"
  fail "GRUB for BIOS machines is missing: apt-get install grub-pc-bin"
fi
runs_here "$arch" ||
  fail "this kernel does not run programs of $arch: apt-get install qemu-user-static" \
    "(If it is installed: binfmt_misc is not mounted at /proc/sys/fs/binfmt_misc, or QEMU is not" \
    "registered there with the flag F: systemctl restart systemd-binfmt)"

work=$(mktemp -d "${TMPDIR:-/tmp}/box.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

# --- the system ---

packages=(
  "linux-image-cloud-$arch" systemd-sysv udev dbus libpam-systemd kmod zstd
  openssh-server sudo rsync ca-certificates
  iproute2 iputils-ping systemd-resolved
  # What provision.sh would install: here that takes a minute, in a machine that is
  # translated half an hour.
  dkms "linux-headers-cloud-$arch" perl-base
)
[ "$suite" = bullseye ] && packages=("${packages[@]/systemd-resolved/}")

# What boots by UEFI is GRUB as Debian links it, which is no package of the box.
hooks=()
[ "$arch" = amd64 ] || hooks=("--customize-hook=cd '$work' && APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG \
  apt-get -qq -o APT::Sandbox::User=root download grub-efi-$arch-bin")

say "installing Debian $suite for $arch"
# The public key is Vagrant's (keys/vagrant.pub in its sources), known to everybody.
mmdebstrap --quiet --variant=minbase --components=main --architectures="$arch" "${hooks[@]}" \
  --include="$(IFS=,; echo "${packages[*]}" | sed 's/,,*/,/g; s/,$//')" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$root" ${mirror:+"$mirror"} >&2 ||
  fail "mmdebstrap failed: is the network up, and is $suite a Debian suite?"

chroot "$root" useradd --create-home --shell /bin/bash vagrant
echo 'vagrant:vagrant' | chroot "$root" chpasswd
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
chmod 440 "$root/etc/sudoers.d/vagrant"
install -d -m 700 "$root/home/vagrant/.ssh"
cat >"$root/home/vagrant/.ssh/authorized_keys" <<'KEY'
ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key
KEY
chmod 600 "$root/home/vagrant/.ssh/authorized_keys"
chroot "$root" chown -R vagrant:vagrant /home/vagrant/.ssh
# Each machine makes its own: a box's would be everybody's.
rm -f "$root"/etc/ssh/ssh_host_*
cat >"$root/etc/systemd/system/ssh-host-keys.service" <<'UNIT'
[Unit]
Description=Host keys of this machine
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
UNIT
# A name server that answers slowly must not hold up a login.
echo 'UseDNS no' >"$root/etc/ssh/sshd_config.d/vagrant.conf"
# eth0 is the machine's way out; `vagrant` adds files for what comes after it.
cat >"$root/etc/systemd/network/80-dhcp.network" <<'NETWORK'
[Match]
Name=eth0
[Network]
DHCP=yes
[DHCPv4]
ClientIdentifier=mac
NETWORK
chroot "$root" systemctl --quiet enable systemd-networkd ssh ssh-host-keys
[ "$suite" = bullseye ] || chroot "$root" systemctl --quiet enable systemd-resolved
chroot "$root" systemctl --quiet mask systemd-networkd-wait-online apt-daily.timer \
  apt-daily-upgrade.timer
# A machine that is translated on a busy host is slow, and not broken.
mkdir -p "$root"/etc/systemd/system.conf.d "$root"/etc/systemd/system/systemd-{networkd,resolved,logind,journald,udevd}.service.d
printf '[Manager]\nDefaultTimeoutStartSec=15min\n' >"$root/etc/systemd/system.conf.d/patient.conf"
for folder in "$root"/etc/systemd/system/systemd-*.service.d; do
  printf '[Service]\nWatchdogSec=0\n' >"$folder/patient.conf"
done
echo tcp-lookup-lab >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 tcp-lookup-lab\n::1 localhost\n' >"$root/etc/hosts"
rm -f "$root/etc/machine-id" "$root/etc/resolv.conf"
touch "$root/etc/machine-id"
ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
[ "$suite" = bullseye ] && ln -sf ../run/systemd/resolve/resolv.conf "$root/etc/resolv.conf"
# The disk's interface differs from host to host, the file system's name does not.
echo 'LABEL=lab / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"

# --- the disk ---

say "making the disk"
# /vmlinuz and /initrd.img are links that Debian keeps on the newest kernel.
mkdir -p "$root/boot/grub"
cat >"$root/boot/grub/grub.cfg" <<GRUB
linux /vmlinuz root=LABEL=lab ro net.ifnames=0 console=tty0 console=$serial_console
initrd /initrd.img
boot
GRUB
[ -e "$root/vmlinuz" ] || chroot "$root" linux-update-symlinks install \
  "$(basename "$root"/lib/modules/*)" "/boot/vmlinuz-$(basename "$root"/lib/modules/*)"

raw=$work/disk.raw
truncate --size "${size}G" "$raw"

# fill MIB: puts $root into the partition that begins there and ends a MiB before the disk
# does.
fill() {
  mke2fs -q -t ext4 -L lab -d "$root" -E "offset=$(($1 * 1048576))" "$raw" "$((size * 1024 - $1 - 1))M"
  rm -rf "$root"
}

bios_disk() {
  echo 'start=2048, type=83, bootable' | sfdisk --quiet "$raw"
  fill 1
  # GRUB as grub-install would lay it out: boot.img reads sector 1, where the core
  # begins, which knows its own length and is all that it needs to read grub.cfg.
  grub-mkimage --format i386-pc --prefix '(hd0,msdos1)/boot/grub' --output "$work/core.img" \
    biosdisk part_msdos ext2 linux normal configfile
  [ "$(stat --format %s "$work/core.img")" -lt $((2047 * 512)) ] || fail "GRUB's core is too large"
  dd if=$bios_grub/boot.img of="$raw" bs=440 count=1 conv=notrunc status=none
  dd if="$work/core.img" of="$raw" bs=512 seek=1 conv=notrunc status=none
}

# The firmware starts EFI/BOOT/BOOTAA64.EFI where its variables name nothing else. Debian's
# GRUB then reads grub.cfg in EFI/debian, whichever the disk.
uefi_disk() {
  local esp=$work/esp
  printf 'label: gpt\nstart=1MiB, size=32MiB, type=uefi\nstart=33MiB, size=%sMiB, type=linux\n' \
    "$((size * 1024 - 34))" | sfdisk --quiet "$raw"
  fill 33
  dpkg-deb -x "$work"/grub-efi-"$arch"-bin_*.deb "$work/grub"
  printf 'search --no-floppy --label lab --set root\nconfigfile /boot/grub/grub.cfg\n' >"$work/grub.cfg"
  truncate --size 32M "$esp"
  mkfs.vfat -n LAB-EFI "$esp" >/dev/null
  mmd -i "$esp" ::EFI ::EFI/BOOT ::EFI/debian
  mcopy -i "$esp" "$work/grub/usr/lib/grub/arm64-efi/monolithic/grubaa64.efi" ::EFI/BOOT/BOOTAA64.EFI
  mcopy -i "$esp" "$work/grub.cfg" ::EFI/debian/grub.cfg
  dd if="$esp" of="$raw" bs=1M seek=1 conv=notrunc status=none
}

case $arch in
  amd64) bios_disk ;;
  arm64) uefi_disk ;;
esac

# --- the box ---

say "packing the box"
qemu-img convert -c -O qcow2 "$raw" "$work/box.img"
printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": %s}\n' "$size" >"$work/metadata.json"
echo 'Vagrant.configure("2") { |config| config.vm.synced_folder ".", "/vagrant", type: "rsync" }' \
  >"$work/Vagrantfile"
mkdir -p "$(dirname "$out")"
# The disk is compressed already.
tar -C "$work" -cf "$out.new" metadata.json Vagrantfile box.img
mv "$out.new" "$out"
say "$out: $(du -h --apparent-size "$out" | cut -f 1)"
