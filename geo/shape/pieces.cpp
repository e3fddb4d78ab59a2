#include "geo/shape/pieces.h"

#include <cmath>

namespace gapmap {
namespace {

template <class Space>
void copy_ring(const RingView<Space>& ring, Polygons<Space>& to) {
    to.x.insert(to.x.end(), ring.x.begin(), ring.x.end());
    to.y.insert(to.y.end(), ring.y.begin(), ring.y.end());
    to.end_ring();
}

template <class Space>
void copy_part(const PolygonsView<Space>& from, std::size_t part, Polygons<Space>& to) {
    for (std::size_t q = from.parts[part]; q < from.parts[part + 1]; ++q) copy_ring(from.ring(q), to);
    to.end_part();
}

}  // namespace

template <class Space>
void copy_row(const PolygonsView<Space>& from, std::size_t r, Polygons<Space>& to) {
    for (std::size_t part = from.rows[r]; part < from.rows[r + 1]; ++part) copy_part(from, part, to);
    to.end_row();
}

template <class Space>
Polygons<Space> split_parts(const PolygonsView<Space>& polygons, std::size_t r) {
    Polygons<Space> out;
    for (std::size_t part = polygons.rows[r]; part < polygons.rows[r + 1]; ++part) {
        copy_part(polygons, part, out);
        out.end_row();
    }
    return out;
}

template <class Space>
Polygons<Space> holes_of(const PolygonsView<Space>& polygons, std::size_t r) {
    Polygons<Space> out;
    for (std::size_t part = polygons.rows[r]; part < polygons.rows[r + 1]; ++part) {
        for (std::size_t q = polygons.parts[part] + 1; q < polygons.parts[part + 1]; ++q) {
            copy_ring(polygons.ring(q), out);
            out.end_part();
            out.end_row();
        }
    }
    return out;
}

template <class Space>
double polygon_perimeter(const PolygonsView<Space>& polygons, std::size_t r) noexcept {
    double length = 0;
    for (std::size_t part = polygons.rows[r]; part < polygons.rows[r + 1]; ++part) {
        for (std::size_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
            const RingView<Space> ring = polygons.ring(q);
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) length += std::hypot(ring.x[i + 1] - ring.x[i], ring.y[i + 1] - ring.y[i]);
        }
    }
    return length;
}

double strip_width(double area, double perimeter) noexcept {
    const double root = perimeter * perimeter - 16 * area;
    if (root <= 0) return std::sqrt(area);
    // (perimeter - sqrt(root)) / 4, without the cancellation of a strip that is long and thin.
    return 4 * area / (perimeter + std::sqrt(root));
}

#define GAPMAP_PIECES(Space)                                                                \
    template void            copy_row(const PolygonsView<Space>&, std::size_t, Polygons<Space>&); \
    template Polygons<Space> split_parts(const PolygonsView<Space>&, std::size_t);          \
    template Polygons<Space> holes_of(const PolygonsView<Space>&, std::size_t);             \
    template double          polygon_perimeter(const PolygonsView<Space>&, std::size_t) noexcept;
GAPMAP_PIECES(Lonlat)
GAPMAP_PIECES(Planar)
#undef GAPMAP_PIECES

}  // namespace gapmap
