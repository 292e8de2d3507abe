#!/bin/bash
# SPDX-License-Identifier: MIT
#
# coccicheck.sh [SEMANTIC PATCH…]
#
# Runs the kernel's own semantic patches (scripts/coccinelle of Debian's linux-source-6.12) over
# kmod/ and include/, in report mode, and prints what they report: `make coccicheck` without a
# kernel tree. Exit code 0: they report nothing. A semantic patch is named by its path below
# scripts/coccinelle, as free/kfree.cocci; without one all are run, except those that need an OCaml
# compiler where there is none.
#
# Needs spatch (package coccinelle). The semantic patches are kept in
# ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab. No root is needed.
set -euo pipefail
export LC_ALL=C

fail() {
  printf 'coccicheck: %s\n' "$@" >&2
  exit 3
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=cmake/debian.sh
. "$root/cmake/debian.sh"
package=linux-source-6.12

command -v spatch >/dev/null || fail "spatch is missing: apt-get install --no-install-recommends coccinelle"

use_suites bookworm,bookworm-security
obtain_debs $package || { update_lists && obtain_debs $package; } || {
  use_own_state && obtain_debs $package
} || fail "cannot get $package of $suites from $mirror. Is the network up?"
archive=${archives[0]}
patches=$cache/coccinelle/$(basename "$archive" .deb)
if [ ! -d "$patches" ]; then
  echo "coccicheck: unpacking scripts/coccinelle of ${archive##*/}" >&2
  mkdir -p "$cache/coccinelle"
  unpacked=$(mktemp -d "$patches.XXXXXX")
  dpkg-deb --fsys-tarfile "$archive" | tar --extract --to-stdout --wildcards './usr/src/*.tar.xz' |
    tar --extract --xz --strip-components=3 --directory="$unpacked" --wildcards '*/scripts/coccinelle' ||
    fail "$archive cannot be unpacked"
  mv -T "$unpacked" "$patches"
fi

work=$(mktemp -d)
trap 'rm -rf "$work" "$work".*' EXIT
cp -r "$root/kmod" "$root/include" "$work"

if [ $# = 0 ]; then mapfile -t list < <(cd "$patches" && find . -name '*.cocci' -printf '%P\n' | sort)
else list=("$@"); fi
run=0 skipped=() reports=0
for each in "${list[@]}"; do
  file=$patches/$each
  [ -f "$file" ] || fail "there is no scripts/coccinelle/$each"
  if grep -q '^@.*script:ocaml' "$file" && ! command -v ocamlopt >/dev/null; then
    skipped+=("$each")
    continue
  fi
  read -ra options <<<"$(sed -nE 's|^///? Options: ||p' "$file" | tr '\n' ' ')"
  (cd "$work" && spatch --very-quiet -D report --cocci-file "$file" "${options[@]}" --dir .) \
    >"$work.out" 2>"$work.err" || fail "$each: spatch failed:" "$(tail -n 5 "$work.err")"
  run=$((run + 1))
  if [ -s "$work.out" ]; then
    reports=$((reports + $(wc -l <"$work.out")))
    printf '%s:\n' "$each"
    sed 's|^\./||' "$work.out"
  fi
done
[ "${#skipped[@]}" = 0 ] || echo "coccicheck: left out, for lack of ocamlopt: ${skipped[*]}"
echo "coccicheck: $run semantic patches; $reports lines of reports"
[ "$reports" = 0 ]
