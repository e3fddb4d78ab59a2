# The program as a person runs it. node carries the tests; each file is one ctest.
find_program(NODE_PROGRAM node REQUIRED)
file(GLOB e2e CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.test.mjs)
foreach(file ${e2e})
  get_filename_component(name ${file} NAME)
  string(REPLACE ".test.mjs" "" name ${name})
  add_test(NAME e2e_${name} COMMAND ${NODE_PROGRAM} --test ${file})
  set_tests_properties(e2e_${name} PROPERTIES ENVIRONMENT "GAPMAP=$<TARGET_FILE:gapmap>" LABELS "e2e" TIMEOUT 600)
endforeach()
# Over a minute each.
set_tests_properties(e2e_tiles_hard e2e_tiles_kill PROPERTIES LABELS "e2e;slow")
