# SPDX-License-Identifier: MIT
#
# Documentation that the program writes itself: target man, part of the default build.
#
#   man/man1/orchestrator.1   made by the program itself, from its commands and flags
#   man/man4/tcp_lookup.4     made from docs/proc.md; needs lowdown
#   completions/SHELL/        for bash, zsh and fish, under the names that they look for
#
# `man -l build/man/man1/orchestrator.1` shows one.
string(TIMESTAMP date "%Y-%m-%d" UTC)  # uses SOURCE_DATE_EPOCH
set(pages ${PROJECT_BINARY_DIR}/man/man1/orchestrator.1)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/man1/orchestrator.1
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man/man1 ${PROJECT_BINARY_DIR}/man/man4
  COMMAND ${CMAKE_COMMAND} -E env LAB_CONFIG= $<TARGET_FILE:orchestrator>
    __manual ${date} > ${PROJECT_BINARY_DIR}/man/man1/orchestrator.1
  DEPENDS orchestrator
  COMMENT "Writing orchestrator(1)"
  VERBATIM)

find_program(LOWDOWN lowdown)
if(LOWDOWN)
  list(APPEND pages ${PROJECT_BINARY_DIR}/man/man4/tcp_lookup.4)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/man4/tcp_lookup.4
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/proc-manual.sh ${LOWDOWN} ${date}
      ${PROJECT_SOURCE_DIR}/docs/proc.md ${PROJECT_BINARY_DIR}/man/man4/tcp_lookup.4
    DEPENDS ${PROJECT_SOURCE_DIR}/docs/proc.md ${PROJECT_SOURCE_DIR}/cmake/proc-manual.sh
      ${PROJECT_BINARY_DIR}/man/man1/orchestrator.1  # which makes the folders
    COMMENT "Writing tcp_lookup(4)"
    VERBATIM)
else()
  message(STATUS "no lowdown: tcp_lookup(4) is left out")
endif()

foreach(completion bash/orchestrator zsh/_orchestrator fish/orchestrator.fish)
  cmake_path(GET completion PARENT_PATH shell)
  set(script ${PROJECT_BINARY_DIR}/completions/${completion})
  list(APPEND pages ${script})
  add_custom_command(OUTPUT ${script}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completions/${shell}
    COMMAND ${CMAKE_COMMAND} -E env LAB_CONFIG= $<TARGET_FILE:orchestrator>
      completion ${shell} > ${script}
    DEPENDS orchestrator
    COMMENT "Writing the completion for ${shell}"
    VERBATIM)
endforeach()

add_custom_target(man ALL DEPENDS ${pages})
