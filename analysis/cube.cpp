#include "analysis/cube.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// Sums over the square of cells around each cell, one axis after the other.
void add_square(std::span<const double> plane, std::span<double> out, const CubeShape& shape, std::size_t reach) {
    std::vector<double> lines(plane.size());
    for (std::size_t row = 0; row < shape.rows; ++row) {
        for (std::size_t column = 0; column < shape.columns; ++column) {
            const std::size_t from = column < reach ? 0 : column - reach, to = std::min(shape.columns - 1, column + reach);
            for (std::size_t k = from; k <= to; ++k) lines[row * shape.columns + column] += plane[row * shape.columns + k];
        }
    }
    for (std::size_t row = 0; row < shape.rows; ++row) {
        const std::size_t from = row < reach ? 0 : row - reach, to = std::min(shape.rows - 1, row + reach);
        for (std::size_t k = from; k <= to; ++k) {
            for (std::size_t column = 0; column < shape.columns; ++column) out[row * shape.columns + column] += lines[k * shape.columns + column];
        }
    }
}

/// Counts with those outside set to 0.
std::vector<double> masked(std::span<const double> counts, const CubeShape& shape, std::span<const std::uint8_t> inside) {
    std::vector<double> out(counts.begin(), counts.end());
    if (inside.empty()) return out;
    for (std::size_t b = 0; b < out.size(); ++b) {
        if (inside[b % shape.cells()] == 0) out[b] = 0;
    }
    return out;
}

struct Whole {
    double count = 0, mean = 0, sd = 0, least = 0, most = 0;
};

Whole whole_of(std::span<const double> counts, const CubeShape& shape, std::span<const std::uint8_t> inside) {
    const auto is_inside = [&](std::size_t b) { return inside.empty() || inside[b % shape.cells()] != 0; };
    Whole      out{.least = std::numeric_limits<double>::infinity(), .most = -std::numeric_limits<double>::infinity()};
    for (std::size_t b = 0; b < counts.size(); ++b) {
        if (!is_inside(b)) continue;
        GEO_EXPECTS(std::isfinite(counts[b]));
        out.count += 1;
        out.mean += counts[b];
        out.least = std::min(out.least, counts[b]);
        out.most  = std::max(out.most, counts[b]);
    }
    if (out.count == 0) return out;
    out.mean /= out.count;
    for (std::size_t b = 0; b < counts.size(); ++b) {
        if (is_inside(b)) out.sd += (counts[b] - out.mean) * (counts[b] - out.mean);
    }
    out.sd = std::sqrt(out.sd / out.count);
    return out;
}

HotSpot spot_of(std::span<const std::uint8_t> hot, std::span<const std::uint8_t> cold, const Trend& trend, double direction, const EmergingOptions& options) {
    const auto steps = hot.size();
    const auto count = static_cast<std::size_t>(std::ranges::count(hot, 1));
    const bool last  = hot.back() != 0;
    if (static_cast<double>(count) >= options.share * static_cast<double>(steps)) {
        if (!last) return HotSpot::historical_hot;
        if (!(trend.p < options.alpha) || trend.z == 0) return HotSpot::persistent_hot;
        return trend.z * direction > 0 ? HotSpot::intensifying_hot : HotSpot::diminishing_hot;
    }
    if (!last) return HotSpot::none;
    if (count == 1) return HotSpot::new_hot;
    std::size_t run = 0;
    while (run < steps && hot[steps - 1 - run] != 0) ++run;
    if (run == count) return HotSpot::consecutive_hot;
    return std::ranges::count(cold, 1) > 0 ? HotSpot::oscillating_hot : HotSpot::sporadic_hot;
}

constexpr int cold_offset = static_cast<int>(HotSpot::new_cold) - static_cast<int>(HotSpot::new_hot);

}  // namespace

std::string_view to_string(HotSpot spot) noexcept {
    constexpr std::string_view names[] = {
        "no pattern",    "new hot spot",        "consecutive hot spot",  "intensifying hot spot",  "persistent hot spot",  "diminishing hot spot",  "sporadic hot spot",  "oscillating hot spot", "historical hot spot",
        "new cold spot", "consecutive cold spot", "intensifying cold spot", "persistent cold spot", "diminishing cold spot", "sporadic cold spot", "oscillating cold spot", "historical cold spot"};
    return names[static_cast<std::size_t>(spot)];
}

CubeGi cube_gi_star(std::span<const double> counts, const CubeShape& shape, const CubeNeighbourhood& near, std::span<const std::uint8_t> inside, const Execution& exec) {
    GEO_EXPECTS(counts.size() == shape.bins() && (inside.empty() || inside.size() == shape.cells()));
    const std::size_t cells = shape.cells();
    CubeGi            out{.z = std::vector<double>(counts.size(), nan_value)};
    const Whole       whole = whole_of(counts, shape, inside);
    out.bins = static_cast<std::size_t>(whole.count);
    out.mean = whole.mean;
    out.sd   = whole.sd;
    if (out.bins == 0) {
        out.mean = out.sd = nan_value;
        out.status = Status::missing;
        return out;
    }
    if (whole.least == whole.most) {
        out.sd     = 0;
        out.status = Status::too_few;
        return out;
    }
    const auto          values = masked(counts, shape, inside);
    std::vector<double> squares(counts.size()), members(cells), flags(cells, 1.0);
    for (std::size_t c = 0; c < inside.size(); ++c) flags[c] = inside[c] != 0 ? 1 : 0;
    add_square(flags, members, shape, near.reach);
    parallel_chunks(exec, shape.steps, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) add_square(std::span(values).subspan(t * cells, cells), std::span(squares).subspan(t * cells, cells), shape, near.reach);
    });
    const double n = whole.count;
    parallel_chunks(exec, shape.steps, 1, [&](std::size_t begin, std::size_t end) {
        exec.check_stop();
        for (std::size_t t = begin; t < end; ++t) {
            const std::size_t from = t < near.back ? 0 : t - near.back;
            for (std::size_t c = 0; c < cells; ++c) {
                double sum = 0;
                for (std::size_t s = from; s <= t; ++s) sum += squares[s * cells + c];
                const double k = members[c] * static_cast<double>(t - from + 1), spread = (n * k - k * k) / (n - 1);
                if (flags[c] > 0 && spread > 0) out.z[t * cells + c] = (sum - whole.mean * k) / (whole.sd * std::sqrt(spread));
            }
        }
    });
    if (std::ranges::all_of(out.z, [](double z) { return std::isnan(z); })) out.status = Status::too_few;
    return out;
}

HotSpot emerging_class(std::span<const double> z, const Trend& trend, const EmergingOptions& options) {
    if (z.empty()) return HotSpot::none;
    std::vector<std::uint8_t> hot(z.size()), cold(z.size());
    for (std::size_t t = 0; t < z.size(); ++t) {
        hot[t]  = z[t] >= options.critical ? 1 : 0;
        cold[t] = z[t] <= -options.critical ? 1 : 0;
    }
    const HotSpot as_hot = spot_of(hot, cold, trend, 1, options);
    if (as_hot != HotSpot::none) return as_hot;
    const HotSpot as_cold = spot_of(cold, hot, trend, -1, options);
    return as_cold == HotSpot::none ? HotSpot::none : static_cast<HotSpot>(static_cast<int>(as_cold) + cold_offset);
}

std::vector<CubeCell> cube_cells(std::span<const double> counts, const CubeShape& shape, const CubeGi& gi, const EmergingOptions& options, std::span<const std::uint8_t> inside, const Execution& exec) {
    GEO_EXPECTS(counts.size() == shape.bins() && gi.z.size() == counts.size());
    std::vector<CubeCell> out(shape.cells());
    const TrendOptions    with_slope{.alpha = options.alpha, .least_steps = options.least_steps}, without{.alpha = options.alpha, .least_steps = options.least_steps, .sen = false};
    parallel_chunks(exec, out.size(), 64, [&](std::size_t begin, std::size_t end) {
        exec.check_stop();
        std::vector<double> z(shape.steps), series(shape.steps);
        for (std::size_t c = begin; c < end; ++c) {
            CubeCell& cell = out[c];
            if (!inside.empty() && inside[c] == 0) {
                cell.status = Status::missing;
                continue;
            }
            for (std::size_t t = 0; t < shape.steps; ++t) {
                z[t]      = gi.z[t * shape.cells() + c];
                series[t] = counts[t * shape.cells() + c];
                cell.total += series[t];
            }
            cell.gi     = mann_kendall(z, {}, without);
            cell.count  = mann_kendall(series, {}, with_slope);
            cell.status = gi.status != Status::ok || cell.gi.n < std::max<std::size_t>(1, options.least_steps) || cell.gi.missing > 0 ? Status::too_few : Status::ok;
            if (cell.status == Status::ok) cell.spot = emerging_class(z, cell.gi, options);
        }
    });
    return out;
}

}  // namespace gapmap
