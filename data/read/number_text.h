#pragma once
#include <charconv>
#include <cstdint>
#include <string>

namespace gapmap {

/// A number at the start of [p, end): its end, or null where there is none.
struct ParsedNumber {
    const char* end   = nullptr;
    double      value = 0;
};

/// Decimal number, correctly rounded. Short decimals (up to 2^53 as a whole number, up to 22 places) are one exact whole
/// number over one exact power of ten, hence one correctly rounded division; all else goes to std::from_chars.
inline ParsedNumber parse_number(const char* p, const char* end) noexcept {
    static constexpr double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char* const first = p;
    const bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) ++p;
    const char*   digits = p;
    std::uint64_t whole  = 0;
    const auto    is_digit = [&] { return p < end && static_cast<unsigned char>(*p - '0') < 10; };
    for (; is_digit(); ++p) whole = whole * 10 + static_cast<std::uint64_t>(*p - '0');
    auto places = p - p, count = p - digits;
    if (p < end && *p == '.') {
        const char* fraction = ++p;
        for (; is_digit(); ++p) whole = whole * 10 + static_cast<std::uint64_t>(*p - '0');
        places = p - fraction;
        count += places;
    }
    if (count == 0) return {};
    const bool exponent = p < end && (*p == 'e' || *p == 'E');
    if (!exponent && count <= 19 && places <= 22 && whole <= (std::uint64_t{1} << 53U)) {
        const double value = static_cast<double>(whole) / tens[places];
        return {p, negative ? -value : value};
    }
    double     value = 0;
    const auto result = std::from_chars(*first == '+' ? first + 1 : first, end, value);
    if (result.ec != std::errc()) return {};
    return {result.ptr, value};
}

/// Appends a number rounded to so many decimals (halves away from zero), zeros at the end left out, never "-0". NaN appends nothing; a number too large for that (2^53 units of its last
/// decimal) is written in its shortest exact form. REQUIRES decimals in [0, 15].
void append_fixed(std::string& to, double value, int decimals);

}  // namespace gapmap
