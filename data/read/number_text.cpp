#include "data/read/number_text.h"

#include <array>
#include <cmath>
#include <cstring>

#include "geo/core/expects.h"

namespace gapmap {

namespace {

/// "00" to "99".
constexpr auto pairs = [] {
    std::array<char, 200> text{};
    for (std::size_t i = 0; i < 100; ++i) text[2 * i] = static_cast<char>('0' + i / 10), text[2 * i + 1] = static_cast<char>('0' + i % 10);
    return text;
}();

char* put_pair(char* at, std::uint64_t pair) noexcept {
    at -= 2;
    std::memcpy(at, pairs.data() + 2 * pair, 2);
    return at;
}

/// Writes the last `count` digits of `units` before `at` and takes them off. Returns the first one.
char* put_digits(char* at, std::uint64_t& units, int count) noexcept {
    for (; count >= 2; count -= 2, units /= 100) at = put_pair(at, units % 100);
    if (count == 1) {
        *--at = static_cast<char>('0' + units % 10);
        units /= 10;
    }
    return at;
}

}  // namespace

void append_fixed(std::string& to, double value, int decimals) {
    GEO_EXPECTS(decimals >= 0 && decimals <= 15);
    static constexpr double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    constexpr double        exact_whole = 9007199254740992.0;  // 2^53
    if (std::isnan(value)) return;
    const double scaled = std::abs(value) * tens[decimals];
    char         buffer[40];
    if (!(scaled < exact_whole)) {
        to.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
        return;
    }
    auto        units = static_cast<std::uint64_t>(scaled);
    units += scaled - static_cast<double>(units) >= 0.5 ? 1U : 0U;  // the difference is exact; scaled + 0.5 is not, from 2^52 on and just below a half
    const bool  negative = value < 0 && units != 0;
    char*       at       = buffer + sizeof buffer;
    int         left     = decimals;
    for (; left > 0 && units % 10 == 0; --left) units /= 10;
    if (left > 0) {
        at = put_digits(at, units, left);
        *--at = '.';
    }
    for (; units >= 100; units /= 100) at = put_pair(at, units % 100);
    if (units >= 10) {
        at = put_pair(at, units);
    } else {
        *--at = static_cast<char>('0' + units);
    }
    if (negative) *--at = '-';
    to.append(at, buffer + sizeof buffer);
}

}  // namespace gapmap
