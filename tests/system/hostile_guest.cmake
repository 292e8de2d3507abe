# SPDX-License-Identifier: MIT
#
# Programs that a scenario runs in a microVM, and that attack it and its host.
add_executable(system_hostile_guest ${CMAKE_CURRENT_LIST_DIR}/hostile_guest_test.cpp)
target_link_libraries(system_hostile_guest PRIVATE system_program nlohmann_json::nlohmann_json
  GTest::gmock_main)
target_compile_definitions(system_hostile_guest PRIVATE
  ORCHESTRATOR="$<TARGET_FILE:orchestrator>" HOSTILE="${PROJECT_BINARY_DIR}/tests/hostile")
add_dependencies(system_hostile_guest orchestrator hostile_hijack hostile_forge hostile_killer
  hostile_spy)
lab_boots_guests(system_hostile_guest)
gtest_discover_tests(system_hostile_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
