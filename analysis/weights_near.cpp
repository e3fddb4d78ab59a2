#include "analysis/weights_near.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "geo/core/expects.h"
#include "geo/index/kd_tree.h"

namespace gapmap {
namespace {

constexpr std::size_t grain = 2'048;

using Near = KdTree::Near;

/// Starts of rows with so many neighbours each.
std::vector<std::size_t> starts_of(std::span<const std::uint32_t> count) {
    std::vector<std::size_t> out(count.size() + 1);
    for (std::size_t i = 0; i < count.size(); ++i) out[i + 1] = out[i] + count[i];
    return out;
}

/// Calls body(entry) for each point of the tree, in parallel.
template <class Body>
void each_entry(const KdTree& tree, const Execution& exec, const Body& body) {
    parallel_chunks(exec, tree.entries().size(), grain, [&](std::size_t begin, std::size_t end) {
        for (const KdTree::Entry& e : tree.entries().subspan(begin, end - begin)) body(e);
    });
}

SpatialWeights links_within(PointsView<Planar> points, const KdTree& tree, double d, const Execution& exec) {
    const double               limit = d * d;
    std::vector<std::uint32_t> count(points.size());
    std::atomic<std::uint64_t> links = 0;
    each_entry(tree, exec, [&](const KdTree::Entry& e) {
        if (links.load(std::memory_order_relaxed) > most_links) return;
        std::uint32_t n = 0;
        tree.within(e.x, e.y, e.row, limit, [&](const Near&) { ++n; });
        count[e.row] = n;
        links.fetch_add(n, std::memory_order_relaxed);
    });
    if (links > most_links) throw TooManyLinks(links);
    SpatialWeights out;
    out.offsets = starts_of(count);
    out.neighbours.resize(links);
    each_entry(tree, exec, [&](const KdTree::Entry& e) {
        const auto first = out.neighbours.begin() + static_cast<std::ptrdiff_t>(out.offsets[e.row]);
        auto       to    = first;
        tree.within(e.x, e.y, e.row, limit, [&](const Near& near) { *to++ = near.row; });
        std::sort(first, to);
    });
    out.weights.assign(links, 1.0);
    return out;
}

}  // namespace

SpatialWeights knn_weights(PointsView<Planar> points, std::uint32_t k, const Execution& exec) {
    const KdTree tree(points, exec);
    GEO_EXPECTS(k >= 1 && tree.entries().size() > k);
    std::vector<std::uint32_t> count(points.size());
    for (const KdTree::Entry& e : tree.entries()) count[e.row] = k;
    SpatialWeights out;
    out.offsets = starts_of(count);
    out.neighbours.resize(out.offsets.back());
    out.weights.assign(out.offsets.back(), 1.0);
    parallel_chunks(exec, tree.entries().size(), grain, [&](std::size_t begin, std::size_t end) {
        std::vector<Near> near(k);
        for (const KdTree::Entry& e : tree.entries().subspan(begin, end - begin)) {
            tree.nearest(e.x, e.y, e.row, near);
            const auto to = out.neighbours.begin() + static_cast<std::ptrdiff_t>(out.offsets[e.row]);
            std::ranges::transform(near, to, &Near::row);
            std::sort(to, to + k);
        }
    });
    return out;
}

SpatialWeights band_weights(PointsView<Planar> points, double d, const Execution& exec) {
    GEO_EXPECTS(d >= 0);
    return links_within(points, KdTree(points, exec), d, exec);
}

SpatialWeights inverse_weights(PointsView<Planar> points, double d, const Execution& exec) {
    GEO_EXPECTS(d >= 0);
    SpatialWeights out = links_within(points, KdTree(points, exec), d, exec);
    parallel_chunks(exec, points.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            for (std::size_t l = out.offsets[i]; l < out.offsets[i + 1]; ++l) {
                const double dx = points.x[out.neighbours[l]] - points.x[i], dy = points.y[out.neighbours[l]] - points.y[i];
                out.weights[l] = 1 / std::sqrt(dx * dx + dy * dy);
            }
        }
    });
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t l = out.offsets[i]; l < out.offsets[i + 1]; ++l) {
            if (std::isinf(out.weights[l])) throw CoincidentRows(static_cast<std::uint32_t>(i), out.neighbours[l]);
        }
    }
    return out;
}

}  // namespace gapmap
