// Villages and a surface, both made up in memory, become tiles: vectors in one file for a page, pictures in a folder for a portal.
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "data/read/mapped_file.h"
#include "data/tile/pmtiles_read.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/tile/tile_sinks.h"
#include "geo/core/error.h"
#include "geo/raster/cell_source.h"
#include "render/tile/image_tiles.h"
#include "render/tile/vector_tiles.h"

using namespace gapmap;

/// Sixteen square villages of 0.05 degrees with their residents.
Layer villages() {
    Polygons<Lonlat> shapes;
    Column::Texts    codes, statuses;
    Column::Integers residents;
    for (int i = 0; i < 16; ++i) {
        const double west = 107.6 + 0.05 * (i % 4), south = 34.6 + 0.05 * (i / 4);
        for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {0.05, 0.0}, {0.05, 0.05}, {0.0, 0.05}, {0.0, 0.0}}) shapes.push_point(west + dx, south + dy);
        shapes.end_ring();
        shapes.end_part();
        shapes.end_row();
        codes.push_back("V" + std::to_string(i + 1));
        statuses.emplace_back(i == 5 ? "missing" : "ok");
        residents.push_back(100 + 10 * i);
    }
    Table table;
    table.columns = {{"code", std::move(codes), {}}, {"status", std::move(statuses), {}}, {"residents", std::move(residents), {}}};
    return {"villages", std::move(table), std::move(shapes), "EPSG:4490"};
}

/// A hill of 40 x 40 cells of 500 m around (500 000, 3 860 000) in EPSG:4545.
Raster<Planar> hill() {
    Raster<Planar> out{{.x_min = 490000, .y_max = 3870000, .cell_x = 500, .cell_y = 500, .width = 40, .height = 40}, {}};
    for (int row = 0; row < 40; ++row) {
        for (int column = 0; column < 40; ++column) out.values.push_back(static_cast<float>(10 * std::exp(-(std::pow(column - 20, 2) + std::pow(row - 20, 2)) / 100)));
    }
    return out;
}

int main(int count, char** words) try {
    if (count != 2) return std::fputs("usage: village_tiles OUT_FOLDER\n", stderr), 2;
    const std::filesystem::path out(words[1]);
    std::filesystem::create_directories(out);
    const Execution exec{.threads = 2};

    // Vectors: only released columns can go into tiles, and of those only the attributes. Residents add up to the same total on every level.
    const ReleasedLayer      released = release_layer(villages(), "public", {"code", "status", "residents"});
    VectorTileLayer          layer{.name = "villages", .source = &released, .attributes = {"code", "residents"}, .id_field = "code", .points_name = "villages_points"};
    layer.sums        = {"residents"};
    layer.hatch_field = "status";
    layer.units       = {{"residents", "persons"}};
    const std::string        file = (out / "villages.pmtiles").string();
    PmtilesWriter            archive(file);
    std::vector<LevelReport> levels;
    archive.finish(build_vector_tiles(std::span(&layer, 1), {.name = "villages", .min_zoom = 4, .max_zoom = 12}, archive, exec, &levels));
    for (const LevelReport& l : levels) std::printf("level %d: %llu villages drawn, %llu carried by others\n", l.level, static_cast<unsigned long long>(l.rows_drawn), static_cast<unsigned long long>(l.rows_carried));

    // Pictures, cut as Tianditu cuts degrees, with the capabilities that a portal reads.
    const Raster<Planar> surface = hill();
    MemoryCells          cells(surface, "EPSG:4545");
    const TileMatrixSet& tianditu = tile_matrix_set("Tianditu_c");
    ImageTileOptions     look{.name = "hill", .set = &tianditu};
    look.colours      = class_scale("oranges", {1, 2, 5});
    const auto folder = open_tile_sink(out / "hill", tianditu, TileKind::png);
    folder->finish(build_image_tiles(cells, look, *folder, exec));

    // What was written can be read again.
    const MappedFile    bytes(file);
    std::size_t         tiles = 0;
    PmtilesReader(bytes.bytes()).for_each([&](TileId, std::string_view) { ++tiles; });
    std::printf("%zu vector tiles in villages.pmtiles, capabilities in hill/WMTSCapabilities.xml\n", tiles);
    return tiles > 9 && levels.back().rows_drawn == 16 && std::filesystem::exists(out / "hill" / "WMTSCapabilities.xml") ? 0 : 1;
} catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
}
