#include <doctest/doctest.h>

#include <toml++/toml.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/demo/demo.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {
/// A folder that is gone when the test program ends.
class Folder {
public:
    explicit Folder(const char* name) : path_(fs::temp_directory_path() / name) { fs::remove_all(path_); }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&)            = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

/// One demo written once, for the tests that only read it.
struct Written {
    Folder        folder{"gapmap_demo_written"};
    demo::Journal journal = demo::write_demo(folder.path(), {}, {});
};
const Written& written() {
    static const Written once;
    return once;
}

std::map<std::string, std::string> bytes_below(const fs::path& folder) {
    std::map<std::string, std::string> bytes;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes[fs::relative(entry.path(), folder).string()] = read_whole_file(entry.path());
    }
    return bytes;
}
}  // namespace

TEST_CASE("a demo writes over an earlier demo, and over nothing else; the same seed gives the same bytes in every file") {
    const Folder folder("gapmap_demo_again");
    const auto   journal = demo::write_demo(folder.path(), {.seed = Seed{8}, .counties = 2}, {});
    CHECK(fs::exists(folder.path() / "ledgers/承诺清单.csv"));
    for (const auto& file : journal.files) {
        if (file.path == "ledgers/村界.gpkg") CHECK(file.rows == 140);
        if (file.path == "ledgers/预警劝阻.csv") CHECK(file.rows == 2 * 11'962 + 3);
    }
    const auto other = bytes_below(folder.path());
    demo::write_demo(folder.path(), {}, {});
    const auto a = bytes_below(written().folder.path()), b = bytes_below(folder.path());
    REQUIRE(a.size() == 23);
    REQUIRE(b.size() == a.size());
    for (const auto& [name, bytes] : a) {
        CHECK_MESSAGE(b.at(name) == bytes, name);
        if (name.ends_with(".gpkg") || name.ends_with(".csv") || name == "truth.json") CHECK_MESSAGE(other.at(name) != bytes, name);
    }
    write_whole_file(folder.path() / "county.toml", "[county]\ncode = \"610329\"\n");
    CHECK_THROWS_AS(demo::write_demo(folder.path(), {}, {}), OutputError);
    CHECK_THROWS_AS(demo::write_demo(folder.path() / "county.toml", {}, {}), OutputError);
}

TEST_CASE("county.toml parses and every source it names is there") {
    const auto toml = toml::parse_file((written().folder.path() / "county.toml").string());
    CHECK(toml["county"]["demo"].value<bool>() == true);
    CHECK(toml["policy"]["half_life_days"].value<int>() == 180);
    CHECK(toml["policy"]["q_committed"].value<double>() == doctest::Approx(0.9));
    const auto* sources = toml["source"].as_array();
    REQUIRE(sources != nullptr);
    CHECK(sources->size() == 18);
    std::set<std::string> named, files;
    for (const auto& source : *sources) named.insert(*source.as_table()->at("path").value<std::string>());
    for (const auto& file : written().journal.files) files.insert(file.path);
    CHECK(named == files);
}

TEST_CASE("truth.json lists each quirk with file, row and expected fate, and loses no case, site or unit") {
    const auto  truth = nlohmann::json::parse(read_whole_file(written().folder.path() / "truth.json"));
    std::size_t held_back = 0, repaired = 0;
    for (const auto& quirk : truth["quirks"]) {
        CHECK(fs::exists(written().folder.path() / quirk["file"].get<std::string>()));
        held_back += quirk["fate"] == "held_back" ? 1 : 0;
        repaired += quirk["fate"] == "repaired" ? 1 : 0;
    }
    CHECK(held_back == 30);
    CHECK(repaired == 9);
    CHECK(truth["planted"]["villages"].size() == 6);
    CHECK(truth["planted"]["grids"].size() == 4);
    CHECK(truth["planted"]["faking"]["team"] == "包抓组11");
    for (std::size_t i = 0; i < 6; ++i) CHECK(truth["expected"]["villages"][i]["planted"] == true);
    for (std::size_t i = 0; i < 4; ++i) CHECK(truth["expected"]["grids"][i]["planted"] == true);
}

TEST_CASE("the codes of a scaled demo's counties differ") {
    CHECK(demo::code_in_county("610329100200-0001", 0) == "610329100200-0001");
    CHECK(demo::code_in_county("610329100200-0001", 3) == "700003100200-0001");
    CHECK(demo::code_in_county("610329-W001", 12) == "700012-W001");
}
