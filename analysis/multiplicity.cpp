#include "analysis/multiplicity.h"

#include <algorithm>
#include <cmath>

namespace gapmap {

std::vector<double> adjusted_p(std::span<const double> p, FalseDiscovery method) {
    std::vector<double> out(p.begin(), p.end());
    if (method == FalseDiscovery::none) return out;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (!std::isnan(p[i])) order.push_back(i);
    }
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    const auto n      = static_cast<double>(order.size());
    double     factor = 1;
    if (method == FalseDiscovery::benjamini_yekutieli) {
        factor = 0;
        for (std::size_t k = order.size(); k > 0; --k) factor += 1 / static_cast<double>(k);
    }
    double least = 1;
    for (std::size_t k = order.size(); k > 0; --k) {
        least             = std::min(least, factor * n / static_cast<double>(k) * p[order[k - 1]]);
        out[order[k - 1]] = least;
    }
    return out;
}

}  // namespace gapmap
