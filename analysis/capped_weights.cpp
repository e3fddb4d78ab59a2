#include "analysis/capped_weights.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// The k largest are cut to c where c = share (k c + rest), rest the sum of the others: the first k whose c is at least the next weight. `sorted` falls.
double cap_of(std::span<const double> sorted, double share) {
    double rest = 0;
    for (std::size_t i = sorted.size(); i-- > 0;) rest += sorted[i];  // from the small ones up: less rounding
    for (std::size_t k = 0; k < sorted.size(); ++k) {
        const double left = 1 - share * static_cast<double>(k);
        if (left <= 0) break;
        const double cap = k == 0 ? share * rest : share * rest / left;
        if (sorted[k] <= cap) return k == 0 ? sorted[0] : cap;
        rest -= sorted[k];
    }
    return sorted.back();
}

}  // namespace

CappedWeights cap_weights(std::span<const double> weights, double share) {
    GEO_EXPECTS(share > 0 && share <= 1);
    CappedWeights       out{.weights = {weights.begin(), weights.end()}};
    std::vector<double> sorted;
    for (const double w : weights) {
        if (w > 0) sorted.push_back(w);
    }
    if (sorted.empty()) return out;
    std::ranges::sort(sorted, std::greater<>());
    out.cap = cap_of(sorted, share);
    double after = 0;
    for (double& w : out.weights) {
        if (!(w > 0)) continue;
        out.total += w;
        if (w > out.cap) {
            out.capped += 1;
            out.taken += w - out.cap;
            w = out.cap;
        }
        after += w;
    }
    out.largest_share_before = sorted.front() / out.total;
    out.largest_share_after  = std::min(out.cap, sorted.front()) / after;
    return out;
}

}  // namespace gapmap
