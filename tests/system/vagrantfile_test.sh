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

a_test 'a wrong word is told apart from a mistake in the file'
run env LAB_DRIVER=xen LAB_MACHINES=3 vagrant validate
expect_status 1
expect_output 'LAB_MACHINES=3: it must be 1 or 2'

finish
