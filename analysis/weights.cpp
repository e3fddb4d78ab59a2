#include "analysis/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t none  = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t   grain = 1'024;

/// What rows share: a vertex, or an edge with its ends in order. Compared by value: 0 and -0 are one place.
struct Vertex {
    double        x, y;
    std::uint32_t row;
    [[nodiscard]] bool same_place(const Vertex& o) const noexcept { return x == o.x && y == o.y; }
};
struct Edge {
    Vertex        a;
    double        bx, by;
    [[nodiscard]] bool same_place(const Edge& o) const noexcept { return a.same_place(o.a) && bx == o.bx && by == o.by; }
};

std::uint64_t mixed(std::uint64_t h, double value) noexcept {
    h = (h ^ std::bit_cast<std::uint64_t>(value + 0.0)) * 0x9e3779b97f4a7c15ULL;
    return h ^ (h >> 29U);
}
std::uint64_t place_of(const Vertex& v) noexcept { return mixed(mixed(0, v.x), v.y) * 0xbf58476d1ce4e5b9ULL; }
std::uint64_t place_of(const Edge& e) noexcept { return mixed(mixed(mixed(mixed(0, e.a.x), e.a.y), e.bx), e.by) * 0xbf58476d1ce4e5b9ULL; }
std::uint32_t row_of(const Vertex& v) noexcept { return v.row; }
std::uint32_t row_of(const Edge& e) noexcept { return e.a.row; }

void set_feature(Vertex& to, double x, double y, double, double, std::uint32_t row) noexcept { to = {x, y, row}; }
void set_feature(Edge& to, double ax, double ay, double bx, double by, std::uint32_t row) noexcept {
    const bool swapped = bx < ax || (bx == ax && by < ay);
    to = swapped ? Edge{{bx, by, row}, ax, ay} : Edge{{ax, ay, row}, bx, by};
}

/// Calls visit(feature) for each vertex or edge of row `r`.
template <class Feature, class Space, class Visit>
void each_feature(const PolygonsView<Space>& p, std::size_t r, const Visit& visit) {
    Feature feature;
    for (std::size_t q = p.parts[p.rows[r]]; q < p.parts[p.rows[r + 1]]; ++q) {
        for (std::size_t i = p.rings[q]; i + 1 < p.rings[q + 1]; ++i) {
            set_feature(feature, p.x[i], p.y[i], p.x[i + 1], p.y[i + 1], static_cast<std::uint32_t>(r));
            visit(feature);
        }
    }
}

/// All features, those of one place in one bucket: what follows then stays within a processor's cache, and buckets can be worked on side by side.
template <class Feature>
struct Buckets {
    std::vector<Feature>     features;
    std::vector<std::size_t> starts;
};

template <class Feature, class Space>
Buckets<Feature> into_buckets(const PolygonsView<Space>& p, const Execution& exec) {
    const auto        bits   = static_cast<unsigned>(std::bit_width(p.x.size() >> 14U));  // about 16,000 features a bucket
    const std::size_t count  = std::size_t{1} << bits, chunks = (p.size() + grain - 1) / grain;
    const auto        bucket = [&](const Feature& f) { return bits == 0 ? 0 : place_of(f) >> (64U - bits); };
    std::vector<std::size_t> next(chunks * count);
    parallel_chunks(exec, p.size(), grain, [&](std::size_t begin, std::size_t end) {
        std::size_t* const mine = next.data() + begin / grain * count;
        for (std::size_t r = begin; r < end; ++r) each_feature<Feature>(p, r, [&](const Feature& f) { ++mine[bucket(f)]; });
    });
    Buckets<Feature> out;
    out.starts.assign(count + 1, 0);
    std::size_t total = 0;
    for (std::size_t b = 0; b < count; ++b) {
        for (std::size_t c = 0; c < chunks; ++c) total += std::exchange(next[c * count + b], total);
        out.starts[b + 1] = total;
    }
    out.features.resize(total);
    parallel_chunks(exec, p.size(), grain, [&](std::size_t begin, std::size_t end) {
        std::size_t* const mine = next.data() + begin / grain * count;
        for (std::size_t r = begin; r < end; ++r) each_feature<Feature>(p, r, [&](const Feature& f) { out.features[mine[bucket(f)]++] = f; });
    });
    return out;
}

using RowPair = std::pair<std::uint32_t, std::uint32_t>;

/// Pairs of rows that share a place within one bucket, some of them several times. A hash table of places; features of one place hang together in a chain.
template <class Feature>
std::vector<RowPair> pairs_within(std::span<const Feature> features) {
    const std::size_t          slots = std::bit_ceil(features.size() * 2 + 1);
    std::vector<std::uint32_t> first(slots, none), next(features.size(), none);
    std::vector<RowPair>       out;
    for (std::uint32_t f = 0; f < features.size(); ++f) {
        const Feature& mine = features[f];
        std::size_t    slot = place_of(mine) & (slots - 1);
        while (first[slot] != none && !features[first[slot]].same_place(mine)) slot = (slot + 1) & (slots - 1);
        if (first[slot] == none) {
            first[slot] = f;
            continue;
        }
        bool seen = false;  // a row may come to one place twice
        for (std::uint32_t other = first[slot]; other != none && !seen; other = next[other]) {
            seen = row_of(features[other]) == row_of(mine);
            if (!seen) out.emplace_back(row_of(features[other]), row_of(mine));
        }
        if (seen) continue;
        next[f]           = next[first[slot]];
        next[first[slot]] = f;
    }
    return out;
}

/// Symmetric weights of 1 from pairs in any order, any number of times each.
SpatialWeights weights_of_pairs(const std::vector<std::vector<RowPair>>& pairs, std::size_t rows, const Execution& exec) {
    std::vector<std::size_t> starts(rows + 1);
    for (const auto& some : pairs) {
        for (const auto& [a, b] : some) ++starts[a + 1], ++starts[b + 1];
    }
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> others(starts.back());
    std::vector<std::size_t>   next(starts.begin(), starts.end() - 1);
    for (const auto& some : pairs) {
        for (const auto& [a, b] : some) {
            others[next[a]++] = b;
            others[next[b]++] = a;
        }
    }
    const auto at = [&](std::size_t k) { return others.begin() + static_cast<std::ptrdiff_t>(k); };
    parallel_chunks(exec, rows, grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            std::sort(at(starts[r]), at(starts[r + 1]));
            next[r] = static_cast<std::size_t>(std::unique(at(starts[r]), at(starts[r + 1])) - at(starts[r]));
        }
    });
    SpatialWeights out;
    out.offsets.resize(rows + 1);
    for (std::size_t r = 0; r < rows; ++r) out.offsets[r + 1] = out.offsets[r] + next[r];
    out.neighbours.reserve(out.offsets.back());
    for (std::size_t r = 0; r < rows; ++r) out.neighbours.insert(out.neighbours.end(), at(starts[r]), at(starts[r] + next[r]));
    out.weights.assign(out.neighbours.size(), 1.0);
    return out;
}

template <class Feature, class Space>
SpatialWeights sharing(const PolygonsView<Space>& polygons, const Execution& exec) {
    const Buckets<Feature>            buckets = into_buckets<Feature>(polygons, exec);
    std::vector<std::vector<RowPair>> pairs(buckets.starts.size() - 1);
    parallel_chunks(exec, pairs.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t b = begin; b < end; ++b) {
            pairs[b] = pairs_within<Feature>(std::span(buckets.features).subspan(buckets.starts[b], buckets.starts[b + 1] - buckets.starts[b]));
        }
    });
    return weights_of_pairs(pairs, polygons.size(), exec);
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

SpatialWeights weights_among(const SpatialWeights& weights, const std::vector<bool>& keep) {
    GEO_EXPECTS(keep.size() == weights.rows());
    std::vector<std::uint32_t> number(keep.size());
    std::uint32_t              kept = 0;
    for (std::size_t i = 0; i < keep.size(); ++i) number[i] = keep[i] ? kept++ : none;
    SpatialWeights out;
    for (std::size_t i = 0; i < keep.size(); ++i) {
        if (!keep[i]) continue;
        for (std::size_t l = weights.offsets[i]; l < weights.offsets[i + 1]; ++l) {
            if (!keep[weights.neighbours[l]]) continue;
            out.neighbours.push_back(number[weights.neighbours[l]]);
            out.weights.push_back(weights.weights[l]);
        }
        out.offsets.push_back(out.neighbours.size());
    }
    return out;
}

void apply_style(SpatialWeights& weights, WeightStyle style) {
    if (style == WeightStyle::as_given) return;
    for (std::size_t i = 0; i < weights.rows(); ++i) {
        double sum = 0;
        for (std::size_t l = weights.offsets[i]; l < weights.offsets[i + 1]; ++l) sum += weights.weights[l];
        if (sum == 0) continue;
        for (std::size_t l = weights.offsets[i]; l < weights.offsets[i + 1]; ++l) weights.weights[l] /= sum;
    }
}

SpatialWeights with_self(const SpatialWeights& weights) {
    SpatialWeights out;
    out.neighbours.reserve(weights.neighbours.size() + weights.rows());
    out.weights.reserve(weights.neighbours.size() + weights.rows());
    for (std::size_t i = 0; i < weights.rows(); ++i) {
        const auto   others  = weights.of(i);
        const auto   values  = weights.weights_of(i);
        const auto   place   = static_cast<std::size_t>(std::ranges::lower_bound(others, i) - others.begin());
        const bool   present = place < others.size() && others[place] == i;
        const double largest = values.empty() ? 0 : std::ranges::max(values);
        for (std::size_t k = 0; k <= others.size(); ++k) {
            if (k == place && !present && !others.empty()) {
                out.neighbours.push_back(static_cast<std::uint32_t>(i));
                out.weights.push_back(largest);
            }
            if (k == others.size()) break;
            out.neighbours.push_back(others[k]);
            out.weights.push_back(values[k]);
        }
        out.offsets.push_back(out.neighbours.size());
    }
    return out;
}

template <class Space>
SpatialWeights contiguity(const PolygonsView<Space>& polygons, Contiguity rule, const Execution& exec) {
    return rule == Contiguity::queen ? sharing<Vertex>(polygons, exec) : sharing<Edge>(polygons, exec);
}

template SpatialWeights contiguity(const PolygonsView<Lonlat>&, Contiguity, const Execution&);
template SpatialWeights contiguity(const PolygonsView<Planar>&, Contiguity, const Execution&);

}  // namespace gapmap
