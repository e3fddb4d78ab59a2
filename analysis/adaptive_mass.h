#pragma once
#include <span>
#include <vector>

#include "analysis/window.h"

namespace gapmap {

/// Edge factors of kernels whose bandwidth is `factor` times a common one, for factors of any size: a window mass for each doubling, so that the index of none reaches far beyond
/// what it is asked for. Error and cost: those of WindowMass.
class AdaptiveMass {
public:
    /// `factors`: those that will be asked for (NaN left out). `squared`: of the squared kernel. `window` must outlive this.
    AdaptiveMass(const Window& window, Kernel kernel, Bandwidth bandwidth, std::span<const double> factors, bool squared = false);
    /// REQUIRES factor within the range of `factors`.
    [[nodiscard]] double at(Point<Planar> u, double factor) const noexcept;

private:
    struct Level {
        double     factor;
        WindowMass mass;
    };
    std::vector<Level> levels_;  // from the widest down, each half the one before
};

}  // namespace gapmap
