#include "analysis/zonal.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "geo/core/clones.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

typedef double       Four __attribute__((vector_size(32)));
typedef float        FourFloats __attribute__((vector_size(16)));
typedef std::int64_t FourTallies __attribute__((vector_size(32)));

/// What the valid ones of neighbouring values add up to.
struct RunSums {
    double       sum = 0, min = 0, max = 0;
    std::int64_t n = 0;
};

[[gnu::always_inline]] inline void load(const float* at, Four& to) {
    FourFloats v;
    std::memcpy(&v, at, sizeof v);
    to = __builtin_convertvector(v, Four);
}
[[gnu::always_inline]] inline void load(const double* at, Four& to) { std::memcpy(&to, at, sizeof to); }

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Eight lanes, whatever the processor, so that the sum is the same everywhere.
template <class Value>
[[gnu::always_inline]] inline RunSums sum_lanes(const Value* x, std::size_t n) {
    Four        sum[2] = {}, low[2], high[2];
    FourTallies valid[2] = {};
    low[0] = low[1] = Four{infinity, infinity, infinity, infinity};
    high[0] = high[1] = -low[0];
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (std::size_t k = 0; k < 2; ++k) {
            Four v;
            load(x + i + 4 * k, v);
            const FourTallies ok = v == v;
            sum[k] += ok ? v : Four{};
            valid[k] -= ok;
            low[k]  = v < low[k] ? v : low[k];
            high[k] = v > high[k] ? v : high[k];
        }
    }
    RunSums    out{0, infinity, -infinity, 0};
    const auto take = [&](double least, double most) {
        out.min = least < out.min ? least : out.min;
        out.max = most > out.max ? most : out.max;
    };
    for (std::size_t k = 0; k < 4; ++k) {
        out.sum += sum[0][k] + sum[1][k];
        out.n += valid[0][k] + valid[1][k];
        take(low[0][k], high[0][k]);
        take(low[1][k], high[1][k]);
    }
    for (; i < n; ++i) {
        const double v = x[i];
        if (std::isnan(v)) continue;
        out.sum += v;
        out.n += 1;
        take(v, v);
    }
    return out;
}

template <class Value>
[[gnu::always_inline]] inline double squares_lanes(const Value* x, std::size_t n, double mean) {
    Four        sum[2] = {};
    const Four  centre{mean, mean, mean, mean};
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (std::size_t k = 0; k < 2; ++k) {
            Four d;
            load(x + i + 4 * k, d);
            d -= centre;
            sum[k] += d == d ? d * d : Four{};
        }
    }
    double out = 0;
    for (std::size_t k = 0; k < 4; ++k) out += sum[0][k] + sum[1][k];
    for (; i < n; ++i) {
        const double d = x[i] - mean;
        if (!std::isnan(d)) out += d * d;
    }
    return out;
}

GAPMAP_CLONES RunSums sum_run(const float* x, std::size_t n) { return sum_lanes(x, n); }
GAPMAP_CLONES RunSums sum_run(const double* x, std::size_t n) { return sum_lanes(x, n); }
GAPMAP_CLONES double  squares_of(const float* x, std::size_t n, double mean) { return squares_lanes(x, n, mean); }
GAPMAP_CLONES double  squares_of(const double* x, std::size_t n, double mean) { return squares_lanes(x, n, mean); }

/// Adds values of total weight `weight` and mean `mean`, with `squares` about it. REQUIRES before the weight is added to the tally.
void merge_moments(ZonalTally& t, double weight, double mean, double squares) {
    const double total = t.weight + weight, step = mean - t.mean;
    t.mean += step * (weight / total);
    t.squares += squares + step * step * (t.weight * weight / total);
}

template <class Value>
void add_run(ZonalTally& t, const Value* x, std::size_t n, double share, bool moments) {
    RunSums s;
    if (n == 1) s = {static_cast<double>(*x), static_cast<double>(*x), static_cast<double>(*x), std::isnan(*x) ? 0 : 1};
    else s = sum_run(x, n);
    const double weight = share * static_cast<double>(s.n);
    t.no_data += share * static_cast<double>(static_cast<std::int64_t>(n) - s.n);
    if (s.n == 0) return;
    if (moments) {
        const double mean = s.sum / static_cast<double>(s.n);
        merge_moments(t, weight, mean, n == 1 ? 0 : share * squares_of(x, n, mean));
    }
    t.weight += weight;
    t.sum += share * s.sum;
    t.cells += s.n;
    t.min = std::min(t.min, s.min);
    t.max = std::max(t.max, s.max);
}

/// The memory that a run will need soon.
template <class Value>
void prefetch_run(const Value* x, std::size_t n) {
    const char* const end = reinterpret_cast<const char*>(x + std::min<std::size_t>(n, 128));
    for (const char* at = reinterpret_cast<const char*>(x); at < end; at += 64) __builtin_prefetch(at);
}

template <class Sample>
ZonalOrder order_of(std::vector<Sample>& samples, std::span<const double> quantiles) {
    std::ranges::sort(samples, [](const Sample& a, const Sample& b) { return a.value != b.value ? a.value < b.value : a.weight < b.weight; });
    ZonalOrder        out;
    const std::size_t n = samples.size();
    std::vector<double> position(n);
    double before = 0, most = 0, least = infinity;
    for (std::size_t i = 0; i < n;) {
        double together = 0;
        const double value = samples[i].value;
        for (; i < n && samples[i].value == value; ++i) {
            position[i] = static_cast<double>(i) * samples[i].weight + static_cast<double>(n - 1) * before;
            before += samples[i].weight;
            together += samples[i].weight;
        }
        out.variety += 1;
        if (together > most) most = together, out.majority = value;
        if (together < least) least = together, out.minority = value;
    }
    for (const double q : quantiles) {
        const double wanted = q * before * static_cast<double>(n - 1);
        const auto   right  = static_cast<std::size_t>(std::ranges::upper_bound(position, wanted) - position.begin());
        // position[0] is 0, so there is one to the left.
        const std::size_t left = right - 1;
        if (right == n) out.quantiles.push_back(samples[left].value);
        else out.quantiles.push_back(samples[left].value + (wanted - position[left]) / (position[right] - position[left]) * (samples[right].value - samples[left].value));
    }
    return out;
}

}  // namespace

Zonal::Zonal(const PolygonsView<Planar>& polygons, const CellGrid& grid, ZonalOptions options, const Execution& exec)
    : polygons_(polygons), grid_(grid), options_(std::move(options)), exec_(exec), rows_(polygons.size()), tallies_(polygons.size()) {
    GEO_EXPECTS(std::ranges::all_of(options_.quantiles, [](double q) { return q >= 0 && q <= 1; }));
    if (options_.order) {
        orders_.resize(polygons.size());
        samples_.resize(polygons.size());
    }
    const CellCover cover(grid);
    parallel_chunks(exec, polygons.size(), 1024, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) rows_[r] = cover.rows_of(polygons_, r);
    });
}

template <class Value>
void Zonal::add_rows(std::span<const Value> values) {
    const auto width = static_cast<std::size_t>(grid_.width);
    GEO_EXPECTS(width > 0 && values.size() % width == 0);
    const int first = next_row_, last = first + static_cast<int>(values.size() / width);
    GEO_EXPECTS(last <= grid_.height);
    std::vector<std::uint32_t> reached;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        if (rows_[r].first < last && rows_[r].last > first) reached.push_back(static_cast<std::uint32_t>(r));
    }
    const std::size_t grain = std::clamp<std::size_t>(reached.size() / 256, 1, 256);
    parallel_chunks(exec_, reached.size(), grain, [&](std::size_t begin, std::size_t end) {
        CellCover cover(grid_);
        for (std::size_t k = begin; k < end; ++k) {
            const std::size_t r    = reached[k];
            const auto        runs = cover.of(polygons_, r, options_.rule, first, last);
            ZonalTally&       t    = tallies_[r];
            const auto at = [&](const CoverRun& run) { return values.data() + static_cast<std::size_t>(run.row - first) * width + static_cast<std::size_t>(run.begin); };
            const auto length = [](const CoverRun& run) { return static_cast<std::size_t>(run.end - run.begin); };
            for (std::size_t i = 0; i < runs.size(); ++i) {
                if (i + 12 < runs.size()) prefetch_run(at(runs[i + 12]), length(runs[i + 12]));
                add_run(t, at(runs[i]), length(runs[i]), runs[i].fraction, options_.moments);
                if (!options_.order) continue;
                for (std::size_t c = 0; c < length(runs[i]); ++c) {
                    const double v = at(runs[i])[c];
                    if (!std::isnan(v)) samples_[r].push_back({v, runs[i].fraction});
                }
            }
            t.overlaps = t.overlaps || cover.overlaps_itself();
            if (rows_[r].last > last) continue;
            if (t.has_data()) t.mean = t.sum / t.weight;
            if (!options_.order) continue;
            if (t.has_data()) orders_[r] = order_of(samples_[r], options_.quantiles);
            samples_[r] = std::vector<Sample>();  // gives the memory back
        }
    });
    next_row_ = last;
}

template void Zonal::add_rows(std::span<const float>);
template void Zonal::add_rows(std::span<const double>);

}  // namespace gapmap
