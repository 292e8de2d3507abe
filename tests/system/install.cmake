# SPDX-License-Identifier: MIT
#
# What `cmake --install` lays out, the packages that are made of it, and the
# Vagrantfile. What needs a network or a machine of its own is run by hand:
# packages_chroot.sh and vagrant/test.sh.
add_test(NAME system.install COMMAND ${CMAKE_CURRENT_LIST_DIR}/install_test.sh ${PROJECT_BINARY_DIR})
add_test(NAME system.packages COMMAND ${CMAKE_CURRENT_LIST_DIR}/packages_test.sh ${PROJECT_BINARY_DIR})
add_test(NAME system.vagrantfile COMMAND ${CMAKE_CURRENT_LIST_DIR}/vagrantfile_test.sh)
foreach(arch IN LISTS other_architectures)
  if(TARGET in_guest-${arch})
    add_test(NAME system.packages-${arch}
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/packages_test.sh ${PROJECT_BINARY_DIR} ${arch})
    set_tests_properties(system.packages-${arch} PROPERTIES LABELS system TIMEOUT 900)
  endif()
endforeach()
set_tests_properties(system.install system.packages system.vagrantfile PROPERTIES
  LABELS system TIMEOUT 900)
