#include "data/tile/tile_metadata.h"

#include <nlohmann/json.hpp>

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Json layers_json(const TileSetInfo& info) {
    Json list = Json::array();
    for (const TileLayerInfo& layer : info.layers) {
        Json fields = Json::object();
        for (const auto& [name, type] : layer.fields) fields[name] = type;
        list.push_back({{"id", layer.id}, {"description", ""}, {"minzoom", layer.min_zoom}, {"maxzoom", layer.max_zoom}, {"fields", std::move(fields)}});
        for (const auto& [name, unit] : layer.units) list.back()["units"][name] = unit;  // not of the formats: readers pass over it
    }
    return list;
}

}  // namespace

std::string vector_layers_json(const TileSetInfo& info) {
    Json json = Json::object();
    if (info.kind == TileKind::mvt_gzip) json["vector_layers"] = layers_json(info);
    return json.dump();
}

std::string pmtiles_metadata_json(const TileSetInfo& info) {
    Json json = {{"name", info.name}, {"description", info.description}, {"attribution", info.attribution}, {"type", "overlay"}, {"version", "1"}};
    if (info.kind == TileKind::mvt_gzip) json["vector_layers"] = layers_json(info);
    return json.dump();
}

}  // namespace gapmap
