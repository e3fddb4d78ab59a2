#pragma once
#include <cstddef>
#include <vector>

namespace gapmap {

/// A ring without its repeated last point.
struct OpenRing {
    std::vector<double>       x, y;
    [[nodiscard]] std::size_t size() const noexcept { return x.size(); }
    void                      clear() noexcept { x.clear(), y.clear(); }
    void                      push(double px, double py) { x.push_back(px), y.push_back(py); }
};

struct ClipBox {
    double x_min = 0, y_min = 0, x_max = 0, y_max = 0;
};

/// Cuts a ring to a box, in place; empty where nothing is left. Parts of one ring may stay joined by lines of no width along the box's edge.
/// A crossing has the same bits for both directions of an edge, so that neighbours cut alike.
/// Cost: O(points). Source: Sutherland & Hodgman 1974.
void clip_ring(OpenRing& ring, OpenRing& spare, const ClipBox& box);

}  // namespace gapmap
