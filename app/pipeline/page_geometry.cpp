#include "app/pipeline/page_geometry.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace gapmap {

double six_decimals(double degrees) { return std::round(degrees * 1e6) / 1e6; }

nlohmann::ordered_json geometry_json(const PolygonsView<Lonlat>& p, std::size_t row) {
    using Json = nlohmann::ordered_json;
    Json parts = Json::array();
    for (std::size_t part = p.rows[row]; part < p.rows[row + 1]; ++part) {
        Json rings = Json::array();
        for (std::size_t q = p.parts[part]; q < p.parts[part + 1]; ++q) {
            Json ring = Json::array();
            for (std::size_t i = p.rings[q]; i < p.rings[q + 1]; ++i) ring.push_back({six_decimals(p.x[i]), six_decimals(p.y[i])});
            rings.push_back(std::move(ring));
        }
        parts.push_back(std::move(rings));
    }
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(parts)}};
}

}  // namespace gapmap
