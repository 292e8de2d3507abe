# SPDX-License-Identifier: MIT
#
# The page in a browser: pages of recorded timelines, in headless Chromium.
find_program(CHROMIUM NAMES chromium-headless-shell chromium)
if(NOT CHROMIUM)
  message(STATUS "no Chromium: the page is not looked at in a browser")
  return()
endif()
add_executable(system_html ${CMAKE_CURRENT_LIST_DIR}/html_chromium_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/html_chinese_test.cpp)
target_link_libraries(system_html PRIVATE lab_html system_program nlohmann_json::nlohmann_json
  GTest::gmock_main)
target_include_directories(system_html PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(system_html PRIVATE CHROMIUM="${CHROMIUM}"
  ORCHESTRATOR="$<TARGET_FILE:orchestrator>"
  TESTS_DIR="${CMAKE_CURRENT_SOURCE_DIR}" SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_dependencies(system_html orchestrator)
gtest_discover_tests(system_html TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 120 RESOURCE_LOCK here)
