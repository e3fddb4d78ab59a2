#include "data/read/kml_file.h"

#include <algorithm>
#include <limits>
#include <map>

#include "data/read/number_text.h"
#include "data/read/xml_reader.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

class KmlSink final : public XmlSink {
public:
    explicit KmlSink(std::string source) : source_(std::move(source)) {
        column("name");
        column("description");
    }

    void start(std::string_view name, const XmlAttributes& attributes) override {
        text_.clear();
        if (name == "Placemark") {
            ++rows_;
            values_.clear();
            points_in_row_ = 0;
            in_place_      = true;
        } else if (name == "Data" || name == "SimpleData") {
            data_ = attributes["name"];
        } else if (name == "Point" || name == "Polygon") {
            shape_ = name == "Point" ? 'p' : 'a';
            kinds_ |= name == "Point" ? 1U : 2U;
            if (kinds_ == 3) fail("points and polygons are mixed; split them into two files");
        } else if (in_place_ && (name == "LineString" || name == "Track" || name == "Model")) {
            fail("holds a " + std::string(name) + "; points or polygons are needed");
        }
    }
    void end(std::string_view name) override {
        if (!in_place_) return;
        if (name == "coordinates") {
            take_coordinates();
        } else if (name == "Point" || name == "Polygon") {
            if (shape_ == 'a') polygons_.end_part();
            shape_ = '\0';
        } else if ((name == "value" && !data_.empty()) || name == "SimpleData") {
            values_[column(data_)] = text_;
            data_.clear();
        } else if ((name == "name" || name == "description") && data_.empty()) {
            values_[column(std::string(name))] = text_;
        } else if (name == "Placemark") {
            end_place();
        }
        text_.clear();
    }
    void text(std::string_view characters) override {
        if (in_place_) text_ += characters;
    }

    Layer take() {
        Layer layer;
        layer.crs = "EPSG:4326";
        for (std::size_t c = 0; c < names_.size(); ++c) {
            columns_[c].resize(rows_);
            layer.table.columns.push_back({names_[c], Column::Texts(std::move(columns_[c])), {}});
        }
        if ((kinds_ & 2U) != 0) layer.geometry = std::move(polygons_);
        else layer.geometry = std::move(points_);
        return layer;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw InputError(what, {.source = source_, .row = rows_}); }

    std::size_t column(const std::string& name) {
        const auto found = std::ranges::find(names_, name);
        if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
        if (names_.size() >= 1000) fail("has more than 1000 kinds of extended data");
        names_.push_back(name);
        columns_.emplace_back();
        return names_.size() - 1;
    }

    /// lon,lat[,height] separated by blanks.
    void take_coordinates() {
        const char *at = text_.data(), *const end = at + text_.size();
        const auto  is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
        while (true) {
            while (at < end && is_blank(*at)) ++at;
            if (at >= end) break;
            const ParsedNumber x = parse_number(at, end);
            if (x.end == nullptr || x.end >= end || *x.end != ',') fail("a coordinate is not lon,lat");
            const ParsedNumber y = parse_number(x.end + 1, end);
            if (y.end == nullptr) fail("a coordinate is not lon,lat");
            at = y.end;
            while (at < end && !is_blank(*at)) ++at;  // the height is not used
            if (shape_ == 'a') polygons_.push_point(x.value, y.value);
            if (shape_ != 'p') continue;
            point_ = {x.value, y.value};
            ++points_in_row_;
        }
        if (shape_ == 'a') polygons_.end_ring();
        if (points_in_row_ > 1) fail("a placemark has several points; one a placemark is needed");
    }

    void end_place() {
        in_place_ = false;
        shape_    = '\0';
        for (const auto& [c, value] : values_) {
            columns_[c].resize(rows_ - 1);
            columns_[c].push_back(value);
        }
        points_.push_back(points_in_row_ == 0 ? Point<Lonlat>{missing, missing} : point_);
        polygons_.end_row();
    }

    std::string                           source_, text_, data_;
    std::vector<std::string>              names_;
    std::vector<std::vector<std::string>> columns_;
    std::map<std::size_t, std::string>    values_;
    Points<Lonlat>                        points_;
    Polygons<Lonlat>                      polygons_;
    Point<Lonlat>                         point_{};
    std::size_t                           rows_ = 0, points_in_row_ = 0;
    unsigned                              kinds_ = 0;
    char                                  shape_ = '\0';
    bool                                  in_place_ = false;
};

}  // namespace

Layer read_kml(std::string_view xml, const std::string& source) {
    KmlSink sink(source);
    read_xml(xml, sink, source);
    return sink.take();
}

}  // namespace gapmap
