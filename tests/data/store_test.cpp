#include "data/store/store.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "data/reference.h"
#include "data/store/migrations.h"
#include "data/store/sqlite_handle.h"
#include "geo/core/day.h"
#include "geo/core/error.h"
#include "temporary_store.h"

using namespace gapmap;

namespace {
Table two_sites() {
    Table rows;
    rows.columns.push_back({"site_code", Column::Texts{"S1", "S2"}, {}});
    rows.columns.push_back({"opened", Column::Integers{19000, 0}, {true, false}});
    rows.columns.push_back({"lon", Column::Reals{107.7, 107.8}, {}});
    return rows;
}

std::int64_t import_two_sites(Store& store, const std::string& hash) {
    Batch batch{.ledger = "sites", .list = "", .source = "a.csv", .sheet = "", .source_hash = hash, .settings_hash = "", .encoding = "", .crs = ""};
    batch.id = store.add_batch(batch);
    store.append("sites", batch.id, two_sites(), {2, 3}, Points<Lonlat>{{107.7, 107.8}, {34.6, 34.7}});
    batch.rows_read = batch.accepted = 2;
    store.close_batch(batch);
    return batch.id;
}
}  // namespace

TEST_CASE("what is appended comes back, and nothing stays without a commit") {
    const TemporaryStore temporary;
    {
        Store store = Store::open(temporary.path);
        store.begin();
        import_two_sites(store, "h1");
    }
    {
        Store store = Store::open(temporary.path);
        CHECK(store.read("sites", {"site_code"}).rows() == 0);
        store.begin();
        import_two_sites(store, "h1");
        store.commit();
    }
    const Store store = Store::open_existing(temporary.path);
    const Table back  = store.read("sites", {"site_code", "opened", "lon"});
    REQUIRE(back.rows() == 2);
    CHECK(back.columns[0].text(1) == "S2");
    CHECK(back.columns[1].number(0) == 19000);
    CHECK_FALSE(back.columns[1].is_valid(1));
}

TEST_CASE("a corrected file supersedes its rows and keeps the old ones") {
    const TemporaryStore temporary;
    Store                store = Store::open(temporary.path);
    store.begin();
    import_two_sites(store, "h1");
    const auto second = import_two_sites(store, "h2");
    store.commit();
    CHECK(store.read("sites", {"site_code"}).rows() == 2);
    REQUIRE(store.current_batches().size() == 1);
    CHECK(store.current_batches()[0].id == second);
}

TEST_CASE("a balance that does not hold is refused by the store itself") {
    const TemporaryStore temporary;
    Store                store = Store::open(temporary.path);
    store.begin();
    Batch batch;
    batch.id        = import_two_sites(store, "h1");
    batch.rows_read = 3;
    batch.accepted  = 2;
    CHECK_THROWS_AS(store.close_batch(batch), StoreError);
}

TEST_CASE("units keep their polygons and their validity interval") {
    const TemporaryStore temporary;
    Store                store = Store::open(temporary.path);
    store.begin();
    Batch batch{.ledger = "units", .list = "village", .source = "v.gpkg"};
    batch.id = store.add_batch(batch);
    Polygons<Lonlat> shapes;
    for (int unit = 0; unit < 2; ++unit) {
        for (const auto& [x, y] : {std::pair{0., 0.}, {1., 0.}, {1., 1.}, {0., 0.}}) shapes.push_point(x + unit, y);
        shapes.end_ring();
        shapes.end_part();
        shapes.end_row();
    }
    Table rows;
    rows.columns.push_back({"level", Column::Texts{"village", "village"}, {}});
    rows.columns.push_back({"code", Column::Texts{"V2", "V1"}, {}});
    rows.columns.push_back({"valid_to", Column::Integers{0, Day::of(2022, 1, 1).days}, {false, true}});
    store.append("units", batch.id, rows, {1, 2}, shapes);
    store.commit();
    const Layer before = store.read_units("village", "2021-12-31");
    REQUIRE(before.rows() == 2);
    CHECK(before.table.at("code").text(0) == "V1");
    CHECK(polygon_area(std::get<Polygons<Lonlat>>(before.geometry).view(), 0) == 0.5);
    CHECK(store.read_units("village", "2022-01-01").rows() == 1);
}

TEST_CASE("a file that is not a store is refused") {
    const TemporaryStore temporary;
    std::ofstream(temporary.path) << "this is not a database, but long enough to look like a header page of one";
    CHECK_THROWS_AS(Store::open(temporary.path), StoreError);
    CHECK_THROWS_AS(Store::open_existing(temporary.path.string() + ".none"), StoreError);
}

TEST_CASE("a full disk is called that, with what to do") {
    const TemporaryStore temporary;
    (void)Store::open(temporary.path);
    Database database(temporary.path.string(), true);
    database.run("PRAGMA max_page_count = " + std::to_string(database.number("PRAGMA page_count")));
    CHECK_THROWS_WITH_AS(database.run("CREATE TABLE more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n"),
                         doctest::Contains("make room"), StoreError);
}

TEST_CASE("a store that is only read leaves nothing beside it, and cannot be changed") {
    const TemporaryStore temporary;
    {
        Store store = Store::open(temporary.path);
        store.begin();
        import_two_sites(store, "h1");
        store.commit();
    }
    const Database frozen = Database::open_frozen(temporary.path.string());
    CHECK(frozen.number("SELECT count(*) FROM sites") == 2);
    CHECK_FALSE(std::filesystem::exists(temporary.path.string() + "-wal"));
    CHECK_THROWS_AS(Database::open_frozen(temporary.path.string()).run("DELETE FROM sites"), StoreError);
    CHECK_NOTHROW(require_current(frozen, temporary.path.string()));
}

TEST_CASE("a store of the sixth schema keeps its app counts and then takes rows of households") {
    const TemporaryStore temporary;
    {
        Database old(temporary.path.string(), true);
        old.run("SELECT InitSpatialMetaData(1, 'NONE'); SELECT InsertEpsgSrid(4490); SELECT InsertEpsgSrid(4326)");
        for (const char* step : {"001_county", "002_values", "003_counts", "004_visit_points", "005_corrections", "006_topology"}) {
            old.run(std::string(reference_file("schema/" + std::string(step) + ".sql")));
        }
        old.run("INSERT INTO import_batch (batch_id, ledger, source, source_hash, settings_hash, encoding, crs, rows_read, accepted, repaired, held_back, imported_at) VALUES (1, 'apps', 'a.csv', 'h', 's', '', '', 1, 1, 0, 0, '')");
        old.run("INSERT INTO apps (batch_id, source_row, unit_code, date, app, installed, located_by) VALUES (1, 2, 'V1', '2022-08-01', 'A', 30, 'village')");
        old.run("PRAGMA application_id = 1195462733; PRAGMA user_version = 6");
    }
    Store store = Store::open(temporary.path);
    store.begin();
    Batch batch{.ledger = "apps", .list = "", .source = "b.csv", .sheet = "", .source_hash = "h2", .settings_hash = "", .encoding = "", .crs = ""};
    batch.id = store.add_batch(batch);
    store.append("apps", batch.id, {{{"household_code", Column::Texts{"H1"}, {}}, {"unit_code", Column::Texts{""}, {false}}, {"is_installed", Column::Integers{1}, {}}}}, {2}, {});
    store.commit();
    const Table apps = store.read("apps", {"unit_code", "installed", "household_code", "is_installed"});
    REQUIRE(apps.rows() == 2);
    CHECK(apps.columns[0].text(0) == "V1");
    CHECK(apps.columns[1].number(0) == 30);
    CHECK_FALSE(apps.columns[2].is_valid(0));
    CHECK_FALSE(apps.columns[0].is_valid(1));
    CHECK(apps.columns[2].text(1) == "H1");
    CHECK(apps.columns[3].number(1) == 1);
}
