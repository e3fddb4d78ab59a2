#include "data/write/vector_file.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <unistd.h>

#include <cmath>
#include <memory>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

struct CloseDataset { void operator()(void* h) const noexcept { GDALClose(h); } };
struct ReleaseSrs { void operator()(void* h) const noexcept { OSRRelease(h); } };
struct DestroyFeature { void operator()(void* h) const noexcept { OGR_F_Destroy(h); } };
struct FreeList { void operator()(char** list) const noexcept { CSLDestroy(list); } };
using DatasetHandle = std::unique_ptr<void, CloseDataset>;
using SrsHandle     = std::unique_ptr<void, ReleaseSrs>;
using FeatureHandle = std::unique_ptr<void, DestroyFeature>;
using OptionList    = std::unique_ptr<char*, FreeList>;

/// GDAL's messages are kept for our own error line instead of being printed.
class QuietErrors {
public:
    QuietErrors() { CPLPushErrorHandlerEx(CPLQuietErrorHandler, nullptr); CPLErrorReset(); }
    ~QuietErrors() { CPLPopErrorHandler(); }
    QuietErrors(const QuietErrors&)            = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
};

class FixedDate {
public:
    explicit FixedDate(const std::string& date) {
        CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", (date + "T00:00:00.000Z").c_str());
    }
    ~FixedDate() { CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", nullptr); }
    FixedDate(const FixedDate&)            = delete;
    FixedDate& operator=(const FixedDate&) = delete;
};

/// A folder beside the target in which the file grows; gone when done.
class WorkFolder {
public:
    explicit WorkFolder(const fs::path& target)
        : path_(target.parent_path() / fmt::format(".{}.{}.part", target.filename().string(), ::getpid())) {
        std::error_code error;
        fs::remove_all(path_, error);
        if (!fs::create_directory(path_, error)) {
            throw OutputError(fmt::format("cannot be written: {}", error.message()), {target.string()});
        }
    }
    ~WorkFolder() {
        std::error_code ignored;  // a folder that cannot be removed harms nobody
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&)            = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

[[noreturn]] void fail(const fs::path& path, std::string_view doing) {
    const char* text = CPLGetLastErrorMsg();
    throw OutputError(fmt::format("{}: {}", doing, text != nullptr && *text != 0 ? text : "the driver gave no reason"), {path.string()});
}

OptionList to_list(const std::vector<std::string>& options) {
    char** list = nullptr;
    for (const std::string& option : options) list = CSLAddString(list, option.c_str());
    return OptionList(list);
}

SrsHandle to_srs(const std::string& crs, const fs::path& path) {
    if (crs.empty()) return nullptr;
    SrsHandle srs(OSRNewSpatialReference(nullptr));
    if (OSRSetFromUserInput(srs.get(), crs.c_str()) != OGRERR_NONE) fail(path, fmt::format("unknown coordinate system '{}'", crs));
    OSRSetAxisMappingStrategy(srs.get(), OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

struct GeometryType {
    OGRwkbGeometryType operator()(std::monostate) const { return wkbNone; }
    template <class Space> OGRwkbGeometryType operator()(const Points<Space>&) const { return wkbPoint; }
    template <class Space>
    OGRwkbGeometryType operator()(const Polygons<Space>& polygons) const {
        for (std::size_t r = 0; r < polygons.size(); ++r) {
            if (polygons.rows[r + 1] - polygons.rows[r] > 1) return wkbMultiPolygon;
        }
        return wkbPolygon;
    }
};

struct FieldType {
    OGRFieldType operator()(const Column::Integers&) const { return OFTInteger64; }
    OGRFieldType operator()(const Column::Reals&) const { return OFTReal; }
    OGRFieldType operator()(const Column::Texts&) const { return OFTString; }
};

template <class Space>
OGRGeometryH polygon_part(const PolygonsView<Space>& polygons, std::size_t part) {
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    for (std::size_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
        const RingView<Space> view = polygons.ring(q);
        OGRGeometryH          ring = OGR_G_CreateGeometry(wkbLinearRing);
        OGR_G_SetPoints(ring, static_cast<int>(view.size()), view.x.data(), sizeof(double), view.y.data(), sizeof(double), nullptr, 0);
        OGR_G_AddGeometryDirectly(polygon, ring);
    }
    return polygon;
}

/// The geometry of one row, or null.
struct RowGeometry {
    std::size_t        row;
    OGRwkbGeometryType type;

    OGRGeometryH operator()(std::monostate) const { return nullptr; }
    template <class Space>
    OGRGeometryH operator()(const Points<Space>& points) const {
        if (std::isnan(points.x[row])) return nullptr;
        OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(point, 0, points.x[row], points.y[row]);
        return point;
    }
    template <class Space>
    OGRGeometryH operator()(const Polygons<Space>& owned) const {
        const auto polygons = owned.view();
        if (polygons.rows[row] == polygons.rows[row + 1]) return nullptr;
        if (type == wkbPolygon) return polygon_part(polygons, polygons.rows[row]);
        OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon);
        for (std::size_t part = polygons.rows[row]; part < polygons.rows[row + 1]; ++part) {
            OGR_G_AddGeometryDirectly(multi, polygon_part(polygons, part));
        }
        return multi;
    }
};

void set_field(OGRFeatureH feature, int field, const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return;
    if (const auto* texts = std::get_if<Column::Texts>(&column.data)) {
        OGR_F_SetFieldString(feature, field, (*texts)[row].c_str());
    } else if (const auto* integers = std::get_if<Column::Integers>(&column.data)) {
        OGR_F_SetFieldInteger64(feature, field, (*integers)[row]);
    } else {
        OGR_F_SetFieldDouble(feature, field, column.number(row));
    }
}

OGRLayerH create_layer(GDALDatasetH dataset, const Layer& layer, const fs::path& path, const VectorFormat& format) {
    const SrsHandle          srs  = to_srs(layer.crs, path);
    const OGRwkbGeometryType type = std::visit(GeometryType{}, layer.geometry);
    const OptionList         list = to_list(format.layer_options);
    OGRLayerH target = GDALDatasetCreateLayer(dataset, layer.name.c_str(), srs.get(), type, list.get());
    if (target == nullptr) fail(path, "the layer cannot be created");
    for (const Column& column : layer.table.columns) {
        OGRFieldDefnH field = OGR_Fld_Create(column.name.c_str(), std::visit(FieldType{}, column.data));
        const OGRErr  error = OGR_L_CreateField(target, field, 1);
        OGR_Fld_Destroy(field);
        if (error != OGRERR_NONE) fail(path, fmt::format("field '{}' cannot be created", column.name));
    }
    return target;
}

void write_features(OGRLayerH target, const Layer& layer, const fs::path& path) {
    const OGRwkbGeometryType type = std::visit(GeometryType{}, layer.geometry);
    for (std::size_t row = 0; row < layer.rows(); ++row) {
        const FeatureHandle feature(OGR_F_Create(OGR_L_GetLayerDefn(target)));
        int                 field = 0;
        for (const Column& column : layer.table.columns) set_field(feature.get(), field++, column, row);
        if (OGRGeometryH geometry = std::visit(RowGeometry{row, type}, layer.geometry)) OGR_F_SetGeometryDirectly(feature.get(), geometry);
        if (OGR_L_CreateFeature(target, feature.get()) != OGRERR_NONE) fail(path, fmt::format("row {} cannot be written", row + 1));
    }
}

void write_dataset(const std::vector<const Layer*>& layers, const fs::path& shown, const fs::path& path, const VectorFormat& format) {
    GDALDriverH driver = GDALGetDriverByName(format.driver.c_str());
    if (driver == nullptr) throw OutputError(fmt::format("no driver '{}'", format.driver), {shown.string()});
    DatasetHandle dataset(GDALCreate(driver, path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    if (!dataset) fail(shown, "cannot be created");
    const bool transactions = GDALDatasetStartTransaction(dataset.get(), FALSE) == OGRERR_NONE;
    for (const Layer* layer : layers) write_features(create_layer(dataset.get(), *layer, shown, format), *layer, shown);
    if (transactions && GDALDatasetCommitTransaction(dataset.get()) != OGRERR_NONE) fail(shown, "cannot be written");
    CPLErrorReset();
    dataset.reset();  // GDALClose reports a full disk only here
    if (CPLGetLastErrorType() >= CE_Failure) fail(shown, "cannot be written to its end");
}

}  // namespace

void write_layer(const Layer& layer, const fs::path& path, const VectorFormat& format) { write_layers({&layer}, path, format); }

void write_layers(const std::vector<const Layer*>& layers, const fs::path& path, const VectorFormat& format) {
    GDALAllRegister();
    const QuietErrors quiet;
    const FixedDate   date(format.date);
    const fs::path    target = settle_output(path);
    const WorkFolder  folder(target);
    VectorFormat      chosen = format;
    if (format.driver == "ESRI Shapefile") chosen.layer_options.push_back("DBF_DATE_LAST_UPDATE=" + format.date);
    write_dataset(layers, path, folder.path() / target.filename(), chosen);
    std::vector<std::pair<fs::path, fs::path>> moves;  // none is made before every place is known to be free
    for (const auto& entry : fs::directory_iterator(folder.path())) moves.emplace_back(entry.path(), settle_output(target.parent_path() / entry.path().filename()));
    for (const auto& [from, to] : moves) {
        std::error_code error;
        fs::rename(from, to, error);
        if (error) throw OutputError(fmt::format("cannot be written: {}", error.message()), {path.string()});
    }
}

VectorFormat vector_format_for(const fs::path& path) {
    const std::string extension = path.extension().string();
    if (extension == ".gpkg") return {.driver = "GPKG"};
    if (extension == ".shp") return {.driver = "ESRI Shapefile", .layer_options = {"ENCODING=UTF-8"}};
    if (extension == ".geojson" || extension == ".json") return {.driver = "GeoJSON"};
    if (extension == ".fgb") return {.driver = "FlatGeobuf"};
    throw UsageError(path.string() + ": the name of an output must end in .csv, .gpkg, .shp, .geojson, .json or .fgb");
}

}  // namespace gapmap
