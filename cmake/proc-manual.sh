#!/bin/bash
# SPDX-License-Identifier: MIT
#
# docs/proc.md as the man page tcp_lookup(4).
#
#   proc-manual.sh LOWDOWN DATE DOCS/PROC.MD PAGE
#
# Adds the NAME section that a man page needs. Links of the document do not work in a
# man page, so only their text stays.
set -euo pipefail
lowdown=$1 date=$2 document=$3 page=$4

mkdir -p "$(dirname "$page")"
trap 'rm -f "$page.part"' EXIT
{
  echo '# NAME'
  echo
  echo 'tcp\_lookup – the tables in which the kernel looks up the socket for a TCP segment'
  echo
  echo '# DESCRIPTION'
  sed '1{/^# /d}' "$document" |
    # Headings of the document are parts of its description.
    sed -E 's/\[([^]]*)\]\([^)]*\)/\1/g'
} | "$lowdown" -s -T man --parse-no-intraemph --parse-no-autolink \
  -M title=TCP_LOOKUP -M section=4 -M date="$date" -M source='TCP Lookup Lab' |
  # Only groff has \fC and \f(CR. A heading is on the macro's line, where newer versions of
  # lowdown put it, and no paragraph begins behind it, because one has begun.
  awk '
    { gsub(/\\fC|\\f\(CR/, "\\fB") }
    heading { print heading " \"" $0 "\""; heading = ""; behind = 1; next }
    /^\.S[HS]$/ { heading = $0; next }
    /^\.S[HS] / { print; behind = 1; next }
    behind && /^\.[LP]P$/ { behind = 0; next }
    { behind = 0; sub(/^tcp_lookup – /, "tcp_lookup \\- "); print }
  ' >"$page.part"
mv "$page.part" "$page"
