#include "analysis/scan_lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "geo/core/clones.h"

#define GAPMAP_INLINE inline __attribute__((always_inline))

namespace gapmap {
namespace {

constexpr std::size_t row_bytes = 256, rows_of_vectors = 8;

template <class Count>
struct Vectors {
    typedef Count V __attribute__((vector_size(32)));
    static constexpr std::size_t width = 32 / sizeof(Count), lanes = row_bytes / sizeof(Count);
};

typedef long long Words __attribute__((vector_size(32)));

template <class V>
GAPMAP_INLINE bool any(const V& mask) {
    const Words w = reinterpret_cast<Words>(mask);
    return (w[0] | w[1] | w[2] | w[3]) != 0;
}

/// What decides whether a window is worth a look: for each bucket of measures, the least count on the high side, and one more than the
/// largest on the low side.
template <class Count>
struct Limits {
    const Count* high;
    const Count* low;
};

template <class Count, bool High, bool Low>
GAPMAP_INLINE bool reaches(const typename Vectors<Count>::V* a, Count high, Count low) {
    using V = typename Vectors<Count>::V;
    bool found = false;
    if constexpr (High) {
        V m0 = a[0] > a[1] ? a[0] : a[1], m1 = a[2] > a[3] ? a[2] : a[3], m2 = a[4] > a[5] ? a[4] : a[5], m3 = a[6] > a[7] ? a[6] : a[7];
        m0 = m0 > m1 ? m0 : m1;
        m2 = m2 > m3 ? m2 : m3;
        m0 = m0 > m2 ? m0 : m2;
        found = any(m0 >= high);
    }
    if constexpr (Low) {
        V m0 = a[0] < a[1] ? a[0] : a[1], m1 = a[2] < a[3] ? a[2] : a[3], m2 = a[4] < a[5] ? a[4] : a[5], m3 = a[6] < a[7] ? a[6] : a[7];
        m0 = m0 < m1 ? m0 : m1;
        m2 = m2 < m3 ? m2 : m3;
        m0 = m0 < m2 ? m0 : m2;
        found = found || any(m0 < low);
    }
    return found;
}

/// Adds sites to the sums until a window is worth a look; its number, or n.
template <class Count, bool High, bool Low>
GAPMAP_INLINE std::size_t advance(const Count* table, const std::uint32_t* order, const std::uint16_t* bucket, Limits<Count> limits, Count* sums, std::size_t k, std::size_t n) {
    using V = typename Vectors<Count>::V;
    V a[rows_of_vectors];
    __builtin_memcpy(a, sums, sizeof a);
    bool found = false;
    for (; k < n; ++k) {
        const Count* row = table + std::size_t{order[k]} * Vectors<Count>::lanes;
#pragma GCC unroll 8
        for (std::size_t v = 0; v < rows_of_vectors; ++v) a[v] += *reinterpret_cast<const V*>(row + v * Vectors<Count>::width);
        found = reaches<Count, High, Low>(a, High ? limits.high[bucket[k]] : Count{0}, Low ? limits.low[bucket[k]] : Count{0});
        if (found) break;
    }
    __builtin_memcpy(sums, a, sizeof a);
    return k;
}

/// Cases from interval to interval: `end` less each of `starts`, until one is worth a look; its number, or n. The difference is left in `sums`.
template <class Count, bool High, bool Low>
GAPMAP_INLINE std::size_t advance_time(const Count* end, const Count* starts, const std::uint16_t* bucket, Limits<Count> limits, Count* sums, std::size_t k, std::size_t n) {
    using V = typename Vectors<Count>::V;
    V a[rows_of_vectors];
    for (; k < n; ++k) {
        const Count* start = starts + k * Vectors<Count>::lanes;
#pragma GCC unroll 8
        for (std::size_t v = 0; v < rows_of_vectors; ++v) {
            a[v] = *reinterpret_cast<const V*>(end + v * Vectors<Count>::width) - *reinterpret_cast<const V*>(start + v * Vectors<Count>::width);
        }
        if (reaches<Count, High, Low>(a, High ? limits.high[bucket[k]] : Count{0}, Low ? limits.low[bucket[k]] : Count{0})) {
            __builtin_memcpy(sums, a, sizeof a);
            break;
        }
    }
    return k;
}

#define GAPMAP_ADVANCE(Count, suffix)                                                                                                                                          \
    GAPMAP_CLONES std::size_t zones_##suffix(int side, const Count* table, const std::uint32_t* order, const std::uint16_t* bucket, Limits<Count> limits, Count* sums,      \
                                             std::size_t k, std::size_t n) {                                                                                                 \
        return side == 0   ? advance<Count, true, false>(table, order, bucket, limits, sums, k, n)                                                                             \
               : side == 1 ? advance<Count, false, true>(table, order, bucket, limits, sums, k, n)                                                                             \
                           : advance<Count, true, true>(table, order, bucket, limits, sums, k, n);                                                                             \
    }                                                                                                                                                                          \
    GAPMAP_CLONES std::size_t times_##suffix(int side, const Count* end, const Count* starts, const std::uint16_t* bucket, Limits<Count> limits, Count* sums, std::size_t k, \
                                             std::size_t n) {                                                                                                                \
        return side == 0   ? advance_time<Count, true, false>(end, starts, bucket, limits, sums, k, n)                                                                         \
               : side == 1 ? advance_time<Count, false, true>(end, starts, bucket, limits, sums, k, n)                                                                         \
                           : advance_time<Count, true, true>(end, starts, bucket, limits, sums, k, n);                                                                         \
    }
GAPMAP_ADVANCE(std::uint16_t, 16)
GAPMAP_ADVANCE(std::int32_t, 32)
#undef GAPMAP_ADVANCE

std::size_t next_zone(int side, const std::uint16_t* t, const std::uint32_t* o, const std::uint16_t* b, Limits<std::uint16_t> l, std::uint16_t* s, std::size_t k, std::size_t n) {
    return zones_16(side, t, o, b, l, s, k, n);
}
std::size_t next_zone(int side, const std::int32_t* t, const std::uint32_t* o, const std::uint16_t* b, Limits<std::int32_t> l, std::int32_t* s, std::size_t k, std::size_t n) {
    return zones_32(side, t, o, b, l, s, k, n);
}
std::size_t next_time(int side, const std::uint16_t* e, const std::uint16_t* t, const std::uint16_t* b, Limits<std::uint16_t> l, std::uint16_t* s, std::size_t k, std::size_t n) {
    return times_16(side, e, t, b, l, s, k, n);
}
std::size_t next_time(int side, const std::int32_t* e, const std::int32_t* t, const std::uint16_t* b, Limits<std::int32_t> l, std::int32_t* s, std::size_t k, std::size_t n) {
    return times_32(side, e, t, b, l, s, k, n);
}

/// Memory of whole rows, aligned to them.
template <class Count>
class Rows {
public:
    explicit Rows(std::size_t rows = 0) : memory_(rows * row_bytes + row_bytes) {
        void*       p     = memory_.data();
        std::size_t space = memory_.size();
        first_ = static_cast<Count*>(std::align(row_bytes, rows * row_bytes, p, space));
    }
    [[nodiscard]] Count* row(std::size_t r) noexcept { return first_ + r * Vectors<Count>::lanes; }

private:
    std::vector<std::byte> memory_;
    Count*                 first_ = nullptr;
};

/// Lanes at or beyond the limits of one window, ascending.
template <class Count>
std::size_t worth_a_look(int side, const Count* sums, Limits<Count> limits, std::uint8_t* lane_of) {
    using V = typename Vectors<Count>::V;
    std::size_t found = 0;
    for (std::size_t v = 0; v < rows_of_vectors; ++v) {
        V a;
        __builtin_memcpy(&a, sums + v * Vectors<Count>::width, sizeof a);
        if (!(side != 1 && any(a >= *limits.high)) && !(side != 0 && any(a < *limits.low))) continue;
        for (std::size_t lane = v * Vectors<Count>::width; lane < (v + 1) * Vectors<Count>::width; ++lane) {
            const bool look = (side != 1 && sums[lane] >= *limits.high) || (side != 0 && sums[lane] < *limits.low);
            lane_of[found] = static_cast<std::uint8_t>(lane);
            found += look ? 1U : 0U;
        }
    }
    return found;
}

template <class Count>
class Batches final : public ScanBatches {
    static constexpr std::size_t lanes = Vectors<Count>::lanes;

public:
    Batches(const ScanSites& sites, const ScanOptions& options, std::uint32_t first, std::uint32_t count)
        : sites_(sites), ratio_(sites, options), options_(options), first_(first), replications_(count), batches_((count + lanes - 1) / lanes), replication_(count) {
        // Buckets are about 1/64 of a standard deviation wide, so that a limit is rarely off by more than one case.
        const double most = std::sqrt(std::max(ratio_.expected(sites.total_measure) * options.max_share, 1.0));
        buckets_ = static_cast<std::size_t>(std::min(16'384.0, 64 * most)) + 2;
        scale_   = static_cast<double>(buckets_ - 2) / std::sqrt(std::max(sites.total_measure * options.max_share, std::numeric_limits<double>::min()));
        for (std::size_t b = 0; b < batches_.size(); ++b) {
            batches_[b].used = std::min<std::size_t>(lanes, count - b * lanes);
        }
        std::iota(replication_.begin(), replication_.end(), 0U);
    }

    [[nodiscard]] std::size_t   count() const noexcept override { return batches_.size(); }
    [[nodiscard]] std::uint16_t bucket_of(double measure) const noexcept override {
        return static_cast<std::uint16_t>(std::min(static_cast<double>(buckets_ - 1), std::sqrt(std::max(measure, 0.0)) * scale_));
    }

    void fill(std::size_t b, const ScanNull& null) override {
        Batch& batch = batches_[b];
        batch.table  = Rows<Count>(sites_.cases.size());
        batch.best.assign(lanes, 0);
        std::vector<std::int32_t> counts(sites_.cases.size());
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            // Lanes to spare repeat the last replication: empty ones would look like very low rates.
            if (lane < batch.used) null.draw(first_ + static_cast<std::uint32_t>(b * lanes + lane), counts);
            for (std::size_t k = 0; k < counts.size(); ++k) {
                if (lane < batch.used && k % sites_.intervals != 0) counts[k] += counts[k - 1];
                batch.table.row(k)[lane] = static_cast<Count>(counts[k]);
            }
        }
        batch.high.assign(buckets_, 0);
        batch.low.assign(buckets_, 0);
        settle_limits(batch, 1);
    }

    void visit(std::size_t b, const ScanZones& zones, std::span<const std::uint16_t> bucket, double factor) override {
        Batch& batch = batches_[b];
        if (factor != batch.factor || record(batch) > batch.level) settle_limits(batch, factor);
        if (sites_.intervals > 1) return visit_times(batch, zones, factor);
        alignas(32) Count sums[lanes];
        for (std::size_t c = 0; c < zones.size(); ++c) {
            std::fill(std::begin(sums), std::end(sums), Count{0});
            const std::size_t    from = zones.offsets[c], n = zones.offsets[c + 1] - from;
            const std::uint32_t* order = zones.order.data() + from;
            for (std::size_t k = 0; k < n; ++k) {
                k = next_zone(side(), batch.table.row(0), order, bucket.data() + from, {batch.high.data(), batch.low.data()}, sums, k, n);
                if (k < n) look(batch, sums, zones.measure[from + k], factor);
            }
        }
    }

    void regroup(const Execution& exec) override {
        if (batches_.size() < 2) return;
        std::vector<std::uint32_t> order(replications_), number(replications_);
        std::iota(order.begin(), order.end(), 0U);
        const auto best = [&](std::uint32_t r) { return batches_[r / lanes].best[r % lanes]; };
        std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) { return best(a) < best(b); });
        std::vector<double> records(replications_);
        for (std::uint32_t r = 0; r < replications_; ++r) {
            records[r] = best(order[r]);
            number[r]  = replication_[order[r]];
        }
        replication_ = std::move(number);
        for (std::uint32_t r = 0; r < replications_; ++r) batches_[r / lanes].best[r % lanes] = records[r];
        parallel_chunks(exec, sites_.cases.size(), 256, [&](std::size_t begin, std::size_t end) {
            std::vector<Count> row(batches_.size() * lanes);
            for (std::size_t k = begin; k < end; ++k) {
                for (std::size_t b = 0; b < batches_.size(); ++b) std::copy_n(batches_[b].table.row(k), lanes, row.data() + b * lanes);
                for (std::size_t r = 0; r < batches_.size() * lanes; ++r) batches_[r / lanes].table.row(k)[r % lanes] = row[order[std::min<std::size_t>(r, replications_ - 1)]];
            }
        });
        for (Batch& batch : batches_) batch.factor = 0;
    }

    [[nodiscard]] std::vector<double> maxima() const override {
        std::vector<double> out(replications_);
        for (std::uint32_t r = 0; r < replications_; ++r) out[replication_[r]] = batches_[r / lanes].best[r % lanes];
        return out;
    }

private:
    struct Batch {
        std::size_t         used = 0;
        Rows<Count>         table;
        std::vector<double> best;
        double              level = 0, factor = 0;  // what the limits were made for
        std::vector<Count>  high, low;
    };

    [[nodiscard]] int side() const noexcept { return options_.side == ScanSide::high ? 0 : options_.side == ScanSide::low ? 1 : 2; }

    [[nodiscard]] double record(const Batch& batch) const { return *std::min_element(batch.best.begin(), batch.best.begin() + static_cast<std::ptrdiff_t>(batch.used)); }

    void settle_limits(Batch& batch, double factor) const {
        batch.level  = record(batch);
        batch.factor = factor;
        const double       level = batch.level / factor * (1 - 1e-12);
        constexpr auto     top   = static_cast<std::int64_t>(std::numeric_limits<Count>::max());
        std::int64_t       high = 0, low = -1;
        for (std::size_t k = 0; k < buckets_; ++k) {
            const double from = static_cast<double>(k) / scale_, to = static_cast<double>(k + 1) / scale_;
            if (options_.side != ScanSide::low) high = ratio_.least_high(from * from * (1 - 1e-9), level, high);
            if (options_.side != ScanSide::high) low = ratio_.most_low(to * to * (1 + 1e-9), level, low);
            batch.high[k] = static_cast<Count>(std::min(high, top));
            batch.low[k]  = static_cast<Count>(std::min(low + 1, top));
        }
    }

    /// A window in which some replication may have a new record.
    void look(Batch& batch, const Count* sums, double measure, double factor) const {
        const std::uint16_t bucket = bucket_of(measure);
        std::uint8_t        lane_of[lanes];
        const std::size_t   found = worth_a_look(side(), sums, {&batch.high[bucket], &batch.low[bucket]}, lane_of);
        bool                better = false;
        for (std::size_t k = 0; k < found; ++k) {
            const std::size_t lane = lane_of[k];
            if (lane >= batch.used || ratio_.bound(sums[lane], measure) * factor * (1 + 1e-9) <= batch.best[lane]) continue;
            const double llr = ratio_(sums[lane], measure) * factor;
            if (llr <= batch.best[lane]) continue;
            batch.best[lane] = llr;
            better           = true;
        }
        // Limits cost a pass over the buckets, so they follow the records in steps.
        if (better && record(batch) > batch.level * 1.03 + 0.01) settle_limits(batch, factor);
    }

    void visit_times(Batch& batch, const ScanZones& zones, double factor) {
        const std::size_t          t = sites_.intervals;
        Rows<Count>                sums(t + 1);  // row 0 stays 0, row s + 1: cases of the zone up to interval s
        std::vector<double>        measure(t + 1);
        std::vector<std::uint16_t> bucket(t);
        alignas(32) Count          window[lanes];
        for (std::size_t c = 0; c < zones.size(); ++c) {
            std::fill(sums.row(0), sums.row(t + 1), Count{0});
            std::ranges::fill(measure, 0);
            for (std::size_t z = zones.offsets[c]; z < zones.offsets[c + 1]; ++z) {
                const std::size_t site = zones.order[z];
                double            before = 0;
                for (std::size_t s = 0; s < t; ++s) {
                    measure[s + 1] += before += sites_.measure[site * t + s];
                    add_row(sums.row(s + 1), batch.table.row(site * t + s));
                }
                for (std::size_t end = options_.prospective ? t : 1; end <= t; ++end) {
                    const std::size_t from = end > options_.max_intervals ? end - options_.max_intervals : 0, n = end - from;
                    for (std::size_t k = 0; k < n; ++k) bucket[k] = bucket_of(measure[end] - measure[from + k]);
                    for (std::size_t k = 0; k < n; ++k) {
                        k = next_time(side(), sums.row(end), sums.row(from), bucket.data(), {batch.high.data(), batch.low.data()}, window, k, n);
                        if (k < n) look(batch, window, measure[end] - measure[from + k], factor);
                    }
                }
            }
        }
    }

    static void add_row(Count* to, const Count* row) {
        for (std::size_t lane = 0; lane < lanes; ++lane) to[lane] = static_cast<Count>(to[lane] + row[lane]);
    }

    const ScanSites&   sites_;
    ScanRatio          ratio_;
    const ScanOptions& options_;
    std::uint32_t      first_, replications_;
    std::vector<Batch> batches_;
    std::vector<std::uint32_t> replication_;  // that is in a lane, lane after lane
    std::size_t        buckets_ = 0;
    double             scale_   = 0;
};

constexpr std::int64_t narrow_cases = std::numeric_limits<std::uint16_t>::max() - 1;

}  // namespace

std::uint32_t scan_lanes(std::int64_t cases) noexcept { return static_cast<std::uint32_t>(cases <= narrow_cases ? Vectors<std::uint16_t>::lanes : Vectors<std::int32_t>::lanes); }

std::unique_ptr<ScanBatches> ScanBatches::make(const ScanSites& sites, const ScanOptions& options, std::uint32_t first, std::uint32_t count) {
    if (sites.total_cases <= narrow_cases) return std::make_unique<Batches<std::uint16_t>>(sites, options, first, count);
    return std::make_unique<Batches<std::int32_t>>(sites, options, first, count);
}

void for_each_zone_block(const ScanSites& sites, const ScanOptions& options, const Execution& exec, const ZoneVisit& visit) {
    const std::size_t          n = sites.size();
    std::vector<std::uint32_t> centres;
    std::size_t                stride = std::max<std::size_t>(1, static_cast<std::size_t>(0.618 * static_cast<double>(n)));
    while (std::gcd(stride, n) != 1) ++stride;
    for (std::size_t k = 0; k < n; ++k) centres.push_back(static_cast<std::uint32_t>(k * stride % n));
    ScanZones         zones;
    const std::size_t block  = std::clamp<std::size_t>(1'000'000 / std::max<std::size_t>(n, 1), 16, 1'024);
    const auto        shapes = scan_shapes(options);
    for (std::size_t s = 0; s < shapes.size(); ++s) {
        for (std::size_t begin = 0, end = s == 0 && n >= 256 ? std::min(block, n / 16) : std::min(block, n); begin < n; begin = end, end = std::min(end + block, n)) {
            exec.check_stop();
            exec.report("scan", s * n + begin, shapes.size() * n);
            const auto some = std::span<const std::uint32_t>(centres).subspan(begin, end - begin);
            scan_zones(sites, some, shapes[s], options, exec, zones);
            visit(s, shapes[s], some, zones);
        }
    }
    exec.report("scan", shapes.size() * n, shapes.size() * n);
}

std::vector<double> scan_maxima(const ScanSites& sites, const ScanOptions& options, std::uint32_t round, const Execution& exec, const ZoneVisit& also) {
    constexpr std::size_t memory = std::size_t{1} << 29;  // of the counts of the batches that are scanned together
    const std::uint32_t   lanes  = scan_lanes(sites.total_cases);
    const auto            together = static_cast<std::uint32_t>(std::clamp<std::size_t>(memory / (sites.cases.size() * row_bytes + 1), std::max(1U, exec.threads), 1'024)) * lanes;
    const ScanNull        null(sites, options.model, options.seed, round);
    std::vector<double>   out;
    for (std::uint32_t first = 0; first < options.replications; first += together) {
        const auto batches = ScanBatches::make(sites, options, first, std::min(together, options.replications - first));
        parallel_chunks(exec, batches->count(), 1, [&](std::size_t b, std::size_t) { batches->fill(b, null); });
        std::vector<std::uint16_t> bucket;
        bool                       first_block = true;
        for_each_zone_block(sites, options, exec, [&](std::size_t number, const ScanShape& shape, std::span<const std::uint32_t> centres, const ScanZones& zones) {
            if (also && first == 0) also(number, shape, centres, zones);
            bucket.resize(zones.measure.size());
            parallel_chunks(exec, bucket.size(), 65'536, [&](std::size_t begin, std::size_t end) {
                for (std::size_t k = begin; k < end; ++k) bucket[k] = batches->bucket_of(zones.measure[k]);
            });
            parallel_chunks(exec, batches->count(), 1, [&](std::size_t b, std::size_t) { batches->visit(b, zones, bucket, shape.factor); });
            if (std::exchange(first_block, false)) batches->regroup(exec);
        });
        const auto some = batches->maxima();
        out.insert(out.end(), some.begin(), some.end());
    }
    return out;
}

}  // namespace gapmap
