# SPDX-License-Identifier: MIT
#
# Scripts of packetdrill's language, played in this kernel. table.py plays a folder of others.
add_test(NAME system.packetdrill
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/scripts_test.sh $<TARGET_FILE:orchestrator>)
set_tests_properties(system.packetdrill PROPERTIES LABELS system TIMEOUT 300 RUN_SERIAL TRUE
  SKIP_RETURN_CODE 77)
