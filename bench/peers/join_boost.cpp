// Peer: count points in polygons with Boost.Geometry's packed R*-tree and covered_by, one thread.
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <boost/geometry/index/rtree.hpp>

#include "bench/peers/inputs.h"

namespace bg = boost::geometry;
using Point  = bg::model::d2::point_xy<double>;
using Shape  = bg::model::polygon<Point, false>;
using Entry  = std::pair<bg::model::box<Point>, std::size_t>;

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto         points = peers::read_points(argv[1]);
    std::vector<Shape> shapes;
    std::vector<Entry> entries;
    for (const auto& ring : peers::read_polygons(argv[2])) {
        shapes.emplace_back();
        for (const auto& p : ring) shapes.back().outer().emplace_back(p.x, p.y);
        entries.emplace_back(bg::return_envelope<bg::model::box<Point>>(shapes.back()), entries.size());
    }
    const bg::index::rtree<Entry, bg::index::rstar<16>> tree(entries.begin(), entries.end());
    std::vector<long>  counts(shapes.size());
    std::vector<Entry> found;
    for (const auto& p : points) {
        const Point at(p.x, p.y);
        found.clear();
        tree.query(bg::index::intersects(at), std::back_inserter(found));
        for (const auto& entry : found) counts[entry.second] += bg::covered_by(at, shapes[entry.second]) ? 1 : 0;
    }
    peers::print_counts("boost", counts);
}
