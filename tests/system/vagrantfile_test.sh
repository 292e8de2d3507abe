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
unset LAB_BOX LAB_MEMORY LAB_CPUS LAB_DRIVER LAB_MACHINES

for machines in 1 2; do
  a_test "it is valid with LAB_MACHINES=$machines"
  run env LAB_DRIVER=qemu LAB_MACHINES=$machines vagrant validate
  expect_status 0
  expect_output 'validated successfully'
done

# A QEMU that leaves as KVM's trial does when a guest has run; and one that does so
# only where it need not pass the host's processor on, as under some nested KVM. The
# machine will have the host's.
for status_of_host in 33 134; do
  fake qemu-system-x86_64 <<QEMU
echo tried >>"\$WORK/calls"
[[ \$* != *'-cpu host'* ]] || exit $status_of_host
exit 33
QEMU
  a_test "KVM is tried once, with the host's processor (QEMU: $status_of_host)"
  run vagrant validate
  expect_status 0
  [ "$(wc -l <"$work/calls")" = 1 ] || not_ok "tried $(wc -l <"$work/calls") times"
  if [ $status_of_host = 33 ]; then
    [[ $output != *'KVM does not work here'* ]] || not_ok 'it was not believed'
  else
    expect_output 'KVM does not work here'
  fi
done

a_test 'a wrong word is told apart from a mistake in the file'
run env LAB_DRIVER=xen LAB_MACHINES=3 vagrant validate
expect_status 1
expect_output 'LAB_MACHINES=3: it must be 1 or 2'

finish
