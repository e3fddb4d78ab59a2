#pragma once
#include <cstdint>
#include <vector>

#include "geo/shape/polygons.h"

namespace gapmap {

/// Lines as columns: line i owns coordinates [lines[i], lines[i+1]).
template <class Space>
struct Linework {
    std::vector<double>        x, y;
    std::vector<std::uint32_t> lines{0};

    void push_point(double px, double py) { x.push_back(px); y.push_back(py); }
    void end_line() { lines.push_back(static_cast<std::uint32_t>(x.size())); }
    [[nodiscard]] std::size_t size() const noexcept { return lines.size() - 1; }
};

/// The faces that the lines enclose. Lines are first cut at every crossing and rounded to a grid of `cell` (snap rounding),
/// so neighbouring faces share every vertex of their border exactly, T-junctions included, and tile what they cover.
/// Dangling ends are dropped. Unit: `cell` in coordinate units, REQUIRES > 0. Source: GEOS noding and polygonizer.
template <class Space>
[[nodiscard]] Polygons<Space> enclosed_faces(const Linework<Space>& lines, double cell);

}  // namespace gapmap
