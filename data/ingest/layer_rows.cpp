// Rows of a GIS layer: the first row is its field names, then one row a feature; geometry stays in the layer.
#include <cpl_conv.h>

#include <cmath>

#include "data/ingest/row_source.h"
#include "data/read/vector_file.h"

namespace gapmap {
namespace {

class LayerRows final : public RowSource {
public:
    explicit LayerRows(Layer layer) : layer_(std::move(layer)) {}

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
    [[nodiscard]] std::string  encoding() const override { return "GIS"; }
    [[nodiscard]] std::string  sheet() const override { return layer_.name; }
    [[nodiscard]] const Layer* layer() const override { return &layer_; }

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
    std::size_t              at_ = 0;
    std::vector<std::string> texts_;
};

}  // namespace

std::unique_ptr<RowSource> open_layer_rows(const std::string& path, const SourceOptions& options) {
    const bool recode = !options.encoding.empty() && options.encoding != "auto";
    // The driver's own setting for attribute tables that do not say what they are written in; thread-local, and restored.
    if (recode) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", options.encoding.c_str());
    auto layer = read_layer(options.sheet.empty() ? path : path + ":" + options.sheet);
    if (recode) CPLSetThreadLocalConfigOption("SHAPE_ENCODING", nullptr);
    return std::make_unique<LayerRows>(std::move(layer));
}

}  // namespace gapmap
