#!/bin/bash
# SPDX-License-Identifier: MIT
#
# atlas.sh ORCHESTRATOR KERNEL
#
# Runs all scenarios in a guest with KERNEL, and prints what did not pass, and the summary: the
# 350 lines of those that passed would hide it. The program's exit code is the verdict.
set -euo pipefail
"$1" run all --where vm --kernel "$2" | grep -v '^pass '
