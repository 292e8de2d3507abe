# SPDX-License-Identifier: MIT
#
# The commands that look at a machine; those with a terminal on one of tmux's.
add_library(system_terminal STATIC ${CMAKE_CURRENT_LIST_DIR}/terminal.cpp
  ${CMAKE_CURRENT_LIST_DIR}/program.cpp)
target_include_directories(system_terminal PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(system_terminal PUBLIC lab_util GTest::gmock)

foreach(test looking looking_guest)
  if(test STREQUAL looking_guest AND NOT "6.1" IN_LIST LAB_TESTED_KERNELS)
    continue()
  endif()
  add_executable(system_${test} ${CMAKE_CURRENT_LIST_DIR}/${test}_test.cpp)
  target_link_libraries(system_${test} PRIVATE system_terminal nlohmann_json::nlohmann_json
    GTest::gmock_main)
  target_compile_definitions(system_${test} PRIVATE ORCHESTRATOR="$<TARGET_FILE:orchestrator>")
  add_dependencies(system_${test} orchestrator)
  set(lock here)
  if(test STREQUAL looking_guest)
    set(lock guest)
  endif()
  gtest_discover_tests(system_${test} TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK ${lock})
endforeach()
if(TARGET system_looking_guest)
  add_dependencies(system_looking_guest image-6.1)
endif()
