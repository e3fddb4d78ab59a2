#include "data/tile/folder_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/tile/tile_format.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/tile/tile_metadata.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Box<Lonlat> bounds_of(const TileSetInfo& info) { return info.bounds.is_empty() ? Box<Lonlat>{-180, -85, 180, 85} : info.bounds; }

std::string dump(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

std::string title_of(const TileFolder& folder) { return folder.info.name.empty() ? folder.options.layer : folder.info.name; }

std::string name_of_level(const TileFolder& folder, int z) { return level_name(folder.set, z, folder.options.level_offset); }

std::string limits_xml(const TileFolder& folder) {
    std::string out;
    for (const auto& [z, l] : folder.limits) {
        out += fmt::format(
            "     <TileMatrixLimits><TileMatrix>{}</TileMatrix><MinTileRow>{}</MinTileRow><MaxTileRow>{}</MaxTileRow><MinTileCol>{}</MinTileCol>"
            "<MaxTileCol>{}</MaxTileCol></TileMatrixLimits>\n", xml(name_of_level(folder, z)), l.y_min, l.y_max, l.x_min, l.x_max);
    }
    return out.empty() ? "" : "    <TileMatrixSetLimits>\n" + out + "    </TileMatrixSetLimits>\n";
}

std::string layer_xml(const TileFolder& folder, const std::string& link) {
    const Box<Lonlat>      b      = bounds_of(folder.info);
    const std::string_view format = tile_media_type(folder.info.kind);
    return fmt::format(
        "  <Layer>\n"
        "   <ows:Title>{0}</ows:Title>\n"
        "   <ows:Abstract>{1}</ows:Abstract>\n"
        "   <ows:WGS84BoundingBox><ows:LowerCorner>{2:.7f} {3:.7f}</ows:LowerCorner><ows:UpperCorner>{4:.7f} {5:.7f}</ows:UpperCorner></ows:WGS84BoundingBox>\n"
        "   <ows:Identifier>{6}</ows:Identifier>\n"
        "   <Style isDefault=\"true\"><ows:Identifier>default</ows:Identifier></Style>\n"
        "   <Format>{7}</Format>\n"
        "   <TileMatrixSetLink>\n"
        "    <TileMatrixSet>{8}</TileMatrixSet>\n"
        "{9}"
        "   </TileMatrixSetLink>\n"
        "   <ResourceURL format=\"{7}\" resourceType=\"tile\" template=\"{10}{{TileMatrix}}/{{TileCol}}/{{TileRow}}.{11}\"/>\n"
        "  </Layer>\n",
        xml(title_of(folder)), xml(folder.info.description), b.x_min, b.y_min, b.x_max, b.y_max, xml(folder.options.layer), format, xml(folder.set.id),
        limits_xml(folder), xml(link), tile_ending(folder.info.kind));
}

std::string matrix_set_xml(const TileFolder& folder) {
    const TileMatrixSet& set    = folder.set;
    const std::string    corner = is_north_first(set.crs) ? fmt::format("{} {}", set.y_origin, set.x_origin) : fmt::format("{} {}", set.x_origin, set.y_origin);
    std::string out = fmt::format("  <TileMatrixSet>\n   <ows:Title>{}</ows:Title>\n   <ows:Identifier>{}</ows:Identifier>\n   <ows:SupportedCRS>{}</ows:SupportedCRS>\n", xml(set.title),
                                  xml(set.id), crs_urn(set.crs));
    for (int z = folder.min_level(); z <= folder.max_level(); ++z) {
        const TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
        out += fmt::format(
            "   <TileMatrix><ows:Identifier>{}</ows:Identifier><ScaleDenominator>{}</ScaleDenominator><TopLeftCorner>{}</TopLeftCorner><TileWidth>{}</TileWidth>"
            "<TileHeight>{}</TileHeight><MatrixWidth>{}</MatrixWidth><MatrixHeight>{}</MatrixHeight></TileMatrix>\n",
            xml(name_of_level(folder, z)), scale_denominator(set, z, folder.options.dpi96), corner, set.tile_size, set.tile_size, level.columns, level.rows);
    }
    return out + "  </TileMatrixSet>\n";
}

Json ogc_layers(const TileFolder& folder) {
    Json layers = Json::array();
    for (const TileLayerInfo& layer : folder.info.layers) {
        Json properties = Json::object();
        for (const auto& [name, type] : layer.fields) properties[name] = {{"type", type == "Number" ? "number" : "string"}};
        const auto told = [&](int z) { return name_of_level(folder, std::clamp(z, folder.min_level(), folder.max_level())); };
        layers.push_back({{"id", layer.id}, {"dataType", "vector"}, {"minTileMatrix", told(layer.min_zoom)}, {"maxTileMatrix", told(layer.max_zoom)},
                          {"propertiesSchema", {{"type", "object"}, {"properties", std::move(properties)}}}});
    }
    return layers;
}

}  // namespace

void TileFolder::add(TileId tile) {
    const auto [place, is_new] = limits.try_emplace(tile.z, Limits{tile.x, tile.x, tile.y, tile.y});
    if (is_new) return;
    Limits& l = place->second;
    l = {std::min(l.x_min, tile.x), std::max(l.x_max, tile.x), std::min(l.y_min, tile.y), std::max(l.y_max, tile.y)};
}

int TileFolder::min_level() const { return std::clamp(limits.empty() ? info.min_zoom : limits.begin()->first, set.first_level, set.last_level()); }
int TileFolder::max_level() const { return std::clamp(limits.empty() ? info.max_zoom : limits.rbegin()->first, min_level(), set.last_level()); }

std::string TileFolder::link(bool is_root) const {
    std::string base = options.base_url;
    while (base.ends_with('/')) base.pop_back();
    if (!base.empty()) base += '/';
    if (!options.version.empty() && (is_root || !base.empty())) base += options.version + "/";
    return base;
}

std::string tilejson(const TileFolder& folder, bool is_root) {
    const TileSetInfo& info = folder.info;
    const Box<Lonlat>  b    = bounds_of(info);
    Json json{{"tilejson", "3.0.0"}, {"name", title_of(folder)}, {"description", info.description}, {"attribution", info.attribution},
              {"scheme", folder.options.tms_rows ? "tms" : "xyz"}};
    json["tiles"]   = Json::array({folder.link(is_root) + "{z}/{x}/{y}." + std::string(tile_ending(info.kind))});
    json["minzoom"] = folder.min_level();
    json["maxzoom"] = folder.max_level();
    json["bounds"]  = {b.x_min, b.y_min, b.x_max, b.y_max};
    json["center"]  = {(b.x_min + b.x_max) / 2, (b.y_min + b.y_max) / 2, folder.min_level()};
    json.update(Json::parse(vector_layers_json(info)));
    return dump(json);
}

std::string wmts_capabilities(const TileFolder& folder, bool is_root) {
    const std::string link = folder.link(is_root);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Capabilities xmlns=\"http://www.opengis.net/wmts/1.0\" xmlns:ows=\"http://www.opengis.net/ows/1.1\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.0.0\">\n"
        " <ows:ServiceIdentification>\n  <ows:Title>{}</ows:Title>\n  <ows:ServiceType>OGC WMTS</ows:ServiceType>\n  <ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>\n"
        " </ows:ServiceIdentification>\n"
        " <Contents>\n{}{} </Contents>\n"
        " <ServiceMetadataURL xlink:href=\"{}WMTSCapabilities.xml\"/>\n"
        "</Capabilities>\n",
        xml(title_of(folder)), layer_xml(folder, link), matrix_set_xml(folder), xml(link));
}

std::string ogc_tileset_json(const TileFolder& folder, bool is_root) {
    const TileSetInfo& info   = folder.info;
    const bool         vector = info.kind == TileKind::mvt_gzip;
    const std::string  link   = folder.link(is_root);
    const Box<Lonlat>  b      = bounds_of(info);
    Json json{{"title", title_of(folder)}, {"description", info.description}, {"dataType", vector ? "vector" : "map"}, {"crs", crs_uri(folder.set.crs)}};
    const bool is_official = (folder.set.id == "WebMercatorQuad" || folder.set.id == "WorldCRS84Quad") && folder.set == tile_matrix_set(folder.set.id) && folder.options.level_offset == 0;
    if (is_official) json["tileMatrixSetURI"] = "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + folder.set.id;
    json["links"] = {{{"rel", "self"}, {"type", "application/json"}, {"href", link + "tileset.json"}},
                     {{"rel", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"}, {"type", "application/json"}, {"href", link + "tileMatrixSet.json"}},
                     {{"rel", "item"}, {"type", tile_media_type(info.kind)}, {"templated", true},
                      {"href", link + "{tileMatrix}/{tileCol}/{tileRow}." + std::string(tile_ending(info.kind))}}};
    json["tileMatrixSetLimits"] = Json::array();
    for (const auto& [z, l] : folder.limits) {
        json["tileMatrixSetLimits"].push_back({{"tileMatrix", name_of_level(folder, z)}, {"minTileRow", l.y_min}, {"maxTileRow", l.y_max}, {"minTileCol", l.x_min}, {"maxTileCol", l.x_max}});
    }
    json["boundingBox"] = {{"crs", crs_uri("OGC:CRS84")}, {"lowerLeft", {b.x_min, b.y_min}}, {"upperRight", {b.x_max, b.y_max}}};
    if (vector) json["layers"] = ogc_layers(folder);
    return dump(json);
}

}  // namespace gapmap
