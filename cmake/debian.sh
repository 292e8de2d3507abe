# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For scripts that use Debian packages, of this machine's suite or of another one,
# without installing them. Source it; it needs `fail MESSAGE…`.
#
#   use_suites SUITE,… [ARCH] which archives the rest asks, and for whose packages: this
#                             machine's, or ARCH's where a package is of both
#   use_own_state             from now on not this machine's apt
#   stanzas PACKAGE…          what apt knows of the candidates
#   obtain_debs PACKAGE…      sets `archives`: a sound copy of each in $debs
#
# apt does the queries, the downloads (an interrupted one is resumed) and the
# verification: Release files against the keys of
# debian-archive-keyring, packages against the sums in them. For suites other than
# this machine's it has a state of its own in the cache, so that this machine's
# sources, lists and packages are neither read nor changed, and no root is needed.

cache=${XDG_CACHE_HOME:-${HOME:?set HOME or XDG_CACHE_HOME}/.cache}/tcp-lookup-lab
debs=$cache/debs
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${LAB_MIRROR:-http://deb.debian.org}
suites=''
own_state=''

# shellcheck source=cmake/arch.sh
. "$(dirname "${BASH_SOURCE[0]}")/arch.sh"
foreign_arch='' # besides this machine's

# The sources of a suite; Debian keeps security updates apart.
source_of() {
  case $1 in
    *-security) echo "deb [arch=$2 signed-by=$keyring] $mirror/debian-security $1 main" ;;
    *) echo "deb [arch=$2 signed-by=$keyring] $mirror/debian $1 main" ;;
  esac
}

# Whether this machine's apt may have all of the suites.
is_this_suite() {
  local each id='' codename=''
  # shellcheck disable=SC1091 # another machine's file
  read -r id codename < <(. /etc/os-release && echo "${ID:-} ${VERSION_CODENAME:-}") || return 1
  [ "$id" = debian ] || return 1
  for each in ${suites//,/ }; do [ "${each%-security}" = "$codename" ] || return 1; done
}

use_suites() {
  suites=$1 own_state='' foreign_arch=''
  [ "${2:-$machine_arch}" = "$machine_arch" ] || foreign_arch=$2
  unset APT_CONFIG
  { [ -z "$foreign_arch" ] && is_this_suite; } || use_own_state
}

use_own_state() {
  own_state=yes
  [ -r "$keyring" ] || fail "$keyring is missing: 'apt-get install debian-archive-keyring' has it"
  state=$cache/apt/$suites${foreign_arch:+-$foreign_arch}
  local each arches=$machine_arch${foreign_arch:+,$foreign_arch}
  mkdir -p "$state"/{lists/partial,archives/partial} || fail "cannot write to $state"
  : >"$state/status"
  for each in ${suites//,/ }; do source_of "$each" "$arches"; done >"$state/sources.list"
  cat >"$state/apt.conf" <<CONF
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Etc::SourceList "$state/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Architecture "$machine_arch";
APT::Architectures { "$machine_arch";${foreign_arch:+ "$foreign_arch";} };
APT::Default-Release "${suites##*,}";
APT::Install-Recommends "false";
CONF
  export APT_CONFIG=$state/apt.conf
  # One process at a time; and lists of today are new enough.
  local lock
  exec {lock}>"$state/lock"
  flock "$lock"
  if [ ! -f "$state/updated" ] || [ -z "$(find "$state/updated" -mtime -1)" ]; then
    update_lists || echo "$(basename "$0"): $mirror does not answer for $suites" >&2
  fi
  exec {lock}>&-
}

# Updates the lists from the mirror; those of this machine's apt only as root.
update_lists() {
  if [ -z "$own_state" ]; then
    [ "$(id -u)" = 0 ] && apt-get -qq update >&2
  else
    echo "$(basename "$0"): asking $mirror what $suites has" >&2
    # A failed download of one index is an error here, and not the warning it is to apt.
    apt-get -qq -o APT::Sandbox::User="$(id -un)" --error-on=any update >&2 &&
      touch "$state/updated"
  fi
}

# One run of apt-cache costs a second where apt keeps no cache of its own, so
# each is asked once and all its answers are used.
stanzas() { apt-cache show --no-all-versions "$@" 2>/dev/null; }

# The packages named in the Depends: lines of stanzas on stdin, one a line.
dependencies() { sed -n 's/^Depends: //p' | tr ',|' '\n' | sed 's/^ *//; s/ .*//'; }

obtain_debs() {
  local name sum package missing=() download file lock
  mkdir -p "$debs" || fail "cannot write to $debs"
  archives=()
  while read -r package name sum; do
    archives+=("$debs/$name")
    sha256sum --check --status <<<"$sum  $debs/$name" 2>/dev/null || missing+=("$package")
  done < <(stanzas "$@" | awk -v foreign="$foreign_arch" '
    /^Package: /  { package = $2 }
    /^Architecture: / && foreign != "" && $2 == foreign { package = package ":" foreign }
    /^Filename: / { n = split($2, part, "/"); name = part[n] }
    /^SHA256: /   { sum = $2 }
    /^$/          { print package, name, sum }')
  [ "${#archives[@]}" = "$#" ] || return 1
  [ "${#missing[@]}" -gt 0 ] || return 0
  echo "$(basename "$0"): downloading ${missing[*]}" >&2
  # Where an interrupted download is resumed; one directory for each user.
  exec {lock}>"$debs/.lock"
  flock "$lock"
  download=$debs/.download
  mkdir -p "$download"
  # As root, apt would download as the user _apt, who cannot write here, and would
  # warn about that.
  if ! (cd "$download" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "${missing[@]}" >&2); then
    exec {lock}>&-
    return 1
  fi
  # apt has checked the sums. It writes the ':' of an epoch as %3a, unlike the archive.
  for file in "$download"/*.deb; do
    name=${file##*/}
    [[ ! $name =~ ^([^_]*_)[0-9]+%3a(.*)$ ]] || name=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
    mv -f "$file" "$debs/$name"
  done
  exec {lock}>&-
}
