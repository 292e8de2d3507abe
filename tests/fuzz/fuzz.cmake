# SPDX-License-Identifier: MIT
#
# A fuzzer for each parser. The fuzzers want clang and sanitizers everywhere, so
# they have a build of their own, configured with LAB_FUZZ=ON by fuzz.sh; here, a
# short run of each is a test. ./lab test -R fuzz; longer: tests/fuzz/fuzz.sh.
if(LAB_FUZZ)
  add_executable(fuzz_scenario ${CMAKE_CURRENT_LIST_DIR}/scenario_fuzz.cpp)
  target_link_libraries(fuzz_scenario PRIVATE lab_scenario)
  target_link_options(fuzz_scenario PRIVATE -fsanitize=fuzzer)
  return()
endif()
find_program(CLANGXX clang++)
if(CLANGXX)
  add_test(NAME fuzz.scenario
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/fuzz.sh ${PROJECT_BINARY_DIR}/fuzz 60)
  set_tests_properties(fuzz.scenario PROPERTIES LABELS fuzz TIMEOUT 600)
else()
  message(STATUS "no clang++: the fuzzers are left out")
endif()
