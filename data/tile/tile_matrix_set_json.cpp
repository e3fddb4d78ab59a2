#include "data/tile/tile_matrix_set_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "data/reference.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

constexpr double        standard_pixel_m  = 0.00028;
constexpr double        dpi96_pixel_m     = 0.0254 / 96;
constexpr double        metres_per_degree = 6378137.0 * 3.14159265358979323846 / 180;
constexpr std::uint32_t most_columns      = 1U << 28;
constexpr std::uint32_t most_pixels       = 4096;

double metres_per_unit_of(const std::string& crs) { return is_geographic(crs) ? metres_per_degree : metres_per_unit(crs); }

bool is_number_text(std::string_view text) {
    return !text.empty() && text.size() <= 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && (text.size() == 1 || text[0] != '0');
}

/// What may stand in a path and in a URL.
bool is_level_name(std::string_view text) {
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == ':' || c == '.'; };
    return !text.empty() && text.size() <= 64 && text[0] != '.' && std::ranges::all_of(text, fits);
}

/// "EPSG:n" or "OGC:CRS84" from the spellings of OGC documents.
std::optional<std::string> crs_of_text(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (text.ends_with("CRS84")) return "OGC:CRS84";
    for (const std::string_view head : {"http://www.opengis.net/def/crs/EPSG/", "https://www.opengis.net/def/crs/EPSG/", "urn:ogc:def:crs:EPSG:", "EPSG:", "epsg:"}) {
        if (!text.starts_with(head)) continue;
        const std::size_t last = text.find_last_of("/:");  // after the version
        if (const std::string_view code = text.substr(last + 1); is_number_text(code)) return "EPSG:" + std::string(code);
    }
    return std::nullopt;
}

/// Reads one document; every refusal names its place.
class SetReader {
public:
    SetReader(const Json& json, std::string source) : json_(json), source_(std::move(source)) {}

    TileMatrixSet read() {
        if (!json_.is_object()) fail("", "expected a JSON object with id, crs and tileMatrices (OGC 17-083r4)");
        set_.id    = text(json_, "id", "id");
        set_.title = json_.contains("title") ? text(json_, "title", "title") : "";
        set_.crs   = crs();
        metres_    = metres_per_unit_of(set_.crs);
        north_first_ = north_first();
        const auto levels = json_.find("tileMatrices");
        if (levels == json_.end() || !levels->is_array() || levels->empty()) fail("tileMatrices", "expected a list of levels (OGC 17-083r4; older encodings are not read)");
        if (levels->size() > static_cast<std::size_t>(max_tile_level) + 1) fail("tileMatrices", fmt::format("has {} levels; expected at most {}", levels->size(), max_tile_level + 1));
        for (std::size_t i = 0; i < levels->size(); ++i) add_level((*levels)[i], i);
        number_levels();
        (void)TileOrder(set_);  // throws where there are too many tiles
        return std::move(set_);
    }

private:
    [[noreturn]] void fail(const std::string& field, const std::string& why) const { throw InputError(why, {.source = source_, .field = field}); }

    std::string text(const Json& from, const char* key, const std::string& field) const {
        const auto found = from.find(key);
        if (found == from.end() || !found->is_string()) fail(field, "is missing or no text");
        auto value = found->get<std::string>();
        if (value.empty() || value.size() > 256) fail(field, "expected 1 to 256 bytes of text");
        if (std::ranges::any_of(value, [](unsigned char c) { return c < 0x20; })) fail(field, "holds a control character");
        return value;
    }

    double number(const Json& value, const std::string& field, double low, double high) const {
        if (!value.is_number()) fail(field, "is missing or no number");
        const auto v = value.get<double>();
        if (!(v >= low && v <= high)) fail(field, fmt::format("expected a number from {} to {}, got {}", low, high, v));
        return v;
    }

    double member(const Json& from, const char* key, const std::string& field, double low, double high) const {
        const auto found = from.find(key);
        if (found == from.end()) fail(field, "is missing or no number");
        return number(*found, field, low, high);
    }

    std::uint32_t count(const Json& from, const char* key, const std::string& field, std::uint32_t high) const {
        const double v = member(from, key, field, 1, high);
        if (v != std::floor(v)) fail(field, fmt::format("expected a whole number, got {}", v));
        return static_cast<std::uint32_t>(v);
    }

    std::string crs() const {
        auto found = json_.find("crs");
        if (found == json_.end()) fail("crs", "is missing; a set without coordinate system cannot be used");
        if (found->is_object() && found->contains("uri")) found = found->find("uri");
        if (!found->is_string()) fail("crs", "expected the URI of an EPSG code or of CRS84, such as http://www.opengis.net/def/crs/EPSG/0/4490");
        const auto name = crs_of_text(found->get_ref<const std::string&>());
        if (!name) fail("crs", fmt::format("'{}' is neither an EPSG code nor CRS84; give http://www.opengis.net/def/crs/EPSG/0/4490 or the like", found->get_ref<const std::string&>().substr(0, 80)));
        try {
            (void)is_geographic(*name);
        } catch (const InputError& error) {
            fail("crs", error.message());
        }
        return *name;
    }

    /// "X" and "Y" tell nothing: in EPSG:4545 X points north.
    bool north_first() const {
        const auto axes = json_.find("orderedAxes");
        if (axes == json_.end()) return is_north_first(set_.crs);
        if (!axes->is_array() || axes->size() != 2 || !(*axes)[0].is_string() || !(*axes)[1].is_string()) fail("orderedAxes", "expected a list of two names");
        const auto first_letter = [&](std::size_t i) {
            const std::string& name = (*axes)[i].get_ref<const std::string&>();
            if (name == "Lat" || name == "lat" || name == "Latitude" || name == "latitude" || name == "N" || name == "Northing" || name == "northing") return 'n';
            if (name == "Lon" || name == "Long" || name == "lon" || name == "Longitude" || name == "longitude" || name == "E" || name == "Easting" || name == "easting") return 'e';
            return '?';
        };
        const char first = first_letter(0), second = first_letter(1);
        if (first == 'n' && second == 'e') return true;
        if (first == 'e' && second == 'n') return false;
        if (first != '?' && first == second) fail("orderedAxes", "names one direction twice");
        return is_north_first(set_.crs);
    }

    double cell_size(const Json& level, const std::string& at) const {
        const bool   has_scale = level.contains("scaleDenominator");
        const double scale     = has_scale ? member(level, "scaleDenominator", at + "scaleDenominator", 1e-9, 1e18) : 0;
        if (!level.contains("cellSize")) {
            if (!has_scale) fail(at + "cellSize", "is missing, and so is scaleDenominator");
            return number(scale * standard_pixel_m / metres_, at + "scaleDenominator", 1e-12, 1e12);
        }
        const double cell = member(level, "cellSize", at + "cellSize", 1e-12, 1e12);
        const auto   fits = [&](double pixel) { return std::abs(cell * metres_ / pixel - scale) <= 1e-4 * scale; };
        if (has_scale && !fits(standard_pixel_m) && !fits(dpi96_pixel_m)) {
            fail(at + "cellSize", fmt::format("{} is not scaleDenominator {} at 0.28 mm or 96 dpi a pixel (one unit is {} m)", cell, scale, metres_));
        }
        return cell;
    }

    void set_origin(const Json& level, const std::string& at, double cell) {
        const auto origin = level.find("pointOfOrigin");
        if (origin == level.end() || !origin->is_array() || origin->size() != 2) fail(at + "pointOfOrigin", "expected two numbers");
        const double a = number((*origin)[0], at + "pointOfOrigin", -1e12, 1e12), b = number((*origin)[1], at + "pointOfOrigin", -1e12, 1e12);
        const double x = north_first_ ? b : a, y = north_first_ ? a : b;
        if (is_geographic(set_.crs) && !(std::abs(x) <= 360 && std::abs(y) <= 90)) {
            fail(at + "pointOfOrigin", fmt::format("longitude {}, latitude {} is no place; is the order of the two that of orderedAxes?", x, y));
        }
        if (set_.levels.empty()) {
            set_.x_origin = x;
            set_.y_origin = y;
        } else if (!(std::abs(x - set_.x_origin) <= 1e-3 * cell && std::abs(y - set_.y_origin) <= 1e-3 * cell)) {
            fail(at + "pointOfOrigin", "differs from the level above; only sets whose levels share their origin are supported");
        }
    }

    void add_level(const Json& level, std::size_t index) {
        const std::string at = fmt::format("tileMatrices[{}].", index);
        if (!level.is_object()) fail(fmt::format("tileMatrices[{}]", index), "expected an object");
        const std::string name = text(level, "id", at + "id");
        if (!is_level_name(name)) fail(at + "id", fmt::format("'{}': expected at most 64 letters, digits and _ - : .", name));
        if (std::ranges::any_of(set_.levels, [&](const TileMatrix& one) { return one.identifier == name; })) fail(at + "id", fmt::format("'{}' stands twice", name));
        if (const auto widths = level.find("variableMatrixWidths"); widths != level.end() && !(widths->is_array() && widths->empty())) fail(at + "variableMatrixWidths", "is not supported; every row must have the same width");
        if (level.contains("cornerOfOrigin") && level.at("cornerOfOrigin") != "topLeft") fail(at + "cornerOfOrigin", "expected topLeft; rows that count from the bottom are not supported");
        const double cell = cell_size(level, at);
        set_origin(level, at, cell);
        const std::uint32_t width = count(level, "tileWidth", at + "tileWidth", most_pixels), height = count(level, "tileHeight", at + "tileHeight", most_pixels);
        if (width != height) fail(at + "tileHeight", fmt::format("tiles of {} x {} pixels are not square", width, height));
        if (index == 0) set_.tile_size = width;
        if (width != set_.tile_size) fail(at + "tileWidth", fmt::format("is {} where the level above has {}; only sets with one tile size are supported", width, set_.tile_size));
        if (index > 0 && !(cell < set_.levels.back().resolution)) fail(at + "cellSize", "is not smaller than on the level above; levels must go from coarse to fine");
        set_.levels.push_back({cell, count(level, "matrixWidth", at + "matrixWidth", most_columns), count(level, "matrixHeight", at + "matrixHeight", most_columns), name});
    }

    /// Names that count up by one are the levels' numbers.
    void number_levels() {
        const std::string& first = set_.levels.front().identifier;
        if (!is_number_text(first)) return;
        const int start = std::stoi(first);
        for (std::size_t i = 0; i < set_.levels.size(); ++i) {
            if (set_.levels[i].identifier != std::to_string(start + static_cast<int>(i))) return;
        }
        if (start + static_cast<int>(set_.levels.size()) - 1 > max_tile_level) fail("tileMatrices", fmt::format("levels {} and on are too high; the last may be {}", first, max_tile_level));
        for (TileMatrix& level : set_.levels) level.identifier.clear();
        const double      coarsest = set_.levels.front().resolution;
        std::vector<TileMatrix> below;
        for (int z = 0; z < start; ++z) below.push_back({coarsest * std::exp2(start - z), 0, 0, {}});
        set_.levels.insert(set_.levels.begin(), below.begin(), below.end());
        set_.first_level = start;
    }

    const Json&   json_;
    std::string   source_;
    TileMatrixSet set_;
    double        metres_      = 1;
    bool          north_first_ = false;
};

}  // namespace

TileMatrixSet read_tile_matrix_set(std::string_view text, const std::string& source_name) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) throw InputError("is not JSON; expected a tile matrix set as OGC 17-083r4 writes it", {.source = source_name});
    return SetReader(json, source_name).read();
}

const std::vector<std::string>& tile_matrix_set_ids() {
    static const std::vector<std::string> ids = {"WebMercatorQuad", "WorldCRS84Quad", "Tianditu_w", "Tianditu_c", "Linyou4545"};
    return ids;
}

const TileMatrixSet& tile_matrix_set(std::string_view id) {
    static const std::map<std::string, TileMatrixSet, std::less<>> sets = [] {
        std::map<std::string, TileMatrixSet, std::less<>> all;
        for (const std::string& name : tile_matrix_set_ids()) all.emplace(name, read_tile_matrix_set(reference_file("tile_sets/" + name + ".json"), name));
        return all;
    }();
    const auto found = sets.find(id);
    if (found == sets.end()) {
        throw UsageError(fmt::format("there is no tile matrix set '{}'; take one of {}, or a JSON file (OGC 17-083r4)", id, fmt::join(tile_matrix_set_ids(), ", ")));
    }
    return found->second;
}

TileMatrixSet load_tile_matrix_set(const std::string& id_or_file) {
    if (!id_or_file.ends_with(".json")) return tile_matrix_set(id_or_file);
    return read_tile_matrix_set(read_whole_file(id_or_file), id_or_file);
}

double scale_denominator(const TileMatrixSet& set, int z, bool dpi96) {
    return set.span(z) / set.tile_size * metres_per_unit_of(set.crs) / (dpi96 ? dpi96_pixel_m : standard_pixel_m);
}

std::string level_name(const TileMatrixSet& set, int z, int level_offset) {
    if (!set.levels.at(static_cast<std::size_t>(z)).identifier.empty()) return set.identifier(z);
    GEO_EXPECTS(z + level_offset >= 0);
    return std::to_string(z + level_offset);
}

std::string crs_uri(const std::string& crs) {
    if (crs == "OGC:CRS84") return "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    GEO_EXPECTS(crs.starts_with("EPSG:"));
    return "http://www.opengis.net/def/crs/EPSG/0/" + crs.substr(5);
}

std::string crs_urn(const std::string& crs) {
    if (crs == "OGC:CRS84") return "urn:ogc:def:crs:OGC:1.3:CRS84";
    GEO_EXPECTS(crs.starts_with("EPSG:"));
    return "urn:ogc:def:crs:EPSG::" + crs.substr(5);
}

std::string tile_matrix_set_json(const TileMatrixSet& set, const TileMatrixSetJsonOptions& options) {
    const bool north_first = is_north_first(set.crs), geographic = is_geographic(set.crs);
    Json       json{{"id", set.id}};
    if (!set.title.empty()) json["title"] = set.title;
    json["crs"] = crs_uri(set.crs);
    const char* east  = geographic ? "Lon" : "E";
    const char* north = geographic ? "Lat" : "N";
    json["orderedAxes"]  = north_first ? Json{north, east} : Json{east, north};
    json["tileMatrices"] = Json::array();
    for (int z = set.first_level; z <= set.last_level(); ++z) {
        const TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
        json["tileMatrices"].push_back({{"id", level_name(set, z, options.level_offset)},
                                        {"scaleDenominator", scale_denominator(set, z, options.dpi96)},
                                        {"cellSize", level.resolution},
                                        {"cornerOfOrigin", "topLeft"},
                                        {"pointOfOrigin", north_first ? Json{set.y_origin, set.x_origin} : Json{set.x_origin, set.y_origin}},
                                        {"tileWidth", set.tile_size},
                                        {"tileHeight", set.tile_size},
                                        {"matrixWidth", level.columns},
                                        {"matrixHeight", level.rows}});
    }
    return json.dump(1) + "\n";
}

}  // namespace gapmap
