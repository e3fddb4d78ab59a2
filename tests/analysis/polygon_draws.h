#pragma once
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "geo/core/draws.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// A star-shaped polygon about (x, y), `corners` corners at radii up to `size`, with a hole of a third of it where asked. Always valid.
inline void push_star(Polygons<Planar>& out, Draws& draws, double x, double y, double size, int corners, bool hole) {
    const auto ring = [&](double least, double most) {
        const std::size_t first = out.x.size();
        for (int k = 0; k < corners; ++k) {
            const double angle = 2 * 3.141592653589793 * (k + 0.8 * draws.uniform()) / corners, radius = size * (least + (most - least) * draws.uniform());
            out.push_point(x + radius * std::cos(angle), y + radius * std::sin(angle));
        }
        out.push_point(out.x[first], out.y[first]);
        out.end_ring();
    };
    ring(0.5, 1);
    if (hole) ring(0.05, 0.15);
    out.end_part();
}

/// One polygon of one ring through these corners.
inline Polygons<Planar> ring_of(std::initializer_list<std::pair<double, double>> corners) {
    Polygons<Planar> out;
    for (const auto& [x, y] : corners) out.push_point(x, y);
    out.push_point(corners.begin()->first, corners.begin()->second);
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

}  // namespace gapmap
