# SPDX-License-Identifier: MIT
#
# Random worlds: `explain` is asked, and then somebody really connects. Here as root, and in
# guests, with the module and without.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
add_executable(worlds ${sources})
target_include_directories(worlds PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(worlds PRIVATE lab_explain lab_collect lab_capture lab_net)
add_test(NAME system.worlds COMMAND worlds --count 200)
set_tests_properties(system.worlds PROPERTIES LABELS system TIMEOUT 300 RESOURCE_LOCK here
  SKIP_REGULAR_EXPRESSION "^SKIPPED")

if(NOT LAB_TESTED_KERNELS)
  return()
endif()

add_executable(worlds_guest ${CMAKE_CURRENT_LIST_DIR}/worlds_guest_test.cpp)
target_include_directories(worlds_guest PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(worlds_guest PRIVATE lab_play lab_vm GTest::gmock_main)
list(JOIN LAB_TESTED_KERNELS " " names)
target_compile_definitions(worlds_guest PRIVATE BUILD_DIR="${PROJECT_BINARY_DIR}"
  WORLDS="$<TARGET_FILE:worlds>" SERIES="${names}")
add_dependencies(worlds_guest worlds)
foreach(series IN LISTS LAB_TESTED_KERNELS)
  add_dependencies(worlds_guest image-${series})
endforeach()
gtest_discover_tests(worlds_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
