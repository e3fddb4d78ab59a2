#include "app/pipeline/tiles_output.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include "data/read/digest.h"
#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tee_sink.h"
#include "data/tile/tile_inputs.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/tile/tile_sinks.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/raster/cell_source.h"
#include "render/legend.h"
#include "render/palette.h"
#include "render/tile/image_tiles.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {
namespace {

const std::vector<std::string> unit_attributes = {"code",           "name",   "town",     "town_name", "rank",    "score",     "status",       "coverage",
                                                  "risk_per_10000", "households", "people_at_risk", "visited", "informed", "committed", "cases", "cases_status"};
const std::vector<std::string> site_attributes = {"code", "name", "kind", "opened", "closed", "open"};

/// Lowest level on which a unit's outline can be seen.
constexpr std::array<int, level_count> outline_from = {6, 8, 8, 12};

std::vector<VectorTileLayer> unit_layers(const Release& release) {
    std::vector<VectorTileLayer> layers;
    for (std::size_t level = 0; level < level_count; ++level) {
        layers.push_back({.name = level_names[level], .source = &release.gaps[level], .attributes = unit_attributes, .id_field = "code",
                          .min_zoom = outline_from[level], .points_name = std::string(level_names[level]) + "_points", .hatch_field = "status",
                          .units = {{"risk_per_10000", "cases per 10,000 people at risk"}, {"households", "households"}, {"people_at_risk", "people"}, {"visited", "households"}, {"informed", "households"}, {"committed", "households"}}});
    }
    layers.push_back({.name = "sites", .source = &release.sites, .attributes = site_attributes, .id_field = "code"});
    return layers;
}

/// A cell of 100 m is then three pixels wide; what shows the tiles larger draws it larger.
constexpr int surface_last_level = 12;

/// One tile set, for any matrix set.
struct TileProduct {
    std::string name;
    TileKind    kind;
    std::optional<ClassScale> colours;  ///< of pictures
    LegendWords               legend;
    std::function<TileSetInfo(TileSink&, const TileMatrixSet&, EarlierTiles*)> build;
};

std::vector<TileProduct> products_of(const Results& r, const std::vector<VectorTileLayer>& layers, const Execution& exec) {
    const Tongue      t      = choose_tongue("", r.scene.project.lang);
    const std::string credit = r.scene.project.name + " " + to_string(r.scene.as_of) + (r.scene.project.demo ? std::string(t("（演示数据，均为虚构）", " (demo data, made up)")) : std::string());
    std::vector<TileProduct> out;
    out.push_back({"units", TileKind::mvt_gzip, {}, {}, [&layers, exec, t, credit](TileSink& sink, const TileMatrixSet& set, EarlierTiles* earlier) {
                       return build_vector_tiles(layers, {.name = "units", .description = std::string(t("各级单元及其缺口，宣传阵地", "units with their gaps, and publicity sites")), .attribution = credit, .set = &set, .earlier = earlier}, sink, exec);
                   }});
    for (const CaseSurface& surface : r.surfaces) {
        if (surface.id != "cases_quartic" && surface.id != "loss_quartic") continue;
        const ClassScale scale = surface_scale(surface_top(surface, r.scene.project.policy));
        out.push_back({surface.id == "cases_quartic" ? "surface_cases" : "surface_loss", TileKind::png, scale, {.title = t(surface.label), .unit = t(surface.unit)},
                       [&surface, &r, exec, t, credit, scale](TileSink& sink, const TileMatrixSet& set, EarlierTiles* earlier) {
                           MemoryCells cells(surface.raster, r.scene.metric_crs);
                           return build_image_tiles(cells, {.name = t(surface.label), .description = t(surface.label) + ", " + t(surface.unit), .attribution = credit, .min_zoom = 6, .max_zoom = surface_last_level, .set = &set,
                                                            .colours = scale, .earlier = earlier}, sink, exec);
                       }});
    }
    return out;
}

/// Builds a tile set once for the page and for QGIS, and writes it in both containers.
void write_archives(OutFolder& out, const TileProduct& product) {
    const std::string pmtiles_name = "tiles/" + product.name + ".pmtiles", mbtiles_name = "tiles/" + product.name + ".mbtiles";
    TileInputs        earlier(out.standing(pmtiles_name), out.memory(product.name + ".inputs"));
    PmtilesWriter     pmtiles(out.path(pmtiles_name));
    MbtilesWriter     mbtiles(out.path(mbtiles_name));
    TeeSink           both({&pmtiles, &mbtiles});
    both.finish(product.build(both, web_mercator_quad(), &earlier));
    earlier.save();
    out.record(pmtiles_name, both.tiles());
    out.record(mbtiles_name, both.tiles());
    if (!product.colours) return;
    out.write("tiles/" + product.name + ".legend.svg", legend_svg(*product.colours, product.legend));
    out.write("tiles/" + product.name + ".legend.json", legend_json(*product.colours, product.legend));
}

/// A name that no other content has: the day, and a digest of all tiles of this run.
std::string version_of(const OutFolder& out, Day as_of) {
    std::string all;
    for (const OutputFile& file : out.files()) {
        if (file.path.ends_with(".pmtiles")) all += file.sha256;
    }
    return to_string(as_of) + "-" + sha256_hex(all).substr(0, 8);
}

/// A folder that a portal serves as it is. Its tiles are listed in tiles.sha256, as sha256sum reads it; that list and the metadata stand in the manifest.
void write_portal_folder(OutFolder& out, const TileProduct& product, const TileMatrixSet& set, const PortalTiles& portal, const std::string& version) {
    const std::string base   = "tiles/" + set.id + "/" + product.name;
    const auto        folder = out.path(base);
    const std::string url    = portal.url.empty() ? "" : portal.url + (portal.url.ends_with('/') ? "" : "/") + set.id + "/" + product.name;
    const auto        sink   = open_tile_sink(folder, set, product.kind, {.base_url = url, .version = version, .layer = product.name});
    TeeSink           counted({sink.get()});
    counted.finish(product.build(counted, set, nullptr));
    std::vector<std::string> tiles;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const std::string below = std::filesystem::relative(entry.path(), folder).generic_string();
        if (below.ends_with(".mvt") || below.ends_with(".png")) tiles.push_back(below);
        else out.record(base + "/" + below, -1);
    }
    std::ranges::sort(tiles);
    std::string list;
    for (const std::string& below : tiles) list += file_digest(folder / below) + "  " + below + "\n";
    out.write(base + "/tiles.sha256", list, counted.tiles());
}

}  // namespace

void prepare_tiles(const Scene& scene) noexcept {
    const std::string& web = web_mercator_quad().crs;
    try {
        // All at once, so that each is a new one; the surfaces take places back from two threads.
        const Transform needed[] = {{scene.metric_crs, web}, {web, scene.metric_crs}, {web, scene.metric_crs}, {web, "OGC:CRS84"}, {scene.project.crs, web}};
    } catch (const Error&) {
        return;  // write_tiles() will say it
    }
}

void write_tiles(OutFolder& out, const Results& r, const Execution& exec) {
    const auto layers   = unit_layers(r.release);
    const auto products = products_of(r, layers, exec);
    for (const TileProduct& product : products) write_archives(out, product);
    const PortalTiles& portal = r.scene.project.portal_tiles;
    const std::string  version = version_of(out, r.scene.as_of);
    for (const std::string& set : portal.sets) {
        for (const TileProduct& product : products) write_portal_folder(out, product, tile_matrix_set(set), portal, version);
    }
}

}  // namespace gapmap
