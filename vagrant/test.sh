#!/bin/bash
# SPDX-License-Identifier: MIT
#
# test.sh [BOX]        machines by vagrant-libvirt, for real
#
# Boots the box twice (a file of vagrant/box/build.sh, or the name of one; without it
# the Vagrantfile's), provisions both, runs simopen, no-listen and self-connect in
# the kernel of one, and the three scenarios of two-machines.sh between them; locks a
# kernel down, and checks that the module is refused with an explanation; purges the
# packages; and destroys everything that it made. KVM is used where it works. Without it
# this takes half an hour on an idle machine, so ctest does not run it. With
# LAB_MACHINES=1 it uses one machine and leaves out the scenarios between two. With
# LAB_KEEP=yes the machines stay if something fails.
#
# Needs vagrant, vagrant-libvirt, rsync, and a libvirtd that answers at qemu:///system.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Each message with the minutes and seconds since the beginning.
say() { printf "test: $(printf %02d:%02d $((SECONDS / 60)) $((SECONDS % 60))) %s\n" "$@"; }
stop() {
  say "$@" >&2
  exit 3
}
for tool in vagrant virsh rsync; do
  command -v $tool >/dev/null ||
    stop "$tool is missing: apt-get install vagrant vagrant-libvirt libvirt-daemon-system libvirt-clients rsync"
done
virsh -c qemu:///system version >/dev/null || stop "libvirtd does not answer: systemctl start libvirtd"
compgen -G '../build/packages/tcp-lookup-dkms_*.deb' >/dev/null ||
  say "no packages in build/packages (./lab package makes them): each machine will build its own"

# Machines, boxes and keys of our own, so that the user's are not touched.
work=$(mktemp -d "${TMPDIR:-/tmp}/vagrant-test.XXXXXX")
export VAGRANT_HOME=$work/home VAGRANT_DOTFILE_PATH=$work/machines VAGRANT_CHECKPOINT_DISABLE=1
export VAGRANT_DEFAULT_PROVIDER=libvirt LAB_MACHINES=${LAB_MACHINES:-2} LAB_CPUS=${LAB_CPUS:-1} LAB_MEMORY=${LAB_MEMORY:-1024}
first=left last=right
[ "$LAB_MACHINES" = 2 ] || first=default last=default
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
  if [ $? != 0 ] && [ "${LAB_KEEP-}" = yes ]; then
    say "the machines stay: 'vagrant ssh $first', and at the end 'vagrant destroy --force', with" \
      "  export VAGRANT_HOME=$VAGRANT_HOME VAGRANT_DOTFILE_PATH=$VAGRANT_DOTFILE_PATH" \
      "  export VAGRANT_DEFAULT_PROVIDER=libvirt LAB_BOX=${LAB_BOX-} LAB_MACHINES=$LAB_MACHINES"
    return
  fi
  vagrant destroy --force || true
  # vagrant-libvirt keeps a copy of the box in libvirt's own pool.
  virsh -c qemu:///system vol-list default 2>/dev/null |
    awk -v box="lab-test-$$" 'index($1, box "_vagrant_box_image") == 1 { print $1 }' |
    xargs --no-run-if-empty --max-args 1 virsh -c qemu:///system vol-delete --pool default || true
  rm -rf "$work"
}
trap clean_up EXIT

if [ -f "${1-}" ]; then
  vagrant box add --name "lab-test-$$" "$1"
  export LAB_BOX=lab-test-$$
elif [ -n "${1-}" ]; then
  export LAB_BOX=$1
fi

say "booting and provisioning: $LAB_MACHINES"
vagrant up
say "provisioning again: it changes nothing"
said=$(vagrant provision $first 2>&1) || stop "it failed:" "$said"
[[ $said != *'provision: installing'* ]] || stop "it installed the packages once more:" "$said"

say "it greets with what to type"
said=$(vagrant ssh $first -- -tt <<<exit 2>&1 || true)
[[ $said == *'orchestrator run simopen '*'orchestrator list'* ]] || stop "unexpected greeting:" "$said"

say "scenarios in the kernel of one"
vagrant provision $first --provision-with scenarios
said=$(vagrant ssh $first -c 'orchestrator run simopen --family ipv4' 2>&1)
[[ $said == *'In this kernel: tcp_lookup.ko is loaded in this kernel.'* ]] ||
  stop "it was not played in the machine's own kernel:" "$said"

if [ "$LAB_MACHINES" = 2 ]; then
  say "three scenarios between the two"
  vagrant ssh-config >"$work/ssh-config"
  ./two-machines.sh --ssh-config "$work/ssh-config"
fi

# As under Secure Boot: the key that DKMS signs with is not enrolled. Lasts until the
# machine reboots.
say "a kernel in lockdown refuses the module, and provisioning says why"
vagrant ssh $last -c 'sudo modprobe -r tcp_lookup && echo integrity | sudo tee /sys/kernel/security/lockdown'
if said=$(vagrant provision $last --provision-with lab 2>&1); then
  stop "the module was loaded in lockdown:" "$said"
fi
printf '%s\n' "$said"
for words in 'lockdown: integrity' 'mokutil --import /var/lib/dkms/mok.pub' 'simopen --where vm'; do
  [[ $said == *"$words"* ]] || stop "provisioning did not say '$words':" "$said"
done
vagrant ssh $last -c 'sudo test -s /var/lib/dkms/mok.pub' || stop "there is no key to enrol: DKMS signed nothing"
said=$(vagrant ssh $last -c 'orchestrator doctor' 2>&1 || true)
printf '%s\n' "$said"
[[ $said == *'the kernel is locked down (integrity)'* ]] || stop "doctor did not see the lockdown:" "$said"

say "purging leaves nothing"
# shellcheck disable=SC2016 # the machine's shell expands it
vagrant ssh $last -c 'set -e
  sudo modprobe -r tcp_lookup
  sudo apt-get -qqy purge tcp-lookup-lab tcp-lookup-dkms
  left=$(sudo dkms status -m tcp-lookup
    sudo find /lib/modules /var/lib/dkms /usr -name "tcp[-_]lookup*" ! -path "/usr/local/*")
  [ -z "$left" ] || { echo "left behind: $left"; exit 1; }'
say "all well"
