#include "data/read/spatial_ref.h"

#include <cpl_conv.h>
#include <fmt/format.h>
#include <ogr_srs_api.h>

#include <string_view>

namespace gapmap {
namespace {

std::string authority_code(OGRSpatialReferenceH srs) {
    const char* authority = OSRGetAuthorityName(srs, nullptr);
    const char* code      = OSRGetAuthorityCode(srs, nullptr);
    if (authority == nullptr || code == nullptr) return {};
    if (std::string_view(authority) == "OGC" && std::string_view(code) == "CRS84") return "EPSG:4326";
    return std::string_view(authority) == "EPSG" ? fmt::format("EPSG:{}", code) : std::string();
}

}  // namespace

std::string crs_of(void* srs) {
    if (srs == nullptr) return {};
    if (std::string code = authority_code(srs); !code.empty()) return code;
    int  count = 0;
    int* confidence = nullptr;
    OGRSpatialReferenceH* matches = OSRFindMatches(srs, nullptr, &count, &confidence);
    std::string best;
    if (count > 0 && confidence[0] >= 90) best = authority_code(matches[0]);
    OSRFreeSRSArray(matches);
    CPLFree(confidence);
    if (!best.empty()) return best;
    char*       text = nullptr;
    std::string wkt;
    const char* const wkt2[] = {"FORMAT=WKT2_2018", nullptr};
    if (OSRExportToWktEx(srs, &text, wkt2) == OGRERR_NONE) wkt = text;
    CPLFree(text);
    return wkt;
}

}  // namespace gapmap
