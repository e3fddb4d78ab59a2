# The map page (web/) is built by npm into three files that travel inside the program.
find_program(NPM_PROGRAM npm REQUIRED)
set(web ${PROJECT_SOURCE_DIR}/web)
set(page_dist ${web}/dist)
set(page_outputs ${page_dist}/index.html ${page_dist}/page.js ${page_dist}/page.css)
file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${web}/src/*)
add_custom_command(
  OUTPUT ${web}/node_modules/.package-lock.json
  COMMAND ${NPM_PROGRAM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
  WORKING_DIRECTORY ${web}
  DEPENDS ${web}/package.json ${web}/package-lock.json
  COMMENT "npm ci (packages of the map page)" VERBATIM)
add_custom_command(
  OUTPUT ${page_outputs}
  COMMAND ${NPM_PROGRAM} run --silent build
  WORKING_DIRECTORY ${web}
  DEPENDS ${page_sources} ${web}/build.mjs ${web}/node_modules/.package-lock.json
  COMMENT "Building the map page" VERBATIM)
add_custom_target(page DEPENDS ${page_outputs})
embed_files(gapmap_app page_file ${page_dist} index.html page.js page.css)
add_dependencies(gapmap_app page)
