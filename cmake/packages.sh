# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # for the one who sources this
#
# Which packages of Debian or Ubuntu are needed, which of them are missing, and how they are
# installed. For lab, which has the functions say, stop and watched, and the variables
# install, log, libraries and qemu_package. Source it.

# Debian's names, and those of its derivatives. "one|two" are names that a package has in
# different releases; with a "?" it is left out where no release known to apt has it.
packages=(
  # the programs: compiler, build tools, libraries
  g++ cmake ninja-build pkg-config make
  "${libraries[@]}"
  libgtest-dev libgmock-dev
  # the kernel module: the compiler that the default kernel was built with (without it
  # cmake/toolchain.sh gets it), and what the kernel's build tools link to
  'gcc-12?' 'libelf1|libelf1t64' 'libssl3|libssl3t64'
  # kernels of other suites: their compiler, made to run here
  patchelf debian-archive-keyring
  # the man pages
  lowdown
  # the guest: its image and the machine
  binutils busybox-static cpio kmod xz-utils "$qemu_package"
)
# The tests that need one of these skip without it.
test_packages=(
  'chromium-headless-shell?' clang dosfstools fish graphviz 'grub-pc-bin?' iproute2 iptables
  libclang-rt-dev libxml2-utils lintian mandoc mtools nftables parallel perl
  python3-jsonschema 'python3-junitparser?' qemu-utils shellcheck strace tmux tshark
  'vagrant?' 'vagrant-libvirt?' zsh
)

# what builds the kernel of --debug-kernel
debug_packages=(bc bison flex libelf-dev)

# what the benchmarks measure with, and beside
bench_packages=(bc bpftrace hyperfine iproute2 jq python3-matplotlib)

# what CPack finds the libraries of a package with
package_packages=(dpkg-dev file)

# Those of the wanted that are not installed, under any of their names, and that no
# installed package provides.
missing_packages() {
  dpkg-query --show --showformat='${db:Status-Status},${Package},${Provides}\n' 2>/dev/null |
    awk -v wanted="$*" '
      BEGIN { FS = ","; count = split(wanted, want, " ") }
      $1 == "installed" {
        for (i = 2; i <= NF; i++) {
          sub(/^ */, "", $i); sub(/ .*/, "", $i)
          there[$i]
        }
      }
      END {
        for (i = 1; i <= count; i++) {
          names = want[i]; sub(/[?]$/, "", names)
          n = split(names, name, "|"); found = 0
          for (j = 1; j <= n; j++) if (name[j] in there) found = 1
          if (!found) print want[i]
        }
      }' | sort -u
}

# Of each of the wanted the first name that apt can install. If there is none: the first,
# so that apt says so, and nothing for one with a "?".
installable_names() {
  local names="$*"
  names=${names//[|?]/ }
  # shellcheck disable=SC2086 # one word a name
  apt-cache policy $names 2>/dev/null | awk -v wanted="$*" '
    /^[^ ]/ { package = $1; sub(/:$/, "", package) }
    /^ *Candidate: [^(]/ { known[package] }
    END {
      count = split(wanted, want, " ")
      for (i = 1; i <= count; i++) {
        names = want[i]; optional = sub(/[?]$/, "", names)
        n = split(names, name, "|")
        for (j = 1; j <= n && !(name[j] in known); j++) {}
        if (j <= n) print name[j]
        else if (!optional) print name[1]
      }
    }'
}

require_debian() {
  local id='' like=''
  if [ -r /etc/os-release ]; then
    # shellcheck disable=SC1091 # another machine's file
    id=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")
    # shellcheck disable=SC1091
    like=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
  fi
  case " $like " in
    *' debian '*) command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && return ;;
  esac
  stop "this is ${id:-an unknown system}; the lab can set up only Debian and Ubuntu." \
    "It needs these Debian packages: ${packages[*]}," \
    "and Debian's kernels (cmake/fetch-kernel.sh) to boot in a microVM." \
    "Use a Debian container or virtual machine."
}

# Sets `names`: what apt calls those that are missing and that it can install.
resolve_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  names=()
  [ "${#missing[@]}" = 0 ] || mapfile -t names < <(installable_names "${missing[@]}")
}

install_packages() {
  local names line as_root=()
  resolve_packages "$@"
  [ "${#names[@]}" -gt 0 ] || return 0
  if [ "$install" = never ]; then
    stop "these packages are missing, and installing is disabled. Run as root:" \
      "  apt-get install --no-install-recommends ${names[*]}"
  fi
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      stop "these packages are missing, and there is no sudo. Run as root:" \
        "  apt-get install --no-install-recommends ${names[*]}"
    as_root=(sudo)
  fi
  say "to build and to boot guests, ${#names[@]} packages are missing; asking apt for them"
  export DEBIAN_FRONTEND=noninteractive
  # sudo drops the environment.
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  watched packages "${as_root[@]}" apt-get -q update ||
    stop "'apt-get update' failed: is the network up? The log: $log"
  # On a fresh system apt knows no names before this.
  resolve_packages "$@"
  say "these packages are missing and will be installed:"
  fold --spaces --width=70 <<<"${names[*]}" | while IFS= read -r line; do say "  $line"; done
  watched packages "${as_root[@]}" apt-get -qy install --no-install-recommends "${names[@]}" ||
    stop "the packages could not be installed. The log: $log" \
      "Try by hand, as root:" "  apt-get install --no-install-recommends ${names[*]}"
}
