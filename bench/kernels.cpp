// The kernels alone, without files: `bench_kernels --benchmark_repetitions=5`.
#include <benchmark/benchmark.h>

#include "analysis/density.h"
#include "analysis/join.h"
#include "analysis/local_autocorrelation.h"
#include "analysis/weights_near.h"
#include "data/read/number_text.h"
#include "geo/core/draws.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {

Points<Planar> uniform_points(std::size_t n, double side) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{1}, 1, i);
        const double x = draws.uniform() * side;
        out.push_back({x, draws.uniform() * side});
    }
    return out;
}

Polygons<Planar> board(int n) {
    Polygons<Planar> out;
    for (int r = 0; r < n; ++r) {
        for (int c = 0; c < n; ++c) {
            for (const auto& [x, y] : {std::pair{c, r}, {c + 1, r}, {c + 1, r + 1}, {c, r + 1}, {c, r}}) out.push_point(x, y);
            out.end_ring();
            out.end_part();
            out.end_row();
        }
    }
    return out;
}

void join(benchmark::State& state) {
    const auto points   = uniform_points(1'000'000, 100);
    const auto polygons = board(100);
    for (auto _ : state) benchmark::DoNotOptimize(join_points(points.view(), polygons.view(), {.threads = static_cast<unsigned>(state.range(0))}));
    state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(join)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void density(benchmark::State& state) {
    const auto         points = uniform_points(200'000, 2048);
    const Grid<Planar> grid{0, 2048, 1, 1, 2048, 2048};
    const auto         kernel = static_cast<Kernel>(state.range(0));
    const double       h      = static_cast<double>(state.range(1));
    for (auto _ : state) benchmark::DoNotOptimize(density_surface(points.view(), {}, grid, {.kernel = kernel, .bandwidth = {h, h}}, {.threads = 2}));
    state.SetLabel(std::string(to_string(kernel)));
}
BENCHMARK(density)
    ->Args({static_cast<long>(Kernel::quartic), 10})->Args({static_cast<long>(Kernel::quartic), 50})->Args({static_cast<long>(Kernel::quartic), 200})
    ->Args({static_cast<long>(Kernel::epanechnikov), 50})->Args({static_cast<long>(Kernel::triweight), 50})->Args({static_cast<long>(Kernel::uniform), 50})
    ->Args({static_cast<long>(Kernel::gaussian), 4})->Args({static_cast<long>(Kernel::gaussian), 17})->Args({static_cast<long>(Kernel::gaussian), 70})
    ->Unit(benchmark::kMillisecond)->UseRealTime();

/// Ten million points of Linyou's longitude, in place, as the command does it between reading and writing.
void transform(benchmark::State& state, const char* from, const char* to) {
    Points<Planar> points = uniform_points(10'000'000, 1);
    for (std::size_t i = 0; i < points.size(); ++i) points.x[i] += 107.3, points.y[i] += 34.5;
    const Points<Planar> start = points;
    for (auto _ : state) {
        state.PauseTiming();
        points = start;
        state.ResumeTiming();
        parallel_chunks({.threads = static_cast<unsigned>(state.range(0))}, points.size(), 1 << 20, [&](std::size_t begin, std::size_t end) {
            Transform(from, to).apply(std::span(points.x).subspan(begin, end - begin), std::span(points.y).subspan(begin, end - begin));
        });
    }
    state.SetItemsProcessed(state.iterations() * 10'000'000);
}
BENCHMARK_CAPTURE(transform, cgcs2000_to_gauss_kruger, "EPSG:4490", "EPSG:4545")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(transform, wgs84_to_gcj02, "EPSG:4326", "GCJ02")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(transform, gcj02_to_wgs84, "GCJ02", "EPSG:4326")->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(transform, proj_to_utm, "EPSG:4326", "EPSG:32648")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void knn(benchmark::State& state) {
    const auto points = uniform_points(static_cast<std::size_t>(state.range(0)), 1);
    for (auto _ : state) benchmark::DoNotOptimize(knn_weights(points.view(), 8, {.threads = 2}));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(knn)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

/// 100,000 polygons of 48 vertices.
void queen(benchmark::State& state) {
    Polygons<Planar> polygons;
    for (int r = 0; r < 250; ++r) {
        for (int c = 0; c < 400; ++c) {
            for (int k = 0; k < 12; ++k) polygons.push_point(c + k / 12.0, r);
            for (int k = 0; k < 12; ++k) polygons.push_point(c + 1, r + k / 12.0);
            for (int k = 12; k > 0; --k) polygons.push_point(c + k / 12.0, r + 1);
            for (int k = 12; k >= 0; --k) polygons.push_point(c, r + k / 12.0);
            polygons.end_ring();
            polygons.end_part();
            polygons.end_row();
        }
    }
    for (auto _ : state) benchmark::DoNotOptimize(contiguity(polygons.view(), Contiguity::queen, {.threads = 2}));
    state.SetItemsProcessed(state.iterations() * 100'000);
}
BENCHMARK(queen)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Arguments: statistic, draws, units. 8 neighbours, 999 permutations.
void local(benchmark::State& state) {
    const auto          n      = static_cast<std::size_t>(state.range(2));
    const auto          points = uniform_points(n, 1);
    const auto          w      = knn_weights(points.view(), 8, {.threads = 2});
    std::vector<double> x;
    for (std::size_t i = 0; i < n; ++i) x.push_back(Draws(Seed{1}, 2, i).below(10));
    const LocalOptions options{.statistic = static_cast<LocalStatistic>(state.range(0)), .draws = static_cast<DrawMode>(state.range(1))};
    for (auto _ : state) benchmark::DoNotOptimize(local_autocorrelation(x, w, options, {.threads = 2}));
    state.SetItemsProcessed(state.iterations() * state.range(2));
}
BENCHMARK(local)->Args({0, 0, 100'000})->Args({2, 0, 100'000})->Args({3, 0, 100'000})->Args({0, 1, 100'000})->Args({2, 1, 100'000})->Args({0, 0, 1'000'000})
    ->Unit(benchmark::kMillisecond)->UseRealTime();

void parse(benchmark::State& state) {
    const std::string text = "121.4839201";
    for (auto _ : state) benchmark::DoNotOptimize(parse_number(text.data(), text.data() + text.size()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse);

}  // namespace

BENCHMARK_MAIN();
