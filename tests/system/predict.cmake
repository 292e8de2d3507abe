# SPDX-License-Identifier: MIT
if(LAB_TESTED_KERNELS)
  list(GET LAB_TESTED_KERNELS 0 series)
  add_test(NAME system.predict
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/predict_test.sh $<TARGET_FILE:orchestrator> ${series})
  set_tests_properties(system.predict PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
endif()
