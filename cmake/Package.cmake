# SPDX-License-Identifier: MIT
#
# `cpack` in the build directory, or `./lab package`: two .deb files in packages/.
#
#   tcp-lookup-lab    the program with its scenarios, for this architecture, or in the build
#                     directory of another one for that (cross.sh)
#   tcp-lookup-dkms   the module's sources; DKMS builds and signs the module for
#                     each kernel that is installed, now and later
#
# No source package and no debhelper: CPack packs what Install.cmake lays out.
# debian/ has what dh_dkms and dh_installdocs would add.
set(CPACK_PACKAGE_CONTACT "TCP Lookup Lab <tcp-lookup-lab@packages.invalid>")
set(debian ${PROJECT_SOURCE_DIR}/cmake/debian)
set(staged ${PROJECT_BINARY_DIR}/debian)

# Both say what they are and since when, as policy 12.5 and 12.7 ask.
find_program(GZIP gzip REQUIRED)
foreach(package tcp-lookup-lab tcp-lookup-dkms)
  file(WRITE ${staged}/${package}/changelog
"${package} (${PROJECT_VERSION}) bookworm; urgency=medium

  * See /usr/share/doc/tcp-lookup-lab, and the project's history.

 -- ${CPACK_PACKAGE_CONTACT}  Wed, 25 Nov 2026 00:00:00 +0000
")
  execute_process(COMMAND ${GZIP} --force --best --no-name ${staged}/${package}/changelog
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
install(FILES ${debian}/copyright ${staged}/tcp-lookup-lab/changelog.gz
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tcp-lookup-lab COMPONENT lab)
install(FILES ${debian}/copyright ${staged}/tcp-lookup-dkms/changelog.gz
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tcp-lookup-dkms COMPONENT dkms)

# dh_dkms's scripts, with the names filled in.
foreach(script postinst prerm)
  configure_file(${debian}/dkms.${script}.in ${staged}/tcp-lookup-dkms/${script} @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
      WORLD_READ WORLD_EXECUTE)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tcp-lookup-lab)
set(CPACK_PACKAGE_VENDOR "TCP Lookup Lab")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/compress-manuals.cmake)
set(CPACK_COMPONENTS_ALL lab dkms)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)

set(CPACK_DEBIAN_LAB_PACKAGE_NAME tcp-lookup-lab)
if(CMAKE_CROSSCOMPILING)
  set(CPACK_DEBIAN_LAB_PACKAGE_ARCHITECTURE ${LAB_ARCH})
  set(CPACK_PROJECT_CONFIG_FILE ${debian}/cross-depends.cmake)
  set(CPACK_PROJECT_CMAKE_DIR ${PROJECT_SOURCE_DIR}/cmake)
  set(CPACK_PROJECT_BINARY_DIR ${PROJECT_BINARY_DIR})
else()
  set(CPACK_DEBIAN_LAB_PACKAGE_SHLIBDEPS ON)
endif()
set(CPACK_DEBIAN_LAB_PACKAGE_RECOMMENDS tcp-lookup-dkms)
# What make-guest and the microVM want, and `grade` for archives.
set(CPACK_DEBIAN_LAB_PACKAGE_SUGGESTS
  "qemu-system-x86 | qemu-system-arm, make, gcc, patchelf, debian-archive-keyring, binutils, cpio, xz-utils, kmod, \
libarchive13 | libarchive13t64")
set(CPACK_COMPONENT_LAB_DESCRIPTION
"what Linux does with a TCP SYN: scenarios, played and explained
orchestrator builds hosts out of network namespaces, plays TCP scenarios on
them (simultaneous open, a port that is bound and does not listen, a socket
that connects to itself, and many more), and shows which tables of the kernel
each segment met, with the packets and the sockets' states beside it.
.
It plays in this kernel, with the module of tcp-lookup-dkms if it is loaded, or
in a microVM that it boots. 'orchestrator explain' says why a connection to
this machine is refused.")

set(CPACK_DEBIAN_DKMS_PACKAGE_NAME tcp-lookup-dkms)
set(CPACK_DEBIAN_DKMS_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DKMS_PACKAGE_SECTION kernel)
# Without openssl DKMS makes no key, and signs nothing.
set(CPACK_DEBIAN_DKMS_PACKAGE_DEPENDS "dkms (>= 2.8), openssl")
set(CPACK_DEBIAN_DKMS_PACKAGE_RECOMMENDS tcp-lookup-lab)
set(CPACK_DEBIAN_DKMS_PACKAGE_CONTROL_EXTRA
  ${staged}/tcp-lookup-dkms/postinst ${staged}/tcp-lookup-dkms/prerm)
set(CPACK_COMPONENT_DKMS_DESCRIPTION
"TCP's socket lookup tables in /proc, as a kernel module (DKMS)
tcp_lookup.ko shows the established hash and the listener hash of each network
namespace, what a given SYN would meet in them, and the path that segments take
through the receive path.
.
Nothing loads it by itself. It is meant for teaching, and for machines that may
be lost: a virtual machine, please.")
include(CPack)
