#!/bin/bash
# SPDX-License-Identifier: MIT
# What guest-commands.pkt begins with, as the public scripts begin with one of their own.
sysctl -q net.ipv4.tcp_sack=$((1 - 1)) || exit
tc qdisc replace dev tun0 root pfifo
