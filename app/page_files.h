#pragma once
#include <string_view>

namespace gapmap {

/// A file of the built map page (index.html, page.js, page.css), carried inside the program.
[[nodiscard]] std::string_view page_file(std::string_view name);

}  // namespace gapmap
