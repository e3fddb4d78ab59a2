// Tiles of polygons under any options: building ends; every polygon is valid; a tile beyond the limit on bytes is counted as such; the totals of summed columns are equal on every level, and a
// row says the same in each of its tiles; the bytes do not depend on threads.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "geo/shape/overlay.h"
#include "render/tile/vector_tiles.h"
#include "tests/render/mvt_decode.h"

namespace {

using namespace gapmap;

class MapSink final : public TileSink {
public:
    std::map<TileId, std::string> tiles;
    void put(TileId tile, std::string_view bytes) override {
        if (bytes.empty() || !tiles.emplace(tile, bytes).second) std::abort();
    }
    void finish(const TileSetInfo&) override {}
};

struct Ground {
    Polygons<Lonlat>  shapes{};
    Column::Integers  people{};
    Column::Reals     losses{};  ///< quarters, so that sums are exact
    std::vector<bool> known{};
    std::int64_t      sure = 0;  ///< people of the squares, none of which can be lost
    std::int64_t      all  = 0;
};

/// A place on the lattice that rows share corners of.
struct Place {
    double west = 0, south = 0, size = 1;
    int    steps = 16;
    [[nodiscard]] std::pair<double, double> at(int i, int j) const { return {west + size * i / steps, south + size * j / steps}; }
};

void push_ring(Polygons<Lonlat>& to, const std::vector<std::pair<double, double>>& corners) {
    for (std::size_t i = 0; i <= corners.size(); ++i) to.push_point(corners[i % corners.size()].first, corners[i % corners.size()].second);
    to.end_ring();
}

void push_square(Polygons<Lonlat>& to, double west, double south, double side) { push_ring(to, {{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}}); }

std::vector<std::pair<double, double>> scrawl(FuzzedDataProvider& in, const Place& p) {
    std::vector<std::pair<double, double>> out;
    for (int k = in.ConsumeIntegralInRange(3, 9); k > 0; --k) {
        const int i = in.ConsumeIntegralInRange(0, p.steps);
        out.push_back(p.at(i, in.ConsumeIntegralInRange(0, p.steps)));
    }
    return out;
}

/// One row's shape; true where it is a square with an area inside the set.
bool push_shape(FuzzedDataProvider& in, const Place& p, Polygons<Lonlat>& to) {
    const int i = in.ConsumeIntegralInRange(0, p.steps), j = in.ConsumeIntegralInRange(0, p.steps);
    const auto [x, y]  = p.at(i, j);
    const double side  = p.size / p.steps;
    bool         sure  = false;
    switch (in.ConsumeIntegralInRange(0, 7)) {
        case 0: return false;  // null
        case 1: push_ring(to, scrawl(in, p)); break;
        case 2:  // with holes, wherever they are
            push_square(to, x, y, 4 * side);
            for (int k = in.ConsumeIntegralInRange(1, 3); k > 0; --k) push_ring(to, scrawl(in, p));
            break;
        case 3:  // parts, which may lie on each other
            push_ring(to, scrawl(in, p));
            to.end_part();
            push_ring(to, scrawl(in, p));
            break;
        case 4: {  // far off
            const double west = in.ConsumeFloatingPointInRange(-179.0, 179.0), south = in.ConsumeFloatingPointInRange(-80.0, 80.0);
            push_square(to, west, south, std::ldexp(1.0, -in.ConsumeIntegralInRange(8, 24)));
            sure = true;
            break;
        }
        case 5: push_square(to, p.west - p.size, p.south - p.size, 3 * p.size); break;
        default:
            push_square(to, x, y, side * std::ldexp(1.0, in.ConsumeIntegralInRange(-12, 2)));
            sure = std::abs(x) + 5 * p.size < 179 && std::abs(y) + 5 * p.size < 84;
    }
    to.end_part();
    return sure;
}

Place place_of(FuzzedDataProvider& in, int max_zoom) {
    constexpr std::pair<double, double> hard[] = {{107.5, 34.6}, {0, 0}, {179.99, 10}, {-180, -0.01}, {100, 85.0}, {-60, -85.06}};
    Place      out;
    const int  which         = in.ConsumeIntegralInRange(0, 9);
    out.size                 = std::min(40.0, 360 * std::ldexp(in.ConsumeFloatingPointInRange(0.001, 2.5), -max_zoom));
    out.steps                = std::array{3, 16, 256, 4096}[in.ConsumeIntegralInRange<std::size_t>(0, 3)];
    std::tie(out.west, out.south) = which < 6 ? hard[which] : std::pair{in.ConsumeFloatingPointInRange(-179.0, 179.0), in.ConsumeFloatingPointInRange(-84.0, 84.0)};
    return out;
}

Ground ground_of(FuzzedDataProvider& in, const Place& place) {
    Ground out;
    for (int rows = in.ConsumeIntegralInRange(1, 40); rows > 0 && in.remaining_bytes() > 0; --rows) {
        const bool sure   = push_shape(in, place, out.shapes);
        const auto people = in.ConsumeIntegralInRange<std::int64_t>(0, 1000);
        out.shapes.end_row();
        out.people.push_back(people);
        out.losses.push_back(0.25 * in.ConsumeIntegralInRange(-100, 100));
        out.known.push_back(in.ConsumeBool());
        out.all += people;
        out.sure += sure ? people : 0;
    }
    return out;
}

void check_valid(const mvt::Feature& f) {
    Polygons<Planar> shape;
    if (f.type != 3 || f.rings.empty() || mvt::twice_area(f.rings[0]) <= 0) std::abort();
    for (std::size_t q = 0; q < f.rings.size(); ++q) {
        if (f.rings[q].size() < 3 || mvt::twice_area(f.rings[q]) == 0) std::abort();
        if (q > 0 && mvt::twice_area(f.rings[q]) > 0) shape.end_part();
        for (std::size_t i = 0; i <= f.rings[q].size(); ++i) shape.push_point(static_cast<double>(f.rings[q][i % f.rings[q].size()].first), static_cast<double>(f.rings[q][i % f.rings[q].size()].second));
        shape.end_ring();
    }
    shape.end_part();
    shape.end_row();
    if (!check_validity(PolygonRow<Planar>{shape.view(), 0}).valid) std::abort();
}

/// Totals of a level: rows, people, losses.
using Totals = std::array<double, 3>;

/// Adds up each id once a level; where it is met again it must say the same.
class Adder {
public:
    explicit Adder(const char* count) : count_(count) {}
    void add(int z, const mvt::Feature& f) {
        const double loss = f.values.contains("loss") ? f.number("loss") : 0;
        const Totals now{f.values.contains(count_) ? f.number(count_) : 1, f.values.contains("people") ? f.number("people") : 0, loss};
        const auto [place, is_new] = seen_.try_emplace({z, f.id}, now);
        if (!is_new && place->second != now) std::abort();
        for (std::size_t k = 0; is_new && k < 3; ++k) totals_[z][k] += now[k];
    }
    [[nodiscard]] const std::map<int, Totals>& totals() const { return totals_; }

private:
    std::string                                    count_;
    std::map<std::pair<int, std::uint64_t>, Totals> seen_;
    std::map<int, Totals>                          totals_;
};

void check_totals(const Adder& adder, const Ground& ground, bool with_losses, const VectorTileOptions& o) {
    // A row that lies in the buffer beyond the set's edge may be drawn on some levels, and counts nothing.
    const auto   of    = [&](int z) { return adder.totals().contains(z) ? adder.totals().at(z) : Totals{}; };
    const Totals first = of(o.min_zoom);
    for (int z = o.min_zoom; z <= o.max_zoom; ++z) {
        if (of(z)[0] != first[0] || of(z)[1] != first[1] || (with_losses && of(z)[2] != first[2])) std::abort();
    }
    if (first[1] < static_cast<double>(ground.sure) || first[1] > static_cast<double>(ground.all)) std::abort();
}

VectorTileOptions options_of(FuzzedDataProvider& in) {
    VectorTileOptions o;
    o.max_zoom    = in.ConsumeIntegralInRange(0, 18);
    o.min_zoom    = std::max(0, o.max_zoom - in.ConsumeIntegralInRange(0, 6));
    o.extent      = std::array<std::uint32_t, 8>{1, 2, 7, 16, 100, 256, 4096, 65536}[in.ConsumeIntegralInRange<std::size_t>(0, 7)];
    o.buffer      = std::min(o.extent, in.ConsumeIntegralInRange<std::uint32_t>(0, 128));
    o.simplify    = in.ConsumeIntegralInRange<std::uint32_t>(1, 64);
    o.min_area    = std::array{0.0, 0.0, 0.5, 4.0, 100.0, 1e6, 1e300}[in.ConsumeIntegralInRange<std::size_t>(0, 6)];
    o.max_bytes   = std::array<std::uint64_t, 7>{0, 1, 60, 120, 300, 1000, 5000}[in.ConsumeIntegralInRange<std::size_t>(0, 6)];
    o.compression = 1;
    if (in.ConsumeIntegralInRange(0, 31) > 0) o.set = &world_crs84_quad();  // PROJ would take most of the time otherwise
    return o;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider      in(data, size);
    const VectorTileOptions options = options_of(in);
    const int               sums = in.ConsumeIntegralInRange(0, 2), squares = in.ConsumeIntegralInRange(0, 3);
    const bool              labels = in.ConsumeBool(), again = in.ConsumeIntegralInRange(0, 7) == 0;
    const Ground            ground = ground_of(in, place_of(in, options.max_zoom));
    Table                   table;
    table.columns    = {{"people", ground.people, {}}, {"loss", ground.losses, ground.known}};
    const auto layer = release_layer({"ground", table, ground.shapes, "OGC:CRS84"}, "public", {"people", "loss"});
    const std::vector<VectorTileLayer> layers = {{.name = "ground", .source = &layer, .attributes = {"people", "loss"}, .points_name = labels ? "labels" : "",
                                                  .sums = sums == 0 ? std::vector<std::string>{} : sums == 1 ? std::vector<std::string>{"people"} : std::vector<std::string>{"people", "loss"},
                                                  .squares = std::array{0U, 1U, 4U, 64U}[static_cast<std::size_t>(squares)]}};
    MapSink                  sink;
    std::vector<LevelReport> report;
    sink.finish(build_vector_tiles(layers, options, sink, {.threads = 1}, &report));
    Adder                        rows("polygon_count"), points("point_count");
    std::map<int, std::uint64_t> over;
    for (const auto& [tile, bytes] : sink.tiles) {
        if (options.max_bytes > 0 && bytes.size() > options.max_bytes) ++over[tile.z];
        const auto decoded = mvt::decode(bytes);
        for (const auto& [name, drawn] : decoded) {
            if (drawn.extent != options.extent || drawn.features.empty()) std::abort();
            for (const mvt::Feature& f : drawn.features) {
                if (name == "ground") check_valid(f);
                (name == "ground" ? rows : points).add(tile.z, f);
            }
        }
    }
    for (const LevelReport& r : report) {
        if (r.tiles_over_limit != over[r.level]) std::abort();
    }
    if (sums > 0) check_totals(rows, ground, sums == 2, options);
    if (sums > 0 && labels) check_totals(points, ground, sums == 2, options);
    if (!again) return 0;
    MapSink other;
    other.finish(build_vector_tiles(layers, options, other, {.threads = 3}));
    if (other.tiles != sink.tiles) std::abort();
    return 0;
}
