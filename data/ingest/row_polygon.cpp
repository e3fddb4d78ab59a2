#include "data/ingest/row_polygon.h"

#include <variant>

namespace gapmap {
namespace {

/// One row of polygons with its corners turned.
template <class Space, class Turn>
void append_row(const Polygons<Space>& in, std::size_t row, Turn turn, Polygons<Lonlat>& out) {
    for (std::size_t part = in.rows[row]; part < in.rows[row + 1]; ++part) {
        for (std::size_t ring = in.parts[part]; ring < in.parts[part + 1]; ++ring) {
            for (std::size_t i = in.rings[ring]; i < in.rings[ring + 1]; ++i) {
                const Point<Lonlat> p = turn(Point<Lonlat>{in.x[i], in.y[i]});
                out.push_point(p.x, p.y);
            }
            out.end_ring();
        }
        out.end_part();
    }
    out.end_row();
}

}  // namespace

void RowPolygon::read(const Layer& layer, std::size_t row, const std::function<Point<Lonlat>(Point<Lonlat>)>& to_store) {
    polygon_      = {};
    as_delivered_ = {};
    if (const auto* degrees = std::get_if<Polygons<Lonlat>>(&layer.geometry)) append_row(*degrees, row, to_store, polygon_);
    if (const auto* metres = std::get_if<Polygons<Planar>>(&layer.geometry)) append_row(*metres, row, to_store, polygon_);
}

bool RowPolygon::is_empty() const {
    const auto view = polygon_.view();
    return view.rows[0] == view.rows[1];
}

void RowPolygon::mend() {
    as_delivered_ = check_validity(PolygonRow<Lonlat>{polygon_.view(), 0});
    if (!as_delivered_.valid) polygon_ = make_valid(PolygonRow<Lonlat>{polygon_.view(), 0});
}

void RowPolygon::append_to(Polygons<Lonlat>& out) const {
    append_row(polygon_, 0, [](Point<Lonlat> p) { return p; }, out);
}

}  // namespace gapmap
