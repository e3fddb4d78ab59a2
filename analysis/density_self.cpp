// density_without_self: the density at the points themselves.
#include <algorithm>
#include <limits>
#include <memory>

#include "analysis/density.h"
#include "analysis/gauss_sums.h"

namespace gapmap {

std::vector<double> density_without_self(PointsView<Planar> points, std::span<const double> weights, const DensityOptions& o, const Execution& exec) {
    const auto               effective = effective_weights(points, weights, o, exec);
    std::vector<std::size_t> rows;
    std::vector<double>      x, y, weight;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (effective[i] == 0) continue;
        rows.push_back(i);
        x.push_back(points.x[i] / o.bandwidth.x);
        y.push_back(points.y[i] / o.bandwidth.y);
        weight.push_back(effective[i]);
    }
    const std::vector<double> narrowing(rows.size(), 1.0);
    const auto   mass   = o.edge == EdgeCorrection::uniform ? std::make_unique<WindowMass>(*o.window, o.kernel, o.bandwidth) : nullptr;
    const double factor = kernel_norm(o.kernel) * o.scale / (o.bandwidth.x * o.bandwidth.y);
    std::vector<double> out(points.size(), std::numeric_limits<double>::quiet_NaN());
    parallel_chunks(exec, rows.size(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            const double edge = mass ? std::max(mass->at(points[rows[k]]), least_edge_factor) : 1;
            out[rows[k]] = factor / edge * kernel_sum_without(o.kernel, {x, y, narrowing, weight}, {x[k], y[k]}, k);
        }
    });
    return out;
}

}  // namespace gapmap
