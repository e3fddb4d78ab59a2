// 200,000 polygons with 9.6 million vertices, tiled from level 0 to 14, looked at by GEOS tile by tile: slow, so a program of its own.
#include <geos_c.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "render/tile_polygons.h"

using namespace gapmap;
using namespace tiles;

namespace {

struct Geos {
    GEOSContextHandle_t handle = GEOS_init_r();
    Geos()                     = default;
    Geos(const Geos&)          = delete;
    Geos& operator=(const Geos&) = delete;
    ~Geos() { GEOS_finish_r(handle); }
};

GEOSGeometry* ring_of(const Geos& g, const mvt::Ring& ring) {
    std::vector<double> xy;
    for (std::size_t i = 0; i <= ring.size(); ++i) {
        xy.push_back(static_cast<double>(ring[i % ring.size()].first));
        xy.push_back(static_cast<double>(ring[i % ring.size()].second));
    }
    return GEOSGeom_createLinearRing_r(g.handle, GEOSCoordSeq_copyFromBuffer_r(g.handle, xy.data(), static_cast<unsigned>(ring.size() + 1), 0, 0));
}

/// Appends the polygons of a feature: a ring of positive area begins one, the others are holes of the one before.
void append_polygons(const Geos& g, const mvt::Feature& f, std::vector<GEOSGeometry*>& to) {
    for (std::size_t q = 0; q < f.rings.size();) {
        GEOSGeometry*              shell = ring_of(g, f.rings[q]);
        std::vector<GEOSGeometry*> holes;
        for (++q; q < f.rings.size() && mvt::twice_area(f.rings[q]) < 0; ++q) holes.push_back(ring_of(g, f.rings[q]));
        to.push_back(GEOSGeom_createPolygon_r(g.handle, shell, holes.data(), static_cast<unsigned>(holes.size())));
    }
}

struct Seen {
    std::atomic<std::size_t> features = 0, invalid = 0, overlapping = 0, with_gaps = 0;
};

/// The features of a tile: each valid, none over another, and together one rectangle, for the coverage is one.
void look_at(const std::string& bytes, Seen& seen) {
    const Geos                 g;
    std::vector<GEOSGeometry*> all;
    double                     sum = 0;
    const auto                 layers = mvt::decode(bytes);
    for (const mvt::Feature& f : layers.at("shapes").features) {
        std::vector<GEOSGeometry*> parts;
        append_polygons(g, f, parts);
        GEOSGeometry* whole = GEOSGeom_createCollection_r(g.handle, GEOS_MULTIPOLYGON, parts.data(), static_cast<unsigned>(parts.size()));
        ++seen.features;
        if (GEOSisValid_r(g.handle, whole) != 1) ++seen.invalid;
        sum += twice_area(f) / 2;
        all.push_back(whole);
    }
    GEOSGeometry* together = GEOSGeom_createCollection_r(g.handle, GEOS_GEOMETRYCOLLECTION, all.data(), static_cast<unsigned>(all.size()));
    GEOSGeometry* merged   = GEOSUnaryUnion_r(g.handle, together);
    GEOSGeometry* box      = GEOSEnvelope_r(g.handle, merged);
    double        covered = 0, rectangle = 0;
    GEOSArea_r(g.handle, merged, &covered);
    GEOSArea_r(g.handle, box, &rectangle);
    if (!(std::abs(sum - covered) < 1e-3)) ++seen.overlapping;
    if (!(std::abs(rectangle - covered) < 1e-3)) ++seen.with_gaps;
    for (GEOSGeometry* geometry : {box, merged, together}) GEOSGeom_destroy_r(g.handle, geometry);
}

}  // namespace

TEST_CASE("over 200,000 polygons and levels 0 to 14 each tile's polygons are valid to GEOS, none lies over another, and there is no gap between them") {
    const RaggedGrid         grid{500, 400, 12, 120, 30, 2, 2, Seed{7}};
    const ReleasedLayer      layer = layer_of(grid.shapes());
    std::vector<LevelReport> report;
    const MapSink            sink = build(layer, {.min_zoom = 0, .max_zoom = 14, .compression = 1}, 2, &report);
    REQUIRE(report.size() == 15);
    REQUIRE(report.back().rows_drawn == 200000);
    std::map<int, std::vector<const std::string*>> levels;
    for (const auto& [tile, bytes] : sink.tiles) levels[tile.z].push_back(&bytes);
    for (const auto& [z, tiles] : levels) {
        Seen seen;
        parallel_chunks(Execution{2}, tiles.size(), 1, [&](std::size_t i, std::size_t) { look_at(*tiles[i], seen); });
        const LevelReport& r = report[static_cast<std::size_t>(z)];
        MESSAGE("level " << z << ": " << tiles.size() << " tiles, " << seen.features.load() << " polygons looked at; drawn " << r.rows_drawn << ", too small " << r.rows_too_small << ", vertices "
                         << r.vertices_in << " -> " << r.vertices_out);
        CHECK(seen.invalid == 0);
        CHECK(seen.overlapping == 0);
        CHECK(seen.with_gaps == 0);
        CHECK(r.rows_drawn + r.rows_too_small == 200000);
    }
}
