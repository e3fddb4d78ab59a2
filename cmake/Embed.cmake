# embed_files(TARGET NAMESPACE_FUNCTION FILES...)
# Puts files into the program as bytes: TARGET gains `std::string_view FUNCTION(std::string_view name)`, declared by the
# room that uses it. Names are paths below the FILES' BASE. An unknown name throws PreconditionError.
function(embed_files target function base)
  set(asm_lines "")
  set(declarations "")
  set(cases "")
  set(index 0)
  foreach(file ${ARGN})
    set(path ${base}/${file})
    string(APPEND declarations
      "__asm__(\".section .rodata\\n.global ${function}_${index}_b\\n${function}_${index}_b:\\n.incbin \\\"${path}\\\"\\n.global ${function}_${index}_e\\n${function}_${index}_e:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" const char ${function}_${index}_b[], ${function}_${index}_e[];\n")
    string(APPEND cases "    if (name == \"${file}\") return {${function}_${index}_b, static_cast<std::size_t>(${function}_${index}_e - ${function}_${index}_b)};\n")
    math(EXPR index "${index} + 1")
    list(APPEND paths ${path})
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include <string>
#include <string_view>

#include \"geo/core/error.h\"

${declarations}
namespace gapmap {
std::string_view ${function}(std::string_view name);
std::string_view ${function}(std::string_view name) {
${cases}    throw PreconditionError(\"no embedded file '\" + std::string(name) + \"'\");
}
}  // namespace gapmap
")
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${target} PRIVATE ${source})
endfunction()
