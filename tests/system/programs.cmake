# SPDX-License-Identifier: MIT
#
# What a scenario's `exec` runs, in every guest that there is.
add_executable(system_programs ${CMAKE_CURRENT_LIST_DIR}/programs_guest_test.cpp)
target_link_libraries(system_programs PRIVATE lab_play GTest::gmock_main)
target_compile_definitions(system_programs PRIVATE
  BUILD_DIR="${PROJECT_BINARY_DIR}" UNIT_RUN="$<TARGET_FILE:unit_run>")
add_dependencies(system_programs unit_run)
lab_boots_guests(system_programs)
gtest_discover_tests(system_programs TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 300 RESOURCE_LOCK guest)
