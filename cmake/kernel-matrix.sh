#!/bin/bash
# SPDX-License-Identifier: MIT
#
# kernel-matrix.sh RESULTS KERNEL…
#
# From what ctest found (--output-junit RESULTS): a table of the tests that boot a
# guest, a line for each group and a column for each kernel, and below it why each one
# that did not pass did not. A test belongs to a kernel if its name ends with the
# kernel's, as far as a test's name may have it: "system.atlas.6.12",
# "system.Linux/Boot.…/6_12", "system.Kernel/PcapGuest.…/Linux6_12", and
# "system.Linux/ExplainGuest.…/6_12_module_loaded".
set -euo pipefail
results=$1
shift

awk -v kernels="$*" '
  # Of name="…" in a tag.
  function attribute(tag, name,    from, rest) {
    from = match(tag, " " name "=\"")
    if (!from) return ""
    rest = substr(tag, from + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
  }
  BEGIN {
    columns = split(kernels, kernel, " ")
    for (i = 1; i <= columns; i++) {
      dotted = underscored = kernel[i]
      gsub(/[.]/, "[.]", dotted)
      gsub(/[.-]/, "_", underscored)
      ending[i] = "[./](Linux)?(" dotted "|" underscored ")(_module_[a-z]+)?$"
    }
  }
  /<testcase / {
    name = attribute($0, "name"); status = attribute($0, "status"); mine = ""
    sub(/ +# GetParam.*/, "", name)  # GoogleTest adds it
    for (i = 1; i <= columns && mine == ""; i++)
      if (match(name, ending[i])) {
        mine = kernel[i]
        group = substr(name, 1, RSTART - 1)
      }
    if (mine == "") { open = 0; next }
    sub(/^system\./, "", group); sub(/^(Linux|Kernel)\//, "", group); sub(/\..*/, "", group)
    if (!(group in seen)) { seen[group] = 1; order[++groups] = group }
    kind = status == "run" ? "pass" : status == "fail" ? "fail" : "skip"
    count[group, mine, kind]++
    if (kind != "pass") problem[++problems] = kind "  " name
    last = problems; open = kind != "pass"
  }
  # The reason that ctest gives for one that did not run.
  open && /<(skipped|failure) / {
    why = attribute($0, "message")
    if (why != "" && problem[last] !~ /: /) problem[last] = problem[last] ": " why
  }
  END {
    printf "%-28s", "tests"
    for (i = 1; i <= columns; i++) printf "  %-14s", kernel[i]
    print ""
    for (g = 1; g <= groups; g++) {
      printf "%-28s", order[g]
      for (i = 1; i <= columns; i++) {
        cell = ""
        for (k = split("pass fail skip", kinds, " "); k > 0; k--)
          if (count[order[g], kernel[i], kinds[k]])
            cell = count[order[g], kernel[i], kinds[k]] " " kinds[k] (cell == "" ? "" : ", " cell)
        printf "  %-14s", cell == "" ? "-" : cell
      }
      print ""
    }
    for (p = 1; p <= problems; p++) print problem[p]
  }' "$results"
