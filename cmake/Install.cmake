# `cmake --install` gives the program, the libraries with their headers, and a CMake package (find_package(gapmap)).
include(CMakePackageConfigHelpers)

install(TARGETS gapmap RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS gapmap_geo gapmap_analysis gapmap_data gapmap_render gapmap_app
                gapmap_dep_geo gapmap_dep_data gapmap_dep_render gapmap_dep_app
        EXPORT gapmapTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(room geo analysis data render)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gapmap
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(EXPORT gapmapTargets NAMESPACE gapmap:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gapmap)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/gapmapConfig.cmake.in
  ${PROJECT_BINARY_DIR}/gapmapConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gapmap)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gapmapConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gapmapConfig.cmake ${PROJECT_BINARY_DIR}/gapmapConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gapmap)
