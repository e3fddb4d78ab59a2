#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "data/read/spool.h"

namespace gapmap {

struct Decoded {
    std::string text;      ///< UTF-8
    std::string encoding;  ///< what it was: "UTF-8", "UTF-8-BOM", "UTF-16LE", "UTF-16BE", "GB18030"
};

/// Bytes of an office text file as UTF-8. `encoding` "auto": byte order mark first, then UTF-16 by its zero bytes, then strict UTF-8, then strict
/// GB18030 (never GBK: it eats rare characters of names); or one of the names above.
/// Throws InputError naming the first row that cannot be decoded. `source` is the file's name for the message.
[[nodiscard]] Decoded decode_text(std::string bytes, const std::string& encoding, const std::string& source);

/// The same without a copy: the result's text is `bytes` (behind a byte order mark) where they are UTF-8 already, else it stands
/// in `spool`, which must be new and outlive the text. UTF-16 without a mark is recognised by its zero bytes. `passed` is told now and then how many of
/// the bytes have been looked at.
struct DecodedView {
    std::string_view text;
    std::string      encoding;
    bool             is_converted = false;  ///< the text stands in the spool
};
[[nodiscard]] DecodedView decode_view(std::string_view bytes, const std::string& encoding, const std::string& source, Spool& spool,
                                      const std::function<void(std::size_t)>& passed = [](std::size_t) {});

/// True where `text` is well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace gapmap
