# SPDX-License-Identifier: MIT
#
# The atlas: every scenario, as each of its variants, over each of its families, in
# every guest that there is. The program's exit code is the verdict.
foreach(series IN LISTS LAB_TESTED_KERNELS)
  add_test(NAME system.atlas.${series}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/system/atlas.sh $<TARGET_FILE:orchestrator> ${series})
  # The kernel of `./lab test --debug-kernel` is several times slower.
  set(limit 1200)
  if(series MATCHES "^path-debug-")
    set(limit 10800)
  endif()
  set_tests_properties(system.atlas.${series} PROPERTIES LABELS system TIMEOUT ${limit}
    RESOURCE_LOCK guest ENVIRONMENT "LAB_SCENARIOS=${PROJECT_SOURCE_DIR}/scenarios")
endforeach()
