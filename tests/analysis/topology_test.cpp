#include "analysis/topology.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "geo/core/draws.h"
#include "geo/core/error.h"
#include "geo/shape/overlay.h"
#include "geo/shape/pieces.h"

using namespace gapmap;

namespace {

using Ring = std::vector<Point<Planar>>;

void push_row(Polygons<Planar>& polygons, const Ring& ring) {
    for (const auto& p : ring) polygons.push_point(p.x, p.y);
    polygons.push_point(ring[0].x, ring[0].y);
    polygons.end_ring();
    polygons.end_part();
    polygons.end_row();
}

/// A county of 4 towns, each of n x n villages, whose inner corners are shaken; neighbours share every vertex.
struct County {
    static constexpr double step = 1000, x0 = 500'000, y0 = 3'800'000;
    std::size_t                   n;
    std::vector<Point<Planar>>    corner;
    std::vector<Ring>             village;
    std::vector<std::int32_t>     town_of;

    County(std::size_t side, Seed seed) : n(side) {
        const std::size_t lines = 2 * n + 1;
        for (std::size_t j = 0; j < lines; ++j) {
            for (std::size_t i = 0; i < lines; ++i) {
                Draws      draws(seed, 1, j * lines + i);
                const bool edge = i % n == 0 || j % n == 0;  // towns are squares, so that a planted flaw has a known area
                corner.push_back({x0 + step * static_cast<double>(i) + (edge ? 0 : 600 * (draws.uniform() - 0.5)),
                                  y0 + step * static_cast<double>(j) + (edge ? 0 : 600 * (draws.uniform() - 0.5))});
            }
        }
        for (std::size_t j = 0; j < 2 * n; ++j) {
            for (std::size_t i = 0; i < 2 * n; ++i) {
                village.push_back({at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)});
                town_of.push_back(static_cast<std::int32_t>(2 * (j / n) + i / n));
            }
        }
    }
    [[nodiscard]] Point<Planar> at(std::size_t i, std::size_t j) const { return corner[j * (2 * n + 1) + i]; }
    [[nodiscard]] std::size_t   row(std::size_t i, std::size_t j) const { return j * 2 * n + i; }
    [[nodiscard]] Polygons<Planar> villages() const {
        Polygons<Planar> out;
        for (const Ring& ring : village) push_row(out, ring);
        return out;
    }
    [[nodiscard]] Polygons<Planar> towns() const {
        Polygons<Planar> out;
        const double     side = step * static_cast<double>(n);
        for (int t = 0; t < 4; ++t) {
            const double x = x0 + side * (t % 2), y = y0 + side * (t / 2);  // NOLINT(bugprone-integer-division): a row of towns
            push_row(out, {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}});
        }
        return out;
    }
};

struct Found {
    FlawKind      kind;
    std::uint32_t unit, other;
    double        area_m2, width_m;
};

std::vector<Found> examine(const County& county, const Execution& exec = {}) {
    const auto         villages = county.villages(), towns = county.towns();
    std::vector<Found> all;
    const auto         add = [&](const std::vector<Flaw>& flaws) {
        for (const Flaw& f : flaws) {
            CHECK(std::abs(polygon_area(f.place.view(), 0) - f.area_m2) < 1e-6);
            all.push_back({f.kind, f.unit, f.other, f.area_m2, f.width_m});
        }
    };
    add(find_overlaps(villages.view(), {}, exec));
    add(find_overlaps(towns.view(), {}, exec));
    add(find_gaps(towns.view(), villages.view(), 0, {}, exec).flaws);
    add(find_holes(towns.view(), {}));
    add(find_outside(villages.view(), towns.view(), county.town_of, Foreign::named, {}, exec));
    return all;
}

void check_one(const std::vector<Found>& found, FlawKind kind, std::uint32_t unit, std::uint32_t other, double area_m2, double width_m) {
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == kind);
    CHECK(found[0].unit == unit);
    CHECK(found[0].other == other);
    CHECK(std::abs(found[0].area_m2 - area_m2) < 0.01);
    CHECK(std::abs(found[0].width_m - width_m) < 0.001);
}

/// Moves the border between the squares (i, j) and (i + 1, j), on the side of the left one only, `by` metres to the right.
void stretch_right(County& county, std::size_t i, std::size_t j, double by) {
    Ring& ring = county.village[county.row(i, j)];
    ring[1].x += by;
    ring[2].x += by;
}

}  // namespace

TEST_CASE("a coverage without flaws has none, whatever its corners") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(examine(County(4, Seed{seed})).empty());
}

TEST_CASE("a village grown over its neighbour by 30 m is found as one overlap of its area, and nothing else is") {
    County county(2, Seed{3});
    Ring&  a = county.village[county.row(0, 0)];  // lower left; its right neighbour is row 1
    // A parallelogram 100 m high and 30 m wide out of the neighbour's inside, joined through the common border.
    const Point<Planar> low = a[1], high = a[2];
    const double        x = low.x, slope = (high.x - low.x) / (high.y - low.y);
    a.insert(a.begin() + 2, {{x + slope * 300, low.y + 300}, {x + slope * 300 + 30, low.y + 300}, {x + slope * 400 + 30, low.y + 400}, {x + slope * 400, low.y + 400}});
    const auto   found = examine(county);
    const double leg = 100 * std::hypot(1.0, slope);
    check_one(found, FlawKind::overlap, 0, 1, 3000, strip_width(3000, 60 + 2 * leg));
}

TEST_CASE("a strip of 3 m that no village covers is found as a gap of its town, 3 m wide") {
    County county(1, Seed{5});
    county.village[0][0].x += 3;
    county.village[0][3].x += 3;
    check_one(examine(county), FlawKind::gap, 0, Flaw::none, 3 * 1000, 3);
}

TEST_CASE("a village that reaches 40 m into the next town, which gave way, is found as one piece across the border") {
    County county(1, Seed{1});
    stretch_right(county, 0, 0, 40);
    county.village[1][0].x += 40;
    county.village[1][3].x += 40;
    check_one(examine(county), FlawKind::across, 0, 1, 40 * 1000, 40);
}

TEST_CASE("a village that reaches 25 m out of the county is found outside its town") {
    County county(1, Seed{1});
    county.village[2][0].x -= 25;
    county.village[2][3].x -= 25;
    check_one(examine(county), FlawKind::outside, 2, 2, 25 * 1000, 25);
}

TEST_CASE("the same polygon under two codes is a duplicate, not an overlap") {
    County county(2, Seed{8});
    county.village.push_back(county.village[5]);
    county.town_of.push_back(county.town_of[5]);
    const auto found = examine(county);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == FlawKind::duplicate);
    CHECK(found[0].unit == 5);
    CHECK(found[0].other == 16);
}

TEST_CASE("a unit that lies wholly in a larger one is an overlap, not a duplicate") {
    Polygons<Planar> units;
    push_row(units, {{0, 0}, {100, 0}, {100, 100}, {0, 100}});
    push_row(units, {{10, 10}, {60, 10}, {60, 60}, {10, 60}});
    const auto found = find_overlaps(units.view(), {});
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == FlawKind::overlap);
    CHECK(found[0].share == doctest::Approx(0.25));
}

TEST_CASE("a hole between towns is found without a parent, a bay of the outline is not") {
    Polygons<Planar> towns;
    push_row(towns, {{0, 0}, {3000, 0}, {3000, 1000}, {2000, 1000}, {2000, 2000}, {1000, 2000}, {1000, 1000}, {0, 1000}});
    push_row(towns, {{0, 1000}, {1000, 1000}, {1000, 2000}, {2000, 2000}, {2000, 1500}, {2500, 1500}, {2500, 1200}, {2000, 1200}, {2000, 1000}, {3000, 1000}, {3000, 3000}, {0, 3000}});
    const auto holes = find_holes(towns.view(), {});
    REQUIRE(holes.size() == 1);
    CHECK(holes[0].area_m2 == doctest::Approx(500 * 300));
    CHECK(holes[0].unit == Flaw::none);
}

TEST_CASE("pieces thinner than the least width are not told, thicker ones are") {
    for (const double by : {0.4, 0.6}) {
        County county(1, Seed{1});
        county.village[0][0].x += by;
        county.village[0][3].x += by;
        CHECK(examine(county).size() == (by < 0.5 ? 0 : 1));
    }
}

TEST_CASE("a long thin tail of a border that was drawn twice does not hide how wide the gap is") {
    Polygons<Planar> parents, children;
    push_row(parents, {{0, 0}, {5000, 0}, {5000, 1000}, {0, 1000}});
    push_row(children, {{0, 0}, {5000, 0}, {5000, 999.8}, {300, 999.8}, {300, 900}, {200, 900}, {200, 999.8}, {0, 999.8}});
    const auto gaps = find_gaps(parents.view(), children.view(), 0, {});
    REQUIRE(gaps.flaws.size() == 1);
    CHECK(std::abs(gaps.flaws[0].area_m2 - 100 * 100) < 0.5);
    CHECK(std::abs(gaps.flaws[0].width_m - 100) < 0.5);
}

TEST_CASE("a parent that its children do not tile is left alone, and says so") {
    Polygons<Planar> parents, children;
    push_row(parents, {{0, 0}, {100, 0}, {100, 100}, {0, 100}});
    push_row(parents, {{200, 0}, {300, 0}, {300, 100}, {200, 100}});
    push_row(children, {{0, 0}, {95, 0}, {95, 100}, {0, 100}});
    push_row(children, {{200, 0}, {250, 0}, {250, 100}, {200, 100}});
    const auto gaps = find_gaps(parents.view(), children.view(), 0.9, {});
    CHECK(gaps.tiled == std::vector<bool>{true, false});
    REQUIRE(gaps.flaws.size() == 1);
    CHECK(gaps.flaws[0].area_m2 == doctest::Approx(500));
    CHECK(gaps.flaws[0].share == doctest::Approx(0.05));
}

TEST_CASE("what is outside the parent is one amount where other parents are not asked for") {
    Polygons<Planar> grids, buildings;
    push_row(grids, {{0, 0}, {100, 0}, {100, 100}, {0, 100}});
    push_row(grids, {{100, 0}, {200, 0}, {200, 100}, {100, 100}});
    push_row(buildings, {{90, 10}, {110, 10}, {110, 20}, {90, 20}});
    push_row(buildings, {{10, 10}, {20, 10}, {20, 20}, {10, 20}});
    push_row(buildings, {{500, 10}, {520, 10}, {520, 20}, {500, 20}});
    const std::vector<std::int32_t> grid_of{0, 0, -1};
    const auto                      out = find_outside(buildings.view(), grids.view(), grid_of, Foreign::pooled, {});
    REQUIRE(out.size() == 1);
    CHECK(out[0].kind == FlawKind::outside);
    CHECK(out[0].unit == 0);
    CHECK(out[0].share == doctest::Approx(0.5));
}

TEST_CASE("children, gaps, overlaps and what lies outside add up to the parents") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        County county(3, Seed{seed});
        for (std::size_t v = 0; v < county.village.size(); ++v) {
            // Shaken on their own: gaps, overlaps, crossings. No two of them meet, so that no place lies in three villages.
            if (v % 2 != 0 || v / 6 % 2 != 0) continue;
            for (std::size_t k = 0; k < 4; ++k) {
                Draws draws(Seed{seed}, 2, v, static_cast<std::uint32_t>(k));
                county.village[v][k].x += 80 * (draws.uniform() - 0.5);
                county.village[v][k].y += 80 * (draws.uniform() - 0.5);
            }
        }
        const auto            villages = county.villages(), towns = county.towns();
        const TopologyOptions all{.least_width_m = 1e-3, .least_area_m2 = 1e-6};
        const auto            sum = [](const std::vector<Flaw>& flaws) {
            return std::accumulate(flaws.begin(), flaws.end(), 0.0, [](double s, const Flaw& f) { return s + f.area_m2; });
        };
        double children = 0, parents = 0;
        for (std::size_t v = 0; v < villages.size(); ++v) children += polygon_area(villages.view(), v);
        for (std::size_t t = 0; t < towns.size(); ++t) parents += polygon_area(towns.view(), t);
        const double gaps = sum(find_gaps(towns.view(), villages.view(), 0, all).flaws), shared = sum(find_overlaps(villages.view(), all));
        double       beyond = 0;
        for (const Flaw& f : find_outside(villages.view(), towns.view(), county.town_of, Foreign::named, all)) beyond += f.kind == FlawKind::outside ? f.area_m2 : 0;
        CHECK(children - shared - beyond + gaps == doctest::Approx(parents).epsilon(1e-7));
        CHECK(gaps + shared + beyond > 1000);
    }
}

TEST_CASE("the order of rows and the number of threads change nothing") {
    County county(3, Seed{4});
    for (std::size_t v = 0; v < county.village.size(); v += 4) stretch_right(county, v % 6, v / 6, 20 + static_cast<double>(v));
    const auto name = [](const std::vector<Found>& found, const std::vector<std::uint32_t>& was) {
        std::vector<std::tuple<FlawKind, std::uint32_t, std::uint32_t, long long>> out;
        for (const Found& f : found) {
            const bool pair = f.kind == FlawKind::overlap;
            auto       unit = f.kind == FlawKind::gap ? f.unit : was[f.unit], other = pair ? was[f.other] : f.other;
            if (pair && unit > other) std::swap(unit, other);
            out.emplace_back(f.kind, unit, other, std::llround(f.area_m2 * 1e3));
        }
        std::ranges::sort(out);
        return out;
    };
    std::vector<std::uint32_t> as_is(county.village.size()), turned(county.village.size());
    std::iota(as_is.begin(), as_is.end(), 0U);
    const auto one = examine(county), four = examine(county, {.threads = 4});
    CHECK(one.size() > 5);
    REQUIRE(one.size() == four.size());
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::tuple(one[i].kind, one[i].unit, one[i].other, one[i].area_m2) == std::tuple(four[i].kind, four[i].unit, four[i].other, four[i].area_m2));
    County reversed = county;
    std::ranges::reverse(reversed.village);
    std::ranges::reverse(reversed.town_of);
    for (std::size_t v = 0; v < turned.size(); ++v) turned[v] = static_cast<std::uint32_t>(turned.size() - 1 - v);
    CHECK(name(examine(reversed), turned) == name(one, as_is));
}

TEST_CASE("tolerances that make no sense are refused") {
    const Polygons<Planar> none;
    CHECK_THROWS_AS((void)find_overlaps(none.view(), {.least_width_m = 0}), PreconditionError);
    CHECK(find_holes(none.view(), {}).empty());
}
