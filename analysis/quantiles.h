#pragma once
#include <algorithm>
#include <cmath>
#include <span>

namespace gapmap {

/// The quantile of ascending values by linear interpolation between order statistics (type 7, R's default).
/// REQUIRES at least one value, p in [0, 1]. Source: Hyndman & Fan 1996.
[[nodiscard]] inline double sorted_quantile(std::span<const double> ascending, double p) {
    const double at = p * static_cast<double>(ascending.size() - 1), below = std::floor(at);
    const auto   k = static_cast<std::size_t>(below);
    if (k + 1 >= ascending.size()) return ascending.back();
    return ascending[k] + (at - below) * (ascending[k + 1] - ascending[k]);
}

}  // namespace gapmap
