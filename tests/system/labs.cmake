# SPDX-License-Identifier: MIT
#
# The labs: each command runs as it is printed, and prints what the lab shows of it. Their
# translations have the same commands.
if(NOT "6.1" IN_LIST LAB_TESTED_KERNELS)
  return()
endif()
find_package(Python3 COMPONENTS Interpreter)
if(NOT Python3_Interpreter_FOUND)
  message(STATUS "no Python: the commands of the labs are not tested")
  return()
endif()
set(test ${CMAKE_CURRENT_LIST_DIR}/labs_test.py)
# It notices a line that is missing or not in its order.
add_test(NAME system.labs.notices
  COMMAND ${Python3_EXECUTABLE} ${test} run /bin/false ${CMAKE_CURRENT_LIST_DIR}/labs/wrong.md)
set_tests_properties(system.labs.notices PROPERTIES LABELS system
  PASS_REGULAR_EXPRESSION "line 10: .*this line is missing, or not in this order:.one")
# Drawn from runs, as those in docs/labs/pictures.
set(pictures ${CMAKE_CURRENT_BINARY_DIR}/pictures)
file(MAKE_DIRECTORY ${pictures})
add_test(NAME system.labs.pictures
  COMMAND ${PROJECT_SOURCE_DIR}/docs/labs/pictures/make ${pictures})
set_tests_properties(system.labs.pictures PROPERTIES LABELS system TIMEOUT 300
  RESOURCE_LOCK "here;guest" ENVIRONMENT LAB=$<TARGET_FILE:orchestrator>
  PASS_REGULAR_EXPRESSION "handshake.svg")
file(GLOB labs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/labs/[0-9]*.md
  ${PROJECT_SOURCE_DIR}/docs/labs/three-tables.md)
file(GLOB teachers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/labs/teachers/*.md)
foreach(lab IN LISTS labs teachers)
  get_filename_component(name ${lab} NAME_WE)
  if(lab IN_LIST teachers)
    file(STRINGS ${lab} commands REGEX "^```console")
    if(NOT commands)
      continue()
    endif()
    if(name STREQUAL "10-own-view" AND NOT "6.12" IN_LIST LAB_TESTED_KERNELS)
      continue()
    endif()
    string(APPEND name .teachers)
  endif()
  add_test(NAME system.labs.${name}
    COMMAND ${Python3_EXECUTABLE} ${test} run $<TARGET_FILE:orchestrator> ${lab})
  set_tests_properties(system.labs.${name} PROPERTIES LABELS system TIMEOUT 900 RESOURCE_LOCK "here;guest")
  set(translation ${PROJECT_SOURCE_DIR}/docs/zh/labs/${name}.md)
  if(EXISTS ${translation})
    add_test(NAME layout.labs.${name}.zh
      COMMAND ${Python3_EXECUTABLE} ${test} same ${lab} ${translation})
    set_tests_properties(layout.labs.${name}.zh PROPERTIES LABELS unit)
  endif()
endforeach()
