# SPDX-License-Identifier: MIT
#
# The module poked from inside a guest, by a static C program. It needs the
# images, so it exists for the series whose kernel has been fetched.
add_executable(kmod_poke ${CMAKE_CURRENT_LIST_DIR}/kmod_poke.c
  ${CMAKE_CURRENT_LIST_DIR}/kmod_check.c ${CMAKE_CURRENT_LIST_DIR}/kmod_churn.c
  ${CMAKE_CURRENT_LIST_DIR}/kmod_many.c
  ${CMAKE_CURRENT_LIST_DIR}/kmod_sockets.c ${CMAKE_CURRENT_LIST_DIR}/kmod_view.c
  ${CMAKE_CURRENT_LIST_DIR}/kmod_trace.c ${CMAKE_CURRENT_LIST_DIR}/kmod_trace_churn.c)
target_include_directories(kmod_poke PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_link_options(kmod_poke PRIVATE -static)

if(NOT LAB_TESTED_KERNELS)
  message(STATUS "no kernel fetched: the module's tests in a guest are left out")
  return()
endif()

add_executable(kmod_guest ${CMAKE_CURRENT_LIST_DIR}/kmod_guest_test.cpp)
target_link_libraries(kmod_guest PRIVATE lab_vm GTest::gtest_main)
list(JOIN LAB_TESTED_KERNELS " " names)
target_compile_definitions(kmod_guest PRIVATE
  BUILD_DIR="${PROJECT_BINARY_DIR}" KMOD_POKE="$<TARGET_FILE:kmod_poke>" SERIES="${names}")
add_dependencies(kmod_guest kmod_poke)
foreach(series IN LISTS LAB_TESTED_KERNELS)
  add_dependencies(kmod_guest image-${series})
endforeach()
# The kernel of `./lab test --debug-kernel` is several times slower.
set(limit 300)
if(LAB_TESTED_KERNELS MATCHES "path-debug-")
  set(limit 1800)
endif()
gtest_discover_tests(kmod_guest TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT ${limit} RUN_SERIAL TRUE)
