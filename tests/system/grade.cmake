# SPDX-License-Identifier: MIT
#
# The sample assignments: submissions that are good, partly good, wrong, and hostile, graded in
# guests.
if(NOT LAB_TESTED_KERNELS)
  message(STATUS "no kernel fetched: the tests that grade are left out")
  return()
endif()
list(GET LAB_TESTED_KERNELS 0 series)

# A class of each assignment: FOLDER/STUDENT/FILE, as a teacher has them.
set(classes ${CMAKE_CURRENT_BINARY_DIR}/classes)
set(submissions "")
function(lab_submission homework student file source)
  add_executable(submission_${homework}_${student} ${source})
  set_target_properties(submission_${homework}_${student} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${classes}/${homework}/${student} OUTPUT_NAME ${file})
  target_link_options(submission_${homework}_${student} PRIVATE -static)
  set(submissions ${submissions} submission_${homework}_${student} PARENT_SCOPE)
endfunction()

foreach(student good partly wrong)
  lab_submission(hw1 ${student} server
    ${PROJECT_SOURCE_DIR}/assignments/hw1/submissions/${student}.c)
  lab_submission(hw2 ${student} peer
    ${PROJECT_SOURCE_DIR}/assignments/hw2/submissions/${student}.c)
endforeach()
lab_submission(hw2 cheat-liar peer ${CMAKE_CURRENT_LIST_DIR}/cheats/liar.c)
foreach(way ptrace kill stop proc hidden report channel bomb flood sleep memory disk ansi daemon
    exit environment setuid sysctl packets module busy descriptors timebomb)
  lab_submission(hw1 cheat-${way} server ${CMAKE_CURRENT_LIST_DIR}/cheats/cheat.c)
  target_compile_definitions(submission_hw1_cheat-${way} PRIVATE CHEAT=${way})
endforeach()
foreach(way tables priority sibling exotic cgroup)
  lab_submission(hw1 cheat-${way} server ${CMAKE_CURRENT_LIST_DIR}/cheats/cheat_around.c)
  target_compile_definitions(submission_hw1_cheat-${way} PRIVATE CHEAT=${way})
endforeach()

# Modules, for this guest's kernel.
set(modules ${PROJECT_SOURCE_DIR}/assignments/hw4/submissions)
foreach(student good partly wrong fixed panic hang warns)
  set(module ${classes}/hw4/${student}/own.ko)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/hw4/${student})
  add_custom_command(OUTPUT ${module}
    COMMAND ${CMAKE_COMMAND} -E env LAB_KMOD=${modules} ${PROJECT_SOURCE_DIR}/cmake/build-module.sh
      ${PROJECT_BINARY_DIR}/kernels/${series} ${folder} WAY=${student}
    COMMAND ${CMAKE_COMMAND} -E copy ${folder}/own.ko ${module}
    DEPENDS ${modules}/own.c ${modules}/Makefile ${PROJECT_SOURCE_DIR}/cmake/build-module.sh
    COMMENT "Building ${student}'s own.ko for ${series}"
    VERBATIM)
  list(APPEND submitted_modules ${module})
endforeach()
add_custom_target(submissions_hw4 DEPENDS ${submitted_modules})
list(APPEND submissions submissions_hw4)

add_executable(system_grade ${CMAKE_CURRENT_LIST_DIR}/grade_guest_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/grade_command_guest_test.cpp)
target_link_libraries(system_grade PRIVATE system_program lab_util nlohmann_json::nlohmann_json
  GTest::gmock_main)
target_compile_definitions(system_grade PRIVATE KERNEL="${series}" CLASSES="${classes}"
  ORCHESTRATOR="$<TARGET_FILE:orchestrator>" ASSIGNMENTS="${PROJECT_SOURCE_DIR}/assignments")
add_dependencies(system_grade orchestrator image-${series} ${submissions})
gtest_discover_tests(system_grade TEST_PREFIX "system." DISCOVERY_MODE PRE_TEST
  PROPERTIES LABELS system TIMEOUT 900 RESOURCE_LOCK guest)
