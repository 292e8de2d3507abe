# SPDX-License-Identifier: MIT
#
# Scripts of packetdrill's language, played in this kernel. table.py plays a folder of others.
add_test(NAME system.packetdrill
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/scripts_test.sh $<TARGET_FILE:orchestrator>)
set_tests_properties(system.packetdrill PROPERTIES LABELS system TIMEOUT 300 RUN_SERIAL TRUE
  SKIP_RETURN_CODE 77)

add_test(NAME unit.packetdrill_table
  COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/table_test.py)
set_tests_properties(unit.packetdrill_table PROPERTIES LABELS unit TIMEOUT 60)

if("6.1" IN_LIST LAB_TESTED_KERNELS)
  add_executable(system_packetdrill_guest ${CMAKE_CURRENT_LIST_DIR}/guest_test.cpp)
  target_link_libraries(system_packetdrill_guest PRIVATE system_program GTest::gmock_main)
  target_compile_definitions(system_packetdrill_guest PRIVATE KERNEL="6.1"
    ORCHESTRATOR="$<TARGET_FILE:orchestrator>" SCRIPTS="${CMAKE_CURRENT_LIST_DIR}/scripts")
  add_dependencies(system_packetdrill_guest orchestrator image-6.1)
  gtest_discover_tests(system_packetdrill_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
endif()
