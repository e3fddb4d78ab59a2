#include "analysis/density_gauss.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "geo/core/clones.h"

namespace gapmap {
namespace {

constexpr int    terms       = 15;   // of the Hermite series, an axis
constexpr int    lanes       = 16;   // terms, padded to whole vectors
constexpr auto   box_size    = static_cast<std::size_t>(terms) * lanes;
constexpr double cut_sigmas  = 7.5;  // from a box centre; at least 7 from each of its points
constexpr double least_sigma = 2;    // in cells; below, boxes would be single cells

/// One axis of the transform: boxes of `side` cells, and for each order n the Hermite function at each offset from a box's
/// first cell.
struct Axis {
    double              sigma;
    int                 side, reach;  // reach: cells from a box's first (last) cell that it still acts on
    std::vector<double> table;        // [n][offset + reach], offsets -reach .. side - 1 + reach

    explicit Axis(double sigma_cells)
        : sigma(sigma_cells), side(static_cast<int>(sigma_cells)), reach(static_cast<int>(std::ceil(cut_sigmas * sigma_cells))),
          table(static_cast<std::size_t>(terms) * static_cast<std::size_t>(span())) {
        for (int k = 0; k < span(); ++k) {
            const double t = (k - reach - (side - 1) / 2.0) / sigma;
            double       before = 0, now = std::abs(t) <= cut_sigmas ? std::exp(-t * t / 2) : 0.0;
            for (int n = 0; n < terms; ++n) {
                table[static_cast<std::size_t>(n) * static_cast<std::size_t>(span()) + static_cast<std::size_t>(k)] = now;
                const double next = t * now - n * before;
                before = now;
                now    = next;
            }
        }
    }
    [[nodiscard]] int span() const noexcept { return side + 2 * reach; }
    [[nodiscard]] const double* order(int n) const noexcept { return table.data() + static_cast<std::size_t>(n) * static_cast<std::size_t>(span()); }
    /// Box of a coordinate; box b owns cells [b side, (b + 1) side), each from -1/2 to +1/2 about its centre.
    [[nodiscard]] int box_of(double at) const noexcept { return static_cast<int>(std::floor((at + 0.5) / side)); }
    [[nodiscard]] int first_box() const noexcept { return -reach / side - 2; }
    [[nodiscard]] int last_box(int cells) const noexcept { return (cells - 1 + reach) / side + 2; }
    /// delta^n / n! for delta = distance from the box centre in sigmas.
    void powers(double at, int box, double* out) const noexcept {
        const double delta = (at - (static_cast<double>(box) * side + (side - 1) / 2.0)) / sigma;
        out[0] = 1;
        for (int n = 1; n < terms; ++n) out[n] = out[n - 1] * delta / n;
    }
};

/// Boxes with weight of one line of boxes, from west to east.
struct BoxLine {
    std::vector<int>    box;      // from first_box()
    std::vector<double> moments;  // [i][m][n], m along y and n along x, each n padded to `lanes`
};

/// out[n] += sum_m factors[m] moments[m][n], for the 15 orders of one box.
GAPMAP_CLONES void collapse(double* __restrict out, const double* __restrict moments, const double* __restrict factors) {
    double sums[lanes];
    for (int n = 0; n < lanes; ++n) sums[n] = out[n];
    for (int m = 0; m < terms; ++m) {
        for (int n = 0; n < lanes; ++n) sums[n] += factors[m] * moments[m * lanes + n];
    }
    for (int n = 0; n < lanes; ++n) out[n] = sums[n];
}

/// out[k] += sum_n c[n] table[n * stride + k] for k in [0, cells), in the order of n.
GAPMAP_CLONES void spread(double* __restrict out, const double* __restrict table, std::size_t stride, const double* __restrict c, std::size_t cells) {
    constexpr std::size_t block = 8;
    std::size_t           k     = 0;
    for (; k + block <= cells; k += block) {
        double sums[block];
        for (std::size_t j = 0; j < block; ++j) sums[j] = out[k + j];
        for (std::size_t n = 0; n < terms; ++n) {
            const double* from = table + n * stride + k;
            for (std::size_t j = 0; j < block; ++j) sums[j] += c[n] * from[j];
        }
        for (std::size_t j = 0; j < block; ++j) out[k + j] = sums[j];
    }
    for (; k < cells; ++k) {
        for (std::size_t n = 0; n < terms; ++n) out[k] += c[n] * table[n * stride + k];
    }
}

BoxLine moments_of(const RowOrder& points, const Axis& ax, const Axis& ay, int line, int boxes) {
    const int        first_row = line * ay.side - 1;  // floor(y) of cells [b side - 1/2, ...) may be one row lower
    const CellPoints near      = points.rows(first_row, first_row + ay.side);
    const auto       box_at    = [&](std::size_t i) { return ay.box_of(near.y[i]) == line ? ax.box_of(near.x[i]) - ax.first_box() : -1; };
    BoxLine          out;
    for (std::size_t i = 0; i < near.size(); ++i) {
        if (const int box = box_at(i); box >= 0 && box < boxes) out.box.push_back(box);
    }
    std::ranges::sort(out.box);
    out.box.erase(std::ranges::unique(out.box).begin(), out.box.end());
    out.moments.assign(out.box.size() * box_size, 0.0);
    double px[terms], py[terms];
    for (std::size_t i = 0; i < near.size(); ++i) {
        const int box = box_at(i);
        if (box < 0 || box >= boxes) continue;
        ax.powers(near.x[i], box + ax.first_box(), px);
        ay.powers(near.y[i], line, py);
        double* to = out.moments.data() + static_cast<std::size_t>(std::ranges::lower_bound(out.box, box) - out.box.begin()) * box_size;
        for (int m = 0; m < terms; ++m) {
            const double factor = near.weight[i] * py[m];
            for (int n = 0; n < terms; ++n) to[m * lanes + n] += factor * px[n];
        }
    }
    return out;
}

/// All rows [first, last) of the grid. Only boxes that hold points are looked at: most of a county is empty.
void transform_band(const RowOrder& points, const Axis& ax, const Axis& ay, int width, int first, int last,
                    const std::function<void(int, std::span<double>)>& row_done) {
    const int  boxes     = ax.last_box(width) - ax.first_box() + 1;
    const auto floor_box = [&](int row) { return static_cast<int>(std::floor(static_cast<double>(row) / ay.side)); };
    const int  line0 = floor_box(first - ay.reach), line1 = floor_box(last - 1 + ay.reach);
    std::vector<BoxLine> lines;
    std::vector<int>     used;
    for (int line = line0; line <= line1; ++line) {
        lines.push_back(moments_of(points, ax, ay, line, boxes));
        used.insert(used.end(), lines.back().box.begin(), lines.back().box.end());
    }
    std::ranges::sort(used);
    used.erase(std::ranges::unique(used).begin(), used.end());
    std::vector<double> collapsed(static_cast<std::size_t>(boxes) * lanes, 0.0), out(static_cast<std::size_t>(width));
    double              factors[terms];
    for (int row = first; row < last; ++row) {
        for (int line = line0; line <= line1; ++line) {
            const BoxLine& from   = lines[static_cast<std::size_t>(line - line0)];
            const int      offset = row - line * ay.side + ay.reach;
            if (offset < 0 || offset >= ay.span()) continue;
            for (int m = 0; m < terms; ++m) factors[m] = ay.order(m)[offset];
            for (std::size_t i = 0; i < from.box.size(); ++i) {
                collapse(collapsed.data() + static_cast<std::size_t>(from.box[i]) * lanes, from.moments.data() + i * box_size, factors);
            }
        }
        std::ranges::fill(out, 0.0);
        for (const int box : used) {
            double* const c     = collapsed.data() + static_cast<std::size_t>(box) * lanes;
            const int     start = (box + ax.first_box()) * ax.side - ax.reach, from = std::max(0, start), to = std::min(width, start + ax.span());
            if (c[0] != 0 && from < to) {
                spread(out.data() + from, ax.order(0) + (from - start), static_cast<std::size_t>(ax.span()), c, static_cast<std::size_t>(to - from));
            }
            std::fill(c, c + lanes, 0.0);
        }
        for (double& v : out) v = std::max(v, 0.0);
        row_done(row, out);
    }
}

void point_by_point(const RowOrder& points, double sx, double sy, int width, int row, std::span<double> out) {
    const double reach_x = 7 * sx, reach_y = 7 * sy;
    std::ranges::fill(out, 0.0);
    const CellPoints near = points.rows(static_cast<int>(std::floor(row - reach_y)), static_cast<int>(std::floor(row + reach_y)));
    for (std::size_t i = 0; i < near.size(); ++i) {
        const CellPoint p{near.x[i], near.y[i], near.weight[i]};
        const double dy = (row - p.y) / sy;
        if (std::abs(dy) > 7) continue;
        const double vertical = p.weight * std::exp(-dy * dy / 2);
        const int    from = std::max(0, static_cast<int>(std::ceil(p.x - reach_x))), to = std::min(width - 1, static_cast<int>(std::floor(p.x + reach_x)));
        for (int c = from; c <= to; ++c) {
            const double dx = (c - p.x) / sx;
            out[static_cast<std::size_t>(c)] += vertical * std::exp(-dx * dx / 2);
        }
    }
}

}  // namespace

double gaussian_reach_cells(double sigma_cells) noexcept { return std::ceil((cut_sigmas + 1) * sigma_cells) + 1; }

void gaussian_rows(const RowOrder& points, double sx, double sy, int width, int height, const Execution& exec,
                   const std::function<void(int, std::span<double>)>& row_done) {
    if (std::min(sx, sy) < least_sigma) {
        parallel_chunks(exec, static_cast<std::size_t>(height), 16, [&](std::size_t begin, std::size_t end) {
            std::vector<double> out(static_cast<std::size_t>(width));
            for (std::size_t row = begin; row < end; ++row) {
                point_by_point(points, sx, sy, width, static_cast<int>(row), out);
                row_done(static_cast<int>(row), out);
            }
        });
        return;
    }
    const Axis ax(sx), ay(sy);
    // A band shares its boxes' moments; as tall as the reach, so that each moment is made about three times.
    const auto band = static_cast<std::size_t>(ay.reach) * 2;
    parallel_chunks(exec, static_cast<std::size_t>(height), band, [&](std::size_t begin, std::size_t end) {
        transform_band(points, ax, ay, width, static_cast<int>(begin), static_cast<int>(end), row_done);
    });
}

}  // namespace gapmap
