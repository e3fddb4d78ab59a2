#include <doctest/doctest.h>

#include <toml++/toml.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli.h"
#include "app/project/county_toml.h"
#include "data/reference.h"
#include "data/write/whole_file.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {
int init(const fs::path& folder) {
    const std::string text   = folder.string();
    const char* const argv[] = {"gapmap", "init", text.c_str(), "--json"};
    return run_command_line(4, argv);
}
}  // namespace

TEST_CASE("init writes a county.toml that parses and one template a ledger, and refuses a folder in use") {
    const fs::path folder = fs::temp_directory_path() / "gapmap_init_test";
    fs::remove_all(folder);
    REQUIRE(init(folder) == 0);
    const auto toml = toml::parse_file((folder / "county.toml").string());
    CHECK(toml["county"]["code"].value<std::string>() == "610329");
    CHECK_FALSE(toml["county"]["demo"]);
    CHECK_FALSE(toml["source"]);  // its sources are examples in comments
    const auto ledgers = nlohmann::json::parse(reference_file("ledgers.json"));
    for (const auto& [name, ledger] : ledgers.items()) {
        const fs::path form = folder / "templates" / (ledger["zh"].get<std::string>() + ".xlsx");
        CHECK_MESSAGE(read_whole_file(form).starts_with("PK"), name);
    }
    CHECK(init(folder) == 5);
    fs::remove_all(folder);
}

TEST_CASE("the example sources of an empty county become valid when uncommented") {
    const std::string text = county_toml({.as_of = "2022-09-04", .sources = {{.ledger = "visits", .path = "a.csv", .list = "visited", .crs = "GCJ02"}}});
    const auto        toml = toml::parse(text);
    const auto&       one  = *toml["source"].as_array()->at(0).as_table();
    CHECK(one["list"].value<std::string>() == "visited");
    CHECK(one["crs"].value<std::string>() == "GCJ02");
}
