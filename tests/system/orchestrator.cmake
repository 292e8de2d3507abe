# SPDX-License-Identifier: MIT
#
# The program as its user meets it: the scenarios in every guest that there is,
# many in one command, and what a person sees who gets something wrong.
add_library(system_program STATIC ${CMAKE_CURRENT_LIST_DIR}/program.cpp)
target_include_directories(system_program PUBLIC ${CMAKE_CURRENT_LIST_DIR}
  ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(system_program PUBLIC lab_util GTest::gmock)

# What counts processes, namespaces or descriptors of the machine runs alone (RUN_SERIAL).
foreach(test wrong mistakes conventions many formats traces guest pcap)
  add_executable(system_${test} ${CMAKE_CURRENT_LIST_DIR}/orchestrator_${test}_test.cpp)
  target_link_libraries(system_${test} PRIVATE system_program nlohmann_json::nlohmann_json
    GTest::gmock_main)
  target_compile_definitions(system_${test} PRIVATE
    ORCHESTRATOR="$<TARGET_FILE:orchestrator>" SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_dependencies(system_${test} orchestrator)
  lab_boots_guests(system_${test})
  set(alone RESOURCE_LOCK here)
  if(test STREQUAL traces)
    set(alone RUN_SERIAL TRUE)
  elseif(test STREQUAL guest)
    set(alone RESOURCE_LOCK guest)
  endif()
  gtest_discover_tests(system_${test} TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS system TIMEOUT 600 ${alone})
endforeach()

# A few of the hundreds of moments that the command in the script's first lines tries.
add_test(NAME system.kills
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/kills_test.sh $<TARGET_FILE:orchestrator> 10)
set_tests_properties(system.kills PROPERTIES LABELS system TIMEOUT 600 RUN_SERIAL TRUE
  SKIP_RETURN_CODE 3 ENVIRONMENT "LAB_SCENARIOS=${PROJECT_SOURCE_DIR}/scenarios")

# It measures lines of UTF-8.
target_link_libraries(system_conventions PRIVATE lab_draw)

# Played on this kernel alone, and so without the guests' images.
foreach(test hostile hostile_text limits)
  set(alone RESOURCE_LOCK here)
  if(test STREQUAL limits)
    set(alone RUN_SERIAL TRUE)
  endif()
  add_executable(system_${test} ${CMAKE_CURRENT_LIST_DIR}/orchestrator_${test}_test.cpp)
  target_link_libraries(system_${test} PRIVATE system_program nlohmann_json::nlohmann_json
    GTest::gmock_main)
  target_compile_definitions(system_${test} PRIVATE ORCHESTRATOR="$<TARGET_FILE:orchestrator>")
  add_dependencies(system_${test} orchestrator)
  gtest_discover_tests(system_${test} TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS system TIMEOUT 600 ${alone})
endforeach()
