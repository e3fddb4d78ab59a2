#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace gapmap {

/// Spaces: coordinates of different spaces do not mix; project() is the only door between them.
struct Lonlat {};  ///< x = longitude, y = latitude, degrees, WGS 84 or CGCS2000
struct Planar {};  ///< metres (or the data set's planar unit) in a projected coordinate system

template <class Space>
struct Point {
    double x = 0, y = 0;
};

/// Points as two columns, not owned. A missing point is NaN in both.
template <class Space>
struct PointsView {
    std::span<const double>          x, y;
    [[nodiscard]] std::size_t        size() const noexcept { return x.size(); }
    [[nodiscard]] Point<Space>       operator[](std::size_t i) const noexcept { return {x[i], y[i]}; }
};

/// Points as two columns, owned.
template <class Space>
struct Points {
    std::vector<double>              x, y;
    [[nodiscard]] std::size_t        size() const noexcept { return x.size(); }
    [[nodiscard]] PointsView<Space>  view() const noexcept { return {x, y}; }
    void push_back(Point<Space> p) { x.push_back(p.x); y.push_back(p.y); }
};

/// Axis-parallel box; empty where x_min > x_max.
template <class Space>
struct Box {
    double x_min = 1, y_min = 1, x_max = 0, y_max = 0;
    [[nodiscard]] bool is_empty() const noexcept { return x_min > x_max; }
};

}  // namespace gapmap
