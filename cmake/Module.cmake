# geo_module(NAME DEPENDS ... [EXCLUDE ...])
# A room of the house: every .cpp under NAME/ becomes the static library gapmap_NAME. It links only what DEPENDS
# names, so a forbidden include usually cannot even be found; tests/arch/check_layers.cmake forbids the rest.
function(geo_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${name}/*.cpp)
  list(REMOVE_ITEM sources ${ARG_EXCLUDE})
  add_library(gapmap_${name} STATIC ${sources})
  add_library(gapmap::${name} ALIAS gapmap_${name})
  target_compile_features(gapmap_${name} PUBLIC cxx_std_20)  # the headers need it, so whoever links an installed room gets it too
  target_include_directories(gapmap_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/gapmap>)
  list(TRANSFORM ARG_DEPENDS REPLACE "^(geo|data|analysis|render)$" "gapmap_\\1")
  target_link_libraries(gapmap_${name} PUBLIC ${ARG_DEPENDS} PRIVATE $<BUILD_INTERFACE:gapmap_flags>)
  set_target_properties(gapmap_${name} PROPERTIES EXPORT_NAME ${name})
endfunction()
