#include "analysis/density_sweep.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "geo/core/expects.h"

// Hot loops are compiled for x86-64-v2 and v3; without fused operations both give the same bits.
#define GAPMAP_CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
#define GAPMAP_INLINE inline __attribute__((always_inline))

namespace gapmap {
namespace {

constexpr std::size_t batch = 256;

/// Coefficients and, last, the count of points; a power of two so that a column's change is one or two vectors.
constexpr std::size_t lanes_of(int power) { return power == 0 ? 2 : power == 1 ? 4 : 8; }

/// weight * (a - x^2 + 2 x u - u^2)^power as coefficients of u, and the count.
template <int power>
GAPMAP_INLINE void fill(double* __restrict c, double a, double x, double weight) {
    const double e0 = a - x * x, e1 = 2 * x;
    if constexpr (power == 0) {
        c[0] = weight;
    } else if constexpr (power == 1) {
        c[0] = weight * e0, c[1] = weight * e1, c[2] = -weight;
    } else {
        const double c0 = e0 * e0, c1 = 2 * e0 * e1, c2 = e1 * e1 - 2 * e0, c3 = -2 * e1;
        if constexpr (power == 2) {
            c[0] = weight * c0, c[1] = weight * c1, c[2] = weight * c2, c[3] = weight * c3, c[4] = weight, c[5] = 0, c[6] = 0;
        } else {
            c[0] = weight * (c0 * e0), c[1] = weight * (c1 * e0 + c0 * e1), c[2] = weight * (c2 * e0 + c1 * e1 - c0);
            c[3] = weight * (c3 * e0 + c2 * e1 - c1), c[4] = weight * (e0 + c3 * e1 - c2), c[5] = weight * (e1 - c3), c[6] = -weight;
        }
    }
    c[lanes_of(power) - 1] = 1;
}

struct Sweep {
    double* changes;
    int     width, block;
    double  rx, ry;
};

/// The uniform kernel jumps at its rim, so there the columns must be those that r^2 <= 1 names.
GAPMAP_INLINE void settle_rim(double x, double dy, double rx, int width, int& a, int& b) {
    const auto inside = [&](int c) { return (c - x) / rx * ((c - x) / rx) + dy * dy <= 1; };
    while (a > 0 && inside(a - 1)) --a;
    while (a < b && !inside(a)) ++a;
    while (b < width && inside(b)) ++b;
    while (b > a && !inside(b - 1)) --b;
}

template <int power>
GAPMAP_INLINE void add_points(const Sweep& s, std::span<const CellPoint> points, double row) {
    constexpr std::size_t     lanes = lanes_of(power);
    std::array<double, batch> rise, dys;
    std::array<int, batch>    begin, end;  // columns [begin, end) are in support
    const double              per_ry = 1 / s.ry, per_rx = 1 / s.rx, limit = s.width;
    const int                 mask = ~(s.block - 1);
    for (std::size_t first = 0; first < points.size(); first += batch) {
        const std::size_t n    = std::min(batch, points.size() - first);
        const CellPoint*  some = points.data() + first;
        for (std::size_t i = 0; i < n; ++i) {
            const double dy   = (row - some[i].y) * per_ry;
            const double a    = 1 - dy * dy;
            const double half = s.rx * std::sqrt(std::max(a, 0.0));
            const double low  = std::min(std::max(std::ceil(some[i].x - half), 0.0), limit);
            const double high = std::min(std::max(std::floor(some[i].x + half) + 1, 0.0), limit);
            rise[i]  = a;
            dys[i]   = dy;
            begin[i] = static_cast<int>(low);
            end[i]   = static_cast<int>(high);
        }
        for (std::size_t i = 0; i < n; ++i) {
            int a = begin[i], b = end[i];
            if (rise[i] < 0) continue;
            if constexpr (power == 0) settle_rim(some[i].x, dys[i], s.rx, s.width, a, b);
            if (a >= b) continue;
            std::array<double, lanes> c;
            fill<power>(c.data(), rise[i], (some[i].x - (a & mask)) * per_rx, some[i].weight);
            double* at = s.changes + static_cast<std::size_t>(a) * lanes;
            for (std::size_t j = 0; j < lanes; ++j) at[j] += c[j];
            fill<power>(c.data(), rise[i], (some[i].x - (b & mask)) * per_rx, some[i].weight);
            at = s.changes + static_cast<std::size_t>(b) * lanes;
            for (std::size_t j = 0; j < lanes; ++j) at[j] -= c[j];
        }
    }
}

template <int power>
GAPMAP_INLINE void run_along(const Sweep& s, double* out) {
    constexpr std::size_t     lanes = lanes_of(power), degree = 2 * power;
    std::array<double, lanes> now{};
    const double              per_rx = 1 / s.rx, step = s.block * per_rx;
    for (int first = 0; first < s.width; first += s.block) {
        const int last = std::min(s.width, first + s.block);
        for (int c = first; c < last; ++c) {
            double* change = s.changes + static_cast<std::size_t>(c) * lanes;
            for (std::size_t j = 0; j < lanes; ++j) now[j] += change[j];
            for (std::size_t j = 0; j < lanes; ++j) change[j] = 0;
            if (now[lanes - 1] == 0) now = {};
            const double u   = (c - first) * per_rx;
            double       sum = now[degree];
            for (std::size_t j = degree; j-- > 0;) sum = sum * u + now[j];
            out[c] = std::max(sum, 0.0);
        }
        for (std::size_t round = 0; round < degree; ++round) {  // Taylor shift to the next block's start
            for (std::size_t j = degree; j-- > round;) now[j] += step * now[j + 1];
        }
    }
    double* beyond = s.changes + static_cast<std::size_t>(s.width) * lanes;
    std::fill(beyond, beyond + lanes, 0.0);
}

GAPMAP_CLONES void sweep0(const Sweep& s, std::span<const CellPoint> p, double row, double* out) { add_points<0>(s, p, row); run_along<0>(s, out); }
GAPMAP_CLONES void sweep1(const Sweep& s, std::span<const CellPoint> p, double row, double* out) { add_points<1>(s, p, row); run_along<1>(s, out); }
GAPMAP_CLONES void sweep2(const Sweep& s, std::span<const CellPoint> p, double row, double* out) { add_points<2>(s, p, row); run_along<2>(s, out); }
GAPMAP_CLONES void sweep3(const Sweep& s, std::span<const CellPoint> p, double row, double* out) { add_points<3>(s, p, row); run_along<3>(s, out); }

}  // namespace

RowOrder::RowOrder(std::vector<CellPoint> points, int width, int height, double reach_x, double reach_y) {
    const auto keep = [&](const CellPoint& p) {
        return p.weight != 0 && p.x >= -reach_x && p.x <= width - 1 + reach_x && p.y >= -reach_y && p.y <= height - 1 + reach_y;
    };
    std::erase_if(points, [&](const CellPoint& p) { return !keep(p); });
    first_row_ = static_cast<int>(std::floor(-reach_y));
    const int first_column = static_cast<int>(std::floor(-reach_x));
    const auto row_of    = [&](const CellPoint& p) { return static_cast<std::size_t>(static_cast<int>(std::floor(p.y)) - first_row_); };
    const auto column_of = [&](const CellPoint& p) { return static_cast<std::size_t>(static_cast<int>(std::floor(p.x)) - first_column); };
    // Two stable counting sorts: by column, then by row.
    const auto sort_by = [](std::vector<CellPoint>& from, std::vector<CellPoint>& to, std::vector<std::uint32_t>& starts, auto key) {
        for (const CellPoint& p : from) starts[key(p) + 1] += 1;
        for (std::size_t k = 1; k < starts.size(); ++k) starts[k] += starts[k - 1];
        std::vector<std::uint32_t> next(starts.begin(), starts.end());
        for (const CellPoint& p : from) to[next[key(p)]++] = p;
    };
    std::vector<CellPoint>     by_column(points.size());
    std::vector<std::uint32_t> column_starts(static_cast<std::size_t>(width) + static_cast<std::size_t>(2 * reach_x) + 4, 0);
    sort_by(points, by_column, column_starts, column_of);
    starts_.assign(static_cast<std::size_t>(height) + static_cast<std::size_t>(2 * reach_y) + 4, 0);
    points_ = std::move(points);
    sort_by(by_column, points_, starts_, row_of);
}

std::span<const CellPoint> RowOrder::rows(int first, int last) const noexcept {
    const auto clamp = [&](int row) { return static_cast<std::size_t>(std::clamp(row - first_row_, 0, static_cast<int>(starts_.size()) - 1)); };
    const std::size_t begin = starts_[clamp(first)], end = starts_[clamp(last + 1)];
    return std::span(points_).subspan(begin, end - begin);
}

DensitySweep::DensitySweep(int power, double radius_x_cells, double radius_y_cells, int width)
    : power_(power), width_(width),
      block_(static_cast<int>(std::bit_floor(static_cast<unsigned>(std::clamp(radius_x_cells, 4.0, 64.0))))),
      rx_(radius_x_cells), ry_(radius_y_cells), changes_((static_cast<std::size_t>(width) + 1) * lanes_of(power), 0.0) {
    GEO_EXPECTS(power >= 0 && power <= 3 && radius_x_cells > 0 && radius_y_cells > 0);
}

void DensitySweep::row(const RowOrder& points, int row, std::span<double> out) {
    GEO_EXPECTS(out.size() == static_cast<std::size_t>(width_));
    const Sweep sweep{changes_.data(), width_, block_, rx_, ry_};
    const auto  band = points.rows(static_cast<int>(std::floor(row - ry_)), static_cast<int>(std::floor(row + ry_)));
    switch (power_) {
        case 0: return sweep0(sweep, band, row, out.data());
        case 1: return sweep1(sweep, band, row, out.data());
        case 2: return sweep2(sweep, band, row, out.data());
        default: return sweep3(sweep, band, row, out.data());
    }
}

}  // namespace gapmap
