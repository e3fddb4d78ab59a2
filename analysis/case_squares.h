#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/window.h"
#include "geo/shape/points.h"

namespace gapmap {

struct SquareOptions {
    double       side          = 1000;  ///< of the smallest square, REQUIRES > 0
    std::int64_t least         = 3;     ///< cases that a square must hold, REQUIRES >= 1
    double       largest_share = 0.8;   ///< of a square's weight that one case may have
};

/// Cases as their squares tell them.
struct SquareMass {
    Points<Planar>      point;   ///< centres of smallest squares
    std::vector<double> count;   ///< cases at each; their sum is the number of cases told
    std::vector<double> weight;  ///< likewise of the weights
};

/// Cases spread over squares that each hold enough of them: an exact density can be solved for its points, so what can be solved for must be
/// publishable itself.
/// Meaning: on a fixed lattice, a smallest square that holds `least` cases, none with more than `largest_share` of the weight, is told by itself. What is
/// left is told by squares of twice the side, over the ground of which nothing has been told yet, and so on; the last few are told with those of the
/// widest ground. What is told together is spread evenly over the centres of its smallest squares that lie in the window, or put on the nearest such
/// centre where none does.
/// Empty where all cases together do not hold `least`. Order of the cases does not matter. Cases outside the window are left out.
/// Cost: O(n log(extent / side) + squares). Source: quadtree aggregation; (n, k) dominance, Cox 1981.
[[nodiscard]] SquareMass spread_over_squares(PointsView<Planar> cases, std::span<const double> weights, const Window& window, const SquareOptions& options);

/// Cases whose number over a ground is told anyway: the cases of a village that shows its count, or of a pool of villages that do not.
struct CaseGround {
    Points<Planar>      cases;
    std::vector<double> weights;
    Polygons<Planar>    ground;
    bool                may_be_cut = false;  ///< a shown village: its parts may be told by squares; a pool's would tell of its villages
};

/// The grounds together, each told as spread_over_squares() does where it may be cut, else spread evenly over its smallest squares. Grounds that hold too
/// few cases, or one case with too much of the weight, are told as one with one another, and with the pool of the widest ground where that is not enough.
/// A case whose point is missing, or outside its ground, counts for the ground as a whole.
[[nodiscard]] SquareMass spread_over_grounds(std::vector<CaseGround> grounds, const SquareOptions& options, const Execution& exec = {});

}  // namespace gapmap
