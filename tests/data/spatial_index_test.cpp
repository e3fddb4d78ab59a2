#include "data/store/spatial_index.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <set>

#include "data/store/point_blob.h"
#include "data/store/sqlite_handle.h"
#include "data/store/store.h"
#include "geo/core/draws.h"
#include "temporary_store.h"

using namespace gapmap;

namespace {

/// Visits strewn over a county, some on top of each other, some without a place.
Points<Lonlat> some_points(std::size_t n, std::uint64_t seed) {
    Points<Lonlat> points;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 1, i);
        const double x = 107.5 + 0.5 * draws.uniform(), y = 34.5 + 0.3 * draws.uniform();
        const bool   missing = draws.below(10) == 0, piled = draws.below(10) == 0;
        points.x.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : piled ? 107.7 : x);
        points.y.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : piled ? 34.6 : y);
    }
    return points;
}

void append_visits(Store& store, const std::string& source, const Points<Lonlat>& points) {
    Batch batch{.ledger = "visits", .list = "visited", .source = source};
    batch.id = store.add_batch(batch);
    Table                      rows;
    std::vector<std::uint64_t> numbers;
    rows.columns.push_back({"date", Column::Integers(points.x.size(), 19000), {}});
    for (std::size_t i = 0; i < points.x.size(); ++i) numbers.push_back(i + 2);
    store.append("visits", batch.id, rows, numbers, points);
    batch.rows_read = batch.accepted = points.x.size();
    store.close_batch(batch);
}

std::set<std::int64_t> rows_of(const Database& db, const std::string& sql) {
    std::set<std::int64_t> rows;
    Statement              s(db, sql);
    while (s.step()) rows.insert(s.integer(0));
    return rows;
}

/// The index is sound in SQLite's own eyes, and finds in any box what a look at every row finds.
void check_index(const std::filesystem::path& path) {
    const Database db(path.string(), false);
    Statement      check(db, "SELECT rtreecheck('idx_visits_geometry')");
    REQUIRE(check.step());
    CHECK(check.text(0) == "ok");
    CHECK(db.number("SELECT count(*) FROM idx_visits_geometry") == db.number("SELECT count(*) FROM visits WHERE geometry IS NOT NULL"));
    for (std::uint64_t i = 0; i < 40; ++i) {
        Draws             draws(Seed{9}, 2, i);
        const double      x = 107.4 + 0.6 * draws.uniform(), y = 34.4 + 0.4 * draws.uniform(), side = 0.2 * draws.uniform();
        const std::string inside = fmt::format("X(geometry) BETWEEN {} AND {} AND Y(geometry) BETWEEN {} AND {}", x, x + side, y, y + side);
        const std::string near   = fmt::format("xmax >= {} AND xmin <= {} AND ymax >= {} AND ymin <= {}", x, x + side, y, y + side);
        const auto        all    = rows_of(db, "SELECT row_id FROM visits WHERE " + inside);
        CHECK(all == rows_of(db, "SELECT row_id FROM visits WHERE " + inside + " AND row_id IN (SELECT pkid FROM idx_visits_geometry WHERE " + near + ")"));
    }
}

}  // namespace

TEST_CASE("the spatial index of the visits finds every one of them, however many there are") {
    for (const std::size_t n : {0U, 1U, 51U, 60U, 2'700U, 150'000U}) {
        CAPTURE(n);
        const TemporaryStore temporary("spatial_index");
        {
            Store store = Store::open(temporary.path);
            store.begin();
            append_visits(store, "a.csv", some_points(n, 1));
            store.commit();
        }
        check_index(temporary.path);
    }
}

TEST_CASE("a few visits more are added to the spatial index, many make it anew, and a GIS that adds one itself finds it") {
    const TemporaryStore temporary("spatial_index");
    {
        Store store = Store::open(temporary.path);
        for (const std::size_t n : {5'000U, 20U, 3'000U}) {
            store.begin();
            append_visits(store, fmt::format("{}.csv", n), some_points(n, n));
            store.commit();
        }
    }
    check_index(temporary.path);
    {
        Database db(temporary.path.string(), false);
        db.run("INSERT INTO visits (batch_id, source_row, date, geometry) VALUES (1, 9, '2022-01-01', MakePoint(107.7, 34.6, 4490))");
        CHECK_THROWS(db.run("INSERT INTO visits (batch_id, source_row, date, geometry) VALUES (1, 9, '2022-01-01', MakePoint(107.7, 34.6, 4326))"));
    }
    check_index(temporary.path);
}

TEST_CASE("what a transaction gives up leaves the spatial index as it was") {
    const TemporaryStore temporary("spatial_index");
    {
        Store store = Store::open(temporary.path);
        store.begin();
        append_visits(store, "a.csv", some_points(500, 1));
        store.commit();
        store.begin();
        append_visits(store, "b.csv", some_points(900, 2));
    }
    check_index(temporary.path);
}

TEST_CASE("a point is written as SpatiaLite writes it") {
    const TemporaryStore temporary("spatial_index");
    static_cast<void>(Store::open(temporary.path));
    const Database db(temporary.path.string(), false);
    Statement      theirs(db, "SELECT MakePoint(107.123456789, 34.5, 4490)");
    REQUIRE(theirs.step());
    std::string ours;
    set_point_blob(ours, 107.123456789, 34.5, 4490);
    CHECK(theirs.text(0) == ours);
    CHECK(blob_box(ours).x_max == 107.123456789);
    CHECK(blob_box("no geometry").is_empty());
}
