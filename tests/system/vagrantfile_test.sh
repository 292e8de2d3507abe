#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The Vagrantfile, by Vagrant's own validation: with one machine and with two,
# under KVM and without. No machine is made; vagrant/test.sh does that.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

a_test 'Vagrant is there'
if ! command -v vagrant >/dev/null; then
  skip 'vagrant is not installed (packages: vagrant vagrant-libvirt)'
  finish
  exit
fi
export VAGRANT_CWD=$root/vagrant VAGRANT_HOME=$work/home VAGRANT_DOTFILE_PATH=$work/dot
export VAGRANT_CHECKPOINT_DISABLE=1 VAGRANT_DEFAULT_PROVIDER=libvirt
export LAB_BOX=our-own
unset LAB_ARCH LAB_MEMORY LAB_CPUS LAB_DRIVER LAB_MACHINES

for machines in 1 2; do
  a_test "it is valid with LAB_MACHINES=$machines"
  run env LAB_DRIVER=qemu LAB_MACHINES=$machines vagrant validate
  expect_status 0
  expect_output 'validated successfully'
done

a_test 'the public box is valid, for amd64'
run env -u LAB_BOX LAB_DRIVER=qemu LAB_ARCH=amd64 vagrant validate
expect_status 0

# The processor that the Vagrantfile finds, whichever this machine has.
on() { fake uname <<<"echo $1"; }

for arch in amd64 arm64; do
  a_test "a machine of $arch on any host, emulated"
  run env LAB_DRIVER=qemu LAB_ARCH=$arch vagrant validate
  expect_status 0
done

a_test 'arm64 needs a box of its own'
on aarch64
run env -u LAB_BOX LAB_DRIVER=qemu vagrant validate
expect_status 1
expect_output 'arm64 needs LAB_BOX'
expect_output 'vagrant/box/build.sh --arch arm64'
# The command that adds it needs none.
run env -u LAB_BOX vagrant box list
expect_status 0

a_test 'KVM is for the architecture of the host'
on x86_64
run env LAB_DRIVER=kvm LAB_ARCH=arm64 vagrant validate
[ "$status" != 0 ] || not_ok 'expected an error'
expect_output 'LAB_DRIVER=kvm: this host cannot run arm64 by KVM'

a_test 'of the other architecture KVM is not tried'
fake qemu-system-aarch64 <<'QEMU'
echo tried >>"$WORK/calls"
QEMU
run env LAB_ARCH=arm64 vagrant validate
expect_status 0
expect_not_called tried

# A QEMU that leaves as KVM's trial does when a guest has run; and one that does so
# only where it need not pass the host's processor on, as under some nested KVM. The
# machine will have the host's.
for trial in 'x86_64 33 33' 'x86_64 33 134' 'aarch64 0 0' 'aarch64 0 134'; do
  read -r processor works status_of_host <<<"$trial"
  on "$processor"
  fake "qemu-system-$processor" <<QEMU
echo tried >>"\$WORK/calls"
[[ \$* != *'-cpu host'* ]] || exit $status_of_host
exit $works
QEMU
  a_test "KVM is tried once, with the host's processor ($processor, QEMU: $status_of_host)"
  run vagrant validate
  expect_status 0
  [ "$(wc -l <"$work/calls")" = 1 ] || not_ok "tried $(wc -l <"$work/calls") times"
  if [ "$status_of_host" = "$works" ]; then
    [[ $output != *'KVM does not work here'* ]] || not_ok 'it was not believed'
  else
    expect_output 'KVM does not work here'
  fi
done

# The guests of the trial themselves, under TCG: they end as the Vagrantfile expects.
for trial in 'x86_64 qemu64' 'aarch64 cortex-a57'; do
  read -r processor model <<<"$trial"
  rm "$work/fake/qemu-system-$processor"
  a_test "the guest of the trial ends QEMU ($processor)"
  if ! qemu=$(command -v "qemu-system-$processor"); then
    skip "qemu-system-$processor is not installed"
    continue
  fi
  on "$processor"
  fake "qemu-system-$processor" <<QEMU
arguments=" \$*"
arguments=\${arguments/ -accel kvm/ -accel tcg}
exec $qemu \${arguments/ -cpu host/ -cpu $model}
QEMU
  run vagrant validate
  expect_status 0
  [[ $output != *'KVM does not work here'* ]] || not_ok 'it did not end as expected'
done
rm "$work/fake/uname"

a_test 'a wrong word is told apart from a mistake in the file'
run env LAB_DRIVER=xen LAB_MACHINES=3 vagrant validate
expect_status 1
expect_output 'LAB_MACHINES=3: it must be 1 or 2'

finish
