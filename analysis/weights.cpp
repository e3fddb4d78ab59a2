#include "analysis/weights.h"

#include <algorithm>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// A vertex, or an edge with its ends in order, and the row it belongs to.
struct Feature {
    double        ax, ay, bx, by;
    std::uint32_t row;
    auto          key() const noexcept { return std::tie(ax, ay, bx, by); }
    bool operator<(const Feature& other) const noexcept { return std::tie(ax, ay, bx, by, row) < std::tie(other.ax, other.ay, other.bx, other.by, other.row); }
    bool operator==(const Feature& other) const noexcept { return key() == other.key() && row == other.row; }
};

template <class Space>
std::vector<Feature> features(const PolygonsView<Space>& p, Contiguity rule) {
    std::vector<Feature> out;
    out.reserve(p.x.size());
    for (std::size_t r = 0; r < p.size(); ++r) {
        const auto row = static_cast<std::uint32_t>(r);
        for (std::size_t q = p.parts[p.rows[r]]; q < p.parts[p.rows[r + 1]]; ++q) {
            const auto ring = p.ring(q);
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                auto a = std::pair{ring.x[i], ring.y[i]}, b = std::pair{ring.x[i + 1], ring.y[i + 1]};
                if (rule == Contiguity::queen) b = a;
                if (b < a) std::swap(a, b);
                out.push_back({a.first, a.second, b.first, b.second, row});
            }
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

SpatialWeights weights_from_entries(std::vector<WeightEntry> entries, std::size_t rows) {
    std::ranges::stable_sort(entries, [](const WeightEntry& a, const WeightEntry& b) { return std::pair{a.row, a.neighbour} < std::pair{b.row, b.neighbour}; });
    SpatialWeights out;
    out.offsets.reserve(rows + 1);
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const WeightEntry& e = entries[k];
        GEO_EXPECTS(e.row < rows && e.neighbour < rows);
        if (k + 1 < entries.size() && entries[k + 1].row == e.row && entries[k + 1].neighbour == e.neighbour) continue;
        while (out.offsets.size() <= e.row) out.offsets.push_back(out.neighbours.size());
        out.neighbours.push_back(e.neighbour);
        out.weights.push_back(e.weight);
    }
    while (out.offsets.size() <= rows) out.offsets.push_back(out.neighbours.size());
    return out;
}

template <class Space>
SpatialWeights contiguity(const PolygonsView<Space>& polygons, Contiguity rule) {
    const std::vector<Feature> all = features(polygons, rule);
    std::vector<WeightEntry>   entries;
    for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
        while (last < all.size() && all[last].key() == all[first].key()) ++last;
        for (std::size_t i = first; i < last; ++i) {
            for (std::size_t j = first; j < last; ++j) {
                if (i != j) entries.push_back({all[i].row, all[j].row, 1.0});
            }
        }
    }
    return weights_from_entries(std::move(entries), polygons.size());
}

template SpatialWeights contiguity(const PolygonsView<Lonlat>&, Contiguity);
template SpatialWeights contiguity(const PolygonsView<Planar>&, Contiguity);

}  // namespace gapmap
