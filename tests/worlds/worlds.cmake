# SPDX-License-Identifier: MIT
#
# Random worlds: `explain` is asked, and then somebody really connects. Here as root, and in
# guests, with the module and without.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
list(FILTER sources EXCLUDE REGEX "(_test|main)\\.cpp$")
add_library(worlds_parts STATIC ${sources})
target_include_directories(worlds_parts PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(worlds_parts PUBLIC lab_explain_probe lab_collect_probe lab_collect lab_capture lab_net)
add_executable(worlds ${CMAKE_CURRENT_LIST_DIR}/main.cpp)
target_link_libraries(worlds PRIVATE worlds_parts)
add_test(NAME system.worlds COMMAND worlds --count 200)
set_tests_properties(system.worlds PROPERTIES LABELS system TIMEOUT 300 RESOURCE_LOCK here
  SKIP_REGULAR_EXPRESSION "^SKIPPED")

# What they call wrong.
add_executable(worlds_judge ${CMAKE_CURRENT_LIST_DIR}/judge_test.cpp)
target_link_libraries(worlds_judge PRIVATE worlds_parts GTest::gtest_main)
gtest_discover_tests(worlds_judge TEST_PREFIX "unit." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS unit)

if(NOT LAB_TESTED_KERNELS)
  return()
endif()

add_executable(worlds_guest ${CMAKE_CURRENT_LIST_DIR}/worlds_guest_test.cpp)
target_include_directories(worlds_guest PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(worlds_guest PRIVATE lab_play lab_vm GTest::gmock_main)
target_compile_definitions(worlds_guest PRIVATE BUILD_DIR="${PROJECT_BINARY_DIR}"
  WORLDS="$<TARGET_FILE:worlds>")
add_dependencies(worlds_guest worlds)
lab_boots_guests(worlds_guest)
gtest_discover_tests(worlds_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
