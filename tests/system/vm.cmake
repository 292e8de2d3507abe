# SPDX-License-Identifier: MIT
#
# The microVM's own tests: real kernels under QEMU. They need the images, so
# they exist for the series whose kernel has been fetched, and only then.
if(NOT LAB_TESTED_KERNELS)
  message(STATUS "no kernel fetched: the tests that boot one are left out")
  return()
endif()

add_executable(vm_boot ${CMAKE_CURRENT_LIST_DIR}/vm_boot_test.cpp)
target_include_directories(vm_boot PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(vm_boot PRIVATE lab_vm GTest::gmock_main)
target_compile_definitions(vm_boot PRIVATE
  BUILD_DIR="${PROJECT_BINARY_DIR}" GUEST_PROBE="$<TARGET_FILE:guest_probe>")
add_dependencies(vm_boot guest_probe)
lab_boots_guests(vm_boot)
# A guest whose module is a program.
if("6.1" IN_LIST LAB_TESTED_KERNELS)
  set(broken ${PROJECT_BINARY_DIR}/images-broken)
  add_custom_command(OUTPUT ${broken}/images/6.1.cpio
    COMMAND ${CMAKE_COMMAND} -E make_directory ${broken}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ../kernels ${broken}/kernels
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:guest_probe> ${broken}/tcp_lookup.ko
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/make-image.sh --kernel ${PROJECT_BINARY_DIR}/kernels/6.1
      --init $<TARGET_FILE:guest_init> --module ${broken}/tcp_lookup.ko
      --out ${broken}/images/6.1.cpio
    DEPENDS guest_init guest_probe ${PROJECT_SOURCE_DIR}/cmake/make-image.sh
    VERBATIM)
  add_custom_target(image-broken DEPENDS ${broken}/images/6.1.cpio)
  add_dependencies(vm_boot image-broken)
  target_compile_definitions(vm_boot PRIVATE BROKEN="${broken}")
endif()

# Found at test time and not at build time: which tests there are depends on
# the images. Each boots a guest, so no two at once.
gtest_discover_tests(vm_boot TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 300 RESOURCE_LOCK guest)
