// Times vector tiles of a coverage into a sink that only counts: tiles_polygons FILE.bin [threads [simplify [min_zoom max_zoom [compression]]]]
// FILE: polygon after polygon, two int32 (an attribute, the number of vertices n), then n pairs of doubles, longitude and latitude, the last the first again.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "bench/peers/inputs.h"
#include "geo/core/error.h"
#include "render/tile/vector_tiles.h"

using namespace gapmap;

namespace {

class CountingSink final : public TileSink {
public:
    void put(TileId, std::string_view bytes) override { size += bytes.size(), ++tiles; }
    void finish(const TileSetInfo&) override {}
    std::size_t size = 0, tiles = 0;
};

ReleasedLayer read_layer(const char* path) {
    const std::string bytes = peers::read_file(path);
    Polygons<Lonlat>  shapes;
    Column::Integers  values, ids;
    for (const char* at = bytes.data(); at < bytes.data() + bytes.size();) {
        std::int32_t head[2];
        std::memcpy(head, at, sizeof head);
        at += sizeof head;
        for (std::int32_t i = 0; i < head[1]; ++i, at += 16) {
            double p[2];
            std::memcpy(p, at, sizeof p);
            shapes.push_point(p[0], p[1]);
        }
        shapes.end_ring();
        shapes.end_part();
        shapes.end_row();
        ids.push_back(static_cast<std::int64_t>(values.size()));
        values.push_back(head[0]);
    }
    Table table;
    table.columns = {{"id", std::move(ids), {}}, {"pop", std::move(values), {}}};
    return release_layer({"polygons", std::move(table), std::move(shapes), "EPSG:4326"}, "bench", {"id", "pop"});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fputs("usage: tiles_polygons FILE.bin [threads [simplify [min_zoom max_zoom [compression]]]]\n", stderr), 2;
    const auto          number = [&](int i, int otherwise) { return argc > i ? std::atoi(argv[i]) : otherwise; };
    const ReleasedLayer layer  = read_layer(argv[1]);
    const std::vector<VectorTileLayer> layers = {{.name = "polygons", .source = &layer, .attributes = {"id", "pop"}, .with_ids = false}};
    VectorTileOptions                  options{.min_zoom = number(4, 0), .max_zoom = number(5, 14), .compression = number(6, 6)};
    options.simplify = static_cast<std::uint32_t>(number(3, static_cast<int>(options.simplify)));
    CountingSink             sink;
    std::vector<LevelReport> report;
    const auto               start = std::chrono::steady_clock::now();
    sink.finish(build_vector_tiles(layers, options, sink, Execution{static_cast<unsigned>(number(2, 2))}, &report));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (const LevelReport& r : report) {
        std::printf("z%-2d drawn %7llu too small %7llu vertices %9llu -> %9llu tiles %6llu bytes %10llu largest %9llu\n", r.level, static_cast<unsigned long long>(r.rows_drawn),
                    static_cast<unsigned long long>(r.rows_too_small), static_cast<unsigned long long>(r.vertices_in), static_cast<unsigned long long>(r.vertices_out),
                    static_cast<unsigned long long>(r.tiles), static_cast<unsigned long long>(r.bytes), static_cast<unsigned long long>(r.largest_tile));
    }
    std::printf("%zu tiles, %.1f MB, %.2f s\n", sink.tiles, 1e-6 * static_cast<double>(sink.size), seconds);
}
