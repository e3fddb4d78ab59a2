// Points level by level: nothing is lost, sums stay, and thinning is nested.
#include "render/tile/point_levels.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <algorithm>

#include "geo/core/error.h"
#include "mvt_decode.h"
#include "render/tile/tile_gzip.h"

using namespace gapmap;

namespace {

constexpr int         top  = 9;
constexpr std::size_t rows = 3000;

struct Sample {
    Points<Planar>             points;
    Table                      table;
    std::vector<std::uint64_t> ids;
    double                     cases = 0;
};
/// Points about one place of the Mercator plane; the last two have no place.
Sample sample() {
    Sample           out;
    Column::Integers cases;
    Column::Texts    kinds;
    std::uint64_t    state = 7;
    const auto       next  = [&] { return static_cast<double>((state = state * 6364136223846793005ULL + 1442695040888963407ULL) >> 40) / 16777216.0; };
    for (std::size_t i = 0; i < rows; ++i) {
        out.points.push_back({12e6 + 2e5 * next() * next(), 4e6 + 2e5 * next()});
        cases.push_back(static_cast<std::int64_t>(10 * next()) - 2);
        kinds.push_back(i % 3 == 0 ? "screen" : "banner");
        out.ids.push_back(1000 + i);
        out.cases += static_cast<double>(cases.back());
    }
    out.points.push_back({std::numeric_limits<double>::quiet_NaN(), 4e6});
    out.points.push_back({1e9, 4e6});
    for (int i = 0; i < 2; ++i) cases.push_back(1000), kinds.push_back("none"), out.ids.push_back(1);
    out.table.columns = {{"cases", cases, {}}, {"kind", kinds, {}}};
    return out;
}

struct Told {
    double                  cases = 0, count = 0;
    std::set<std::uint64_t> ids;
};
Told told(const PointLevels& levels, int z) {
    Told       out;
    const auto level = levels.level(z);
    std::uint64_t before = 0;
    for (const auto& tile : level.tiles) {
        CHECK((out.ids.empty() || tile.number > before));
        before = tile.number;
        std::string bytes;
        levels.encode(level, tile, bytes);
        const auto decoded = mvt::decode(gzip_tile(bytes, 1));
        REQUIRE(decoded.size() == 1);
        for (const auto& f : decoded.begin()->second.features) {
            CHECK(out.ids.insert(f.id).second);
            out.cases += f.number("cases");
            out.count += f.values.contains("point_count") ? f.number("point_count") : 1;
            CHECK(std::get<std::string>(f.values.at("kind")) == ((f.id - 1000) % 3 == 0 ? "screen" : "banner"));
        }
    }
    return out;
}

}  // namespace

TEST_CASE("every point stands once on every level where none is thinned out; one without a place or off the set stands nowhere") {
    const Sample        s = sample();
    const MvtAttributes attributes(s.table, {"cases", "kind"});
    const PointLevels   levels("points", s.points.view(), s.table, attributes, s.ids, {}, web_mercator_quad(), 4096, top);
    for (int z = 0; z <= top; ++z) {
        const Told t = told(levels, z);
        CHECK(t.ids.size() == rows);
        CHECK(t.cases == s.cases);
    }
}

TEST_CASE("thinned points keep the sums and the number of rows on every level, and who stays stays on finer ones") {
    const Sample        s = sample();
    const MvtAttributes attributes(s.table, {"cases", "kind"});
    const PointLevels   levels("points", s.points.view(), s.table, attributes, s.ids, {16, {"cases"}}, web_mercator_quad(), 4096, top);
    std::set<std::uint64_t> coarser;
    for (int z = 0; z <= top; ++z) {
        const Told t = told(levels, z);
        CHECK(t.cases == s.cases);
        CHECK(t.count == rows);
        CHECK(std::ranges::includes(t.ids, coarser));
        if (z < 4) CHECK(t.ids.size() <= 4);
        coarser = t.ids;
    }
    CHECK(coarser.size() == rows);
}

TEST_CASE("levels of a set that does not halve are thinned each by itself") {
    TileMatrixSet set = web_mercator_quad();
    set.levels.resize(3);
    set.levels[1] = {set.levels[0].resolution / 3, 3, 3};
    set.levels[2] = {set.levels[0].resolution / 9, 9, 9};
    for (int z = 0; z < 3; ++z) set.levels[static_cast<std::size_t>(z)].columns = set.levels[static_cast<std::size_t>(z)].rows = 1U << z;  // the numbering of tiles takes no more
    const Sample        s = sample();
    const MvtAttributes attributes(s.table, {"cases", "kind"});
    Points<Planar>      near = s.points;
    for (double& x : near.x) x -= 31e6;
    for (double& y : near.y) y += 13e6;
    const PointLevels levels("points", near.view(), s.table, attributes, s.ids, {16, {"cases"}}, set, 4096, 2);
    CHECK(told(levels, 2).cases == told(levels, 1).cases);
}

TEST_CASE("a sum of text, a sum of what is not in the tiles and an odd number of squares are refused in words") {
    const Sample        s = sample();
    const MvtAttributes attributes(s.table, {"kind"});
    const auto          make = [&](PointThinning t) { return PointLevels("points", s.points.view(), s.table, attributes, s.ids, std::move(t), web_mercator_quad(), 4096, top); };
    CHECK_THROWS_AS(make({16, {"kind"}}), UsageError);
    CHECK_THROWS_AS(make({16, {"cases"}}), UsageError);
    CHECK_THROWS_AS(make({12, {}}), UsageError);
}

TEST_CASE("a sum of rows without values is no value, and not zero") {
    Points<Planar>             points;
    const std::vector<std::uint64_t> ids = {1, 2, 3};
    for (int i = 0; i < 3; ++i) points.push_back({12e6 + i, 4e6});
    points.x[2] += 1e6;
    Table table;
    table.columns = {{"loss", Column::Reals{5, 6, 7}, {false, false, true}}};
    const MvtAttributes attributes(table, {"loss"});
    const PointLevels   levels("points", points.view(), table, attributes, ids, {16, {"loss"}}, web_mercator_quad(), 4096, top);
    const auto          level = levels.level(6);
    std::map<std::uint64_t, bool> has;
    for (const auto& tile : level.tiles) {
        std::string bytes;
        levels.encode(level, tile, bytes);
        const auto drawn = mvt::decode(gzip_tile(bytes, 1)).at("points");
        for (const auto& f : drawn.features) has[f.id] = f.values.contains("loss");
    }
    CHECK(has == std::map<std::uint64_t, bool>{{1, false}, {3, true}});
}
