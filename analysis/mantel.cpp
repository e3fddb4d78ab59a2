#include "analysis/mantel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "analysis/event_slots.h"
#include "analysis/multiplicity.h"
#include "analysis/relabel.h"
#include "geo/core/clones.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_mantel = 412;
constexpr std::size_t   lanes         = 8;  // partial sums of a row, so that they are the same for every vector width

struct Measure {
    bool   reciprocal = false;
    double constant   = 0;
    [[nodiscard]] double of(double d) const noexcept { return reciprocal ? 1 / (d + constant) : d; }
};

double sum_of(const std::array<double, lanes>& part) { return ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7])); }

/// Sum over j of near[j] times the measure of |time[j] - here|.
GAPMAP_CLONES double row_product(const double* near, const double* time, std::size_t size, double here, bool reciprocal, double constant) {
    std::array<double, lanes> part{};
    std::size_t               j = 0;
    if (reciprocal) {
        for (; j + lanes <= size; j += lanes) {
            for (std::size_t k = 0; k < lanes; ++k) part[k] += near[j + k] * (1 / (std::abs(time[j + k] - here) + constant));
        }
        for (; j < size; ++j) part[j % lanes] += near[j] * (1 / (std::abs(time[j] - here) + constant));
    } else {
        for (; j + lanes <= size; j += lanes) {
            for (std::size_t k = 0; k < lanes; ++k) part[k] += near[j + k] * std::abs(time[j + k] - here);
        }
        for (; j < size; ++j) part[j % lanes] += near[j] * std::abs(time[j] - here);
    }
    return sum_of(part);
}

/// PairSums of value(i, j), in two passes so that centring costs no digits.
template <class Value>
PairSums pair_sums(std::size_t n, const Value& value) {
    std::vector<double> row(n);
    PairSums            out;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            const double v = value(i, j);
            row[i] += v;
            row[j] += v;
        }
    }
    for (const double r : row) out.total += r;
    out.total /= 2;
    const auto   count = static_cast<double>(n);
    const double mean = 2 * out.total / count / (count - 1), mean_row = 2 * out.total / count;
    for (std::size_t i = 0; i < n; ++i) {
        out.margins += (row[i] - mean_row) * (row[i] - mean_row);
        for (std::size_t j = i + 1; j < n; ++j) out.squares += (value(i, j) - mean) * (value(i, j) - mean);
    }
    return out;
}

/// The sums of the observed times and of each relabelling: the rows of space are made once for a block of relabellings.
class Sums {
public:
    Sums(const EventSlots& slots, Measure space, Measure time, PlaneDistance metric) : slots_(slots), space_(space), time_(time), metric_(metric) {}

    void add(std::span<const std::vector<double>> labellings, std::span<double> out) const {
        const std::size_t   n = slots_.size();
        std::vector<double> near(n);
        for (std::size_t i = 0; i + 1 < n; ++i) {
            const std::size_t rest = n - i - 1;
            for (std::size_t j = 0; j < rest; ++j) near[j] = space_.of(plane_distance(slots_.x[i + 1 + j] - slots_.x[i], slots_.y[i + 1 + j] - slots_.y[i], metric_));
            for (std::size_t m = 0; m < labellings.size(); ++m) out[m] += row_product(near.data(), labellings[m].data() + i + 1, rest, labellings[m][i], time_.reciprocal, time_.constant);
        }
    }

private:
    const EventSlots&  slots_;
    Measure       space_, time_;
    PlaneDistance metric_;
};

void rank_sum(MantelResult& out, const Sums& sums, const EventSlots& slots, const MantelOptions& options, const Execution& exec) {
    std::vector<double> sorted = slots.time, permuted(options.permutations);
    std::ranges::sort(sorted);
    parallel_chunks(exec, options.permutations, 32, [&](std::size_t begin, std::size_t end) {
        exec.check_stop();
        std::vector<std::vector<double>> block;
        for (std::size_t m = begin; m < end; ++m) block.push_back(dealt_times(sorted, options.seed, stream_mantel, m));
        sums.add(block, std::span(permuted).subspan(begin, end - begin));
    });
    const double tie = 1e-12 * std::abs(out.sum);
    std::int64_t at_least = 0, at_most = 0;
    for (const double s : permuted) {
        at_least += s >= out.sum - tie ? 1 : 0;
        at_most += s <= out.sum + tie ? 1 : 0;
    }
    out.p_high = rank_p(at_least, options.permutations);
    out.p_low  = rank_p(at_most, options.permutations);
}

}  // namespace

MantelResult mantel(PointsView<Planar> points, std::span<const double> times, const MantelOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.permutations >= 1);
    GEO_EXPECTS(!options.reciprocal || (options.distance_constant > 0 && options.interval_constant > 0));
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    const EventSlots slots = event_slots(points, times);
    const std::size_t n = slots.size();
    MantelResult     out{.points = n, .missing = slots.missing};
    if (n < 2) {
        out.z = out.r = out.p_high = out.p_low = nothing;
        out.status = Status::missing;
        return out;
    }
    out.pairs = static_cast<std::int64_t>(n) * (static_cast<std::int64_t>(n) - 1) / 2;
    const Measure  space{options.reciprocal, options.distance_constant}, time{options.reciprocal, options.interval_constant};
    const PairSums in_space = pair_sums(n, [&](std::size_t i, std::size_t j) { return space.of(plane_distance(slots.x[i] - slots.x[j], slots.y[i] - slots.y[j], options.distance)); });
    const PairSums in_time  = pair_sums(n, [&](std::size_t i, std::size_t j) { return time.of(std::abs(slots.time[i] - slots.time[j])); });
    const RelabelMoments moments = relabel_moments(n, in_space, in_time);
    const Sums           sums(slots, space, time, options.distance);
    sums.add(std::span(&slots.time, 1), std::span(&out.sum, 1));
    out.expected = moments.mean;
    out.variance = moments.variance;
    const auto flat = [&](const PairSums& s) { return s.squares <= 1e-24 * s.total * s.total / static_cast<double>(out.pairs); };
    if (flat(in_space) || flat(in_time) || !(moments.variance > 0)) {
        out.z = out.r = out.p_high = out.p_low = nothing;
        out.status = Status::too_few;
        return out;
    }
    out.z = (out.sum - out.expected) / std::sqrt(out.variance);
    out.r = (out.sum - out.expected) / std::sqrt(in_space.squares * in_time.squares);
    rank_sum(out, sums, slots, options, exec);
    return out;
}

}  // namespace gapmap
