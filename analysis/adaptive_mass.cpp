#include "analysis/adaptive_mass.h"

#include <algorithm>
#include <cmath>

namespace gapmap {

AdaptiveMass::AdaptiveMass(const Window& window, Kernel kernel, Bandwidth bandwidth, std::span<const double> factors, bool squared) {
    double least = 0, most = 0;
    for (const double f : factors) {
        if (!(f > 0)) continue;
        least = least == 0 ? f : std::min(least, f);
        most  = std::max(most, f);
    }
    for (double f = most; f > 0; f /= 2) {
        const Bandwidth h{bandwidth.x * f, bandwidth.y * f};
        levels_.push_back({f, squared ? WindowMass::of_square(window, kernel, h) : WindowMass(window, kernel, h)});
        if (f / 2 < least) break;
    }
}

double AdaptiveMass::at(Point<Planar> u, double factor) const noexcept {
    if (levels_.empty()) return std::nan("");
    std::size_t k = 0;
    while (k + 1 < levels_.size() && levels_[k + 1].factor >= factor) ++k;
    return levels_[k].mass.at(u, std::min(1.0, factor / levels_[k].factor));
}

}  // namespace gapmap
