# The manual's console blocks are run: what it says is printed is what is printed.
file(GLOB manual CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
add_test(NAME manual COMMAND ${NODE_PROGRAM} ${PROJECT_SOURCE_DIR}/docs/console.mjs
  ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/README.zh.md ${PROJECT_SOURCE_DIR}/examples/README.md ${manual})
set_tests_properties(manual PROPERTIES LABELS "e2e" ENVIRONMENT "GAPMAP=$<TARGET_FILE:gapmap>")
