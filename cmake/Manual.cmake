# SPDX-License-Identifier: MIT
#
# The man pages: target man, part of the default build.
#
#   man/orchestrator.1   made by the program itself, from its commands and flags
#   man/tcp_lookup.4     made from docs/proc.md; needs lowdown
#
# `man -l build/man/orchestrator.1` shows one.
string(TIMESTAMP date "%Y-%m-%d" UTC)  # heeds SOURCE_DATE_EPOCH
set(pages ${PROJECT_BINARY_DIR}/man/orchestrator.1)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/orchestrator.1
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
  COMMAND ${CMAKE_COMMAND} -E env LAB_CONFIG= $<TARGET_FILE:orchestrator>
    __manual ${date} > ${PROJECT_BINARY_DIR}/man/orchestrator.1
  DEPENDS orchestrator
  COMMENT "Writing orchestrator(1)"
  VERBATIM)

find_program(LOWDOWN lowdown)
if(LOWDOWN)
  list(APPEND pages ${PROJECT_BINARY_DIR}/man/tcp_lookup.4)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/tcp_lookup.4
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/proc-manual.sh ${LOWDOWN} ${date}
      ${PROJECT_SOURCE_DIR}/docs/proc.md ${PROJECT_BINARY_DIR}/man/tcp_lookup.4
    DEPENDS ${PROJECT_SOURCE_DIR}/docs/proc.md ${PROJECT_SOURCE_DIR}/cmake/proc-manual.sh
    COMMENT "Writing tcp_lookup(4)"
    VERBATIM)
else()
  message(STATUS "no lowdown: tcp_lookup(4) is left out")
endif()

add_custom_target(man ALL DEPENDS ${pages})
