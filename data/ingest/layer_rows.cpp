// Rows of a GIS layer: the first row is its field names, then one row a feature; geometry stays in the layer.
#include <cpl_conv.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "data/ingest/row_source.h"
#include "data/read/dbf_encoding.h"
#include "data/read/kml_file.h"
#include "data/read/mapped_file.h"
#include "data/read/vector_file.h"

namespace gapmap {
namespace {

class LayerRows final : public RowSource {
public:
    LayerRows(Layer layer, bool cut_names, std::string encoding) : layer_(std::move(layer)), cut_names_(cut_names), encoding_(std::move(encoding)) {}

    bool next(RawRow& row) override {
        row.cells.clear();
        texts_.clear();
        row.number = at_;
        if (at_ == 0) {
            for (const Column& column : layer_.table.columns) texts_.push_back(column.name);
            if (has_points()) texts_.insert(texts_.end(), {"lon", "lat"});
        } else if (at_ <= layer_.rows()) {
            for (const Column& column : layer_.table.columns) texts_.push_back(column.text(at_ - 1));
            append_point();
        } else {
            return false;
        }
        ++at_;
        row.cells.assign(texts_.begin(), texts_.end());
        return true;
    }
    [[nodiscard]] std::string  encoding() const override { return encoding_.empty() ? "GIS" : "GIS " + encoding_; }
    [[nodiscard]] std::string  sheet() const override { return layer_.name; }
    [[nodiscard]] const Layer* layer() const override { return &layer_; }
    [[nodiscard]] bool         has_cut_names() const override { return cut_names_; }

private:
    [[nodiscard]] bool has_points() const {
        return std::holds_alternative<Points<Lonlat>>(layer_.geometry) || std::holds_alternative<Points<Planar>>(layer_.geometry);
    }
    /// A point layer's geometry takes part as two more columns, in the layer's own system.
    void append_point() {
        const auto push = [&](const auto& points) {
            for (const double value : {points.x[at_ - 1], points.y[at_ - 1]}) texts_.push_back(std::isfinite(value) ? Column{"", Column::Reals{value}, {}}.text(0) : "");
        };
        if (const auto* degrees = std::get_if<Points<Lonlat>>(&layer_.geometry)) push(*degrees);
        if (const auto* metres = std::get_if<Points<Planar>>(&layer_.geometry)) push(*metres);
    }

    Layer                    layer_;
    bool                     cut_names_;
    std::string              encoding_;
    std::size_t              at_ = 0;
    std::vector<std::string> texts_;
};

}  // namespace

namespace {

std::string ending_of(const std::string& path) {
    std::string ending = std::filesystem::path(path).extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

/// GDAL's driver turns the Chinese names of extended data into underscores: KML has a reader of its own.
bool is_kml(const std::string& path) {
    if (ending_of(path) == ".kml") return true;
    const MappedFile map(path);
    return map.bytes().substr(0, 1024).find("<kml") != std::string_view::npos;
}

}  // namespace

std::unique_ptr<RowSource> open_layer_rows(const std::string& path, const SourceOptions& options) {
    if (is_kml(path)) return std::make_unique<LayerRows>(read_kml(MappedFile(path).bytes(), path), false, "");
    const bool        shapefile = ending_of(path) == ".shp" || ending_of(path) == ".dbf";
    const bool        declared  = !options.encoding.empty() && options.encoding != "auto";
    const std::string encoding  = declared ? options.encoding : shapefile ? shapefile_encoding(path) : std::string();
    // The driver's own setting for attribute tables that do not say what they are written in; thread-local, and restored.
    if (!encoding.empty()) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", encoding.c_str());
    auto layer = read_layer(options.sheet.empty() ? path : path + ":" + options.sheet);
    if (!encoding.empty()) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", nullptr);
    return std::make_unique<LayerRows>(std::move(layer), shapefile, encoding);
}

}  // namespace gapmap
