# SPDX-License-Identifier: MIT
#
# The tests' static C programs that run in guests, target in_guest: tests/… in the build, and
# in that for guests of another architecture (cmake/cross.sh), where they are built only for
# tests.
add_custom_target(in_guest)
function(lab_in_guest target folder name)
  add_executable(${target} ${ARGN})
  target_link_options(${target} PRIVATE -static)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder}
    EXCLUDE_FROM_ALL "${CMAKE_CROSSCOMPILING}")
  add_dependencies(in_guest ${target})
endfunction()

# The module poked from inside.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/kmod_*.c)
lab_in_guest(kmod_poke tests kmod_poke ${sources})
target_include_directories(kmod_poke PRIVATE ${PROJECT_SOURCE_DIR}/include)

# What a job meets.
lab_in_guest(guest_probe tests guest_probe ${CMAKE_CURRENT_LIST_DIR}/guest_probe.c)

# Programs that attack their guest and its host.
foreach(name hijack forge killer spy)
  lab_in_guest(hostile_${name} tests/hostile ${name} ${CMAKE_CURRENT_LIST_DIR}/hostile/${name}.c)
endforeach()
