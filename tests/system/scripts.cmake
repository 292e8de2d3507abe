# SPDX-License-Identifier: MIT
#
# The shell scripts: what they do, and that they are clean.
foreach(test lab fetch_kernel debug_kernel make_image cross box)
  add_test(NAME system.script.${test} COMMAND ${CMAKE_CURRENT_LIST_DIR}/${test}_test.sh)
  set_tests_properties(system.script.${test} PROPERTIES LABELS system TIMEOUT 600)
endforeach()

find_program(SHELLCHECK shellcheck)
if(SHELLCHECK)
  file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/*.sh
    ${PROJECT_SOURCE_DIR}/tests/*.sh ${PROJECT_SOURCE_DIR}/vagrant/*.sh)
  add_test(NAME layout.shellcheck COMMAND ${SHELLCHECK} --external-sources
    ${PROJECT_SOURCE_DIR}/lab ${PROJECT_SOURCE_DIR}/cmake/make-guest ${PROJECT_SOURCE_DIR}/.ci/run ${scripts}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(layout.shellcheck PROPERTIES LABELS unit TIMEOUT 60)
else()
  message(STATUS "no shellcheck: the scripts are not checked")
endif()
