#include "analysis/near_space.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Points in horizontal strips at least as high as the reach, within a strip by x: a point's partners are in its own strip and the next.
struct Strips {
    std::vector<std::uint32_t> order;
    std::vector<std::size_t>   offsets;
    std::vector<double>        x;  ///< in `order`
};

Strips make_strips(PointsView<Planar> points, double reach) {
    const std::size_t n = points.size();
    const auto [low, high] = std::ranges::minmax_element(points.y);
    // Never more strips than points. A little higher than the reach: the division below may round a pair two strips apart.
    const double height = std::max({reach * (1 + 1e-9), (*high - *low) / static_cast<double>(n), 1e-300});
    std::vector<std::size_t> strip(n);
    for (std::size_t i = 0; i < n; ++i) strip[i] = static_cast<std::size_t>((points.y[i] - *low) / height);
    Strips out;
    out.order.resize(n);
    std::iota(out.order.begin(), out.order.end(), 0U);
    std::ranges::sort(out.order, [&](std::uint32_t a, std::uint32_t b) { return std::tie(strip[a], points.x[a], a) < std::tie(strip[b], points.x[b], b); });
    out.offsets.assign(*std::ranges::max_element(strip) + 2, 0);
    for (const std::size_t s : strip) ++out.offsets[s + 1];
    std::partial_sum(out.offsets.begin(), out.offsets.end(), out.offsets.begin());
    for (const std::uint32_t i : out.order) out.x.push_back(points.x[i]);
    return out;
}

struct Listed {
    std::uint32_t first, second;
    std::uint32_t of_class;
};

}  // namespace

double plane_distance(double dx, double dy, PlaneDistance metric) noexcept {
    return metric == PlaneDistance::manhattan ? std::abs(dx) + std::abs(dy) : std::sqrt(dx * dx + dy * dy);
}

SpacePairs space_pairs(PointsView<Planar> points, double reach, PlaneDistance metric, std::size_t classes,
                       const std::function<std::size_t(double distance)>& class_of, const Execution& exec) {
    GEO_EXPECTS(reach >= 0 && std::isfinite(reach));
    SpacePairs out;
    out.offsets.assign(classes + 1, 0);
    if (points.size() < 2) return out;
    const Strips      strips = make_strips(points, reach);
    const double      wide   = reach * (1 + 1e-12);  // a distance may round below its own |dx|
    const std::size_t count  = strips.offsets.size() - 1;
    std::vector<std::vector<Listed>> found(count);
    parallel_chunks(exec, count, std::max<std::size_t>(1, count / 256), [&](std::size_t begin, std::size_t end) {
        for (std::size_t s = begin; s < end; ++s) {
            const auto ask = [&](std::size_t a, std::size_t b) {
                std::uint32_t i = strips.order[a], j = strips.order[b];
                if (i > j) std::swap(i, j);
                const std::size_t c = class_of(plane_distance(points.x[i] - points.x[j], points.y[i] - points.y[j], metric));
                if (c < classes) found[s].push_back({i, j, static_cast<std::uint32_t>(c)});
            };
            const std::size_t stop = strips.offsets[s + 1], next_stop = s + 1 < count ? strips.offsets[s + 2] : stop;
            std::size_t       from = stop;
            for (std::size_t a = strips.offsets[s]; a < stop; ++a) {
                for (std::size_t b = a + 1; b < stop && strips.x[b] - strips.x[a] <= wide; ++b) ask(a, b);
                while (from < next_stop && strips.x[a] - strips.x[from] > wide) ++from;
                for (std::size_t b = from; b < next_stop && strips.x[b] - strips.x[a] <= wide; ++b) ask(a, b);
            }
        }
    });
    for (const auto& some : found) {
        for (const Listed& pair : some) ++out.offsets[pair.of_class + 1];
    }
    std::partial_sum(out.offsets.begin(), out.offsets.end(), out.offsets.begin());
    std::vector<Listed> all(out.offsets.back());
    auto                at = out.offsets;
    for (auto& some : found) {
        for (const Listed& pair : some) all[at[pair.of_class]++] = pair;
        std::vector<Listed>().swap(some);
    }
    out.first.resize(all.size());
    out.second.resize(all.size());
    for (std::size_t c = 0; c < classes; ++c) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(out.offsets[c]), end = all.begin() + static_cast<std::ptrdiff_t>(out.offsets[c + 1]);
        std::sort(begin, end, [](const Listed& a, const Listed& b) { return std::tie(a.first, a.second) < std::tie(b.first, b.second); });
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        out.first[k]  = all[k].first;
        out.second[k] = all[k].second;
    }
    return out;
}

}  // namespace gapmap
