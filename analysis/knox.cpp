#include "analysis/knox.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "analysis/event_slots.h"
#include "analysis/relabel.h"
#include "geo/core/clones.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_knox = 411;
constexpr double        nan_value   = std::numeric_limits<double>::quiet_NaN();

/// Breaks as nested classes: a value's class is the first break it lies below (or at, when cumulative). Class 0 lies below all bands; the class
/// behind the last break is left out. Bands are the classes 1 .., cumulative classes are the sums of classes 0 .. c.
struct Classes {
    std::span<const double> breaks;
    bool                    inclusive;
    [[nodiscard]] std::size_t of(double value) const noexcept {
        const auto at = inclusive ? std::ranges::lower_bound(breaks, value) : std::ranges::upper_bound(breaks, value);
        return static_cast<std::size_t>(at - breaks.begin());
    }
    [[nodiscard]] bool open() const noexcept { return std::isinf(breaks.back()); }
    /// Breaks that must be looked at: an infinite one takes whatever the others left.
    [[nodiscard]] std::size_t finite() const noexcept { return breaks.size() - (open() ? 1 : 0); }
    [[nodiscard]] std::size_t results() const noexcept { return breaks.size() - (inclusive ? 0 : 1); }
};

void validate(const KnoxOptions& options) {
    const std::size_t least = options.cumulative ? 1 : 2;
    for (const auto* breaks : {&options.distances, &options.intervals}) {
        GEO_EXPECTS(breaks->size() >= least && breaks->front() >= 0);
        for (std::size_t k = 1; k < breaks->size(); ++k) GEO_EXPECTS((*breaks)[k - 1] < (*breaks)[k]);
    }
    GEO_EXPECTS(options.permutations >= 1);
}

/// From counts of the pairs below each break (running sums) to counts of the result classes.
template <class Number>
Number result_of(std::span<const Number> below, const Classes& classes, std::size_t k) {
    return classes.inclusive ? below[k] : below[k + 1] - below[k];
}

/// For each break, the number of partners of each slot below it: [break][slot].
using Degrees = std::vector<std::vector<std::int64_t>>;

Degrees degrees_in_time(std::span<const double> times, const Classes& classes) {
    const std::size_t        n = times.size();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return std::tie(times[a], a) < std::tie(times[b], b); });
    Degrees out(classes.breaks.size(), std::vector<std::int64_t>(n));
    for (std::size_t b = 0; b < classes.breaks.size(); ++b) {
        const double limit = classes.breaks[b];
        const auto   near  = [&](std::size_t i, std::size_t j) {
            const double gap = times[order[j]] - times[order[i]];
            return classes.inclusive ? gap <= limit : gap < limit;
        };
        std::vector<std::int64_t> starts(n + 1);  // how many windows end before j: differences of +1
        std::size_t               end = 0;
        for (std::size_t i = 0; i < n; ++i) {
            end = std::max(end, i + 1);
            while (end < n && near(i, end)) ++end;
            out[b][order[i]] += static_cast<std::int64_t>(end - i - 1);
            if (i + 1 < n) {
                ++starts[i + 1];
                --starts[end];
            }
        }
        std::int64_t open = 0;
        for (std::size_t j = 0; j < n; ++j) {
            open += starts[j];
            out[b][order[j]] += open;
        }
    }
    return out;
}

Degrees degrees_in_space(const SpacePairs& pairs, std::size_t n, const Classes& classes) {
    Degrees out(classes.breaks.size(), std::vector<std::int64_t>(n));
    std::vector<std::int64_t> running(n);
    for (std::size_t b = 0; b < classes.finite(); ++b) {
        for (std::size_t k = pairs.offsets[b]; k < pairs.offsets[b + 1]; ++k) {
            ++running[pairs.first[k]];
            ++running[pairs.second[k]];
        }
        out[b] = running;
    }
    if (classes.open()) std::ranges::fill(out.back(), static_cast<std::int64_t>(n) - 1);
    return out;
}

/// Sums of one result class's matrix of zeros and ones, in whole numbers as far as they go.
PairSums sums_of(const Degrees& degrees, const Classes& classes, std::size_t k, std::size_t n) {
    const auto   points = static_cast<double>(n), pairs = points * (points - 1) / 2;
    std::int64_t twice = 0;
    const auto   degree = [&](std::size_t i) { return classes.inclusive ? degrees[k][i] : degrees[k + 1][i] - degrees[k][i]; };
    for (std::size_t i = 0; i < n; ++i) twice += degree(i);
    const auto total = static_cast<double>(twice / 2);
    PairSums   out{total, total * ((pairs - total) / pairs), 0};
    const double mean = static_cast<double>(twice) / points;
    for (std::size_t i = 0; i < n; ++i) {
        const double off = static_cast<double>(degree(i)) - mean;
        out.margins += off * off;
    }
    return out;
}

/// Counts of one labelling: [distance break][interval break], pairs below both.
class Counter {
public:
    Counter(const SpacePairs& pairs, const Classes& space, const Classes& time, const Degrees& in_time) : pairs_(pairs), space_(space), time_(time) {
        for (const auto& degrees : in_time) all_in_time_.push_back(std::accumulate(degrees.begin(), degrees.end(), std::int64_t{0}) / 2);
    }

    [[nodiscard]] std::size_t size() const noexcept { return space_.breaks.size() * time_.breaks.size(); }

    void count(std::span<const double> times, std::span<std::int64_t> out) const {
        const std::size_t columns = time_.breaks.size();
        std::ranges::fill(out, 0);
        for (std::size_t b = 0; b < space_.finite(); ++b) {
            const auto row = out.subspan(b * columns, columns);
            if (b > 0) std::ranges::copy(out.subspan((b - 1) * columns, columns), row.begin());
            const std::size_t begin = pairs_.offsets[b], size = pairs_.offsets[b + 1] - begin;
            add({pairs_.first.data() + begin, size}, {pairs_.second.data() + begin, size}, times, row);
        }
        if (space_.open()) std::ranges::copy(all_in_time_, out.last(columns).begin());
    }

private:
    /// Adds to row[k] the pairs whose gap lies below break k.
    void add(std::span<const std::uint32_t> first, std::span<const std::uint32_t> second, std::span<const double> times, std::span<std::int64_t> row) const {
        constexpr std::size_t block = 512;
        double                gaps[block];
        for (std::size_t begin = 0; begin < first.size(); begin += block) {
            const std::size_t size = std::min(block, first.size() - begin);
            gather(first.data() + begin, second.data() + begin, times.data(), gaps, size);
            for (std::size_t k = 0; k < time_.finite(); ++k) row[k] += below(gaps, size, time_.breaks[k], time_.inclusive);
            if (time_.open()) row.back() += static_cast<std::int64_t>(size);
        }
    }
    GAPMAP_CLONES static void gather(const std::uint32_t* first, const std::uint32_t* second, const double* times, double* gaps, std::size_t size) {
        for (std::size_t k = 0; k < size; ++k) gaps[k] = std::abs(times[first[k]] - times[second[k]]);
    }
    GAPMAP_CLONES static std::int64_t below(const double* gaps, std::size_t size, double limit, bool inclusive) {
        std::int64_t count = 0;
        if (inclusive) {
            for (std::size_t k = 0; k < size; ++k) count += gaps[k] <= limit ? 1 : 0;
        } else {
            for (std::size_t k = 0; k < size; ++k) count += gaps[k] < limit ? 1 : 0;
        }
        return count;
    }

    const SpacePairs&         pairs_;
    Classes                   space_, time_;
    std::vector<std::int64_t> all_in_time_;
};

/// From pairs below both breaks to the result cells.
std::vector<std::int64_t> cells_of(std::span<const std::int64_t> below, const Classes& space, const Classes& time) {
    const std::size_t         columns = time.breaks.size();
    std::vector<std::int64_t> out;
    for (std::size_t d = 0; d < space.results(); ++d) {
        for (std::size_t t = 0; t < time.results(); ++t) {
            if (space.inclusive) {
                out.push_back(below[d * columns + t]);
            } else {
                const auto* low  = below.data() + d * columns + t;
                const auto* high = low + columns;
                out.push_back(high[1] - high[0] - low[1] + low[0]);
            }
        }
    }
    return out;
}

/// For each cell, relabellings with as many pairs or more, and with as few or fewer.
struct Ranks {
    std::vector<std::int64_t> at_least, at_most;
};

Ranks rank_cells(const Counter& counter, const EventSlots& slots, const Classes& space, const Classes& time, std::span<const std::int64_t> observed, const KnoxOptions& options, const Execution& exec) {
    std::vector<double> sorted = slots.time;
    std::ranges::sort(sorted);
    const std::size_t cells = observed.size();
    std::vector<std::int64_t> counts(options.permutations * cells);
    parallel_chunks(exec, options.permutations, 4, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int64_t> below(counter.size());
        for (std::size_t m = begin; m < end; ++m) {
            exec.check_stop();
            counter.count(dealt_times(sorted, options.seed, stream_knox, m), below);
            std::ranges::copy(cells_of(below, space, time), counts.begin() + static_cast<std::ptrdiff_t>(m * cells));
        }
    });
    Ranks out{std::vector<std::int64_t>(cells), std::vector<std::int64_t>(cells)};
    for (std::size_t m = 0; m < options.permutations; ++m) {
        for (std::size_t c = 0; c < cells; ++c) {
            out.at_least[c] += counts[m * cells + c] >= observed[c] ? 1 : 0;
            out.at_most[c] += counts[m * cells + c] <= observed[c] ? 1 : 0;
        }
    }
    return out;
}

/// Pairs at the very same time, by result cell. They lie below every break but one at 0.
std::vector<std::int64_t> same_time_cells(const SpacePairs& pairs, const EventSlots& slots, const Classes& space, const Classes& time, std::int64_t all) {
    const std::size_t         columns = time.breaks.size();
    std::vector<std::int64_t> below(space.breaks.size() * columns);
    std::int64_t              running = 0;
    for (std::size_t b = 0; b < space.breaks.size(); ++b) {
        for (std::size_t k = b < space.finite() ? pairs.offsets[b] : 0; b < space.finite() && k < pairs.offsets[b + 1]; ++k) running += slots.time[pairs.first[k]] == slots.time[pairs.second[k]] ? 1 : 0;
        const std::int64_t value = b < space.finite() ? running : all;
        for (std::size_t t = 0; t < columns; ++t) below[b * columns + t] = time.of(0) <= t ? value : 0;
    }
    return cells_of(below, space, time);
}

std::int64_t pairs_at_one_time(std::vector<double> times) {
    std::ranges::sort(times);
    std::int64_t pairs = 0, run = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        run = times[i] == times[i - 1] ? run + 1 : 0;
        pairs += run;
    }
    return pairs;
}

void fill_moments(KnoxTable& out, const Degrees& in_space, const Degrees& in_time, const Classes& space, const Classes& time) {
    std::vector<PairSums> space_sums, time_sums;
    for (std::size_t d = 0; d < space.results(); ++d) space_sums.push_back(sums_of(in_space, space, d, out.points));
    for (std::size_t t = 0; t < time.results(); ++t) time_sums.push_back(sums_of(in_time, time, t, out.points));
    for (const PairSums& s : space_sums) out.pairs_in_space.push_back(static_cast<std::int64_t>(s.total));
    for (const PairSums& s : time_sums) out.pairs_in_time.push_back(static_cast<std::int64_t>(s.total));
    for (std::size_t c = 0; c < out.cells.size(); ++c) {
        const RelabelMoments moments = relabel_moments(out.points, space_sums[c / time.results()], time_sums[c % time.results()]);
        out.cells[c].expected = moments.mean;
        out.cells[c].variance = moments.variance;
        out.cells[c].ratio    = moments.mean > 0 ? static_cast<double>(out.cells[c].observed) / moments.mean : nan_value;
    }
}

void fill_p(KnoxTable& out, const Ranks& ranks, const KnoxOptions& options) {
    std::vector<double> p;
    for (std::size_t c = 0; c < out.cells.size(); ++c) {
        KnoxCell& cell = out.cells[c];
        cell.p_high    = rank_p(ranks.at_least[c], options.permutations);
        cell.p_low     = rank_p(ranks.at_most[c], options.permutations);
        const bool fixed = cell.variance <= 1e-12 * cell.expected;  // every relabelling gives the same number
        if (fixed || cell.expected < options.least_expected) cell.status = Status::too_few;
        p.push_back(cell.status == Status::ok ? cell.p_high : nan_value);
    }
    const auto adjusted = adjusted_p(p, options.fdr);
    for (std::size_t c = 0; c < out.cells.size(); ++c) out.cells[c].p_adjusted = adjusted[c];
}

}  // namespace

KnoxTable knox(PointsView<Planar> points, std::span<const double> times, const KnoxOptions& options, const Execution& exec) {
    validate(options);
    const Classes space{options.distances, options.cumulative}, time{options.intervals, options.cumulative};
    const EventSlots slots = event_slots(points, times);
    KnoxTable     out;
    out.points           = slots.size();
    out.missing          = slots.missing;
    out.distance_classes = space.results();
    out.interval_classes = time.results();
    out.cells.resize(space.results() * time.results());
    if (slots.size() < 2) {
        out.status = Status::missing;
        out.pairs_in_space.assign(space.results(), 0);
        out.pairs_in_time.assign(time.results(), 0);
        for (KnoxCell& cell : out.cells) cell = {.ratio = nan_value, .p_high = nan_value, .p_low = nan_value, .p_adjusted = nan_value, .status = Status::missing};
        return out;
    }
    out.pairs           = static_cast<std::int64_t>(slots.size()) * (static_cast<std::int64_t>(slots.size()) - 1) / 2;
    out.same_time_pairs = pairs_at_one_time(slots.time);
    SpacePairs pairs;
    if (space.finite() > 0) pairs = space_pairs(slots.places(), space.breaks[space.finite() - 1], options.distance, space.finite(), [&](double d) { return space.of(d); }, exec);
    const Degrees in_space = degrees_in_space(pairs, slots.size(), space), in_time = degrees_in_time(slots.time, time);
    const Counter counter(pairs, space, time, in_time);
    std::vector<std::int64_t> below(counter.size());
    counter.count(slots.time, below);
    const auto observed = cells_of(below, space, time), same = same_time_cells(pairs, slots, space, time, out.same_time_pairs);
    for (std::size_t c = 0; c < observed.size(); ++c) {
        out.cells[c].observed  = observed[c];
        out.cells[c].same_time = same[c];
    }
    fill_moments(out, in_space, in_time, space, time);
    fill_p(out, rank_cells(counter, slots, space, time, observed, options, exec), options);
    return out;
}

std::vector<NearPair> near_pairs(PointsView<Planar> points, std::span<const double> times, const NearPairRule& rule) {
    const EventSlots slots = event_slots(points, times);
    const SpacePairs pairs = space_pairs(slots.places(), rule.distance, rule.metric, 1, [&](double d) { return d <= rule.distance ? 0U : 1U; });
    std::vector<NearPair> out;
    for (std::size_t k = 0; k < pairs.first.size(); ++k) {
        std::uint32_t a = slots.row[pairs.first[k]], b = slots.row[pairs.second[k]];
        if (std::tie(times[b], b) < std::tie(times[a], a)) std::swap(a, b);
        const double gap = times[b] - times[a];
        if (gap <= rule.interval) out.push_back({a, b, plane_distance(points.x[a] - points.x[b], points.y[a] - points.y[b], rule.metric), gap});
    }
    std::ranges::sort(out, [&](const NearPair& p, const NearPair& q) { return std::tie(times[p.first], p.first, times[p.second], p.second) < std::tie(times[q.first], q.first, times[q.second], q.second); });
    return out;
}

}  // namespace gapmap
