#pragma once
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace gapmap {

/// Words of which one is looked for, the longer before the shorter that it begins with.
using Texts = std::initializer_list<std::string_view>;

inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// True where all of `text` is one number.
template <class Number>
bool whole(std::string_view text, Number& out) noexcept {
    const char* end  = text.data() + text.size();
    const auto  read = std::from_chars(text.data(), end, out);
    return !text.empty() && read.ec == std::errc() && read.ptr == end;
}

/// Takes the first option that `text` begins with off it; false where there is none.
inline bool skip(std::string_view& text, Texts options) noexcept {
    for (const std::string_view option : options) {
        if (!text.starts_with(option)) continue;
        text.remove_prefix(option.size());
        return true;
    }
    return false;
}

/// The same at the end.
inline bool skip_back(std::string_view& text, Texts options) noexcept {
    for (const std::string_view option : options) {
        if (!text.ends_with(option)) continue;
        text.remove_suffix(option.size());
        return true;
    }
    return false;
}

}  // namespace gapmap
