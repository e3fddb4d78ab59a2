# The toolbox commands as a user runs them.
find_program(BASH_PROGRAM bash)
if(BASH_PROGRAM)
  add_test(NAME toolbox COMMAND ${BASH_PROGRAM} ${CMAKE_CURRENT_LIST_DIR}/toolbox.sh $<TARGET_FILE:gapmap> ${PROJECT_SOURCE_DIR})
  set_tests_properties(toolbox PROPERTIES LABELS "cli")
endif()
