#include "data/read/vector_file.h"

#include <cpl_conv.h>
#include <fmt/format.h>
#include <gdal.h>
#include <ogr_api.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "data/gdal_scope.h"
#include "data/ingest/text_decode.h"
#include "data/read/csv_file.h"
#include "data/read/dbf_encoding.h"
#include "data/read/spatial_ref.h"
#include "data/read/wkt.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;
struct DestroyFeature {
    void operator()(OGRFeatureH h) const noexcept { OGR_F_Destroy(h); }
};
using FeatureHandle = std::unique_ptr<void, DestroyFeature>;
struct DestroyGeometry {
    void operator()(OGRGeometryH h) const noexcept { OGR_G_DestroyGeometry(h); }
};
using GeometryHandle = std::unique_ptr<void, DestroyGeometry>;

struct Name {
    std::string path, layer;
};

bool exists(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored) || path.starts_with("/vsi");
}

/// A colon splits only where the whole is not itself a file.
Name split_name(const std::string& text) {
    if (exists(text)) return {text, {}};
    const std::size_t colon = text.rfind(':');
    if (colon != std::string::npos && colon > 0 && exists(text.substr(0, colon))) return {text.substr(0, colon), text.substr(colon + 1)};
    return {text, {}};
}

std::string layer_names(GDALDatasetH dataset) {
    std::string names;
    for (int i = 0; i < GDALDatasetGetLayerCount(dataset); ++i) names += (i == 0 ? "" : ", ") + std::string(OGR_L_GetName(GDALDatasetGetLayer(dataset, i)));
    return names;
}

OGRLayerH choose_layer(GDALDatasetH dataset, const Name& name) {
    const int count = GDALDatasetGetLayerCount(dataset);
    if (!name.layer.empty()) {
        if (OGRLayerH layer = GDALDatasetGetLayerByName(dataset, name.layer.c_str())) return layer;
        throw InputError(fmt::format("there is no layer '{}'; there are: {}", name.layer, layer_names(dataset)), {name.path});
    }
    if (count == 0) throw InputError("holds no layer", {name.path});
    for (int i = 0; i < count; ++i) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        if (OGR_L_GetGeomType(layer) != wkbNone) return layer;
    }
    return GDALDatasetGetLayer(dataset, 0);
}

Column empty_column(OGRFieldDefnH field) {
    Column out;
    out.name = OGR_Fld_GetNameRef(field);
    switch (OGR_Fld_GetType(field)) {
        case OFTInteger:
        case OFTInteger64: out.data = Column::Integers{}; break;
        case OFTReal: out.data = Column::Reals{}; break;
        default: out.data = Column::Texts{}; break;
    }
    return out;
}

void append_value(Column& column, OGRFeatureH feature, int index) {
    const bool        set = OGR_F_IsFieldSetAndNotNull(feature, index) != 0;
    const std::size_t row = column.size();
    if (!set && column.valid.empty()) column.valid.assign(row, true);
    if (!column.valid.empty() || !set) column.valid.push_back(set);
    if (auto* integers = std::get_if<Column::Integers>(&column.data)) integers->push_back(set ? OGR_F_GetFieldAsInteger64(feature, index) : 0);
    else if (auto* reals = std::get_if<Column::Reals>(&column.data)) reals->push_back(set ? OGR_F_GetFieldAsDouble(feature, index) : 0);
    else std::get<Column::Texts>(column.data).emplace_back(set ? OGR_F_GetFieldAsString(feature, index) : "");
}

/// Collects the geometry of a layer: decides at the first shape whether rows are points or polygons.
class Shapes {
public:
    explicit Shapes(std::string source) : source_(std::move(source)) {}

    void add(OGRGeometryH raw) {
        ++rows_;
        if (raw == nullptr || OGR_G_IsEmpty(raw) != 0) {
            points_.push_back({missing, missing});
            polygons_.end_row();
            return;
        }
        GeometryHandle linear;
        if (OGR_G_HasCurveGeometry(raw, TRUE) != 0) {
            linear.reset(OGR_G_GetLinearGeometry(raw, 0, nullptr));
            raw = linear.get();
        }
        const OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(raw));
        if (type == wkbPoint || (type == wkbMultiPoint && OGR_G_GetGeometryCount(raw) == 1)) {
            const OGRGeometryH point = type == wkbPoint ? raw : OGR_G_GetGeometryRef(raw, 0);
            points_.push_back({OGR_G_GetX(point, 0), OGR_G_GetY(point, 0)});
            polygons_.end_row();
            has_points_ = true;
        } else if (type == wkbPolygon || type == wkbMultiPolygon) {
            if (type == wkbPolygon) add_part(raw);
            else for (int i = 0; i < OGR_G_GetGeometryCount(raw); ++i) add_part(OGR_G_GetGeometryRef(raw, i));
            polygons_.end_row();
            points_.push_back({missing, missing});
            has_polygons_ = true;
        } else {
            throw InputError(fmt::format("holds a {}; points or polygons are needed", OGR_G_GetGeometryName(raw)), {source_, {}, rows_, {}});
        }
        if (has_points_ && has_polygons_) throw InputError("points and polygons are mixed; split them into two layers", {source_, {}, rows_, {}});
    }

    Geometry take(bool geographic, bool declared_polygons) {
        if (has_polygons_ || (!has_points_ && declared_polygons)) {
            if (!geographic) return std::move(polygons_);
            return Polygons<Lonlat>{std::move(polygons_.x), std::move(polygons_.y), std::move(polygons_.rings), std::move(polygons_.parts), std::move(polygons_.rows)};
        }
        if (!geographic) return std::move(points_);
        return Points<Lonlat>{std::move(points_.x), std::move(points_.y)};
    }

private:
    void add_part(OGRGeometryH polygon) {
        for (int q = 0; q < OGR_G_GetGeometryCount(polygon); ++q) {
            const OGRGeometryH ring  = OGR_G_GetGeometryRef(polygon, q);
            const int          count = OGR_G_GetPointCount(ring);
            if (count == 0) continue;
            const std::size_t first = polygons_.x.size();
            polygons_.x.resize(first + static_cast<std::size_t>(count));
            polygons_.y.resize(first + static_cast<std::size_t>(count));
            OGR_G_GetPoints(ring, polygons_.x.data() + first, sizeof(double), polygons_.y.data() + first, sizeof(double), nullptr, 0);
            if (polygons_.x[first] != polygons_.x.back() || polygons_.y[first] != polygons_.y.back()) polygons_.push_point(polygons_.x[first], polygons_.y[first]);
            polygons_.end_ring();
        }
        polygons_.end_part();
    }

    std::string      source_;
    Points<Planar>   points_;
    Polygons<Planar> polygons_;
    std::uint64_t    rows_       = 0;
    bool             has_points_ = false, has_polygons_ = false;
};

std::string settled_crs(const std::string& stated, const ReadOptions& options) {
    return normalise_crs(stated.empty() || options.override_crs ? options.crs : stated);
}

Layer read_csv_layer(const std::string& path, const ReadOptions& options, const Execution& exec) {
    const CsvFile              file(path, exec);
    std::optional<std::size_t> shape;
    for (const char* name : {"wkt", "geom", "geometry", "the_geom"}) {
        if (!shape) shape = file.find(name);
    }
    Layer layer{fs::path(path).stem().string(), file.table(exec, shape), {}, settled_crs({}, options)};
    if (!shape) return layer;
    Geometry geometry = parse_wkt(file.texts(*shape, exec), path, file.header()[*shape], exec);
    if (!layer.crs.empty() && is_geographic(layer.crs)) {
        if (auto* p = std::get_if<Polygons<Planar>>(&geometry)) geometry = Polygons<Lonlat>{std::move(p->x), std::move(p->y), std::move(p->rings), std::move(p->parts), std::move(p->rows)};
        else if (auto* q = std::get_if<Points<Planar>>(&geometry)) geometry = Points<Lonlat>{std::move(q->x), std::move(q->y)};
    }
    layer.geometry = std::move(geometry);
    return layer;
}

/// Columns and their names have a fixed width in a DBF, and other programs cut UTF-8 in the middle of a letter: the torn end goes.
void drop_torn_letter(std::string& text) {
    const std::size_t back = std::min<std::size_t>(text.size(), 3);
    for (std::size_t n = 1; n <= back; ++n) {
        const auto byte = static_cast<unsigned char>(text[text.size() - n]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1;
        if (length > n) text.resize(text.size() - n);
        return;
    }
}

/// One text as UTF-8. GDAL hands on a DBF's bytes where nothing states their encoding.
std::string decoded_text(std::string text, bool raw, const Place& place) {
    if (raw) {
        try {
            return decode_text(std::move(text), "GB18030", {}).text;
        } catch (const InputError&) {
            throw InputError("is neither UTF-8 nor GB18030; state the encoding in a .cpg file beside it, or save it again as UTF-8", place);
        }
    }
    throw InputError("is not UTF-8; save the file again as UTF-8", place);
}

/// All texts and names of a table are UTF-8 afterwards. An encoding holds for the whole table: one text that is not UTF-8 tells
/// of all of them.
void settle_texts(Layer& layer, bool dbf, bool raw, const std::string& path) {
    if (dbf && !raw) {
        for (Column& column : layer.table.columns) {
            drop_torn_letter(column.name);
            if (auto* texts = std::get_if<Column::Texts>(&column.data)) std::ranges::for_each(*texts, drop_torn_letter);
        }
    }
    const auto texts_of = [](Column& column) { return std::get_if<Column::Texts>(&column.data); };
    const bool utf8     = std::ranges::all_of(layer.table.columns, [&](Column& column) {
        const auto* texts = texts_of(column);
        return is_utf8(column.name) && (texts == nullptr || std::ranges::all_of(*texts, [](const std::string& text) { return is_utf8(text); }));
    });
    if (utf8) return;
    std::size_t field = 0;
    for (Column& column : layer.table.columns) {
        ++field;
        if (raw || !is_utf8(column.name)) column.name = decoded_text(std::move(column.name), raw, {path, layer.name, 0, fmt::format("number {}", field)});
        auto* texts = texts_of(column);
        for (std::size_t row = 0; texts != nullptr && row < texts->size(); ++row) {
            std::string& text = (*texts)[row];
            if (raw || !is_utf8(text)) text = decoded_text(std::move(text), raw, {path, layer.name, row + 1, column.name});
        }
    }
}

/// While it lives, GDAL reads the attribute table of a Shapefile in the encoding that its bytes tell, unless a caller has said one.
/// Where they tell none, GDAL hands the bytes on, and settle_texts names the row and field.
class DbfEncoding {
public:
    explicit DbfEncoding(const std::string& path) {
        const std::string ending = fs::path(path).extension().string();
        if ((ending != ".shp" && ending != ".SHP" && ending != ".dbf" && ending != ".DBF") || CPLGetThreadLocalConfigOption("SHAPE_ENCODING", nullptr) != nullptr) return;
        try {
            const std::string encoding = shapefile_encoding(path);
            if (!encoding.empty()) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", encoding.c_str());
            set_ = !encoding.empty();
        } catch (const InputError&) {
            unknown_ = true;  // the row and field are found when the texts are read
        }
    }
    ~DbfEncoding() {
        if (set_) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", nullptr);
    }
    DbfEncoding(const DbfEncoding&)            = delete;
    DbfEncoding& operator=(const DbfEncoding&) = delete;

    [[nodiscard]] bool unknown() const noexcept { return unknown_; }

private:
    bool set_ = false, unknown_ = false;
};

bool is_dbf(GDALDatasetH dataset) {
    const char* name = GDALGetDriverShortName(GDALGetDatasetDriver(dataset));
    return name != nullptr && std::string_view(name) == "ESRI Shapefile";
}

Layer read_features(OGRLayerH source, const std::string& path, const ReadOptions& options, const Execution& exec, const GdalScope& messages) {
    Layer            layer;
    OGRFeatureDefnH  definition = OGR_L_GetLayerDefn(source);
    const int        fields     = OGR_FD_GetFieldCount(definition);
    const auto       declared   = OGR_GT_Flatten(OGR_L_GetGeomType(source));
    layer.name = OGR_L_GetName(source);
    layer.crs  = settled_crs(crs_of(OGR_L_GetSpatialRef(source)), options);
    for (int f = 0; f < fields; ++f) layer.table.columns.push_back(empty_column(OGR_FD_GetFieldDefn(definition, f)));
    Shapes shapes(path);
    OGR_L_ResetReading(source);
    for (std::size_t row = 0;; ++row) {
        if (row % 4096 == 0) exec.check_stop();
        const FeatureHandle feature(OGR_L_GetNextFeature(source));
        if (!feature) break;
        for (int f = 0; f < fields; ++f) append_value(layer.table.columns[static_cast<std::size_t>(f)], feature.get(), f);
        if (declared != wkbNone) shapes.add(OGR_F_GetGeometryRef(feature.get()));
    }
    if (messages.failed()) throw InputError(fmt::format("cannot be read to its end: {}", messages.text()), {path});
    if (declared != wkbNone) layer.geometry = shapes.take(!layer.crs.empty() && is_geographic(layer.crs), declared == wkbPolygon || declared == wkbMultiPolygon);
    return layer;
}

}  // namespace

bool is_csv_name(const std::string& path) noexcept {
    for (const std::string_view end : {".csv", ".tsv", ".txt", ".CSV", ".TSV", ".TXT"}) {
        if (std::string_view(path).ends_with(end)) return true;
    }
    return false;
}

Layer read_layer(const std::string& path_and_layer, const ReadOptions& options, const Execution& exec) {
    const Name name = split_name(path_and_layer);
    if (!exists(name.path)) throw InputError("there is no such file", {name.path});
    if (is_csv_name(name.path)) return read_csv_layer(name.path, options, exec);
    GdalScope           messages;
    const DbfEncoding   encoding(name.path);
    const DatasetHandle dataset(GDALOpenEx(name.path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
    if (!dataset) {
        throw InputError(fmt::format("is not a vector file that can be read{}{}", messages.text().empty() ? "" : ": ", messages.text()), {name.path});
    }
    messages.clear();
    Layer layer = read_features(choose_layer(dataset.get(), name), name.path, options, exec, messages);
    settle_texts(layer, is_dbf(dataset.get()), encoding.unknown(), name.path);
    return layer;
}

}  // namespace gapmap
