#include "render/map_style.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "render/hatch.h"
#include "render/tile/image_encode.h"
#include "render/tile/point_levels.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *source_name = "tiles", *fill_tone = "#d9d4c5", *line_tone = "#5a5a5a", *dot_tone = "#b2182b";

bool has_field(const TileLayerInfo& layer, std::string_view name) {
    return std::ranges::any_of(layer.fields, [&](const auto& f) { return f.first == name; });
}

Json of_kind(const char* kind) { return {"==", Json{"geometry-type"}, kind}; }

void append_layers(const TileLayerInfo& layer, Json& out) {
    const auto add = [&](const char* part, const char* type, Json filter, Json paint) {
        out.push_back({{"id", layer.id + "-" + part}, {"type", type}, {"source", source_name}, {"source-layer", layer.id}, {"minzoom", layer.min_zoom}, {"filter", std::move(filter)}, {"paint", std::move(paint)}});
    };
    add("fill", "fill", of_kind("Polygon"), {{"fill-color", fill_tone}, {"fill-opacity", 0.6}});
    if (has_field(layer, hatch_property)) add("hatch", "fill", Json{"all", of_kind("Polygon"), Json{"has", hatch_property}}, {{"fill-pattern", Json{"get", hatch_property}}});
    add("outline", "line", of_kind("Polygon"), {{"line-color", line_tone}, {"line-width", 0.7}});
    const Json radius = has_field(layer, point_count_name) ? Json{"interpolate", Json{"exponential", 0.5}, Json{"coalesce", Json{"get", point_count_name}, 1}, 1, 2.5, 1000, 12} : Json(2.5);
    add("dots", "circle", of_kind("Point"), {{"circle-radius", radius}, {"circle-color", dot_tone}, {"circle-stroke-color", "#ffffff"}, {"circle-stroke-width", 0.5}});
}

/// Each pattern's name and pixel.
struct Pattern {
    std::string_view name;
    Rgba (*pixel)(std::uint64_t x, std::uint64_t y);
};
const std::vector<Pattern>& patterns() {
    static const std::vector<Pattern> all = {{hatch_name(Status::too_few), [](std::uint64_t x, std::uint64_t y) { return hatch_pixel(Status::too_few, x, y); }},
                                             {hatch_name(Status::isolate), [](std::uint64_t x, std::uint64_t y) { return hatch_pixel(Status::isolate, x, y); }},
                                             {hatch_name(Status::missing), [](std::uint64_t x, std::uint64_t y) { return hatch_pixel(Status::missing, x, y); }},
                                             {hatch_name(Status::suppressed), [](std::uint64_t x, std::uint64_t y) { return hatch_pixel(Status::suppressed, x, y); }},
                                             {hatch_zero_name, hatch_zero_pixel}};
    return all;
}

}  // namespace

std::string map_style_json(const TileSetInfo& info, const MapStyleLinks& links) {
    Json source{{"type", "vector"}};
    if (!links.archive.empty()) {
        source["url"] = links.archive;
    } else {
        source["tiles"]   = Json::array({links.tiles});
        source["minzoom"] = info.min_zoom;
        source["maxzoom"] = info.max_zoom;
        if (links.tms) source["scheme"] = "tms";
    }
    if (!info.attribution.empty()) source["attribution"] = info.attribution;
    Json layers = Json::array({{{"id", "ground"}, {"type", "background"}, {"paint", {{"background-color", "#ffffff"}}}}});
    for (const TileLayerInfo& layer : info.layers) append_layers(layer, layers);
    const double x = (info.bounds.x_min + info.bounds.x_max) / 2, y = (info.bounds.y_min + info.bounds.y_max) / 2;
    return Json{{"version", 8}, {"name", info.name}, {"center", Json::array({x, y})}, {"zoom", info.min_zoom}, {"sprite", links.sprite}, {"sources", {{source_name, source}}}, {"layers", layers}}.dump(2) + "\n";
}

std::string hatch_sprite_png(int pixel_ratio) {
    const auto         ratio = static_cast<std::size_t>(pixel_ratio), period = static_cast<std::size_t>(hatch_period_px);
    const std::size_t  edge  = patterns().size() * period * ratio;
    std::vector<Pixel> pixels(edge * edge, 0);
    for (std::size_t i = 0; i < patterns().size(); ++i) {
        for (std::size_t y = 0; y < period * ratio; ++y) {
            for (std::size_t x = 0; x < period * ratio; ++x) {
                const Rgba c = patterns()[i].pixel(x / ratio, y / ratio);
                if (c.a != 0) pixels[y * edge + i * period * ratio + x] = Pixel{c.r} | Pixel{c.g} << 8 | Pixel{c.b} << 16 | Pixel{c.a} << 24;
            }
        }
    }
    return ImageEncoder(ImageFormat::png, 9, 0).encode(pixels, static_cast<int>(edge));
}

std::string hatch_sprite_json(int pixel_ratio) {
    Json      out  = Json::object();
    const int side = hatch_period_px * pixel_ratio;
    int       x    = 0;
    for (const Pattern& p : patterns()) {
        out[std::string(p.name)] = {{"x", x}, {"y", 0}, {"width", side}, {"height", side}, {"pixelRatio", pixel_ratio}};
        x += side;
    }
    return out.dump(2) + "\n";
}

}  // namespace gapmap
