#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "data/tile/gzip.h"
#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_read.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tee_sink.h"
#include "data/write/whole_file.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

/// A folder of its own that goes with the test.
struct Folder {
    fs::path path;
    explicit Folder(const char* name) : path(fs::temp_directory_path() / (std::string("gapmap_") + name)) {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }
    [[nodiscard]] std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator())); }
};

using Tiles = std::map<std::uint64_t, std::string>;

/// Tiles of one level along the curve: runs of the same content, contents that come back, gaps.
Tiles some_tiles(std::uint64_t from, std::uint64_t count) {
    Tiles tiles;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i % 11 == 10) continue;
        tiles[from + i] = i % 5 < 2 ? "sea" : i % 7 == 0 ? "land" : "tile " + std::to_string(i * 7919 % 100'003) + std::string(i % 50, 'x');
    }
    return tiles;
}

const TileSetInfo info{"test", "made up", "", TileKind::png, 0, 14, {107.3, 34.5, 108.1, 35.0}, {}};

void write(TileSink& sink, const Tiles& tiles) {
    for (const auto& [number, bytes] : tiles) sink.put(tile_of_number(number), bytes);
    sink.finish(info);
}

Tiles read_pmtiles(const std::string& file) {
    Tiles tiles;
    PmtilesReader(file).for_each([&](TileId tile, std::string_view bytes) { tiles[tile_number(tile)] = std::string(bytes); });
    return tiles;
}

Tiles read_mbtiles(const fs::path& path) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
    sqlite3_stmt* rows = nullptr;
    REQUIRE(sqlite3_prepare_v2(db, "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles", -1, &rows, nullptr) == SQLITE_OK);
    Tiles tiles;
    while (sqlite3_step(rows) == SQLITE_ROW) {
        const auto z = static_cast<std::uint8_t>(sqlite3_column_int(rows, 0));
        const auto x = static_cast<std::uint32_t>(sqlite3_column_int64(rows, 1));
        const auto y = static_cast<std::uint32_t>((std::int64_t{1} << z) - 1 - sqlite3_column_int64(rows, 2));
        tiles[tile_number({z, x, y})].assign(static_cast<const char*>(sqlite3_column_blob(rows, 3)), static_cast<std::size_t>(sqlite3_column_bytes(rows, 3)));
    }
    sqlite3_finalize(rows);
    sqlite3_close(db);
    return tiles;
}

}  // namespace

TEST_CASE("PMTiles and MBTiles give back the same bytes for every tile") {
    const Folder folder("containers");
    for (const std::uint64_t count : {0, 1, 300, 5'000}) {
        CAPTURE(count);
        const Tiles   tiles = some_tiles(tile_number({9, 0, 0}), count);
        PmtilesWriter pmtiles(folder.path / "a.pmtiles");
        MbtilesWriter mbtiles(folder.path / "a.mbtiles");
        TeeSink       both({&pmtiles, &mbtiles});
        write(both, tiles);
        CHECK(both.tiles() == static_cast<std::int64_t>(tiles.size()));
        CHECK(read_pmtiles(read_whole_file(folder.path / "a.pmtiles")) == tiles);
        CHECK(read_mbtiles(folder.path / "a.mbtiles") == tiles);
        CHECK(folder.files() == 2);
    }
}

TEST_CASE("a large PMTiles file keeps its root within the first 16 KiB and finds single tiles through its leaves") {
    const Folder folder("leaves");
    const Tiles  tiles = some_tiles(tile_number({10, 0, 0}), 60'000);
    PmtilesWriter writer(folder.path / "a.pmtiles");
    write(writer, tiles);
    const std::string   file = read_whole_file(folder.path / "a.pmtiles");
    const PmtilesReader reader(file);
    const auto&         h = reader.header();
    CHECK(h.root.offset + h.root.length <= pmtiles_root_limit);
    CHECK(h.leaves.length > 0);
    CHECK(h.clustered);
    CHECK(h.addressed_tiles == tiles.size());
    CHECK(h.entries < tiles.size());
    CHECK(h.contents < h.entries);
    CHECK(pmtiles_header_size + h.root.length + h.metadata.length + h.leaves.length + h.tiles.length == file.size());
    CHECK(h.min_zoom == 10);
    CHECK(h.max_zoom == 10);
    CHECK(h.bounds.x_max == doctest::Approx(108.1));
    CHECK(reader.metadata().find("\"name\":\"test\"") != std::string::npos);
    for (const std::uint64_t step : {0, 1, 2, 9, 10, 4'095, 4'096, 31'337, 59'999, 60'000}) {
        const std::uint64_t number = tile_number({10, 0, 0}) + step;
        const auto          found  = reader.find(tile_of_number(number));
        CAPTURE(step);
        CHECK(found.has_value() == tiles.contains(number));
        if (found && tiles.contains(number)) CHECK(*found == tiles.at(number));
    }
    CHECK_FALSE(reader.find({0, 0, 0}));
}

TEST_CASE("the same tiles give the same files") {
    const Folder folder("same");
    const Tiles  tiles = some_tiles(tile_number({8, 3, 3}), 2'000);
    for (const char* name : {"a", "b"}) {
        PmtilesWriter pmtiles(folder.path / (std::string(name) + ".pmtiles"));
        MbtilesWriter mbtiles(folder.path / (std::string(name) + ".mbtiles"));
        TeeSink       both({&pmtiles, &mbtiles});
        write(both, tiles);
    }
    CHECK(read_whole_file(folder.path / "a.pmtiles") == read_whole_file(folder.path / "b.pmtiles"));
    CHECK(read_whole_file(folder.path / "a.mbtiles") == read_whole_file(folder.path / "b.mbtiles"));
}

TEST_CASE("without finish the old containers stand and nothing else is left") {
    const Folder folder("unfinished");
    write_whole_file(folder.path / "a.pmtiles", "old");
    write_whole_file(folder.path / "a.mbtiles", "old");
    {
        PmtilesWriter pmtiles(folder.path / "a.pmtiles");
        MbtilesWriter mbtiles(folder.path / "a.mbtiles");
        TeeSink       both({&pmtiles, &mbtiles});
        both.put({3, 1, 1}, "tile");
    }
    CHECK(folder.files() == 2);
    CHECK(read_whole_file(folder.path / "a.pmtiles") == "old");
    CHECK(read_whole_file(folder.path / "a.mbtiles") == "old");
    CHECK_THROWS_AS(PmtilesWriter(folder.path / "nowhere" / "a.pmtiles"), OutputError);
    CHECK_THROWS_AS(MbtilesWriter(folder.path / "nowhere" / "a.mbtiles"), OutputError);
}

TEST_CASE("tiles out of order are our mistake, not a broken file") {
    const Folder  folder("order");
    PmtilesWriter pmtiles(folder.path / "a.pmtiles");
    pmtiles.put({3, 1, 1}, "tile");
    CHECK_THROWS_AS(pmtiles.put({3, 1, 1}, "tile"), PreconditionError);
    CHECK_THROWS_AS(pmtiles.put({2, 1, 1}, "tile"), PreconditionError);
}

TEST_CASE("a PMTiles file cut short or damaged is refused and never read beyond its end") {
    const Folder  folder("cut");
    PmtilesWriter writer(folder.path / "a.pmtiles");
    write(writer, some_tiles(tile_number({6, 0, 0}), 40));
    const std::string whole = read_whole_file(folder.path / "a.pmtiles");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        const std::string cut = whole.substr(0, size);
        CHECK_THROWS_AS((void)read_pmtiles(cut), InputError);
    }
    // A flipped byte gives other tiles or an InputError, nothing else.
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at]         = static_cast<char>(damaged[at] ^ 0x41);
        try {
            (void)read_pmtiles(damaged);
        } catch (const InputError&) {
        }
    }
}

TEST_CASE("directories and headers come back as they were written") {
    std::vector<PmtilesEntry> entries = {{5, 0, 100, 1}, {6, 100, 20, 3}, {42, 0, 100, 1}, {1'000'000'000'000, 4'000'000'000, 4'000'000'000U, 0}};
    CHECK(parse_pmtiles_directory(pmtiles_directory_bytes(entries)) == entries);
    CHECK(parse_pmtiles_directory(pmtiles_directory_bytes({})).empty());
    CHECK_THROWS_AS((void)parse_pmtiles_directory(""), InputError);
    CHECK_THROWS_AS((void)parse_pmtiles_directory("\x7F"), InputError);
    CHECK_THROWS_AS((void)parse_pmtiles_header("PMTiles\x02"), InputError);
    CHECK_THROWS_AS((void)parse_pmtiles_header("SQLite format 3"), InputError);
    CHECK(pmtiles_header_bytes({}).size() == pmtiles_header_size);
}

TEST_CASE("gzip turns back, and a small file that would unpack to a huge one is refused") {
    const std::string text(100'000, 'a');
    CHECK(gunzip(gzip(text), 100'000) == text);
    CHECK_THROWS_AS((void)gunzip(gzip(text), 99'999), InputError);
    CHECK_THROWS_AS((void)gunzip("not gzip at all", 100), InputError);
}
