# Third-party packages (Debian 12), found once and grouped by the room that may see them.
# Nothing under the GPL is linked.
find_package(Threads REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(TBB CONFIG REQUIRED)
find_package(GEOS CONFIG REQUIRED)
find_package(PROJ CONFIG REQUIRED)
find_package(GDAL CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SPATIALITE REQUIRED IMPORTED_TARGET spatialite)
pkg_check_modules(LIBDEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(TOMLPP REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)

# geo: values, geometry (GEOS), coordinate systems (PROJ), the task pool (oneTBB).
add_library(gapmap_dep_geo INTERFACE)
target_link_libraries(gapmap_dep_geo INTERFACE fmt::fmt TBB::tbb GEOS::geos_c PROJ::proj Threads::Threads)

# data: formats (GDAL; expat and zlib for workbooks), the store (SQLite, SpatiaLite), tile containers (libdeflate).
add_library(gapmap_dep_data INTERFACE)
target_link_libraries(gapmap_dep_data INTERFACE nlohmann_json::nlohmann_json GDAL::GDAL EXPAT::EXPAT ZLIB::ZLIB SQLite::SQLite3 PkgConfig::SPATIALITE PkgConfig::LIBDEFLATE PkgConfig::CRYPTO)

# render: tiles (protozero is header-only, libdeflate, libwebp), workbooks (libxlsxwriter), pages (JSON).
add_library(gapmap_dep_render INTERFACE)
target_link_libraries(gapmap_dep_render INTERFACE PkgConfig::LIBDEFLATE PkgConfig::WEBP PkgConfig::XLSXWRITER nlohmann_json::nlohmann_json)

# app: command line (CLI11 is header-only), project file (toml++), JSON.
add_library(gapmap_dep_app INTERFACE)
target_link_libraries(gapmap_dep_app INTERFACE PkgConfig::TOMLPP nlohmann_json::nlohmann_json)
