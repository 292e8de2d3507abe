#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a fresh box needs before its first run: nothing that ./lab does not do
# itself. Doing it here means that the first login finds the lab built.
set -eu
cd /lab
su vagrant -c './lab version'
