# SPDX-License-Identifier: MIT
#
# The module poked from inside a guest (kmod_poke, in in_guest.cmake). It needs the
# images, so it exists for the series whose kernel has been fetched.
if(NOT LAB_TESTED_KERNELS)
  message(STATUS "no kernel fetched: the module's tests in a guest are left out")
  return()
endif()

add_executable(kmod_guest ${CMAKE_CURRENT_LIST_DIR}/kmod_guest_test.cpp)
target_link_libraries(kmod_guest PRIVATE GTest::gtest_main)
# Long cases by hand (docs/trust.md).
add_executable(kmod_in_guest ${CMAKE_CURRENT_LIST_DIR}/kmod_in_guest_main.cpp)
foreach(program IN ITEMS kmod_guest kmod_in_guest)
  target_link_libraries(${program} PRIVATE lab_vm)
  target_compile_definitions(${program} PRIVATE
    BUILD_DIR="${PROJECT_BINARY_DIR}" KMOD_POKE="$<TARGET_FILE:kmod_poke>")
  add_dependencies(${program} kmod_poke)
  lab_boots_guests(${program})
endforeach()
# The kernel of `./lab test --debug-kernel` is several times slower.
set(limit 600)
if(LAB_TESTED_KERNELS MATCHES "path-debug-")
  set(limit 1800)
endif()
gtest_discover_tests(kmod_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT ${limit} RESOURCE_LOCK guest)
