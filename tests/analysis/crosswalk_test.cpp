#include "analysis/crosswalk.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

/// The units of a day, drawn as boxes.
struct Ground {
    Polygons<Planar>         shape;
    std::vector<std::string> code, name;

    void add(const std::string& unit, double x, double y, double width, double height, const std::string& called = "") {
        for (const auto& [px, py] : {std::pair{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}, {x, y}}) shape.push_point(px, py);
        shape.end_ring();
        shape.end_part();
        add_null(unit, called);
    }
    void add_null(const std::string& unit, const std::string& called = "") {
        shape.end_row();
        code.push_back(unit);
        name.push_back(called.empty() ? unit : called);
    }
    [[nodiscard]] UnitsOfDay day() const { return {shape.view(), code, name}; }
};

/// Weights by code; "" is nowhere.
std::map<std::pair<std::string, std::string>, double> weights(const Crosswalk& crosswalk, const Ground& from, const Ground& to) {
    std::map<std::pair<std::string, std::string>, double> out;
    for (const CrosswalkLink& link : crosswalk.links) out[{from.code[link.from], link.to == CrosswalkLink::none ? "" : to.code[link.to]}] = link.weight;
    return out;
}

/// Before: A and B (to be merged), C (to be split), D (gets another name), E (its border moves into F), F, G (given up). After: AB, C1, C2, D, E, F, and H on new ground.
Ground before() {
    Ground g;
    g.add("A", 0, 0, 100, 100);
    g.add("B", 100, 0, 300, 100);
    g.add("C", 0, 100, 100, 100);
    g.add("D", 100, 100, 100, 100);
    g.add("E", 0, 200, 100, 100);
    g.add("F", 100, 200, 100, 100);
    g.add("G", 1000, 0, 50, 50);
    return g;
}
Ground after() {
    Ground g;
    g.add("AB", 0, 0, 400, 100);
    g.add("C1", 0, 100, 25, 100);
    g.add("C2", 25, 100, 75, 100);
    g.add("D", 100, 100, 100, 100, "D renamed");
    g.add("E", 0, 200, 140, 100);
    g.add("F", 140, 200, 60, 100);
    g.add("H", 2000, 0, 50, 50);
    return g;
}

/// A day of a county of 30 by 30 cells cut into random boxes: rows of cells, each cut at random columns.
Ground random_day(Seed seed, std::uint32_t day) {
    Ground g;
    for (std::uint32_t row = 0; row < 6; ++row) {
        std::uint32_t x = 0;
        for (std::uint32_t k = 0; x < 30; ++k) {
            Draws               draws(seed, day, row, k);
            const std::uint32_t width = std::min(30 - x, 3 + draws.below(9));
            if (draws.uniform() > 0.1) g.add("U" + std::to_string(row) + "-" + std::to_string(k), 100 * x, 500 * row, 100 * width, 500);  // else: nobody's ground that day
            x += width;
        }
    }
    return g;
}

}  // namespace

TEST_CASE("a merge, a split, a new name, a moved border, a unit given up and a new one are told apart, with their weights by area") {
    const Ground    from = before(), to = after();
    const Crosswalk walk = make_crosswalk(from.day(), to.day(), nullptr, {});
    using enum UnitChange;
    CHECK(walk.from_change == std::vector{merged, merged, split, renamed, changed, changed, gone});
    CHECK(walk.to_change == std::vector{merged, split, split, renamed, changed, changed, created});
    const auto w = weights(walk, from, to);
    CHECK(w.size() == 9);
    CHECK(w.at({"A", "AB"}) == 1);
    CHECK(w.at({"B", "AB"}) == 1);
    CHECK(w.at({"C", "C1"}) == 0.25);
    CHECK(w.at({"C", "C2"}) == 0.75);
    CHECK(w.at({"E", "E"}) == 1);
    CHECK(w.at({"F", "E"}) == 0.4);
    CHECK(w.at({"F", "F"}) == 0.6);
    CHECK(w.at({"G", ""}) == 1);
}

TEST_CASE("a count of the earlier day lands on the later ground, and what goes nowhere is said") {
    const Ground              from = before(), to = after();
    const Crosswalk           walk = make_crosswalk(from.day(), to.day(), nullptr, {});
    const std::vector<double> counts{10, 20, 40, 5, 8, 10, 3};
    const Carried             now = carry(walk, counts);
    CHECK(now.to == std::vector<double>{30, 10, 30, 5, 12, 6, 0});
    CHECK(now.nowhere == 3);
    std::vector<double> unknown = counts;
    unknown[2]                  = NAN;
    CHECK(std::isnan(carry(walk, unknown).to[1]));
    CHECK(carry(walk, unknown).to[0] == 30);
}

TEST_CASE("with households the weights follow them, and a unit without any keeps those of its area") {
    const Ground              from = before(), to = after();
    const Points<Planar>      homes{{10, 20, 24, 90, 110, 5000}, {150, 150, 150, 150, 250, 5000}};  // three in C1, one in C2, one of F in E, one nowhere
    const std::vector<double> people{2, 2, 2, 4, 1, 9};
    const MassPoints          points{homes.view(), people};
    const Crosswalk           walk = make_crosswalk(from.day(), to.day(), &points, {});
    const auto                w    = weights(walk, from, to);
    CHECK(w.at({"C", "C1"}) == 0.6);
    CHECK(w.at({"C", "C2"}) == 0.4);
    CHECK(w.at({"F", "E"}) == 1);
    CHECK(w.at({"F", "F"}) == 0);
    CHECK(walk.basis[2] == WeightBasis::points);
    CHECK(walk.basis[0] == WeightBasis::area);
    CHECK(walk.from_change[5] == UnitChange::changed);  // classes are about ground
}

TEST_CASE("equal days give every unit to itself") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Ground    day  = random_day(Seed{seed}, 1);
        const Crosswalk walk = make_crosswalk(day.day(), day.day(), nullptr, {});
        REQUIRE(walk.links.size() == day.code.size());
        for (std::uint32_t i = 0; i < walk.links.size(); ++i) {
            CHECK(walk.links[i].to == i);
            CHECK(walk.links[i].weight == 1);
            CHECK(walk.from_change[i] == UnitChange::same);
        }
    }
}

TEST_CASE("the weights of each earlier unit sum to 1 and carrying keeps the sum, by area and by points, for any number of threads") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const Ground        from = random_day(Seed{seed}, 1), to = random_day(Seed{seed}, 2);
        Points<Planar>      homes;
        std::vector<double> people;
        for (std::uint32_t h = 0; h < 300; ++h) {
            Draws draws(Seed{seed}, 3, h);
            homes.push_back({3000 * draws.uniform(), 3000 * draws.uniform()});
            people.push_back(draws.below(7));
        }
        const MassPoints points{homes.view(), people};
        for (const MassPoints* given : {static_cast<const MassPoints*>(nullptr), &points}) {
            const Crosswalk     walk = make_crosswalk(from.day(), to.day(), given, {});
            std::vector<double> sum(from.code.size(), 0), counts;
            for (const CrosswalkLink& link : walk.links) {
                CHECK(link.weight >= 0);
                sum[link.from] += link.weight;
            }
            for (const double s : sum) CHECK(std::abs(s - 1) < 1e-12);
            for (std::uint32_t i = 0; i < from.code.size(); ++i) counts.push_back(Draws(Seed{seed}, 4, i).below(1000));
            const Carried now = carry(walk, counts);
            CHECK(std::accumulate(now.to.begin(), now.to.end(), now.nowhere) == doctest::Approx(std::accumulate(counts.begin(), counts.end(), 0.0)).epsilon(1e-12));
            const Crosswalk threads = make_crosswalk(from.day(), to.day(), given, {}, {.threads = 4});
            REQUIRE(threads.links.size() == walk.links.size());
            for (std::size_t i = 0; i < walk.links.size(); ++i) CHECK(threads.links[i].weight == walk.links[i].weight);
            CHECK(threads.from_change == walk.from_change);
        }
    }
}

TEST_CASE("a border redrawn by 20 cm is noise: no link, no change") {
    Ground from, to;
    from.add("A", 0, 0, 100, 100);
    from.add("B", 100, 0, 100, 100);
    to.add("A", 0, 0, 100.2, 100);
    to.add("B", 100.2, 0, 99.8, 100);
    const Crosswalk walk = make_crosswalk(from.day(), to.day(), nullptr, {});
    CHECK(walk.links.size() == 2);
    CHECK(walk.from_change == std::vector{UnitChange::same, UnitChange::same});
    CHECK(make_crosswalk(from.day(), to.day(), nullptr, {.least_width_m = 0.1}).links.size() == 3);
}

TEST_CASE("an overlap of both days is no change: who kept code and ground goes to itself, its neighbour's change is told alone") {
    Ground from, to;
    from.add("A", 0, 0, 100, 100);
    from.add("B", 90, 0, 100, 100);  // over A by 10 m, on both days
    from.add("B2", 90, 0, 100, 100);  // the same ground under two codes
    from.add("C", 500, 0, 100, 100);
    to.add("A", 0, 0, 100, 100);
    to.add("B", 90, 0, 100, 100);
    to.add("C1", 500, 0, 50, 100);
    to.add("C2", 550, 0, 50, 100);
    const Crosswalk walk = make_crosswalk(from.day(), to.day(), nullptr, {});
    const auto      w    = weights(walk, from, to);
    CHECK(w.size() == 6);
    CHECK(w.at({"A", "A"}) == 1);
    CHECK(w.at({"B", "B"}) == 1);
    CHECK(w.at({"B2", "B"}) == doctest::Approx(100.0 / 110));  // given up: its ground is B's, and A's where A lies over it
    CHECK(w.at({"B2", "A"}) == doctest::Approx(10.0 / 110));
    CHECK(walk.from_change[3] == UnitChange::split);
}

TEST_CASE("units without ground go to the unit of their code, or nowhere") {
    Ground from, to;
    from.add_null("A");
    from.add_null("Z");
    to.add_null("A");
    const Crosswalk walk = make_crosswalk(from.day(), to.day(), nullptr, {});
    REQUIRE(walk.links.size() == 2);
    CHECK(walk.links[0].to == 0);
    CHECK(walk.links[1].to == CrosswalkLink::none);
    CHECK(walk.basis[0] == WeightBasis::code);
    CHECK(walk.from_change == std::vector{UnitChange::same, UnitChange::gone});
}

TEST_CASE("counts that do not fit the crosswalk are refused") {
    const Ground day = before();
    CHECK_THROWS_AS((void)carry(make_crosswalk(day.day(), day.day(), nullptr, {}), std::vector<double>{1}), PreconditionError);
}
