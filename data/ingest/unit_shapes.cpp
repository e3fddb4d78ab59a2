#include "data/ingest/unit_shapes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gapmap {
namespace {

constexpr double metres_a_degree = 111'195.0;  // of a meridian, on the sphere of mean radius

/// Squared distance from the origin to the segment a-b.
double distance2(double ax, double ay, double bx, double by) noexcept {
    const double dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy;
    const double t  = length2 == 0 ? 0 : std::clamp(-(ax * dx + ay * dy) / length2, 0.0, 1.0);
    const double x = ax + t * dx, y = ay + t * dy;
    return x * x + y * y;
}

/// Even-odd over all rings. A point on the edge may fall on either side: its distance is 0 all the same.
bool is_inside(const Polygons<Lonlat>& ground, Point<Lonlat> p) noexcept {
    bool inside = false;
    for (std::size_t ring = 0; ring + 1 < ground.rings.size(); ++ring) {
        for (std::size_t i = ground.rings[ring]; i + 1 < ground.rings[ring + 1]; ++i) {
            const double ay = ground.y[i], by = ground.y[i + 1];
            if ((ay > p.y) != (by > p.y) && p.x < ground.x[i] + (ground.x[i + 1] - ground.x[i]) * (p.y - ay) / (by - ay)) inside = !inside;
        }
    }
    return inside;
}

}  // namespace

void UnitShapes::add(const std::vector<std::string>& codes, const Polygons<Lonlat>& polygons) {
    for (std::size_t row = 0; row < codes.size(); ++row) {
        Shape shape;
        for (std::size_t part = polygons.rows[row]; part < polygons.rows[row + 1]; ++part) {
            for (std::size_t ring = polygons.parts[part]; ring < polygons.parts[part + 1]; ++ring) {
                for (std::size_t i = polygons.rings[ring]; i < polygons.rings[ring + 1]; ++i) {
                    const double x = polygons.x[i], y = polygons.y[i];
                    shape.box = shape.box.is_empty() ? Box<Lonlat>{x, y, x, y}
                                                     : Box<Lonlat>{std::min(shape.box.x_min, x), std::min(shape.box.y_min, y), std::max(shape.box.x_max, x), std::max(shape.box.y_max, y)};
                    shape.ground.push_point(x, y);
                }
                shape.ground.end_ring();
            }
            shape.ground.end_part();
        }
        shape.ground.end_row();
        if (!shape.ground.x.empty()) shapes_.insert_or_assign(codes[row], std::move(shape));
    }
}

std::optional<double> UnitShapes::metres_outside(const std::string& code, Point<Lonlat> p) const {
    const auto found = shapes_.find(code);
    if (found == shapes_.end()) return std::nullopt;
    const auto& [ground, box] = found->second;
    const double scale_x = metres_a_degree * std::cos(p.y * std::numbers::pi / 180);
    const bool   may_be_inside = p.x >= box.x_min && p.x <= box.x_max && p.y >= box.y_min && p.y <= box.y_max;
    if (may_be_inside && is_inside(ground, p)) return 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t ring = 0; ring + 1 < ground.rings.size(); ++ring) {
        for (std::size_t i = ground.rings[ring]; i + 1 < ground.rings[ring + 1]; ++i) {
            nearest = std::min(nearest, distance2((ground.x[i] - p.x) * scale_x, (ground.y[i] - p.y) * metres_a_degree, (ground.x[i + 1] - p.x) * scale_x,
                                                  (ground.y[i + 1] - p.y) * metres_a_degree));
        }
    }
    return std::sqrt(nearest);
}

}  // namespace gapmap
