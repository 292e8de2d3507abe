# SPDX-License-Identifier: MIT
#
# CPack runs it on what it is about to pack: a package's man pages are compressed
# (policy 12.1), an installation's by `cmake --install` are not.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/man?/*.[1-9])
if(pages)
  execute_process(COMMAND gzip --force --best --no-name ${pages} COMMAND_ERROR_IS_FATAL ANY)
endif()
