#include "data/read/vector_file.h"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "data/gdal_session.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

std::string crs_of(const OGRSpatialReference* reference) {
    if (reference == nullptr) return {};
    OGRSpatialReference copy(*reference);
    const char*         authority = copy.GetAuthorityName(nullptr);
    const char*         code      = copy.GetAuthorityCode(nullptr);
    if (authority == nullptr && copy.AutoIdentifyEPSG() == OGRERR_NONE) {
        authority = copy.GetAuthorityName(nullptr);
        code      = copy.GetAuthorityCode(nullptr);
    }
    if (authority != nullptr && code != nullptr) {
        if (std::string(authority) == "OGC") return "EPSG:4326";  // CRS84: the same system, axes in our order
        return fmt::format("{}:{}", authority, code);
    }
    // Systems written without a code, as many Shapefiles have them: find the registered twin.
    int          matches    = 0;
    int*         confidence = nullptr;
    OGRSpatialReferenceH* found = OSRFindMatches(OGRSpatialReference::ToHandle(&copy), nullptr, &matches, &confidence);
    std::string  name;
    if (matches > 0 && confidence[0] >= 70) {
        const auto* best = OGRSpatialReference::FromHandle(found[0]);
        name             = fmt::format("{}:{}", best->GetAuthorityName(nullptr), best->GetAuthorityCode(nullptr));
    }
    OSRFreeSRSArray(found);
    CPLFree(confidence);
    if (!name.empty()) return name;
    char* wkt = nullptr;
    copy.exportToWkt(&wkt);
    name = wkt;
    CPLFree(wkt);
    return name;
}

Column make_column(const OGRFieldDefn& field) {
    switch (field.GetType()) {
        case OFTInteger:
        case OFTInteger64: return {field.GetNameRef(), Column::Integers{}, {}};
        case OFTReal: return {field.GetNameRef(), Column::Reals{}, {}};
        default: return {field.GetNameRef(), Column::Texts{}, {}};
    }
}

void append_field(Column& column, OGRFeature& feature, int at) {
    const bool valid = feature.IsFieldSetAndNotNull(at);
    column.valid.push_back(valid);
    if (auto* integers = std::get_if<Column::Integers>(&column.data)) {
        integers->push_back(valid ? feature.GetFieldAsInteger64(at) : 0);
    } else if (auto* reals = std::get_if<Column::Reals>(&column.data)) {
        reals->push_back(valid ? feature.GetFieldAsDouble(at) : 0);
    } else {
        std::get<Column::Texts>(column.data).emplace_back(valid ? feature.GetFieldAsString(at) : "");
    }
}

template <class Space>
void append_ring(Polygons<Space>& out, const OGRLinearRing& ring) {
    for (int i = 0; i < ring.getNumPoints(); ++i) out.push_point(ring.getX(i), ring.getY(i));
    if (const int n = ring.getNumPoints(); n > 0 && (ring.getX(0) != ring.getX(n - 1) || ring.getY(0) != ring.getY(n - 1))) {
        out.push_point(ring.getX(0), ring.getY(0));
    }
    out.end_ring();
}

template <class Space>
void append_polygon(Polygons<Space>& out, const OGRPolygon& polygon) {
    if (polygon.IsEmpty()) return;
    for (const OGRLinearRing* ring : polygon) append_ring(out, *ring);
    out.end_part();
}

/// Appends the geometry of a feature; a kind that fits neither points nor polygons is an error of the file.
template <class Space>
void append_shape(Geometry& geometry, const OGRGeometry* shape, const Place& place) {
    const auto kind = shape == nullptr ? wkbUnknown : wkbFlatten(shape->getGeometryType());
    if (auto* points = std::get_if<Points<Space>>(&geometry)) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        if (shape != nullptr && kind != wkbPoint) throw InputError("mixes points with other geometry", place);
        const OGRPoint* point = shape == nullptr || shape->IsEmpty() ? nullptr : shape->toPoint();
        points->push_back(point == nullptr ? Point<Space>{none, none} : Point<Space>{point->getX(), point->getY()});
        return;
    }
    auto& polygons = std::get<Polygons<Space>>(geometry);
    if (kind == wkbPolygon) {
        append_polygon(polygons, *shape->toPolygon());
    } else if (kind == wkbMultiPolygon) {
        for (const OGRPolygon* part : *shape->toMultiPolygon()) append_polygon(polygons, *part);
    } else if (shape != nullptr) {
        throw InputError(fmt::format("holds a {}; only points and polygons are read", shape->getGeometryName()), place);
    }
    polygons.end_row();
}

bool is_point_layer(OGRLayer& layer) {
    auto kind = wkbFlatten(layer.GetGeomType());
    if (kind == wkbUnknown) {  // GeoJSON with mixed declarations: the first feature decides
        layer.ResetReading();
        const std::unique_ptr<OGRFeature> first(layer.GetNextFeature());
        if (first && first->GetGeometryRef() != nullptr) kind = wkbFlatten(first->GetGeometryRef()->getGeometryType());
        layer.ResetReading();
    }
    return kind == wkbPoint;
}

OGRLayer& find_layer(GDALDataset& dataset, const std::string& path, const std::string& name) {
    OGRLayer* layer = name.empty() ? dataset.GetLayer(0) : dataset.GetLayerByName(name.c_str());
    if (layer != nullptr) return *layer;
    std::string names;
    for (OGRLayer* other : dataset.GetLayers()) names += (names.empty() ? "" : ", ") + std::string(other->GetName());
    throw InputError(name.empty() ? "has no layer" : fmt::format("there is no layer '{}'; there are: {}", name, names), {.source = path});
}

}  // namespace

Layer read_layer(const std::string& path, const ReadLayerOptions& options) {
    if (!std::filesystem::exists(path)) throw InputError("there is no such file; check the path", {.source = path});
    const GdalErrors errors;
    const std::string encoding = "ENCODING=" + options.encoding;
    const char* open_options[] = {encoding.c_str(), nullptr};
    const bool  recode = !options.encoding.empty() && options.encoding != "auto";
    const DatasetHandle dataset = open_dataset(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, {}, recode ? open_options : nullptr);
    if (!dataset) throw InputError("cannot be read as a GIS layer: " + errors.text("unknown format"), {.source = path});
    OGRLayer& source = find_layer(*dataset, path, options.layer);
    Layer     layer{source.GetName(), {}, std::monostate{}, crs_of(source.GetSpatialRef())};
    const OGRFeatureDefn& definition = *source.GetLayerDefn();
    for (int i = 0; i < definition.GetFieldCount(); ++i) layer.table.columns.push_back(make_column(*definition.GetFieldDefn(i)));
    const bool has_shapes = source.GetGeomType() != wkbNone;
    const bool degrees    = source.GetSpatialRef() == nullptr || source.GetSpatialRef()->IsGeographic();
    if (has_shapes && is_point_layer(source)) {
        layer.geometry = degrees ? Geometry(Points<Lonlat>{}) : Geometry(Points<Planar>{});
    } else if (has_shapes) {
        layer.geometry = degrees ? Geometry(Polygons<Lonlat>{}) : Geometry(Polygons<Planar>{});
    }
    source.ResetReading();
    std::uint64_t row = 0;
    while (const std::unique_ptr<OGRFeature> feature{source.GetNextFeature()}) {
        ++row;
        for (std::size_t c = 0; c < layer.table.columns.size(); ++c) append_field(layer.table.columns[c], *feature, static_cast<int>(c));
        if (!has_shapes) continue;
        const Place place{.source = path, .sheet = layer.name, .row = row};
        if (degrees) {
            append_shape<Lonlat>(layer.geometry, feature->GetGeometryRef(), place);
        } else {
            append_shape<Planar>(layer.geometry, feature->GetGeometryRef(), place);
        }
    }
    if (errors.failed()) throw InputError("is damaged: " + errors.text(""), {.source = path});
    return layer;
}

}  // namespace gapmap
