# SPDX-License-Identifier: MIT
#
# A kernel of one's own (docs/kernels.md), made of Debian's 6.1.
if("6.1" IN_LIST LAB_TESTED_KERNELS)
  add_test(NAME system.own_kernel
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/own_kernel_test.sh ${PROJECT_BINARY_DIR})
  set_tests_properties(system.own_kernel PROPERTIES LABELS system TIMEOUT 600 RESOURCE_LOCK guest)
endif()
