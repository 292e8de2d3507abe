# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # for those who source this
#
# Debian's packages of what the programs are compiled against: for this machine (lab), and for
# a guest of another architecture (sysroot.sh). Source it.
libraries=(
  libnl-3-dev libnl-route-3-dev libmnl-dev libnftables-dev libncurses-dev
  libarchive-dev libcli11-dev libyaml-dev nlohmann-json3-dev libfmt-dev libpugixml-dev
  libkainjow-mustache-dev
)
