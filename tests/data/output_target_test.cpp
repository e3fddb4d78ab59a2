#include "data/write/output_target.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_write.h"
#include "data/write/geotiff.h"
#include "data/write/stream_file.h"
#include "data/write/table_file.h"
#include "data/write/text_encoding.h"
#include "data/write/vector_file.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

class TestFolder {
public:
    TestFolder() : path_(fs::temp_directory_path() / ("gapmap_target_" + std::to_string(::getpid()))) { fs::create_directories(path_); }
    ~TestFolder() { fs::remove_all(path_); }
    TestFolder(const TestFolder&)            = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator{})); }

private:
    fs::path path_;
};

Layer one_point() { return {"p", {{{"id", Column::Integers{1}, {}}}}, Points<Lonlat>{{107.5}, {34.5}}, "EPSG:4326"}; }

/// Every way in which this room writes a file, by name.
const std::map<std::string, std::function<void(const fs::path&)>> writers = {
    {"whole.txt", [](const fs::path& to) { write_whole_file(to, "x"); }},
    {"stream.txt", [](const fs::path& to) { StreamFile file(to); file.append("x"); file.commit(); }},
    {"text.txt", [](const fs::path& to) { TextFileWriter file(to, TextEncoding::gb18030); file.write("x"); file.finish(); }},
    {"table.csv", [](const fs::path& to) { write_table_file(to.string(), one_point()); }},
    {"layer.gpkg", [](const fs::path& to) { write_layer(one_point(), to, vector_format_for(to)); }},
    {"layer.shp", [](const fs::path& to) { write_layer(one_point(), to, vector_format_for(to)); }},
    {"raster.tif", [](const fs::path& to) { write_geotiff(to.string(), {{.x_min = 0, .y_max = 1, .cell_x = 1, .cell_y = 1, .width = 1, .height = 1}, {1.0F}}, "EPSG:4545", {}); }},
    {"tiles.mbtiles", [](const fs::path& to) { MbtilesWriter file(to); file.put({0, 0, 0}, "x"); file.finish({}); }},
    {"tiles.pmtiles", [](const fs::path& to) { PmtilesWriter file(to); file.put({0, 0, 0}, "x"); file.finish({}); }}};

}  // namespace

TEST_CASE("every writer refuses a pipe and a folder and leaves them alone") {
    for (const auto& [name, write] : writers) {
        const std::string file(name);  // CAPTURE makes a lambda, and clang before 16 lets none take a structured binding
        CAPTURE(file);
        const TestFolder folder;
        REQUIRE(::mkfifo((folder / name).c_str(), 0600) == 0);
        CHECK_THROWS_WITH_AS(write(folder / name), doctest::Contains("is not an ordinary file"), OutputError);
        CHECK(fs::is_fifo(folder / name));
        fs::remove(folder / name);
        fs::create_directory(folder / name);
        CHECK_THROWS_WITH_AS(write(folder / name), doctest::Contains("is a folder; name a file in it"), OutputError);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("every writer replaces what a link names, and the link stays") {
    for (const auto& [name, write] : writers) {
        const std::string file(name);
        CAPTURE(file);
        const TestFolder folder;
        fs::create_directory(folder / "real");
        std::ofstream(folder / "real" / name) << "the old content";
        fs::create_symlink("real/" + name, folder / name);
        write(folder / name);
        CHECK(fs::is_symlink(folder / name));
        CHECK(read_whole_file(folder / "real" / name) != "the old content");
        CHECK(folder.entries() == 2);
    }
}

TEST_CASE("every writer says that the folder above is missing, and what to do") {
    for (const auto& [name, write] : writers) {
        const std::string file(name);
        CAPTURE(file);
        const TestFolder folder;
        CHECK_THROWS_WITH_AS(write(folder / "none" / name), doctest::Contains("make it first"), OutputError);
    }
}

TEST_CASE("a link to a file that is yet to be made makes it; links in a ring are refused") {
    const TestFolder folder;
    fs::create_symlink("new.txt", folder / "link.txt");
    write_whole_file(folder / "link.txt", "x");
    CHECK(read_whole_file(folder / "new.txt") == "x");
    fs::create_symlink("b", folder / "a");
    fs::create_symlink("a", folder / "b");
    CHECK_THROWS_WITH_AS(write_whole_file(folder / "a", "x"), doctest::Contains("lead nowhere"), OutputError);
}

TEST_CASE("a Shapefile whose other files would meet a pipe moves none of them") {
    const TestFolder folder;
    REQUIRE(::mkfifo((folder / "layer.dbf").c_str(), 0600) == 0);
    CHECK_THROWS_AS(write_layer(one_point(), folder / "layer.shp", vector_format_for("layer.shp")), OutputError);
    CHECK(fs::is_fifo(folder / "layer.dbf"));
    CHECK(folder.entries() == 1);
}
