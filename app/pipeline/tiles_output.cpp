#include "app/pipeline/tiles_output.h"

#include <functional>

#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tee_sink.h"
#include "data/tile/tile_inputs.h"
#include "render/palette.h"
#include "render/tile/raster_tiles.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {
namespace {

const std::vector<std::string> unit_attributes = {"code",           "name",   "town",     "town_name", "rank",    "score",     "status",       "coverage",
                                                  "risk_per_10000", "households", "people_at_risk", "visited", "informed", "committed", "cases", "cases_status"};
const std::vector<std::string> site_attributes = {"code", "name", "kind", "opened", "closed", "open"};

/// Lowest level on which a unit's outline can be seen.
constexpr std::array<int, level_count> outline_from = {6, 8, 8, 12};

/// Builds one tile set once and writes it in both containers.
void write_set(OutFolder& out, const std::string& name, const std::function<TileSetInfo(TileSink&)>& build) {
    const std::string pmtiles_name = "tiles/" + name + ".pmtiles", mbtiles_name = "tiles/" + name + ".mbtiles";
    PmtilesWriter     pmtiles(out.path(pmtiles_name));
    MbtilesWriter     mbtiles(out.path(mbtiles_name));
    TeeSink           both({&pmtiles, &mbtiles});
    both.finish(build(both));
    out.record(pmtiles_name, both.tiles());
    out.record(mbtiles_name, both.tiles());
}

std::vector<VectorTileLayer> unit_layers(const Release& release) {
    std::vector<VectorTileLayer> layers;
    for (std::size_t level = 0; level < level_count; ++level) {
        layers.push_back({.name = level_names[level], .source = &release.gaps[level], .attributes = unit_attributes, .id_field = "code",
                          .min_zoom = outline_from[level], .points_name = std::string(level_names[level]) + "_points"});
    }
    layers.push_back({.name = "sites", .source = &release.sites, .attributes = site_attributes, .id_field = "code"});
    return layers;
}

}  // namespace

void write_tiles(OutFolder& out, const Results& r, const Execution& exec) {
    const auto layers = unit_layers(r.release);
    TileInputs earlier(out.standing("tiles/units.pmtiles"), out.memory("units.inputs"));
    write_set(out, "units", [&](TileSink& sink) {
        return build_vector_tiles(layers, {.name = "units", .description = "units with their gaps, and publicity sites", .earlier = &earlier}, sink, exec);
    });
    earlier.save();
    for (const CaseSurface& surface : r.surfaces) {
        if (surface.id != "cases_quartic" && surface.id != "loss_quartic") continue;
        const ClassScale scale = surface_scale(round_up_nice(surface.max));
        write_set(out, surface.id == "cases_quartic" ? "surface_cases" : "surface_loss", [&](TileSink& sink) {
            return build_raster_tiles(surface.raster, r.scene.metric_crs, scale, {.name = surface.label.zh, .description = surface.label.en + ", " + surface.unit.en}, sink, exec);
        });
    }
}

}  // namespace gapmap
