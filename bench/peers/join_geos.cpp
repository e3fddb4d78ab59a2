// Peer: count points in polygons with GEOS: an STRtree of polygons and prepared intersects, a query a point, one thread.
#include <geos_c.h>

#include "bench/peers/inputs.h"

namespace {

struct Query {
    GEOSContextHandle_t                       geos;
    std::vector<const GEOSPreparedGeometry*>* prepared;
    std::vector<long>*                        counts;
    GEOSGeometry*                             point;
};

void visit(void* item, void* data) {
    auto&      query = *static_cast<Query*>(data);
    const auto row   = *static_cast<std::size_t*>(item);
    if (GEOSPreparedIntersects_r(query.geos, (*query.prepared)[row], query.point) == 1) (*query.counts)[row] += 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto                points = peers::read_points(argv[1]);
    const auto                rings  = peers::read_polygons(argv[2]);
    const GEOSContextHandle_t geos   = GEOS_init_r();
    GEOSSTRtree*              tree   = GEOSSTRtree_create_r(geos, 10);
    std::vector<const GEOSPreparedGeometry*> prepared;
    std::vector<std::size_t>                 rows(rings.size());
    for (std::size_t r = 0; r < rings.size(); ++r) {
        GEOSCoordSequence* coordinates = GEOSCoordSeq_copyFromBuffer_r(geos, &rings[r][0].x, static_cast<unsigned>(rings[r].size()), 0, 0);
        GEOSGeometry*      shape       = GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, coordinates), nullptr, 0);
        prepared.push_back(GEOSPrepare_r(geos, shape));
        rows[r] = r;
        GEOSSTRtree_insert_r(geos, tree, shape, &rows[r]);
    }
    std::vector<long> counts(rings.size());
    Query             query{geos, &prepared, &counts, nullptr};
    for (const auto& p : points) {
        query.point = GEOSGeom_createPointFromXY_r(geos, p.x, p.y);
        GEOSSTRtree_query_r(geos, tree, query.point, visit, &query);
        GEOSGeom_destroy_r(geos, query.point);
    }
    peers::print_counts("geos", counts);
}
