#!/bin/bash
# SPDX-License-Identifier: MIT
#
# ./lab, with fakes for whatever would change this machine or take long. The
# real thing is what runs this test.
#
#   tests/system/lab_test.sh
# shellcheck disable=SC2016 # the fakes expand it, not this shell
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

# A tree like the real one, as far as ./lab looks at it.
tree=$work/tree
mkdir -p "$tree"/{cmake,include,kmod,orchestrator,scenarios}
touch "$tree"/{CMakeLists.txt,orchestrator/main.cpp,kmod/main.c}
cp "$root/lab" "$tree/lab"
cp "$root"/cmake/{kernels.txt,kernel-matrix.sh,own-kernel.sh,arch.sh,libraries.sh,packages.sh} "$tree/cmake/"
cat >"$tree/cmake/fetch-kernel.sh" <<'FAKE'
#!/bin/bash
echo "fetch $1" >>"$WORK/calls"
mkdir -p "$2" && echo "$1.0-fake" >"$2/release"
FAKE
cat >"$tree/cmake/debug-kernel.sh" <<'FAKE'
#!/bin/bash
echo debug-kernel >>"$WORK/calls"
made=$WORK/debug-12
mkdir -p "$made"/{boot,lib/modules/1-debug,usr/src/linux-headers-1-debug}
touch "$made/boot/vmlinuz-1-debug" "$made/lib/modules/1-debug/modules.dep" \
  "$made/usr/src/linux-headers-1-debug/Makefile"
echo 1-debug >"$made/release"
echo "$made"
FAKE
chmod +x "$tree"/cmake/{fetch,debug}-kernel.sh

# What ./lab asks for, by the first names.
# shellcheck source=cmake/arch.sh
. "$root/cmake/arch.sh"
use_arch "$machine_arch"
# shellcheck source=cmake/libraries.sh
. "$root/cmake/libraries.sh"
# shellcheck source=cmake/packages.sh
. "$root/cmake/packages.sh"
names=("${packages[@]}" "${test_packages[@]}" "${package_packages[@]}" "${debug_packages[@]}")
names=("${names[@]%\?}")
# And for guests of another architecture.
other=arm64
[ "$machine_arch" != arm64 ] || other=amd64
of_other=$(use_arch "$other" && echo "$cross_package $qemu_package")
cross_of_other=${of_other% *}
# shellcheck disable=SC2206 # one word a name
names+=($of_other)
installed() { printf 'installed,%s,\n' "$@" >"$work/installed"; }
all_installed() { installed "${names[@]%%|*}"; }
all_installed
fake dpkg-query <<<'cat "$WORK/installed"'
# What apt has: a package of each name in $WORK/available.
fake apt-cache <<'FAKE'
for name in "${@:2}"; do
  if grep -qx "$name" "$WORK/available"; then printf '%s:\n  Installed: (none)\n  Candidate: 1\n' "$name"; fi
done
FAKE
printf '%s\n' "${names[@]%%|*}" >"$work/available"
fake apt-get <<<'echo "apt-get $*" >>"$WORK/calls"'
fake sudo <<<'echo "sudo $*" >>"$WORK/calls"; exec "$@"'
fake cmake <<<'echo cmake >>"$WORK/calls"'
fake ctest <<'FAKE'
echo "ctest $*" >>"$WORK/calls"
echo '100% tests passed'
while [ $# -gt 0 ]; do
  [ "$1" != --output-junit ] || cat >"$2" <<'XML'
<testsuite>
  <testcase name="system.atlas.5.10" classname="system.atlas.5.10" time="1" status="run">
  </testcase>
  <testcase name="system.Linux/Kmod.EveryViewShowsWhatTheSocketsAre/7_x" classname="x" time="2" status="fail">
    <failure message="Failed"/>
  </testcase>
  <testcase name="system.Kernel/PcapGuest.Shows/Linux5_10  # GetParam() = &quot;5.10&quot;" classname="x" time="2" status="run">
  </testcase>
  <testcase name="system.Linux/ExplainGuest.Foretells/7_x_module_loaded  # GetParam() = 64-byte object &lt;80&gt;" classname="x" time="2" status="run">
  </testcase>
  <testcase name="unit.Fd.Closes" classname="x" time="0" status="run">
  </testcase>
</testsuite>
XML
  shift
done
exit 8
FAKE
# Builds an orchestrator that repeats its arguments.
fake ninja <<'FAKE'
echo "ninja ${*:3}" >>"$WORK/calls"
mkdir -p "$2/images"
for kernel in "$2"/kernels/*; do touch "$2/images/${kernel##*/}.cpio"; done
printf '#!/bin/bash\necho "orchestrator: $*"\nexit 4\n' >"$2/orchestrator"
chmod +x "$2/orchestrator"
FAKE

a_test 'without arguments it says what it can do'
run "$tree/lab"
expect_status 0
expect_output './lab run simopen'

a_test 'the first time it fetches, configures, builds, and hands over arguments and status'
run "$tree/lab" run simopen 'two words'
expect_status 4
expect_output 'orchestrator: run simopen two words'
expect_called 'fetch 6.1'
expect_called 'ninja lab'
expect_not_called apt-get

a_test 'when nothing has changed it does nothing'
run "$tree/lab" list
expect_output 'orchestrator: list'
expect_not_called ninja
expect_not_called cmake

a_test 'a newer source is built'
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" list
expect_called 'ninja lab'

a_test 'a source that is gone is noticed'
rm "$tree/kmod/main.c"
run "$tree/lab" list
expect_called 'ninja lab'

a_test 'it works from elsewhere and through a link'
ln -s "$tree/lab" "$work/link"
run env -C / "$work/link" list
expect_output 'orchestrator: list'
expect_not_called ninja

a_test 'another kernel is fetched when asked for, in either spelling'
run "$tree/lab" run simopen --kernel 6.12
expect_called 'fetch 6.12'
expect_output 'orchestrator: run simopen --kernel 6.12'
rm -r "$tree/build/kernels/6.12" "$tree/build/images/6.12.cpio"
run "$tree/lab" run --kernel=6.12
expect_called 'fetch 6.12'

a_test 'all kernels are those of class main'
run "$tree/lab" run simopen --kernel all
for name in 5.10 6.12 7.x; do expect_called "image-$name"; done
expect_output 'orchestrator: run simopen --kernel all'
run "$tree/lab" run simopen --kernel all
expect_status 4

a_test 'a guest of another architecture is fetched and built when it is asked for'
for words in "--arch $other" "--arch=$other" "--kernel 6.1-$other" "--kernel 6.1 --arch $other"; do
  rm -rf "$tree"/build/{kernels,images}/6.1-$other*
  # shellcheck disable=SC2086 # two words
  run "$tree/lab" run simopen $words
  expect_called "fetch 6.1-$other"
  expect_called "ninja lab image-6.1-$other"
  expect_output "orchestrator: run simopen $words"
done
rm -r "$tree"/build/{kernels,images}/6.1-$other*
run env LAB_ARCH=$other "$tree/lab" run simopen
expect_called "ninja lab image-6.1-$other"
run "$tree/lab" run simopen --arch $other --kernel all
for name in 5.10 6.12 7.x; do expect_called "image-$name-$other"; done

a_test 'this machine'\''s own architecture may be named'
run "$tree/lab" run simopen --arch "$machine_arch"
expect_not_called ninja
run "$tree/lab" run simopen --kernel "6.1-$machine_arch"
expect_not_called ninja

a_test 'an unknown architecture is left to the orchestrator'
run "$tree/lab" run simopen --arch z80
expect_not_called ninja
expect_output 'orchestrator: run simopen --arch z80'

a_test 'a guest of another architecture needs its compiler and its QEMU, and nothing else does'
rm -r "$tree"/build/images/6.1-$other*
for package in $of_other; do sed -i "/,$package,/d" "$work/installed"; done
run "$tree/lab" --no-install run simopen --arch $other
expect_status 3
for package in $of_other; do expect_output "$package"; done
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" --no-install list
expect_output 'orchestrator: list'
all_installed

a_test 'a kernel of the user'\''s gets a name, once it has all that it must have'
own=$work/own
mkdir -p "$own/boot"
run "$tree/lab" run simopen --kernel "$own"
expect_status 3
expect_output "it is neither an unpacked kernel, which has a file 'release', nor a source tree"
echo 9.9-own >"$own/release"
run "$tree/lab" run simopen --kernel "$own"
expect_status 3
expect_output 'it has no boot/vmlinuz-9.9-own'
mkdir -p "$own/lib/modules/9.9-own" "$own/usr/src/linux-headers-9.9-own"
touch "$own/boot/vmlinuz-9.9-own" "$own/lib/modules/9.9-own/modules.dep" \
  "$own/usr/src/linux-headers-9.9-own/Makefile"
run "$tree/lab" run simopen --kernel "$own"
expect_called 'image-path-own-'
expect_not_called fetch
run "$tree/lab" run simopen --kernel "$work/nowhere/"
expect_status 3
expect_output 'no such directory'

a_test 'a source tree must have been built, and is taken again when it was built again'
source=$work/linux-9.9
mkdir -p "$source"/{include/config,arch/x86/boot,net}
echo 9.9-built >"$source/include/config/kernel.release"
run "$tree/lab" run simopen --kernel "$source"
expect_status 3
expect_output 'there is no '
expect_output "run 'make' there"
touch "$source"/{arch/x86/boot/bzImage,Module.symvers,modules.builtin}
touch "$source/include/config/auto.conf"
run "$tree/lab" run simopen --kernel "$source"
expect_status 3
expect_output 'without CONFIG_MODULES=y'
echo CONFIG_MODULES=y >"$source/include/config/auto.conf"
echo net/one.o >"$source/modules.order"
run "$tree/lab" run simopen --kernel "$source"
expect_status 3
expect_output 'there is no net/one.ko'
cp /bin/true "$source/net/one.ko"
run "$tree/lab" run simopen --kernel "$source"
expect_called 'image-path-linux-9.9-'
expect_not_called fetch
made=$(echo "$tree"/build/kernels/path-linux-9.9-*)
[ "$(cat "$made/release")" = 9.9-built ] || not_ok 'the release is wrong'
[ "$(readlink -f "$made/boot/vmlinuz-9.9-built")" = "$source/arch/x86/boot/bzImage" ] || not_ok 'the kernel is another'
[ "$(cat "$made/lib/modules/9.9-built/modules.order")" = kernel/net/one.ko ] || not_ok 'the modules are wrong'
[ -f "$made/lib/modules/9.9-built/modules.dep" ] || not_ok 'there is no modules.dep'
a_test 'its architecture is that of the tree'
echo "CONFIG_$([ $other = arm64 ] && echo ARM64 || echo X86_64)=y" >>"$source/include/config/auto.conf"
run "$tree/lab" run simopen --kernel "$source"
expect_status 3
expect_output "there is no $source/arch/$(use_arch $other && echo "$kernel_arch/boot/$kernel_image")"
echo CONFIG_MODULES=y >"$source/include/config/auto.conf"

a_test 'a source tree that was not built again is left alone'
run "$tree/lab" run simopen --kernel "$source"
expect_not_called ninja
make_newer() { until [ "$1" -nt "$2" ]; do touch "$1"; done; }
make_newer "$source/arch/x86/boot/bzImage" "$made/release"
run "$tree/lab" run simopen --kernel "$source"
expect_called 'image-path-linux-9.9-'

a_test 'an unknown kernel is left to the orchestrator'
run "$tree/lab" run --kernel nonsense
expect_not_called fetch
expect_output 'orchestrator: run --kernel nonsense'

a_test 'test builds all and passes arguments, output and status through'
run "$tree/lab" test -R unit
expect_status 8
expect_called 'ninja all'
expect_called "ctest --test-dir $tree/build --output-on-failure --parallel $(nproc) -R unit"
expect_output '100% tests passed'

a_test 'test --arch runs the tests of such guests'
rm -r "$tree"/build/kernels/*-$other
run "$tree/lab" test --arch $other -j 1
expect_status 8
for name in 6.1 6.12; do expect_called "fetch $name-$other"; done
expect_called 'ninja guest_tests'
expect_called "--output-junit $tree/build/lab-matrix.xml --tests-regex [-_]$other -j 1"
run "$tree/lab" test --arch $other --kernels 5.10
expect_called "fetch 5.10-$other"
expect_called "--tests-regex [-_]$other"
for words in '--arch z80' '--arch=z80' --arch; do
  # shellcheck disable=SC2086 # two words
  run "$tree/lab" test $words
  expect_status 2
  expect_output "--arch needs one of these: amd64 arm64"
done
run "$tree/lab" test --arch "$machine_arch" -R unit
expect_called "ctest --test-dir $tree/build --output-on-failure --parallel $(nproc) -R unit"

a_test 'package builds the programs and has CPack make two packages'
fake cmake <<'FAKE'
echo "cmake $*" >>"$WORK/calls"
[ "$1" != -E ] || touch "${6:?}/tcp-lookup-lab_2_$FOR.deb" "$6/tcp-lookup-dkms_2_all.deb"
FAKE
made=$tree/build/packages
mkdir -p "$made"
touch "$made/tcp-lookup-lab_1_$machine_arch.deb" "$made/tcp-lookup-dkms_1_all.deb"
run env FOR="$machine_arch" "$tree/lab" package
expect_status 0
expect_called 'ninja lab guest_init programs man'
expect_called "cmake -E chdir $tree/build cpack -B $made"
[ "$(cd "$made" && echo *)" = "tcp-lookup-dkms_2_all.deb tcp-lookup-lab_2_$machine_arch.deb" ] ||
  not_ok "expected the two new packages and no old one, there are: $(ls "$made")"
expect_output "$made/tcp-lookup-lab_2_$machine_arch.deb"
run "$tree/lab" package somewhere
expect_status 2

a_test 'package --arch makes those of another architecture beside them'
run env FOR=$other "$tree/lab" package --arch $other
expect_status 0
expect_called "ninja programs-$other man"
expect_called "cmake -E chdir $tree/build/$other cpack -B $made"
expect_output "$made/tcp-lookup-lab_2_$other.deb"
[ -f "$made/tcp-lookup-lab_2_$machine_arch.deb" ] || not_ok "this machine's package is gone"
run "$tree/lab" package --arch z80
expect_status 2
expect_output "--arch needs one of these: amd64 arm64"
run "$tree/lab" package --arch
expect_status 2
sed -i "/,$cross_of_other,/d" "$work/installed"
run "$tree/lab" --no-install package --arch=$other
expect_status 3
expect_output "$cross_of_other"
all_installed

a_test 'test --kernels builds for those, and tells of each what came of it'
run "$tree/lab" test --kernels 5.10,7.x -R system
expect_status 8
expect_called '-L system --output-junit'
expect_output 'atlas                         1 pass'
expect_output 'Kmod                          -               1 fail'
expect_output 'PcapGuest                     1 pass'
expect_output 'ExplainGuest                  -               1 pass'
expect_output 'fail  system.Linux/Kmod.EveryViewShowsWhatTheSocketsAre/7_x: Failed'
[[ $output != *unit.Fd* ]] || not_ok 'a test that boots nothing is in the table'

a_test 'test --debug-kernel builds that kernel and runs the module'\''s tests and the atlas in it'
run "$tree/lab" test --debug-kernel --verbose
expect_status 8
expect_called debug-kernel
expect_called 'LAB_TEST_KERNELS=path-debug-12-'
expect_called '--tests-regex ^system\.(atlas\.|Linux/Kmod\.) --verbose'
[ "$(readlink -f "$tree"/build/kernels/path-debug-12-*)" = "$work/debug-12" ] ||
  not_ok 'the kernel is not among the others'

a_test 'a second one waits until the first has built'
touch "$tree/orchestrator/main.cpp"
exec {held}>"$tree/build/.lab-lock"
flock "$held"
"$tree/lab" list >"$work/second" 2>&1 {held}>&- &
until grep -q 'another ./lab is building' "$work/second"; do
  kill -0 $! || break
done
output=$(cat "$work/calls")
expect_not_called ninja
exec {held}>&-
wait $! || status=$?
expect_called 'ninja lab'
expect_status 4

a_test 'a person at a terminal sees how far it is, on one line'
cp "$work/fake/ninja" "$work/good-ninja"
{
  cat "$work/good-ninja"
  cat <<<'echo "[1/2] Building one"; echo "[2/2] Building two"'
} | fake ninja
touch "$tree/orchestrator/main.cpp"
run script --quiet --return --command "'$tree/lab' list" /dev/null
expect_status 4
expect_output $'\r\e[K[1/2] Building one\r\e[K[2/2] Building two\r\e[K'
expect_output 'orchestrator: list'

a_test 'elsewhere only the log has it'
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" list
expect_status 4
[[ $output != *'Building two'* ]] || not_ok 'it is in the output'
grep -q 'Building two' "$tree/build/lab-build.log" || not_ok 'it is not in the log'
cp "$work/good-ninja" "$work/fake/ninja"

a_test 'a checkout that was moved is built anew, with the kernels that it has'
mkdir "$tree/build/modules"
echo "CMAKE_CACHEFILE_DIR:INTERNAL=$tree/build" >"$tree/build/CMakeCache.txt"
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" list
[ -d "$tree/build/modules" ] || not_ok 'one that was not moved was built anew'
echo 'CMAKE_CACHEFILE_DIR:INTERNAL=/where/it/was/build' >"$tree/build/CMakeCache.txt"
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" list
expect_status 4
expect_output 'this checkout was /where/it/was when it was built'
expect_called 'ninja lab'
expect_not_called fetch
[ ! -e "$tree/build/modules" ] || not_ok 'something of the old build was left'
[ -f "$tree/build/kernels/6.1/release" ] || not_ok 'the kernel is gone'

a_test 'a failed build shows the end of its log, and where it is'
cp "$work/fake/ninja" "$work/good-ninja"
fake ninja <<<'echo "main.cpp:1: error: boom"; exit 1'
touch "$tree/orchestrator/main.cpp"
run "$tree/lab" list
expect_status 3
expect_output 'error: boom'
expect_output "$tree/build/lab-build.log"

a_test 'and is tried again the next time'
cp "$work/good-ninja" "$work/fake/ninja"
run "$tree/lab" list
expect_called 'ninja lab'
expect_output 'orchestrator: list'

# From here on packages are missing.
all_installed
sed -i '/,cpio,/d; s/installed,kmod,/config-files,kmod,/' "$work/installed"
rm -r "$tree/build"

a_test 'told to install nothing, it names the command and stops'
run "$tree/lab" --no-install list
expect_status 3
expect_output 'apt-get install --no-install-recommends cpio kmod'
expect_not_called apt-get
run env LAB_INSTALL=never "$tree/lab" list
expect_status 3
expect_not_called apt-get

a_test 'as root it says what and installs that alone'
fake id <<<'echo 0'
run "$tree/lab" list
expect_output 'will be installed:'
expect_called 'apt-get -qy install --no-install-recommends cpio kmod'
expect_not_called sudo
expect_output 'orchestrator: list'
rm -r "$tree/build"

a_test 'as a user it asks sudo'
fake id <<<'echo 1000'
run "$tree/lab" list
expect_called 'sudo env DEBIAN_FRONTEND=noninteractive apt-get -qy install'
rm -r "$tree/build"

a_test 'as a user without sudo it names the command and stops'
mkdir "$work/no-sudo"
for tool in bash env readlink dirname find touch awk sort sed mkdir flock dpkg; do
  ln -s "$(PATH=/usr/bin:/bin command -v "$tool")" "$work/no-sudo/$tool"
done
ln -s "$(command -v cat)" "$(command -v grep)" "$work"/fake/{id,dpkg-query,apt-cache,apt-get} "$work/no-sudo/"
run env PATH="$work/no-sudo" "$tree/lab" list
expect_status 3
expect_output 'there is no sudo'
expect_output 'apt-get install --no-install-recommends cpio kmod'
rm -r "$tree/build"

a_test 'a package is asked for by the name that apt has of it, once apt has been updated'
fake id <<<'echo 0'
cp "$work/available" "$work/of-bookworm"
cp "$work/fake/apt-get" "$work/good-apt-get"
sed -i 's/,libelf1,/,other,/; s/,libssl3,/,libssl3t64,libother (= 1), libssl3 (= 3.5)/; /gcc-12/d' "$work/installed"
: >"$work/available"
fake apt-get <<'FAKE'
echo "apt-get $*" >>"$WORK/calls"
case $* in *update) printf '%s\n' cpio kmod libelf1t64 libssl3t64 >"$WORK/available" ;; esac
FAKE
run "$tree/lab" list
expect_called 'apt-get -qy install --no-install-recommends cpio kmod libelf1t64'
expect_not_called libssl3
expect_not_called gcc-12
expect_output 'cpio kmod libelf1t64'
rm -r "$tree/build"

a_test 'what apt does not have and need not have is no reason to ask apt again'
all_installed
sed -i '/gcc-12/d' "$work/installed"
run "$tree/lab" --no-install list
expect_not_called apt-get
expect_output 'orchestrator: list'
rm -r "$tree/build"

a_test 'what no apt has is asked for by its first name, so that apt says so'
all_installed
sed -i '/,libelf1,/d' "$work/installed"
: >"$work/available"
run "$tree/lab" --no-install list
expect_status 3
expect_output 'apt-get install --no-install-recommends libelf1'
rm -r "$tree/build"
cp "$work/of-bookworm" "$work/available"
cp "$work/good-apt-get" "$work/fake/apt-get"
rm "$work/fake/id"

a_test 'a failed installation names the log and the command'
sed -i '/,cpio,/d' "$work/installed"
fake apt-get <<<'echo "E: Unable to fetch"; exit 100'
run "$tree/lab" list
expect_status 3
expect_output 'E: Unable to fetch'
expect_output "lab-packages.log"
rm -r "$tree/build"
all_installed

a_test 'a place where it cannot build is an error'
touch "$tree/build"
run "$tree/lab" list
expect_status 3
expect_output "cannot write to the build directory $tree/build"
rm "$tree/build"

a_test 'a system that is not like Debian is told what is needed'
printf 'ID=fedora\nVERSION_ID=43\n' >"$work/os-release"
if unshare --mount true 2>/dev/null; then
  run unshare --mount bash -c "mount --bind '$work/os-release' /etc/os-release && '$tree/lab' list"
  expect_status 3
  expect_output 'this is fedora 43'
  expect_output "$qemu_package"
  expect_not_called ninja

  # Only the names of its packages: nothing of Ubuntu runs here.
  a_test 'on Ubuntu 24.04 what is missing is asked for by its names there'
  printf 'ID=ubuntu\nVERSION_ID="24.04"\nID_LIKE=debian\n' >"$work/os-release"
  : >"$work/installed"
  printf '%s\n' "${names[@]%%|*}" libelf1t64 libssl3t64 |
    grep -vxE 'libelf1|libssl3|chromium-headless-shell' >"$work/available"
  run unshare --mount bash -c "mount --bind '$work/os-release' /etc/os-release && '$tree/lab' --no-install test"
  expect_status 3
  expect_output 'these packages are missing, and installing is disabled'
  for name in libelf1t64 libssl3t64 libnftables-dev gcc-12 "$qemu_package"; do expect_output " $name"; done
  for name in 'libelf1 ' 'libssl3 ' chromium; do
    [[ $output != *" $name"* ]] || not_ok "it asks for $name"
  done
else
  skip 'needs root, to put another /etc/os-release in place'
fi

finish
