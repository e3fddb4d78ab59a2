#include "analysis/zonal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "geo/core/error.h"
#include "tests/analysis/polygon_draws.h"

using namespace gapmap;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();

Polygons<Planar> rectangle(double x0, double y0, double x1, double y1) {
    Polygons<Planar> out;
    for (const auto& [x, y] : {std::pair{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}) out.push_point(x, y);
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

template <class Value>
Zonal zonal_of(const Polygons<Planar>& polygons, const CellGrid& grid, const std::vector<Value>& values, const ZonalOptions& options, const Execution& exec = {}, int strip = 1 << 30) {
    Zonal      out(polygons.view(), grid, options, exec);
    const auto width = static_cast<std::size_t>(grid.width);
    for (int row = 0; row < grid.height; row += strip) {
        const int rows = std::min(strip, grid.height - row);
        out.add_rows(std::span<const Value>(values).subspan(static_cast<std::size_t>(row) * width, static_cast<std::size_t>(rows) * width));
    }
    return out;
}

/// Stars all over a grid of 90 x 70 cells, and values with holes.
struct Scene {
    CellGrid           grid{.x0 = 0, .y0 = 70, .width = 90, .height = 70};
    Polygons<Planar>   polygons;
    std::vector<float> values;

    explicit Scene(std::uint64_t seed) {
        for (std::uint64_t k = 0; k < 60; ++k) {
            Draws        draws(Seed{seed}, 7110, k);
            const double x = 90 * draws.uniform(), y = 70 * draws.uniform(), size = k % 5 == 0 ? 40 * draws.uniform() : 6 * draws.uniform();
            push_star(polygons, draws, x, y, size, 3 + static_cast<int>(draws.below(12)), k % 4 == 0);
            polygons.end_row();
        }
        for (std::uint64_t i = 0; i < grid.cells(); ++i) {
            Draws draws(Seed{seed}, 7111, i);
            values.push_back(draws.below(10) == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(1000 + draws.below(7)));
        }
    }
};

}  // namespace

TEST_CASE("zonal: four cells by hand") {
    const CellGrid            grid{.x0 = 0, .y0 = 2, .width = 2, .height = 2};
    const std::vector<double> values{1, 2, 4, none};
    // Shares 1/4, 1/2 above; 1/2, 1 below, where the last has no data.
    const Zonal       z = zonal_of(rectangle(0.5, 0, 2, 1.5), grid, values, {.moments = true, .order = true, .quantiles = {0, 0.5, 1}});
    const ZonalTally& t = z.tallies()[0];
    CHECK(t.weight == 1.25);
    CHECK(t.sum == 3.25);
    CHECK(t.mean == 2.6);
    CHECK(t.variance() == doctest::Approx((0.25 * 1.6 * 1.6 + 0.5 * 0.6 * 0.6 + 0.5 * 1.4 * 1.4) / 1.25).epsilon(1e-14));
    CHECK(t.min == 1);
    CHECK(t.max == 4);
    CHECK(t.cells == 3);
    CHECK(t.no_data == 1);
    const ZonalOrder& o = z.orders()[0];
    // S = 0, 1 * 0.5 + 2 * 0.25, 2 * 0.5 + 2 * 0.75; the middle is 1.25, a sixth of the way from 2 to 4.
    CHECK(o.quantiles[0] == 1);
    CHECK(o.quantiles[1] == doctest::Approx(2 + 2.0 / 6));
    CHECK(o.quantiles[2] == 4);
    CHECK(o.variety == 3);
    CHECK(o.majority == 2);
    CHECK(o.minority == 1);
}

TEST_CASE("zonal: the same for any number of threads, any strips, and both number types") {
    const Scene        s(1);
    const ZonalOptions options{.moments = true, .order = true, .quantiles = {0.25, 0.5}};
    for (const CellRule rule : {CellRule::fraction, CellRule::centre}) {
        ZonalOptions o = options;
        o.rule = rule;
        const Zonal               first = zonal_of(s.polygons, s.grid, s.values, o);
        const std::vector<double> doubles(s.values.begin(), s.values.end());
        const Zonal               others[] = {zonal_of(s.polygons, s.grid, s.values, o, {.threads = 2}, 1), zonal_of(s.polygons, s.grid, s.values, o, {.threads = 3}, 7),
                                              zonal_of(s.polygons, s.grid, s.values, o, {.threads = 8}, 64), zonal_of(s.polygons, s.grid, doubles, o)};
        for (const Zonal& other : others) {
            for (std::size_t r = 0; r < s.polygons.size(); ++r) {
                const ZonalTally &a = first.tallies()[r], &b = other.tallies()[r];
                CHECK(a.weight == b.weight);
                CHECK(a.sum == b.sum);
                CHECK(a.mean == b.mean);
                CHECK(a.squares == b.squares);
                CHECK(a.min == b.min);
                CHECK(a.max == b.max);
                CHECK(a.cells == b.cells);
                CHECK(a.no_data == b.no_data);
                CHECK(first.orders()[r].quantiles == other.orders()[r].quantiles);
                CHECK(first.orders()[r].majority == other.orders()[r].majority);
                CHECK(first.orders()[r].variety == other.orders()[r].variety);
            }
        }
    }
}

TEST_CASE("zonal: agrees with plain sums over the shares") {
    const Scene s(2);
    const Zonal z = zonal_of(s.polygons, s.grid, s.values, {.moments = true});
    CellCover   cover(s.grid);
    for (std::size_t r = 0; r < s.polygons.size(); ++r) {
        double       w = 0, sum = 0, squares = 0, none_here = 0, low = HUGE_VAL, high = -HUGE_VAL;
        std::int64_t n = 0;
        for (int pass = 0; pass < 2; ++pass) {
            for (const CoverRun& run : cover.of(s.polygons.view(), r, CellRule::fraction, 0, 70)) {
                for (int c = run.begin; c < run.end; ++c) {
                    const double v = s.values[static_cast<std::size_t>(run.row * 90 + c)];
                    if (pass == 1 && !std::isnan(v)) squares += run.fraction * (v - sum / w) * (v - sum / w);
                    if (pass == 1) continue;
                    if (std::isnan(v)) {
                        none_here += run.fraction;
                        continue;
                    }
                    w += run.fraction;
                    sum += run.fraction * v;
                    low  = std::min(low, v);
                    high = std::max(high, v);
                    n += 1;
                }
            }
        }
        const ZonalTally& t = z.tallies()[r];
        REQUIRE(t.cells == n);
        if (n == 0) continue;
        CHECK(t.weight == doctest::Approx(w).epsilon(1e-13));
        CHECK(t.sum == doctest::Approx(sum).epsilon(1e-13));
        CHECK(t.no_data == doctest::Approx(none_here).epsilon(1e-13));
        CHECK(t.squares == doctest::Approx(squares).epsilon(1e-9));
        CHECK(t.min == low);
        CHECK(t.max == high);
        CHECK(t.mean == t.sum / t.weight);
    }
}

TEST_CASE("zonal: a long run's extremes are those of its valid cells, wherever they stand") {
    const CellGrid grid{.x0 = 0, .y0 = 1, .width = 37, .height = 1};
    for (std::size_t at = 0; at < 37; ++at) {
        std::vector<float> values(37, std::numeric_limits<float>::quiet_NaN());
        values[at] = -3.5F;
        const Zonal       z = zonal_of(rectangle(0, 0, 37, 1), grid, values, {.moments = true});
        const ZonalTally& t = z.tallies()[0];
        CHECK(t.min == -3.5);
        CHECK(t.max == -3.5);
        CHECK(t.sum == -3.5);
        CHECK(t.weight == 1);
        CHECK(t.squares == 0);
        CHECK(t.no_data == 36);
    }
}

TEST_CASE("zonal: a large mean costs the variance no digits, and equal values have none") {
    const CellGrid      grid{.x0 = 0, .y0 = 40, .width = 40, .height = 40};
    std::vector<double> values;
    for (int i = 0; i < 1600; ++i) values.push_back(1e9 + i % 2);
    const Zonal z = zonal_of(rectangle(0, 0, 40, 40), grid, values, {.moments = true});
    CHECK(z.tallies()[0].variance() == doctest::Approx(0.25).epsilon(1e-12));
    const Zonal flat = zonal_of(rectangle(0.3, 0.3, 39.1, 38.7), grid, std::vector<double>(1600, 0.1), {.moments = true});
    CHECK(flat.tallies()[0].variance() < 1e-30);
}

TEST_CASE("zonal: no data throughout, beside the raster, and null rows have no valid cell") {
    const CellGrid   grid{.x0 = 0, .y0 = 3, .width = 3, .height = 3};
    Polygons<Planar> polygons = rectangle(0, 0, 3, 3);
    polygons.end_row();
    const Zonal z = zonal_of(polygons, grid, std::vector<float>(9, std::numeric_limits<float>::quiet_NaN()), {.moments = true, .order = true, .quantiles = {0.5}});
    CHECK_FALSE(z.tallies()[0].has_data());
    CHECK(z.tallies()[0].no_data == 9);
    CHECK_FALSE(z.tallies()[1].has_data());
    CHECK(z.orders()[0].quantiles.empty());
    const Zonal beside = zonal_of(rectangle(10, 10, 12, 12), grid, std::vector<float>(9, 1.0F), {});
    CHECK_FALSE(beside.tallies()[0].has_data());
    CHECK(beside.tallies()[0].no_data == 0);
    CHECK(zonal_of(Polygons<Planar>{}, grid, std::vector<float>(9, 1.0F), {}).tallies().empty());
}

TEST_CASE("zonal: with whole cells, quantiles are the usual sample quantiles") {
    const CellGrid            grid{.x0 = 0, .y0 = 1, .width = 6, .height = 1};
    const std::vector<double> values{9, 1, 4, 4, 7, 2};
    const Zonal               z = zonal_of(rectangle(0, 0, 6, 1), grid, values, {.rule = CellRule::centre, .order = true, .quantiles = {0.5, 0.25, 0.9}});
    CHECK(z.orders()[0].quantiles == std::vector<double>{4, 2.5, 8});
    CHECK(z.orders()[0].majority == 4);
    CHECK(z.orders()[0].minority == 1);
    const Zonal one = zonal_of(rectangle(2.2, 0.2, 2.4, 0.4), grid, values, {.order = true, .quantiles = {0.1, 0.5}});
    CHECK(one.orders()[0].quantiles == std::vector<double>{4, 4});
}

TEST_CASE("zonal: stops when asked") {
    const Scene      s(3);
    std::stop_source stop;
    Zonal            z(s.polygons.view(), s.grid, {}, {.threads = 2, .stop = stop.get_token()});
    stop.request_stop();
    CHECK_THROWS_AS(z.add_rows(std::span<const float>(s.values)), Cancelled);
}

TEST_CASE("cell windows: a cropped grid gives the same shares, and the window of nothing is empty") {
    const Scene      s(4);
    Polygons<Planar> some;
    Draws            draws(Seed{4}, 7112, 0);
    push_star(some, draws, 30.3, 40.2, 11, 9, true);
    some.end_row();
    const CellWindow w = window_of(some.view(), s.grid);
    CHECK(w.width < 30);
    CHECK(w.height < 30);
    const CellGrid     part = crop(s.grid, w);
    std::vector<float> values;
    for (int row = 0; row < w.height; ++row) {
        for (int c = 0; c < w.width; ++c) values.push_back(s.values[static_cast<std::size_t>((w.row + row) * 90 + w.column + c)]);
    }
    const Zonal whole = zonal_of(some, s.grid, s.values, {.moments = true}), cut = zonal_of(some, part, values, {.moments = true});
    CHECK(whole.tallies()[0].cells == cut.tallies()[0].cells);
    CHECK(whole.tallies()[0].sum == doctest::Approx(cut.tallies()[0].sum).epsilon(1e-13));
    CHECK(window_of(rectangle(1000, 1000, 1001, 1001).view(), s.grid) == CellWindow{});
    CHECK(window_of(Polygons<Planar>{}.view(), s.grid) == CellWindow{});
    CHECK(window_of(rectangle(-1e300, -1e300, 1e300, 1e300).view(), s.grid) == CellWindow{0, 0, 90, 70});
}
