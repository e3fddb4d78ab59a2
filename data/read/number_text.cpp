#include "data/read/number_text.h"

#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {

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
    auto        units = static_cast<std::uint64_t>(scaled + 0.5);
    const bool  negative = value < 0 && units != 0;
    char*       at       = buffer + sizeof buffer;
    int         left     = decimals;
    for (; left > 0 && units % 10 == 0; --left) units /= 10;
    if (left > 0) {
        for (; left > 0; --left, units /= 10) *--at = static_cast<char>('0' + units % 10);
        *--at = '.';
    }
    do {
        *--at = static_cast<char>('0' + units % 10);
        units /= 10;
    } while (units != 0);
    if (negative) *--at = '-';
    to.append(at, buffer + sizeof buffer);
}

}  // namespace gapmap
