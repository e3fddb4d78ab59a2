# The layers are enforced, not only written down.
add_test(NAME arch_layers COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -P ${CMAKE_CURRENT_LIST_DIR}/check_layers.cmake)
add_test(NAME arch_layers_can_fail COMMAND ${CMAKE_COMMAND} -DWORK=${CMAKE_CURRENT_BINARY_DIR}/planted -DCHECK=${CMAKE_CURRENT_LIST_DIR}/check_layers.cmake
  -P ${CMAKE_CURRENT_LIST_DIR}/layers_can_fail.cmake)
set_tests_properties(arch_layers arch_layers_can_fail PROPERTIES LABELS "arch")

# Every header compiles alone: one generated source a header, built as an object library in the usual build.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/geo/*.h ${PROJECT_SOURCE_DIR}/data/*.h ${PROJECT_SOURCE_DIR}/analysis/*.h
  ${PROJECT_SOURCE_DIR}/render/*.h ${PROJECT_SOURCE_DIR}/app/*.h)
set(header_sources)
foreach(header ${headers})
  string(MAKE_C_IDENTIFIER ${header} id)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${id}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
  list(APPEND header_sources ${source})
endforeach()
add_library(headers_alone OBJECT ${header_sources})
target_link_libraries(headers_alone PRIVATE gapmap_app gapmap_flags)
