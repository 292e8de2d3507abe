# SPDX-License-Identifier: MIT
#
# `explain` against reality: here as root, and in every guest that there is,
# with the module and without.
add_executable(explain_reality ${CMAKE_CURRENT_LIST_DIR}/explain_reality_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_routing_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_neighbour_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_overruled_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_policy_test.cpp ${CMAKE_CURRENT_LIST_DIR}/explain_ipsec_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_ports_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_remedy_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_probe_test.cpp ${CMAKE_CURRENT_LIST_DIR}/explain_live_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_router_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_doubt_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_rules_test.cpp ${CMAKE_CURRENT_LIST_DIR}/explain_certain_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/explain_world.cpp ${CMAKE_CURRENT_LIST_DIR}/firewall.cpp
  ${CMAKE_CURRENT_LIST_DIR}/ipvs_service.cpp
  ${CMAKE_CURRENT_LIST_DIR}/program.cpp)
target_include_directories(explain_reality PRIVATE ${CMAKE_CURRENT_LIST_DIR}
  ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(explain_reality PRIVATE lab_capture lab_view nlohmann_json::nlohmann_json
  PkgConfig::MNL GTest::gmock_main)
target_compile_definitions(explain_reality PRIVATE ORCHESTRATOR="$<TARGET_FILE:orchestrator>")
add_dependencies(explain_reality orchestrator)
gtest_discover_tests(explain_reality TEST_PREFIX "system.explain." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 120 RESOURCE_LOCK here)

if(NOT LAB_TESTED_KERNELS)
  message(STATUS "no kernel fetched: explain's tests in a guest are left out")
  return()
endif()

add_executable(explain_guest ${CMAKE_CURRENT_LIST_DIR}/explain_guest_test.cpp)
target_link_libraries(explain_guest PRIVATE lab_vm GTest::gtest_main)
target_compile_definitions(explain_guest PRIVATE BUILD_DIR="${PROJECT_BINARY_DIR}"
  EXPLAIN_REALITY="$<TARGET_FILE:explain_reality>")
add_dependencies(explain_guest explain_reality)
lab_boots_guests(explain_guest)
gtest_discover_tests(explain_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
