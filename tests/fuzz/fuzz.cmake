# SPDX-License-Identifier: MIT
#
# A fuzzer for each parser. The fuzzers want clang and sanitizers everywhere, so
# they have a build of their own, configured with LAB_FUZZ=ON by fuzz.sh; here, a
# short run of each is a test. ./lab test -R fuzz; longer: tests/fuzz/fuzz.sh.
if(LAB_FUZZ)
  foreach(parser scenario packetdrill)
    add_executable(fuzz_${parser} ${CMAKE_CURRENT_LIST_DIR}/${parser}_fuzz.cpp)
    target_link_libraries(fuzz_${parser} PRIVATE lab_packetdrill)
    target_link_options(fuzz_${parser} PRIVATE -fsanitize=fuzzer)
  endforeach()
  return()
endif()
find_program(CLANGXX clang++)
if(CLANGXX)
  foreach(parser scenario packetdrill)
    add_test(NAME fuzz.${parser}
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/fuzz.sh ${PROJECT_BINARY_DIR}/fuzz 60 ${parser})
    set_tests_properties(fuzz.${parser} PROPERTIES LABELS fuzz TIMEOUT 1200 RESOURCE_LOCK fuzz)
  endforeach()
else()
  message(STATUS "no clang++: the fuzzers are left out")
endif()
