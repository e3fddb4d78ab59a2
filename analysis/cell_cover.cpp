#include "analysis/cell_cover.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double eps         = std::numeric_limits<double>::epsilon();
constexpr double least_share = 1e-13;
constexpr double slack       = 1e-9;  // beyond what rounding does to a share

/// To the half that it is meant to lie on.
double snapped(double value, double reach) noexcept {
    const double half = std::floor(value * 2 + 0.5) / 2;
    return std::abs(value - half) <= reach ? half : value;
}

int floor_in(double value, int low, int high) noexcept {
    if (!(value > low)) return low;
    return value >= high ? high : static_cast<int>(std::floor(value));
}

int ceil_in(double value, int low, int high) noexcept {
    if (!(value > low)) return low;
    return value >= high ? high : static_cast<int>(std::ceil(value));
}

/// From the plane to columns (u) and rows (v).
struct Inverse {
    explicit Inverse(const CellGrid& g) {
        const double det = g.column_x * g.row_y - g.row_x * g.column_y;
        GEO_EXPECTS(det != 0 && std::isfinite(det) && g.width >= 0 && g.height >= 0);
        u_x = g.row_y / det;
        u_y = -g.row_x / det;
        v_x = -g.column_y / det;
        v_y = g.column_x / det;
    }
    double u_x, u_y, v_x, v_y;
};

}  // namespace

CellGrid crop(const CellGrid& grid, const CellWindow& window) noexcept {
    CellGrid out = grid;
    out.x0 += window.column * grid.column_x + window.row * grid.row_x;
    out.y0 += window.column * grid.column_y + window.row * grid.row_y;
    out.width  = window.width;
    out.height = window.height;
    return out;
}

CellWindow window_of(const PolygonsView<Planar>& polygons, const CellGrid& grid) {
    const Inverse to(grid);
    double        left = std::numeric_limits<double>::infinity(), right = -left, top = left, bottom = -left;
    for (std::size_t i = 0; i < polygons.x.size(); ++i) {
        const double dx = polygons.x[i] - grid.x0, dy = polygons.y[i] - grid.y0, u = dx * to.u_x + dy * to.u_y, v = dx * to.v_x + dy * to.v_y;
        if (!std::isfinite(u) || !std::isfinite(v)) continue;
        left   = std::min(left, u);
        right  = std::max(right, u);
        top    = std::min(top, v);
        bottom = std::max(bottom, v);
    }
    const int c0 = floor_in(left - 0.5, 0, grid.width), c1 = ceil_in(right + 0.5, 0, grid.width), r0 = floor_in(top - 0.5, 0, grid.height), r1 = ceil_in(bottom + 0.5, 0, grid.height);
    if (!(left <= right) || c0 >= c1 || r0 >= r1) return {};
    return {c0, r0, c1 - c0, r1 - r0};
}

CellCover::CellCover(const CellGrid& grid) : grid_(grid), u_limit_(grid.width) {
    const Inverse to(grid);
    u_x_ = to.u_x;
    u_y_ = to.u_y;
    v_x_ = to.v_x;
    v_y_ = to.v_y;
    const double x = std::abs(grid.x0) + std::abs(grid.column_x) * grid.width + std::abs(grid.row_x) * grid.height;
    const double y = std::abs(grid.y0) + std::abs(grid.column_y) * grid.width + std::abs(grid.row_y) * grid.height;
    u_snap_ = 2 * eps * (std::abs(u_x_) * x + std::abs(u_y_) * y);
    v_snap_ = 2 * eps * (std::abs(v_x_) * x + std::abs(v_y_) * y);
}

CellCover::Rows CellCover::rows_of(const PolygonsView<Planar>& polygons, std::size_t r) const {
    double       low = std::numeric_limits<double>::infinity(), high = -low;
    const auto   begin = polygons.rings[polygons.parts[polygons.rows[r]]], end = polygons.rings[polygons.parts[polygons.rows[r + 1]]];
    for (std::size_t i = begin; i < end; ++i) {
        const double v = (polygons.x[i] - grid_.x0) * v_x_ + (polygons.y[i] - grid_.y0) * v_y_;
        low  = std::min(low, v);
        high = std::max(high, v);
    }
    if (!(low <= high)) return {};
    // One row more on each side than rounding could ask for; a row without marks costs nothing.
    return {floor_in(low - slack, 0, grid_.height), ceil_in(high + slack, 0, grid_.height)};
}

/// The row's vertices in columns and rows; rows counted from base_, so that the lattice can be fine.
void CellCover::to_cells(const PolygonsView<Planar>& polygons, std::size_t r, Rows reach) {
    const auto begin = polygons.rings[polygons.parts[polygons.rows[r]]], end = polygons.rings[polygons.parts[polygons.rows[r + 1]]];
    base_   = reach.first;
    finite_ = true;
    // Four bits are left for sums of several windings.
    const double step = std::ldexp(1.0, std::ilogb(std::max(reach.last - reach.first, 1)) + 1 - 48);
    lattice_ = 1.5 * 0x1p52 * step;
    const double highest = reach.last - reach.first + 1;
    u_.resize(end - begin);
    v_.resize(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        const double dx = polygons.x[i] - grid_.x0, dy = polygons.y[i] - grid_.y0;
        const double u = snapped(dx * u_x_ + dy * u_y_, u_snap_), v = snapped(dx * v_x_ + dy * v_y_, v_snap_) - base_;
        finite_ = finite_ && std::isfinite(u) && std::isfinite(v);
        u_[i - begin] = u;
        v_[i - begin] = v >= -1 && v <= highest ? (v + lattice_) - lattice_ : v;
    }
}

/// By row (counting), then by `before`. Marks of one cell keep the order of the rings.
template <class Before>
void CellCover::sort_marks(Before before) {
    const auto rows = static_cast<std::size_t>(last_ - first_);
    starts_.assign(rows + 1, 0);
    for (const Mark& m : marks_) starts_[static_cast<std::size_t>(m.row - first_) + 1] += 1;
    for (std::size_t k = 1; k <= rows; ++k) starts_[k] += starts_[k - 1];
    sorted_.resize(marks_.size());
    for (const Mark& m : marks_) sorted_[starts_[static_cast<std::size_t>(m.row - first_)]++] = m;
    // Each start has moved to the end of its row.
    for (std::size_t k = 0; k < rows; ++k) {
        const auto begin = sorted_.begin() + (k == 0 ? 0 : starts_[k - 1]), end = sorted_.begin() + starts_[k];
        if (end - begin > 32) {
            std::stable_sort(begin, end, before);
            continue;
        }
        for (auto i = begin; i != end; ++i) {
            const Mark m = *i;
            auto       j = i;
            for (; j != begin && before(m, *(j - 1)); --j) *j = *(j - 1);
            *j = m;
        }
    }
}

std::span<const CoverRun> CellCover::of(const PolygonsView<Planar>& polygons, std::size_t r, CellRule rule, int first, int last) {
    marks_.clear();
    runs_.clear();
    overlaps_ = false;
    const Rows reach = rows_of(polygons, r);
    first = std::max(first, reach.first);
    last  = std::min(last, reach.last);
    if (first >= last) return {};
    to_cells(polygons, r, reach);
    if (!finite_) return {};
    first_ = first - base_;
    last_  = last - base_;
    mark_rings(polygons, r, rule);
    if (rule == CellRule::fraction) {
        sort_marks([](const Mark& a, const Mark& b) { return a.column < b.column; });
        sweep_fractions();
    } else {
        sort_marks([](const Mark& a, const Mark& b) { return a.area < b.area; });
        sweep_centres();
    }
    return runs_;
}

void CellCover::mark_rings(const PolygonsView<Planar>& polygons, std::size_t r, CellRule rule) {
    const std::size_t origin = polygons.rings[polygons.parts[polygons.rows[r]]];
    for (std::size_t part = polygons.rows[r]; part < polygons.rows[r + 1]; ++part) {
        for (std::size_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
            const std::size_t begin = polygons.rings[q] - origin, end = polygons.rings[q + 1] - origin;
            if (end - begin < 4) continue;
            // Downwards along a shell's right side counts +1 to the right of nothing: the sign makes shells add and holes take away, however they wind.
            const RingView<Planar> ring{std::span(u_).subspan(begin, end - begin), std::span(v_).subspan(begin, end - begin)};
            const double           winding = (ring_area(ring) < 0 ? 1.0 : -1.0) * (q == polygons.parts[part] ? 1.0 : -1.0);
            for (std::size_t i = begin; i + 1 < end; ++i) {
                const bool down = v_[i] < v_[i + 1];
                const Edge edge = down ? Edge{u_[i], v_[i], u_[i + 1], v_[i + 1], winding} : Edge{u_[i + 1], v_[i + 1], u_[i], v_[i], -winding};
                if (!(edge.v0 < edge.v1) || edge.v1 <= first_ || edge.v0 >= last_) continue;
                if (rule == CellRule::fraction) mark_areas(edge);
                else mark_crossings(edge);
            }
        }
    }
}

void CellCover::put(int row, int column, double cover, double area) {
    if (!marks_.empty() && marks_.back().row == row && marks_.back().column == column) {
        marks_.back().cover += cover;
        marks_.back().area += area;
    } else {
        marks_.push_back({row, column, cover, area});
    }
}

void CellCover::mark_areas(const Edge& e) {
    const double slope = (e.u1 - e.u0) / (e.v1 - e.v0);
    const double low = std::min(e.u0, e.u1), high = std::max(e.u0, e.u1);
    const auto   u_at = [&](double v) { return std::clamp(e.u0 + (v - e.v0) * slope, low, high); };
    const int    row0 = floor_in(e.v0, first_, last_), row1 = ceil_in(e.v1, first_, last_);
    double       va = std::max(e.v0, static_cast<double>(row0)), ua = va == e.v0 ? e.u0 : u_at(va);
    for (int row = row0; row < row1; ++row) {
        const bool   ends = e.v1 <= row + 1;
        const double vb = ends ? e.v1 : row + 1, ub = ends ? e.u1 : u_at(vb);
        mark_section(row, ua, va, ub, vb, e.sign);
        ua = ub;
        va = vb;
    }
}

/// The part of an edge within one row, from (ua, va) down to (ub, vb): walked from left to right, cell by cell.
void CellCover::mark_section(int row, double ua, double va, double ub, double vb, double sign) {
    const bool rightward = ua <= ub;
    double     u = rightward ? ua : ub, v = rightward ? va : vb;
    const double end = rightward ? ub : ua, v_end = rightward ? vb : va;
    if (u >= u_limit_) return;
    if (end <= 0) {
        put(row, -1, sign * (vb - va), 0);
        return;
    }
    const double fall = (v_end - v) / (end - u);
    const double u0 = u, v0 = v;
    // On the lattice, so that the heights of the pieces add up to vb - va without rounding.
    const auto v_at = [&](double at) { return std::clamp((v0 + (at - u0) * fall + lattice_) - lattice_, va, vb); };
    if (u < 0) {
        const double next = v_at(0);
        put(row, -1, sign * std::abs(next - v), 0);
        u = 0;
        v = next;
    }
    int       column = static_cast<int>(u);
    const int final  = std::max(column, ceil_in(end, 0, grid_.width) - 1);
    const bool cut   = end > u_limit_;
    for (; column < final || (cut && column == final); ++column) {
        const double right = column + 1, next = v_at(right), height = sign * std::abs(next - v);
        put(row, column, height, height * (1 - ((u - column) + 1) / 2));
        u = right;
        v = next;
    }
    if (cut) return;
    const double height = sign * std::abs(v_end - v);
    put(row, final, height, height * (1 - ((u - final) + (end - final)) / 2));
}

void CellCover::mark_crossings(const Edge& e) {
    const double slope = (e.u1 - e.u0) / (e.v1 - e.v0);
    const double low = std::min(e.u0, e.u1), high = std::max(e.u0, e.u1);
    for (int row = floor_in(e.v0, first_, last_); row < last_ && row + 0.5 < e.v1; ++row) {
        if (row + 0.5 < e.v0) continue;
        marks_.push_back({row, 0, 0, std::clamp(e.u0 + (row + 0.5 - e.v0) * slope, low, high)});
    }
}

void CellCover::sweep_fractions() {
    const auto add = [&](int row, int begin, int end, double share) {
        if (share < -slack || share > 1 + slack) overlaps_ = true;
        if (share > least_share && begin < end) runs_.push_back({row + base_, begin, end, std::min(share, 1.0)});
    };
    for (std::size_t i = 0; i < sorted_.size();) {
        const int row   = sorted_[i].row;
        double    cover = 0;
        while (i < sorted_.size() && sorted_[i].row == row) {
            const int column = sorted_[i].column;
            double    here = cover, area = 0;
            for (; i < sorted_.size() && sorted_[i].row == row && sorted_[i].column == column; ++i) {
                cover += sorted_[i].cover;
                area += sorted_[i].area;
            }
            here += area;
            if (column >= 0) add(row, column, column + 1, here);
            const bool more = i < sorted_.size() && sorted_[i].row == row;
            add(row, column + 1, more ? sorted_[i].column : grid_.width, cover);
        }
    }
}

void CellCover::sweep_centres() {
    for (std::size_t i = 0; i + 1 < sorted_.size(); i += 2) {
        const int begin = ceil_in(sorted_[i].area - 0.5, 0, grid_.width), end = ceil_in(sorted_[i + 1].area - 0.5, 0, grid_.width);
        if (begin < end) runs_.push_back({sorted_[i].row + base_, begin, end, 1});
    }
}

}  // namespace gapmap
