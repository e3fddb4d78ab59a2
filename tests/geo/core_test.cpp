#include <doctest/doctest.h>

#include <atomic>
#include <numeric>
#include <vector>

#include "geo/core/day.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"
#include "geo/core/exec.h"
#include "geo/core/rate.h"
#include "geo/shape/polygons.h"

using namespace gapmap;

TEST_CASE("a rate refuses a denominator of another scope") {
    const Count       visited{61, {"610329100200", "households"}, "visits"};
    const Denominator households{212, {"610329100200", "households"}, "households", Day::of(2022, 9, 4)};
    CHECK(Rate(visited, households).value() == doctest::Approx(61.0 / 212.0));
    Denominator people = households;
    people.scope.population = "people_at_risk";
    CHECK_THROWS_AS(Rate(visited, people), PreconditionError);
    Denominator nobody = households;
    nobody.count = 0;
    CHECK_FALSE(Rate(visited, nobody).value().has_value());
}

TEST_CASE("days and ISO weeks follow the calendar") {
    CHECK(to_string(Day::of(2022, 9, 4)) == "2022-09-04");
    CHECK(to_string(iso_week(Day::of(2022, 9, 4))) == "2022-W35");
    CHECK(to_string(iso_week(Day::of(2021, 1, 3))) == "2020-W53");
    CHECK(to_string(iso_week(Day::of(2021, 1, 4))) == "2021-W01");
    CHECK_FALSE(Day::parse_iso("2022-02-30").has_value());
    CHECK_FALSE(Day::parse_iso("2022-2-03").has_value());
    CHECK(Day::of(1970, 1, 1).days == 0);
}

TEST_CASE("draws are addressed: the same address gives the same value, whatever was drawn before") {
    Draws a(Seed{7}, 1, 42), b(Seed{7}, 1, 42), other(Seed{7}, 1, 43);
    CHECK(a.next_u32() == b.next_u32());
    CHECK(a.uniform() == b.uniform());
    CHECK(a.next_u32() != other.next_u32());
    std::vector<int> histogram(7);
    for (std::uint64_t row = 0; row < 70'000; ++row) ++histogram[Draws(Seed{1}, 2, row).below(7)];
    for (const int n : histogram) CHECK(std::abs(n - 10'000) < 500);  // 5 standard deviations
}

TEST_CASE("parallel chunks cover every index once, stop on request and hand errors on") {
    for (const unsigned threads : {1U, 2U, 8U}) {
        std::vector<int> hits(10'001);
        parallel_chunks({.threads = threads}, hits.size(), 17, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) ++hits[i];
        });
        CHECK(std::accumulate(hits.begin(), hits.end(), 0) == 10'001);
        std::vector<std::size_t> order;
        ordered_pipeline<std::size_t>({.threads = threads}, 500, [](std::size_t i) { return i * i; },
                                      [&](std::size_t i, std::size_t&& v) { CHECK(v == i * i); order.push_back(i); });
        CHECK(order.size() == 500);
        CHECK(std::is_sorted(order.begin(), order.end()));
        CHECK_THROWS_AS(parallel_chunks({.threads = threads}, 100, 1, [](std::size_t, std::size_t) { throw InputError("x"); }), InputError);
        std::size_t consumed = 0;
        const auto  produce  = [](std::size_t i) { return i < 2'000 ? i : throw UsageError("produced too far"); };
        const auto  consume  = [&](std::size_t i, std::size_t&&) { i < 900 ? void(++consumed) : throw InputError("consumed too far"); };
        CHECK_THROWS_AS(ordered_pipeline<std::size_t>({.threads = threads}, 3'000, produce, consume), InputError);
        CHECK(consumed == 900);
        std::stop_source stop;
        stop.request_stop();
        CHECK_THROWS_AS(parallel_chunks({.threads = threads, .stop = stop.get_token()}, 100, 1, [](std::size_t, std::size_t) {}), Cancelled);
    }
}

TEST_CASE("polygon area, centroid and cover count holes out and the boundary in") {
    Polygons<Planar> p;  // unit square x 4 with a hole of 1 x 1 in the middle
    for (const auto& [x, y] : {std::pair{0., 0.}, {4., 0.}, {4., 4.}, {0., 4.}, {0., 0.}}) p.push_point(x, y);
    p.end_ring();
    for (const auto& [x, y] : {std::pair{1., 1.}, {2., 1.}, {2., 2.}, {1., 2.}, {1., 1.}}) p.push_point(x, y);
    p.end_ring();
    p.end_part();
    p.end_row();
    p.end_row();  // a null row
    CHECK(polygon_area(p.view(), 0) == 15.0);
    CHECK(polygon_area(p.view(), 1) == 0.0);
    CHECK(polygon_box(p.view(), 1).is_empty());
    const auto c = polygon_centroid(p.view(), 0);
    CHECK(c.x == doctest::Approx((16 * 2.0 - 1.5) / 15));
    CHECK(covers(p.view(), 0, {0.5, 0.5}));
    CHECK(covers(p.view(), 0, {4.0, 2.0}));
    CHECK(covers(p.view(), 0, {2.0, 1.5}));  // on the hole's edge
    CHECK_FALSE(covers(p.view(), 0, {1.5, 1.5}));
    CHECK_FALSE(covers(p.view(), 0, {5.0, 2.0}));
}
