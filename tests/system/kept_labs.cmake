# SPDX-License-Identifier: MIT
#
# Kept labs, and runs without root.
foreach(test keep rootless)
  add_executable(system_${test} ${CMAKE_CURRENT_LIST_DIR}/${test}_test.cpp
    ${CMAKE_CURRENT_LIST_DIR}/program.cpp)
  target_include_directories(system_${test} PRIVATE ${CMAKE_CURRENT_LIST_DIR}
    ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(system_${test} PRIVATE lab_util nlohmann_json::nlohmann_json
    GTest::gmock_main)
  target_compile_definitions(system_${test} PRIVATE ORCHESTRATOR="$<TARGET_FILE:orchestrator>")
  add_dependencies(system_${test} orchestrator programs)
  gtest_discover_tests(system_${test} TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS system TIMEOUT 120 RESOURCE_LOCK here)
endforeach()

add_executable(system_rootless_guest ${CMAKE_CURRENT_LIST_DIR}/rootless_guest_test.cpp)
target_link_libraries(system_rootless_guest PRIVATE lab_play GTest::gmock_main)
target_compile_definitions(system_rootless_guest PRIVATE
  BUILD_DIR="${PROJECT_BINARY_DIR}")
lab_boots_guests(system_rootless_guest)
gtest_discover_tests(system_rootless_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
