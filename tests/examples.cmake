# Every example is run: the shell ones against the program just built, the library one against an installation of it.
foreach(example 01_points_on_the_map 02_join_and_rates 03_demo_county 04_own_county)
  add_test(NAME example_${example} COMMAND ${PROJECT_SOURCE_DIR}/examples/${example}.sh)
  set_tests_properties(example_${example} PROPERTIES LABELS "examples" ENVIRONMENT "GAPMAP=$<TARGET_FILE:gapmap>")
endforeach()

add_test(NAME examples_library
  COMMAND ${PROJECT_SOURCE_DIR}/tests/examples_library.sh ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
set_tests_properties(examples_library PROPERTIES LABELS "examples")
