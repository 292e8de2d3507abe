# SPDX-License-Identifier: MIT
#
# What a microVM is booted from, one set for each Debian kernel series S:
#
#   kernels/S/                a kernel with its headers     target kernel-S
#   kmod/S/tcp_lookup.ko      the module built for it       target module-S
#   images/S.cpio             the guest's initramfs         target image-S
#
# S ends with an architecture if it is another than this machine's: "6.12-arm64". Programs for
# it are in the build directory ARCH/ (cross.sh), target programs-ARCH.
#
# Each target makes the ones before it, so `--target image-6.12` is all that
# is needed for another kernel. Only kernel-S needs the network. The default
# build holds the images that tests boot and whose kernel is there when CMake runs:
# without any it builds the programs alone, and needs no network.

# The names that kernels.txt knows, and a copy of it for the programs. A kernel that
# was put into kernels/ under another name ("7.3", or "path-…", one of the user's) has
# targets, too.
file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/kernels.txt known REGEX "^[0-9a-z]")
list(TRANSFORM known REPLACE " .*" "")
configure_file(${PROJECT_SOURCE_DIR}/cmake/kernels.txt ${PROJECT_BINARY_DIR}/kernels.txt COPYONLY)
file(GLOB there CONFIGURE_DEPENDS ${PROJECT_BINARY_DIR}/kernels/*/release)
list(TRANSFORM there REPLACE ".*/([^/]*)/release$" "\\1")
list(FILTER there EXCLUDE REGEX "\\.[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]$")
set(guest_tools ${PROJECT_SOURCE_DIR}/cmake)
execute_process(
  COMMAND bash -c ". ./arch.sh && for each in $arch_names; do [ $each = $machine_arch ] || echo $each; done"
  WORKING_DIRECTORY ${guest_tools} OUTPUT_VARIABLE other_architectures
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" other_architectures "${other_architectures}")

set(LAB_KERNELS ${known} ${there})
foreach(arch IN LISTS other_architectures)
  foreach(kernel IN LISTS known)
    list(APPEND LAB_KERNELS ${kernel}-${arch})
  endforeach()
endforeach()
list(REMOVE_DUPLICATES LAB_KERNELS)

# Those of them whose kernel is there now are in the default build, and tests boot them.
set(LAB_TEST_KERNELS "6.1;6.12" CACHE STRING "kernels that the tests boot")
set(LAB_TESTED_KERNELS "")
foreach(series IN LISTS LAB_TEST_KERNELS)
  if(series IN_LIST there)
    list(APPEND LAB_TESTED_KERNELS ${series})
  endif()
endforeach()

file(GLOB_RECURSE kmod_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kmod/*.[ch]
  ${PROJECT_SOURCE_DIR}/kmod/Kbuild ${PROJECT_SOURCE_DIR}/kmod/Makefile)
file(GLOB contract CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/tcp_lookup/*.h)
file(GLOB_RECURSE scenario_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scenarios/*)

function(lab_guest series)
  set(kernel ${PROJECT_BINARY_DIR}/kernels/${series})
  # A kernel that is there is not fetched again, and one of the user's cannot be.
  if(NOT series IN_LIST there)
    add_custom_command(OUTPUT ${kernel}/release
      COMMAND ${guest_tools}/fetch-kernel.sh ${series} ${kernel}
      COMMENT "Unpacking the Debian kernel ${series}"
      VERBATIM USES_TERMINAL)
  endif()
  add_custom_target(kernel-${series} DEPENDS ${kernel}/release)

  # The release is known only when the kernel has been fetched, so a script finds the
  # headers' directory, not CMake. Kbuild prints much: ninja shows it only when it
  # fails.
  set(module ${PROJECT_BINARY_DIR}/kmod/${series}/tcp_lookup.ko)
  add_custom_command(OUTPUT ${module}
    COMMAND ${guest_tools}/build-module.sh ${kernel} ${PROJECT_BINARY_DIR}/kmod/${series}
    # Kbuild leaves a module alone that comes out the same.
    COMMAND ${CMAKE_COMMAND} -E touch ${module}
    DEPENDS ${kernel}/release ${kmod_sources} ${contract} ${guest_tools}/build-module.sh
      ${guest_tools}/arch.sh
    COMMENT "Building tcp_lookup.ko for ${series}"
    VERBATIM)
  add_custom_target(module-${series} DEPENDS ${module})

  set(image ${PROJECT_BINARY_DIR}/images/${series}.cpio)
  set(contents --kernel ${kernel} --module ${module})
  if(series MATCHES "^path-")
    list(APPEND contents --missing skip)
  endif()
  string(REGEX REPLACE ".*-" "" arch ${series})
  if(arch IN_LIST other_architectures)
    set(folder ${PROJECT_BINARY_DIR}/${arch})
    list(APPEND contents --init ${folder}/guest_init --program ${folder}/orchestrator
      --programs ${folder}/programs --sysroot ${folder}/sysroot)
    set(programs programs-${arch} ${LAB_PROGRAMS_${arch}})
  else()
    list(APPEND contents --init $<TARGET_FILE:guest_init>
      --program $<TARGET_FILE:orchestrator> --programs ${LAB_PROGRAMS})
    set(programs guest_init orchestrator ${LAB_PROGRAM_TARGETS})
  endif()
  if(scenario_files)
    list(APPEND contents --scenarios ${PROJECT_SOURCE_DIR}/scenarios)
  endif()
  add_custom_command(OUTPUT ${image}
    COMMAND ${guest_tools}/make-image.sh ${contents} --out ${image}
    DEPENDS ${guest_tools}/make-image.sh ${guest_tools}/guest-modules.txt
      ${kernel}/release ${module} ${scenario_files} ${programs}
    COMMENT "Packing the guest image for ${series}"
    VERBATIM)

  if(series IN_LIST LAB_TESTED_KERNELS)
    add_custom_target(image-${series} ALL DEPENDS ${image})
  else()
    add_custom_target(image-${series} DEPENDS ${image})
  endif()
endfunction()

# All that `./lab` needs besides images: no tests.
add_custom_target(lab)
add_dependencies(lab orchestrator programs)

# What runs in the guests of another architecture. Another ninja knows whether it is up to
# date, so it is always asked.
foreach(arch IN LISTS other_architectures)
  set(folder ${PROJECT_BINARY_DIR}/${arch})
  list(TRANSFORM LAB_PROGRAM_TARGETS REPLACE "^program_" "${folder}/programs/"
    OUTPUT_VARIABLE LAB_PROGRAMS_${arch})
  list(APPEND LAB_PROGRAMS_${arch} ${folder}/guest_init ${folder}/orchestrator)
  set(arguments -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE} -DLAB_UNITY=${LAB_UNITY}
    "-DCMAKE_CXX_FLAGS_RELEASE=${CMAKE_CXX_FLAGS_RELEASE}"
    -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})
  # The terminal is for one at a time: two would build in the same folder.
  add_custom_target(programs-${arch}
    COMMAND ${guest_tools}/cross.sh ${arch} ${folder} all ${arguments}
    BYPRODUCTS ${LAB_PROGRAMS_${arch}}
    COMMENT "Building what runs in guests of ${arch}"
    USES_TERMINAL VERBATIM)
  set(tested ${LAB_TESTED_KERNELS})
  list(FILTER tested INCLUDE REGEX "-${arch}$")
  if(tested)
    add_custom_target(in_guest-${arch} ALL
      COMMAND ${guest_tools}/cross.sh ${arch} ${folder} in_guest ${arguments}
      COMMENT "Building what tests run in guests of ${arch}"
      USES_TERMINAL VERBATIM)
  endif()
endforeach()

foreach(series IN LISTS LAB_KERNELS)
  lab_guest(${series})
endforeach()
