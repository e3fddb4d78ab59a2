# The toolbox commands as a user runs them.
find_program(NODE_PROGRAM node REQUIRED)
find_program(BASH_PROGRAM bash)
if(BASH_PROGRAM)
  add_test(NAME toolbox COMMAND ${BASH_PROGRAM} ${CMAKE_CURRENT_LIST_DIR}/toolbox.sh $<TARGET_FILE:gapmap> ${PROJECT_SOURCE_DIR})
  add_test(NAME toolbox_oracle_density COMMAND ${BASH_PROGRAM} ${CMAKE_CURRENT_LIST_DIR}/oracle_density.sh $<TARGET_FILE:gapmap> ${PROJECT_SOURCE_DIR})
  add_test(NAME toolbox_scan COMMAND ${BASH_PROGRAM} ${CMAKE_CURRENT_LIST_DIR}/toolbox_scan.sh $<TARGET_FILE:gapmap> ${PROJECT_SOURCE_DIR})
  set_tests_properties(toolbox_oracle_density PROPERTIES SKIP_RETURN_CODE 77)
  add_test(NAME toolbox_autocorrelation COMMAND ${BASH_PROGRAM} ${CMAKE_CURRENT_LIST_DIR}/autocorrelation.sh $<TARGET_FILE:gapmap> ${PROJECT_SOURCE_DIR})
  set_tests_properties(toolbox toolbox_scan toolbox_oracle_density toolbox_autocorrelation PROPERTIES LABELS "cli")
endif()
# Reference data that may be absent: a test of its own, so that its absence is seen.
add_test(NAME oracle_density COMMAND test_app --test-case=*kde_chicago116*)
set_tests_properties(oracle_density PROPERTIES LABELS "unit" SKIP_REGULAR_EXPRESSION "skipped: the reference data")
# Every published data set through the command line; modules without their reference data say "skipped".
add_test(NAME oracles COMMAND ${NODE_PROGRAM} ${PROJECT_SOURCE_DIR}/tests/oracles/run.mjs)
set_tests_properties(oracles PROPERTIES ENVIRONMENT "GAPMAP=$<TARGET_FILE:gapmap>" SKIP_RETURN_CODE 77 LABELS "cli" TIMEOUT 900)
