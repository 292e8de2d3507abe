# SPDX-License-Identifier: MIT
#
# Completion in the three shells, and the man pages as those who check them see them.
foreach(shell bash zsh fish)
  add_test(NAME system.completion.${shell}
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/completion_test.sh ${shell} $<TARGET_FILE:orchestrator>)
  set_tests_properties(system.completion.${shell} PROPERTIES LABELS system TIMEOUT 120
    SKIP_RETURN_CODE 77)
endforeach()

add_test(NAME system.manual
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/manual_test.sh ${PROJECT_BINARY_DIR}/man)
add_test(NAME system.graph
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/graph_test.sh $<TARGET_FILE:orchestrator>)
set_tests_properties(system.manual system.graph PROPERTIES LABELS system TIMEOUT 120)
