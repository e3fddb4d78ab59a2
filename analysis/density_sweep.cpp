#include "analysis/density_sweep.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "geo/core/clones.h"
#include "geo/core/expects.h"

#define GAPMAP_INLINE inline __attribute__((always_inline))

namespace gapmap {
namespace {

constexpr std::size_t batch = 256;

typedef double Two __attribute__((vector_size(16)));
typedef double Four __attribute__((vector_size(32)));

/// Doubles a column: the coefficients, then the count of points, then padding to whole vectors.
constexpr std::size_t lanes_of(int power) { return power == 0 ? 2 : power == 1 ? 4 : 8; }
constexpr std::size_t count_lane(int power) { return 2 * static_cast<std::size_t>(power) + 1; }

struct Tile {
    double* changes;
    int     first, columns;  // of the grid
    double  rx, ry, middle;
};

/// The uniform kernel jumps at its rim, so there the columns must be those that r^2 <= 1 names.
GAPMAP_INLINE void settle_rim(double x, double dy, double rx, int columns, int& a, int& b) {
    const auto inside = [&](int c) { return (c - x) / rx * ((c - x) / rx) + dy * dy <= 1; };
    while (a > 0 && inside(a - 1)) --a;
    while (a < b && !inside(a)) ++a;
    while (b < columns && inside(b)) ++b;
    while (b > a && !inside(b - 1)) --b;
}

GAPMAP_INLINE void change(double* at, Four v, double sign) {
    Four now;
    __builtin_memcpy(&now, at, sizeof now);
    now += sign * v;
    __builtin_memcpy(at, &now, sizeof now);
}
GAPMAP_INLINE void change(double* at, Two v, double sign) {
    Two now;
    __builtin_memcpy(&now, at, sizeof now);
    now += sign * v;
    __builtin_memcpy(at, &now, sizeof now);
}

/// weight * (rise - x^2 + 2 x u - u^2)^power as coefficients of u = (column - middle) / rx, and the count, added at column
/// a of the tile and taken away at column b.
template <int power>
GAPMAP_INLINE void add_polynomial(const Tile& t, int a, int b, double rise, double x, double weight) {
    constexpr std::size_t lanes = lanes_of(power);
    const double          e0 = rise - x * x, e1 = 2 * x;
    double* const         from = t.changes + static_cast<std::size_t>(a) * lanes;
    double* const         to   = t.changes + static_cast<std::size_t>(b) * lanes;
    if constexpr (power == 0) {
        const Two v{weight, 1};
        change(from, v, 1);
        change(to, v, -1);
    } else if constexpr (power == 1) {
        const Four v{weight * e0, weight * e1, -weight, 1};
        change(from, v, 1);
        change(to, v, -1);
    } else {
        const double c0 = e0 * e0, c1 = 2 * e0 * e1, c2 = e1 * e1 - 2 * e0, c3 = -2 * e1;
        if constexpr (power == 2) {
            const Four v{weight * c0, weight * c1, weight * c2, weight * c3};
            const Two  w{weight, 1};
            change(from, v, 1);
            change(from + 4, w, 1);
            change(to, v, -1);
            change(to + 4, w, -1);
        } else {
            const Four v{weight * (c0 * e0), weight * (c1 * e0 + c0 * e1), weight * (c2 * e0 + c1 * e1 - c0), weight * (c3 * e0 + c2 * e1 - c1)};
            const Four w{weight * (e0 + c3 * e1 - c2), weight * (e1 - c3), -weight, 1};
            change(from, v, 1);
            change(from + 4, w, 1);
            change(to, v, -1);
            change(to + 4, w, -1);
        }
    }
}

template <int power>
GAPMAP_INLINE void add_points(const Tile& t, const CellPoints& points, double row) {
    alignas(32) std::array<double, batch> rise, dys;
    alignas(32) std::array<int, batch>    begin, end;  // columns [begin, end) of the tile are in support
    const double per_ry = 1 / t.ry, per_rx = 1 / t.rx, limit = t.columns, origin = t.first;
    for (std::size_t first = 0; first < points.size(); first += batch) {
        const std::size_t n  = std::min(batch, points.size() - first);
        const double*     xs = points.x.data() + first;
        const double*     ys = points.y.data() + first;
        const double*     ws = points.weight.data() + first;
        for (std::size_t i = 0; i < n; ++i) {
            const double dy   = (row - ys[i]) * per_ry;
            const double a    = 1 - dy * dy;
            const double half = t.rx * std::sqrt(a > 0 ? a : 0);
            const double x    = xs[i] - origin;
            double       low = std::ceil(x - half), high = std::floor(x + half) + 1;
            low  = low > 0 ? low : 0;
            low  = low < limit ? low : limit;
            high = high > 0 ? high : 0;
            high = high < limit ? high : limit;
            rise[i]  = a;
            dys[i]   = dy;
            begin[i] = static_cast<int>(low);
            end[i]   = static_cast<int>(high);
        }
        for (std::size_t i = 0; i < n; ++i) {
            int a = begin[i], b = end[i];
            if (rise[i] < 0) continue;
            if constexpr (power == 0) settle_rim(xs[i] - origin, dys[i], t.rx, t.columns, a, b);
            if (a >= b) continue;
            add_polynomial<power>(t, a, b, rise[i], (xs[i] - t.middle) * per_rx, ws[i]);
        }
    }
}

template <int power>
GAPMAP_INLINE void run_along(const Tile& t, double* out) {
    constexpr std::size_t     lanes = lanes_of(power), degree = 2 * static_cast<std::size_t>(power), used = count_lane(power) + 1;
    std::array<double, lanes> now{};
    const double              per_rx = 1 / t.rx, offset = t.first - t.middle;
    for (int c = 0; c < t.columns; ++c) {
        double* at = t.changes + static_cast<std::size_t>(c) * lanes;
        for (std::size_t j = 0; j < used; ++j) now[j] += at[j];
        for (std::size_t j = 0; j < used; ++j) at[j] = 0;
        if (now[count_lane(power)] == 0) now = {};
        const double u   = (c + offset) * per_rx;
        double       sum = now[degree];
        for (std::size_t j = degree; j-- > 0;) sum = sum * u + now[j];
        out[c] = std::max(sum, 0.0);
    }
    double* beyond = t.changes + static_cast<std::size_t>(t.columns) * lanes;
    std::fill(beyond, beyond + lanes, 0.0);
}

/// One row of one tile; band: what each row of points has within reach.
using Band = std::span<const CellPoints>;

template <int power>
GAPMAP_INLINE void sweep(const Tile& t, Band band, double row, double* out) {
    for (const CellPoints& points : band) add_points<power>(t, points, row);
    run_along<power>(t, out);
}

GAPMAP_CLONES void sweep0(const Tile& t, Band b, double row, double* out) { sweep<0>(t, b, row, out); }
GAPMAP_CLONES void sweep1(const Tile& t, Band b, double row, double* out) { sweep<1>(t, b, row, out); }
GAPMAP_CLONES void sweep2(const Tile& t, Band b, double row, double* out) { sweep<2>(t, b, row, out); }
GAPMAP_CLONES void sweep3(const Tile& t, Band b, double row, double* out) { sweep<3>(t, b, row, out); }

}  // namespace

RowOrder::RowOrder(std::vector<CellPoint> points, int width, int height, double reach_x, double reach_y) {
    const auto keep = [&](const CellPoint& p) {
        return p.weight != 0 && p.x >= -reach_x && p.x <= width - 1 + reach_x && p.y >= -reach_y && p.y <= height - 1 + reach_y;
    };
    std::erase_if(points, [&](const CellPoint& p) { return !keep(p); });
    // Rows and columns as far as there are points, not as far as there might be.
    double low_x = 0, high_x = 0, low_y = 0, high_y = 0;
    for (const CellPoint& p : points) {
        low_x  = std::min(low_x, p.x);
        high_x = std::max(high_x, p.x);
        low_y  = std::min(low_y, p.y);
        high_y = std::max(high_y, p.y);
    }
    GEO_EXPECTS(high_x - low_x < 1e9 && high_y - low_y < 1e9);
    first_row_             = static_cast<int>(std::floor(low_y));
    const int first_column = static_cast<int>(std::floor(low_x));
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
    std::vector<std::uint32_t> column_starts(static_cast<std::size_t>(high_x - low_x) + 4, 0);
    sort_by(points, by_column, column_starts, column_of);
    starts_.assign(static_cast<std::size_t>(high_y - low_y) + 4, 0);
    sort_by(by_column, points, starts_, row_of);
    for (auto* column : {&x_, &y_, &weight_}) column->reserve(points.size());
    for (const CellPoint& p : points) {
        x_.push_back(p.x);
        y_.push_back(p.y);
        weight_.push_back(p.weight);
    }
}

std::size_t RowOrder::start_of(int row) const noexcept {
    return starts_[static_cast<std::size_t>(std::clamp(row - first_row_, 0, static_cast<int>(starts_.size()) - 1))];
}

CellPoints RowOrder::part(std::size_t begin, std::size_t end) const noexcept {
    return {{x_.data() + begin, end - begin}, {y_.data() + begin, end - begin}, {weight_.data() + begin, end - begin}};
}

CellPoints RowOrder::rows(int first, int last) const noexcept { return part(start_of(first), start_of(last + 1)); }

CellPoints RowOrder::row_part(int row, int first_column, int last_column) const noexcept {
    const auto whole = std::span(x_).subspan(start_of(row), start_of(row + 1) - start_of(row));
    // Ordered by floor(x), hence divided by any whole number.
    const auto first = std::partition_point(whole.begin(), whole.end(), [&](double x) { return x < first_column; });
    const auto last  = std::partition_point(first, whole.end(), [&](double x) { return x < last_column + 1; });
    const std::size_t begin = start_of(row) + static_cast<std::size_t>(first - whole.begin());
    return part(begin, begin + static_cast<std::size_t>(last - first));
}

DensitySweep::DensitySweep(int power, double radius_x_cells, double radius_y_cells, int width)
    : power_(power), width_(width),
      tile_(static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::clamp(16 * radius_x_cells, 16.0, 4096.0))))),
      rx_(radius_x_cells), ry_(radius_y_cells), changes_((static_cast<std::size_t>(tile_) + 1) * lanes_of(power), 0.0) {
    GEO_EXPECTS(power >= 0 && power <= 3 && radius_x_cells > 0 && radius_y_cells > 0);
}

void DensitySweep::rows(const RowOrder& points, int first, int last, std::span<double> out) {
    GEO_EXPECTS(out.size() == static_cast<std::size_t>(width_) * static_cast<std::size_t>(last - first));
    const int reach = static_cast<int>(std::ceil(std::min(rx_, 1e9))) + 1;
    const auto row_of = [&](double y) { return static_cast<int>(std::floor(std::clamp(y, -1e9, 1e9))); };
    const int  lowest = std::max(row_of(first - ry_), points.first_row()), highest = std::min(row_of(last - 1 + ry_), points.last_row());
    for (int column = 0; column < width_; column += tile_) {
        const Tile tile{changes_.data(), column, std::min(tile_, width_ - column), rx_, ry_, column + tile_ / 2.0};
        parts_.clear();
        for (int row = lowest; row <= highest; ++row) parts_.push_back(points.row_part(row, column - reach, column + tile.columns + reach));
        for (int row = first; row < last; ++row) {
            const int  low = std::max(row_of(row - ry_), lowest), high = std::min(row_of(row + ry_), highest);
            const Band band = high < low ? Band() : Band(parts_).subspan(static_cast<std::size_t>(low - lowest), static_cast<std::size_t>(high - low + 1));
            double*    to   = out.data() + static_cast<std::size_t>(row - first) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(column);
            switch (power_) {
                case 0: sweep0(tile, band, row, to); break;
                case 1: sweep1(tile, band, row, to); break;
                case 2: sweep2(tile, band, row, to); break;
                default: sweep3(tile, band, row, to); break;
            }
        }
    }
}

}  // namespace gapmap
