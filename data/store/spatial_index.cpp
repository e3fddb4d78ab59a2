#include "data/store/spatial_index.h"

#include <fmt/format.h>

#include "data/store/point_blob.h"
#include "data/store/rtree_pack.h"

namespace gapmap {
namespace {

/// Inserting costs about ten times as much a point as packing.
constexpr std::int64_t pack_from_share = 8;

void for_each_point(const Database& db, const std::string& table, std::int64_t after, const auto& take) {
    Statement s(db, fmt::format("SELECT row_id, geometry FROM {} WHERE row_id > ? AND geometry IS NOT NULL ORDER BY row_id", table));
    s.bind(1, after);
    while (s.step()) {
        const Box<Lonlat> box = blob_box(s.text(1));
        if (!box.is_empty()) take(IndexedPoint{s.integer(0), box.x_min, box.y_min});
    }
}

}  // namespace

void index_points(const Database& db, const std::string& table, std::int64_t last_indexed) {
    const std::string  index = "idx_" + table + "_geometry";
    const std::int64_t last  = db.number(fmt::format("SELECT coalesce(max(row_id), 0) FROM {}", table));
    if ((last - last_indexed) * pack_from_share >= last) {
        std::vector<IndexedPoint> points;
        for_each_point(db, table, 0, [&](const IndexedPoint& p) { points.push_back(p); });
        return pack_rtree(db, index, std::move(points));
    }
    Statement insert(db, fmt::format("INSERT INTO {} (pkid, xmin, xmax, ymin, ymax) VALUES (?1, ?2, ?2, ?3, ?3)", index));
    for_each_point(db, table, last_indexed, [&](const IndexedPoint& p) {
        insert.bind(1, p.row);
        insert.bind(2, p.x);
        insert.bind(3, p.y);
        insert.run();
    });
}

}  // namespace gapmap
