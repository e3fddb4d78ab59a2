#include "analysis/relabel.h"

namespace gapmap {

RelabelMoments relabel_moments(std::size_t points, const PairSums& a, const PairSums& b) noexcept {
    if (points < 2) return {};
    const auto   n     = static_cast<double>(points);
    const double pairs = n * (n - 1) / 2;
    RelabelMoments out{a.total * b.total / pairs, a.squares * b.squares / pairs};
    // Ordered pairs of pairs that share one point: sum of the squared row sums less the squares themselves; the whole sum is 0, so
    // the disjoint ones are what is left.
    if (points >= 3) out.variance += (a.margins - 2 * a.squares) * (b.margins - 2 * b.squares) / (n * (n - 1) * (n - 2));
    if (points >= 4) out.variance += 4 * (a.squares - a.margins) * (b.squares - b.margins) / (n * (n - 1) * (n - 2) * (n - 3));
    if (out.variance < 0) out.variance = 0;
    return out;
}

}  // namespace gapmap
