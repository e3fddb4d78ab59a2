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

std::map<std::string, std::string> bytes_below(const fs::path& folder) {
    std::map<std::string, std::string> bytes;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes[fs::relative(entry.path(), folder).string()] = read_whole_file(entry.path());
    }
    return bytes;
}
}  // namespace

TEST_CASE("the same seed writes the same bytes in every file, another seed writes others") {
    const Folder one("gapmap_demo_one"), two("gapmap_demo_two"), three("gapmap_demo_three");
    demo::write_demo(one.path(), {.seed = Seed{7}}, {});
    demo::write_demo(two.path(), {.seed = Seed{7}}, {});
    demo::write_demo(three.path(), {.seed = Seed{8}}, {});
    const auto a = bytes_below(one.path()), b = bytes_below(two.path()), c = bytes_below(three.path());
    REQUIRE(a.size() == 22);
    REQUIRE(b.size() == a.size());
    for (const auto& [name, bytes] : a) CHECK_MESSAGE(b.at(name) == bytes, name);
    CHECK(c.at("ledgers/户册.csv") != a.at("ledgers/户册.csv"));
    CHECK(c.at("ledgers/村界.gpkg") != a.at("ledgers/村界.gpkg"));
    CHECK(c.at("truth.json") != a.at("truth.json"));
}

TEST_CASE("county.toml parses and every source it names is there") {
    const Folder folder("gapmap_demo_toml");
    const auto   journal = demo::write_demo(folder.path(), {}, {});
    const auto   toml    = toml::parse_file((folder.path() / "county.toml").string());
    CHECK(toml["county"]["demo"].value<bool>() == true);
    CHECK(toml["policy"]["half_life_days"].value<int>() == 180);
    CHECK(toml["policy"]["q_committed"].value<double>() == doctest::Approx(0.9));
    const auto* sources = toml["source"].as_array();
    REQUIRE(sources != nullptr);
    CHECK(sources->size() == 17);
    std::set<std::string> named, written;
    for (const auto& source : *sources) named.insert(*source.as_table()->at("path").value<std::string>());
    for (const auto& file : journal.files) written.insert(file.path);
    CHECK(named == written);
}

TEST_CASE("truth.json lists each quirk with file, row and expected fate, and loses no case, site or unit") {
    const Folder folder("gapmap_demo_truth");
    demo::write_demo(folder.path(), {}, {});
    const auto  truth = nlohmann::json::parse(read_whole_file(folder.path() / "truth.json"));
    std::size_t held_back = 0, repaired = 0;
    for (const auto& quirk : truth["quirks"]) {
        CHECK(fs::exists(folder.path() / quirk["file"].get<std::string>()));
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

TEST_CASE("a demo writes over an earlier demo, and over nothing else") {
    const Folder folder("gapmap_demo_again");
    demo::write_demo(folder.path(), {.counties = 2}, {});
    CHECK(fs::exists(folder.path() / "ledgers/承诺清单.csv"));
    demo::write_demo(folder.path(), {}, {});
    CHECK_FALSE(fs::exists(folder.path() / "ledgers/承诺清单.csv"));
    write_whole_file(folder.path() / "county.toml", "[county]\ncode = \"610329\"\n");
    CHECK_THROWS_AS(demo::write_demo(folder.path(), {}, {}), OutputError);
    CHECK_THROWS_AS(demo::write_demo(folder.path() / "county.toml", {}, {}), OutputError);
}

TEST_CASE("two counties have distinct codes and lie side by side") {
    CHECK(demo::code_in_county("610329100200-0001", 0) == "610329100200-0001");
    CHECK(demo::code_in_county("610329100200-0001", 3) == "700003100200-0001");
    const Folder folder("gapmap_demo_two_counties");
    const auto   journal = demo::write_demo(folder.path(), {.counties = 2}, {});
    for (const auto& file : journal.files) {
        if (file.path == "ledgers/村界.gpkg") CHECK(file.rows == 140);
        if (file.path == "ledgers/预警劝阻.csv") CHECK(file.rows == 2 * 11'962 + 3);
    }
}
