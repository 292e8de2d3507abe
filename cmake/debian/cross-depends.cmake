# SPDX-License-Identifier: MIT
#
# CPack reads it when it packs programs of another architecture than this machine's: the
# libraries that they need are in the sysroot, and not among the installed packages.
file(GLOB programs ${CPACK_PROJECT_BINARY_DIR}/orchestrator ${CPACK_PROJECT_BINARY_DIR}/guest_init
  ${CPACK_PROJECT_BINARY_DIR}/programs/*)
execute_process(
  COMMAND ${CPACK_PROJECT_CMAKE_DIR}/debian/depends.sh ${CPACK_DEBIAN_LAB_PACKAGE_ARCHITECTURE}
    ${CPACK_PROJECT_BINARY_DIR}/sysroot ${programs}
  OUTPUT_VARIABLE CPACK_DEBIAN_LAB_PACKAGE_DEPENDS OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
