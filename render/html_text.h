#pragma once
#include <string>
#include <string_view>

namespace gapmap {

/// Text made safe for HTML content and double-quoted attributes.
[[nodiscard]] std::string html_text(std::string_view text);

/// JSON made safe inside a <script> element: no `</`, no U+2028, no U+2029.
[[nodiscard]] std::string script_json(std::string json);

}  // namespace gapmap
