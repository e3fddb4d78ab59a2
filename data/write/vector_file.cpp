#include "data/write/vector_file.h"

#include <cpl_conv.h>
#include <fmt/format.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <memory>

#include "data/gdal_scope.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;
struct DestroyFeature {
    void operator()(OGRFeatureH h) const noexcept { OGR_F_Destroy(h); }
};
using FeatureHandle = std::unique_ptr<void, DestroyFeature>;
struct ReleaseSrs {
    void operator()(OGRSpatialReferenceH h) const noexcept { OSRRelease(h); }
};
using SrsHandle = std::unique_ptr<void, ReleaseSrs>;

/// A folder beside the target, gone at the end of the scope.
class WorkFolder {
public:
    explicit WorkFolder(const fs::path& target) : path_(target.parent_path() / fmt::format(".{}.{}.part", target.filename().string(), ::getpid())) {
        std::error_code error;
        fs::remove_all(path_, error);
        if (!fs::create_directory(path_, error)) throw OutputError(fmt::format("cannot be written: {}", error.message()), {target.string()});
    }
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&)            = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

const char* driver_for(const fs::path& path) {
    const std::string end = path.extension().string();
    if (end == ".gpkg") return "GPKG";
    if (end == ".geojson" || end == ".json") return "GeoJSON";
    if (end == ".shp") return "ESRI Shapefile";
    throw UsageError(fmt::format("'{}' ends in none of .csv, .gpkg, .geojson, .shp, so its format is not known", path.string()));
}

OGRwkbGeometryType geometry_type(const Layer& layer) {
    if (std::holds_alternative<std::monostate>(layer.geometry)) return wkbNone;
    const bool points = std::holds_alternative<Points<Lonlat>>(layer.geometry) || std::holds_alternative<Points<Planar>>(layer.geometry);
    return points ? wkbPoint : wkbMultiPolygon;
}

OGRFieldType field_type(const Column& column) {
    if (std::holds_alternative<Column::Integers>(column.data)) return OFTInteger64;
    return std::holds_alternative<Column::Reals>(column.data) ? OFTReal : OFTString;
}

template <class Space>
OGRGeometryH make_geometry(const Points<Space>& points, std::size_t row) {
    if (std::isnan(points.x[row]) || std::isnan(points.y[row])) return nullptr;
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, points.x[row], points.y[row]);
    return point;
}

template <class Space>
OGRGeometryH make_geometry(const Polygons<Space>& p, std::size_t row) {
    if (p.rows[row] == p.rows[row + 1]) return nullptr;
    OGRGeometryH whole = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (std::size_t part = p.rows[row]; part < p.rows[row + 1]; ++part) {
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        for (std::size_t q = p.parts[part]; q < p.parts[part + 1]; ++q) {
            OGRGeometryH      ring  = OGR_G_CreateGeometry(wkbLinearRing);
            const std::size_t first = p.rings[q], count = p.rings[q + 1] - first;
            OGR_G_SetPoints(ring, static_cast<int>(count), p.x.data() + first, sizeof(double), p.y.data() + first, sizeof(double), nullptr, 0);
            OGR_G_AddGeometryDirectly(polygon, ring);
        }
        OGR_G_AddGeometryDirectly(whole, polygon);
    }
    return whole;
}

OGRGeometryH make_geometry(std::monostate, std::size_t) { return nullptr; }

void set_field(OGRFeatureH feature, int index, const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return OGR_F_SetFieldNull(feature, index);
    if (const auto* integers = std::get_if<Column::Integers>(&column.data)) return OGR_F_SetFieldInteger64(feature, index, (*integers)[row]);
    if (const auto* reals = std::get_if<Column::Reals>(&column.data)) {
        if (std::isnan((*reals)[row])) return OGR_F_SetFieldNull(feature, index);
        return OGR_F_SetFieldDouble(feature, index, (*reals)[row]);
    }
    OGR_F_SetFieldString(feature, index, std::get<Column::Texts>(column.data)[row].c_str());
}

SrsHandle make_srs(const std::string& crs) {
    if (crs.empty() || crs == "GCJ02" || crs == "BD09") return nullptr;
    SrsHandle srs(OSRNewSpatialReference(nullptr));
    if (OSRSetFromUserInput(srs.get(), crs.c_str()) != OGRERR_NONE) return nullptr;
    OSRSetAxisMappingStrategy(srs.get(), OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

void fill(OGRLayerH target, const Layer& layer, const Execution& exec, const GdalScope& messages) {
    for (const Column& column : layer.table.columns) {
        OGRFieldDefnH field = OGR_Fld_Create(column.name.c_str(), field_type(column));
        OGR_L_CreateField(target, field, TRUE);
        OGR_Fld_Destroy(field);
    }
    const bool transaction = OGR_L_StartTransaction(target) == OGRERR_NONE;
    for (std::size_t row = 0; row < layer.rows() && !messages.failed(); ++row) {
        if (row % 4096 == 0) exec.check_stop();
        const FeatureHandle feature(OGR_F_Create(OGR_L_GetLayerDefn(target)));
        for (std::size_t c = 0; c < layer.table.columns.size(); ++c) set_field(feature.get(), static_cast<int>(c), layer.table.columns[c], row);
        if (OGRGeometryH g = std::visit([&](const auto& shapes) { return make_geometry(shapes, row); }, layer.geometry)) OGR_F_SetGeometryDirectly(feature.get(), g);
        if (OGR_L_CreateFeature(target, feature.get()) != OGRERR_NONE) break;
    }
    // A failed commit is also reported through `messages`, which the caller looks at.
    if (transaction && OGR_L_CommitTransaction(target) != OGRERR_NONE) return;
}

}  // namespace

void write_vector_file(const std::string& path, const Layer& layer, const Execution& exec) {
    const fs::path   target(path);
    const char*      driver_name = driver_for(target);
    GdalScope        messages;
    const WorkFolder folder(target);
    const auto       check = [&](bool ok) {
        if (!ok || messages.failed()) throw OutputError(fmt::format("cannot be written: {}", messages.text()), {path});
    };
    {
        GDALDriverH driver = GDALGetDriverByName(driver_name);
        check(driver != nullptr);
        const fs::path      inside = folder.path() / target.filename();
        const DatasetHandle dataset(GDALCreate(driver, inside.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        check(dataset != nullptr);
        const SrsHandle srs = make_srs(layer.crs);
        const std::array<const char*, 2> utf8{"ENCODING=UTF-8", nullptr};
        const bool       shapefile = std::string_view(driver_name) == "ESRI Shapefile";
        OGRLayerH        out = GDALDatasetCreateLayer(dataset.get(), target.stem().c_str(), srs.get(), geometry_type(layer), shapefile ? utf8.data() : nullptr);
        check(out != nullptr);
        fill(out, layer, exec, messages);
        check(true);
    }
    check(true);  // closing writes the rest, and may fail too
    // The main file last: as long as it is missing, the others mean nothing.
    for (const bool main_file : {false, true}) {
        for (const auto& entry : fs::directory_iterator(folder.path())) {
            if ((entry.path().filename() == target.filename()) != main_file) continue;
            std::error_code error;
            fs::rename(entry.path(), target.parent_path() / entry.path().filename(), error);
            if (error) throw OutputError(fmt::format("cannot be written: {}", error.message()), {path});
        }
    }
}

}  // namespace gapmap
