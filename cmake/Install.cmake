# SPDX-License-Identifier: MIT
#
# `cmake --install`: what goes where, as a distribution has it.
#
#   bin/orchestrator
#   lib/tcp-lookup-lab/         its own: programs/ (what scenarios run), guest_init, and
#                               make-guest with what that needs
#   share/tcp-lookup-lab/       scenarios/
#   share/doc/tcp-lookup-lab/
#   share/man/man1, share/bash-completion/completions, share/zsh/vendor-completions,
#   share/fish/vendor_completions.d
#   src/tcp-lookup-VERSION/     the module's sources, as DKMS wants them
#
# The program finds the others relative to itself (util/installation.hpp), so a
# prefix may be moved. Two components, which are two packages (Package.cmake):
# `lab` and `dkms`.
set(CMAKE_INSTALL_DOCDIR share/doc/tcp-lookup-lab CACHE PATH "the documentation")
include(GNUInstallDirs)

# A package's own folder does not contain the name of an architecture: FHS 4.7.
set(LAB_PRIVATE_DIR lib/tcp-lookup-lab)
set(LAB_DATA_DIR ${CMAKE_INSTALL_DATADIR}/tcp-lookup-lab)
set(LAB_MODULE_DIR src/tcp-lookup-${PROJECT_VERSION})

# How the program gets from bin/ to its folders.
file(RELATIVE_PATH LAB_DATA_FROM_BIN /${CMAKE_INSTALL_BINDIR} /${LAB_DATA_DIR})
file(RELATIVE_PATH LAB_PRIVATE_FROM_BIN /${CMAKE_INSTALL_BINDIR} /${LAB_PRIVATE_DIR})

# The module's version is in two more places, which no compiler compares.
foreach(file dkms.conf version.h)
  file(STRINGS ${PROJECT_SOURCE_DIR}/kmod/${file} line REGEX "VERSION(=| )\"${PROJECT_VERSION}\"")
  if(NOT line)
    message(FATAL_ERROR "kmod/${file} does not say version ${PROJECT_VERSION}, which is this project's")
  endif()
endforeach()

# Where Manual.cmake makes the pages that the program prints. One of another architecture cannot
# be asked here; cross.sh builds it in BUILD/ARCH, and BUILD has this machine's.
set(LAB_PAGES ${PROJECT_BINARY_DIR})
if(CMAKE_CROSSCOMPILING)
  cmake_path(GET PROJECT_BINARY_DIR PARENT_PATH LAB_PAGES)
endif()

# After the targets are known.
function(lab_install)
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME lab)
  install(TARGETS orchestrator RUNTIME)
  install(TARGETS guest_init RUNTIME DESTINATION ${LAB_PRIVATE_DIR})
  install(TARGETS ${LAB_PROGRAM_TARGETS} RUNTIME DESTINATION ${LAB_PRIVATE_DIR}/programs)

  file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/*.sh)
  file(GLOB lists CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/*.txt)
  list(FILTER scripts EXCLUDE REGEX "/(proc-manual|kernel-matrix|cross|sysroot|libraries)\\.sh$")  # the build's own
  install(PROGRAMS ${scripts} ${PROJECT_SOURCE_DIR}/cmake/make-guest DESTINATION ${LAB_PRIVATE_DIR})
  install(FILES ${lists} DESTINATION ${LAB_PRIVATE_DIR})

  install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios DESTINATION ${LAB_DATA_DIR}
    PATTERN programs EXCLUDE)
  install(FILES ${PROJECT_SOURCE_DIR}/README.md TYPE DOC)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs TYPE DOC)

  # Made by the build (Manual.cmake).
  install(DIRECTORY ${LAB_PAGES}/man/ TYPE MAN OPTIONAL)
  set(completions ${LAB_PAGES}/completions)
  install(DIRECTORY ${completions}/bash/ OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(DIRECTORY ${completions}/zsh/ OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(DIRECTORY ${completions}/fish/ OPTIONAL
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

  # What "make dkms-source" lays out.
  set(module ${PROJECT_SOURCE_DIR}/kmod)
  file(GLOB sources CONFIGURE_DEPENDS ${module}/*.[ch])
  install(FILES ${sources} ${module}/Kbuild ${module}/Makefile ${module}/dkms.conf
    DESTINATION ${LAB_MODULE_DIR} COMPONENT dkms)
  install(DIRECTORY ${module}/probes ${PROJECT_SOURCE_DIR}/include
    DESTINATION ${LAB_MODULE_DIR} COMPONENT dkms)
endfunction()
