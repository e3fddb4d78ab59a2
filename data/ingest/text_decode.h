#pragma once
#include <string>
#include <string_view>

namespace gapmap {

struct Decoded {
    std::string text;      ///< UTF-8
    std::string encoding;  ///< what it was: "UTF-8", "UTF-8-BOM", "UTF-16LE", "UTF-16BE", "GB18030"
};

/// Bytes of an office text file as UTF-8. `encoding` "auto": byte order mark first, then strict UTF-8, then strict
/// GB18030 (never GBK: it eats rare characters of names); or one of the names above.
/// Throws InputError naming the first row that cannot be decoded. `source` is the file's name for the message.
[[nodiscard]] Decoded decode_text(std::string bytes, const std::string& encoding, const std::string& source);

/// True where `text` is well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace gapmap
