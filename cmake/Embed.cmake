# SPDX-License-Identifier: MIT
#
# Text files that become part of a program.
#
#     lab_embed(TARGET NAMESPACE FILE…)
#
# defines in NAMESPACE a std::string_view for each file: page.css is page_css. A
# header of the target's own declares them as extern.
#
# This file is also the script that writes the C++ file when one of them changes.

if(CMAKE_SCRIPT_MODE_FILE)
  set(text "// Made by cmake/Embed.cmake.\n#include <string_view>\n\nnamespace ${NAMESPACE} {\n")
  separate_arguments(FILES)
  foreach(path IN LISTS FILES)
    get_filename_component(name ${path} NAME)
    string(REPLACE "." "_" name ${name})
    file(READ ${path} content)
    string(APPEND text "extern const std::string_view ${name};\n"
      "const std::string_view ${name} = R\"asset(${content})asset\";\n")
  endforeach()
  file(WRITE ${OUTPUT} "${text}}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(LAB_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(lab_embed target namespace)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  list(JOIN ARGN " " files)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${namespace} -DFILES=${files}
      -P ${LAB_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${LAB_EMBED_SCRIPT} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
