#include "data/ingest/import_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "data/ingest/read_head.h"
#include "data/ingest/row_builder.h"
#include "data/ingest/row_sort.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"

namespace gapmap {
namespace {

constexpr std::size_t chunk_rows       = 50'000;
constexpr double      not_a_coordinate = std::numeric_limits<double>::quiet_NaN();

bool inside(const Box<Lonlat>& box, Point<Lonlat> p) noexcept {
    return box.is_empty() || (p.x >= box.x_min && p.x <= box.x_max && p.y >= box.y_min && p.y <= box.y_max);
}

/// WGS 84 and CGCS2000 agree within centimetres: no operation is applied between them.
bool needs_transform(const std::string& crs) { return !crs.empty() && crs != "EPSG:4490" && crs != "EPSG:4326" && crs != "OGC:CRS84"; }

/// One source on its way into the store.
class SourceImport {
public:
    SourceImport(const SourceSpec& spec, ImportReference& reference, const std::function<void(ImportChunk&&)>& sink)
        : spec_(spec), ledger_(ledger_definition(spec.ledger)), reference_(reference), sink_(sink), lon_(ledger_.index_of("lon")),
          lat_(ledger_.index_of("lat")) {
        for (const char* name : {"unit_code", "parent_code", "village_code", "grid_code", "building_code"}) {
            if (const auto field = ledger_.index_of(name)) unit_fields_.push_back(*field);
        }
        if (!ledger_.key.empty()) key_ = ledger_.index_of(ledger_.key);
        // Only units give units; other ledgers refer to them.
        if (spec.ledger != "households") household_ = ledger_.index_of("household_code");
    }

    ImportSummary run(const Execution& exec) {
        rows_ = open_rows(spec_.file, {spec_.sheet, spec_.encoding});
        find_columns();
        decide_crs();
        start_chunk();
        add_notes(spec_.notes);
        RawRow raw;
        for (std::size_t i = builder_->header().first_row + builder_->header().rows; i < head_.rows.size(); ++i) take(head_raw(i, raw));
        while (rows_->next(raw)) {
            take(raw);
            if (summary_.rows_read % 20'000 == 0) {
                exec.check_stop();
                exec.report("import " + spec_.path, summary_.rows_read, 0);
            }
        }
        refuse_bad_file();
        add_notes(totals_->finish());
        add_notes(rows_->notes());
        flush();
        summary_.sheet    = rows_->sheet();
        summary_.encoding = rows_->encoding();
        summary_.crs      = crs_;
        return summary_;
    }

private:
    void find_columns() {
        head_ = read_head(*rows_);
        if (head_.rows.empty()) throw InputError("has no rows", place());
        HeaderMatch       header = find_header(spec_, *rows_, head_);
        const std::size_t below  = header.first_row + header.rows;
        for (std::size_t r = header.first_row; r < below; ++r) header_cells_ = std::max(header_cells_, head_.rows[r].size());
        sorter_.emplace(ledger_, header, std::vector(head_.rows.begin(), head_.rows.begin() + static_cast<std::ptrdiff_t>(below)));
        totals_.emplace(ledger_, header);
        builder_.emplace(ledger_, std::move(header));
    }

    void decide_crs() {
        const auto& columns = builder_->header().columns;
        const bool  has_lonlat = lon_ && lat_ && columns[*lon_] && columns[*lat_];
        crs_                   = normalise_crs(spec_.crs);
        if (const Layer* layer = rows_->layer(); layer != nullptr && !std::holds_alternative<std::monostate>(layer->geometry)) {
            if (crs_.empty()) crs_ = layer->crs;
            if (crs_.empty()) throw InputError("the layer states no coordinate system; declare it with crs = \"EPSG:...\" for this source in county.toml", place());
        } else if (has_lonlat && crs_.empty()) {
            throw InputError("has coordinates but no declared system; add crs = \"EPSG:4490\" (CGCS2000), \"EPSG:4326\" (GPS), \"GCJ02\" (phone maps) or "
                             "\"BD09\" (Baidu) to this source in county.toml: a wrong guess would move points by 300 to 600 m", place());
        }
        if (needs_transform(crs_)) transform_.emplace(crs_, "EPSG:4490");
    }

    [[nodiscard]] Place place() const { return {.source = spec_.path, .sheet = rows_->sheet()}; }

    const RawRow& head_raw(std::size_t i, RawRow& raw) {
        raw.number      = head_.numbers[i];
        raw.stray_quote = head_.stray_quotes[i];
        raw.cells.assign(head_.rows[i].begin(), head_.rows[i].end());
        return raw;
    }

    void add_notes(const std::vector<Issue>& notes) { chunk_.issues.insert(chunk_.issues.end(), notes.begin(), notes.end()); }

    /// What is no record: true where the row is done with.
    bool take_other(const RawRow& raw) {
        const RowKind kind = sorter_->kind_of(raw);
        if (kind == RowKind::record) return false;
        if (kind == RowKind::header) {
            add_notes({{raw.number, "", Fate::noted, "repeated_header", "表头或标题重复出现（分页）：不是记录", "the header or title again (a page break): not a record"}});
        } else if (kind == RowKind::footer) {
            add_notes({{raw.number, "", Fate::noted, "footer", "签字、备注或说明行：不是记录", "a line of signatures or notes: not a record"}});
        } else {
            ++summary_.rows_read;
            ++summary_.held_back;
            ++total_rows_;
            add_notes({{raw.number, "", Fate::held_back, "total_row", "合计行，不是记录：不采用", "a row of totals, not a record: left out"}});
            add_notes(totals_->compare(raw, kind));
        }
        return true;
    }

    /// Flaws of the line itself, before its cells.
    void check_line(const RawRow& raw) {
        if (raw.stray_quote) row_.hold("", "stray_quote", "引号没有成对：无法确定各列的边界", "a quotation mark without its partner: where the cells end is not certain");
        const std::size_t columns = header_cells_;
        if (!rows_->is_text() || raw.cells.size() <= columns) return;
        const auto is_filled = [](std::string_view cell) { return cell.find_first_not_of(" \t") != std::string_view::npos; };
        if (!std::any_of(raw.cells.begin() + static_cast<std::ptrdiff_t>(columns), raw.cells.end(), is_filled)) return;
        row_.hold("", "ragged", fmt::format("本行有 {} 列，表头只有 {} 列：列可能错位", raw.cells.size(), columns),
                  fmt::format("the line has {} cells, the header {}: its columns may have slipped", raw.cells.size(), columns));
    }

    void take(const RawRow& raw) {
        if (take_other(raw) || !builder_->build(raw, row_)) {
            ++layer_row_;
            return;
        }
        ++summary_.rows_read;
        totals_->add(raw, row_);
        check_line(raw);
        if (!row_.held_back) locate();
        if (!row_.held_back) check_references();
        ++layer_row_;
        if (!row_.held_back && std::holds_alternative<Polygons<Lonlat>>(chunk_.geometry)) take_polygon();
        for (Issue& issue : row_.issues) {
            // A held-back row is held back: what was repaired in it on the way does not count.
            if (row_.held_back && issue.fate == Fate::held_back) ++held_codes_[issue.code];
            if (!row_.held_back || issue.fate == Fate::held_back) chunk_.issues.push_back(std::move(issue));
        }
        if (row_.held_back) {
            ++summary_.held_back;
        } else {
            ++(row_.repaired ? summary_.repaired : summary_.accepted);
            keep();
        }
        if (chunk_.source_rows.size() >= chunk_rows || chunk_.issues.size() >= chunk_rows) flush();
    }

    /// A column that slipped, or the wrong file: nothing of it is better than a few rows of it.
    void refuse_bad_file() const {
        constexpr std::uint64_t enough = 20;  // below, a few bad rows are a share without meaning
        const std::uint64_t rows = summary_.rows_read - total_rows_, held = summary_.held_back - total_rows_;
        if (rows < enough || static_cast<double>(held) <= spec_.max_held_share * static_cast<double>(rows)) return;
        const auto worst = std::ranges::max_element(held_codes_, {}, [](const auto& entry) { return entry.second; });
        throw InputError(fmt::format("{} of {} rows would be held back (most of them: {}); nothing was changed. Is it the right file, and are its columns in "
                                     "place? Else set max_held_share for this source in county.toml", held, rows, worst->first), place());
    }

    [[nodiscard]] Point<Lonlat> to_store(Point<Lonlat> p) const {
        if (!transform_) return p;
        std::array x{p.x}, y{p.y};
        transform_->apply(x, y);
        return {x[0], y[0]};
    }

    /// The row's coordinates in the store's system; a swapped pair is turned, one outside the county is not believed.
    void locate() {
        location_ = {not_a_coordinate, not_a_coordinate};
        if (!lon_ || !lat_ || !row_.slots[*lon_].present || !row_.slots[*lat_].present) return;
        const Point<Lonlat> given{row_.slots[*lon_].number, row_.slots[*lat_].number};
        location_ = to_store(given);
        if (inside(reference_.county, location_)) return;
        if (const Point<Lonlat> turned = to_store({given.y, given.x}); inside(reference_.county, turned) && !reference_.county.is_empty()) {
            location_ = turned;
            row_.repair(header_of(*lon_), "swapped", "经纬度颠倒：已对调", "longitude and latitude were swapped: turned");
            return;
        }
        const bool placed_otherwise = std::ranges::any_of(unit_fields_, [&](std::size_t f) { return row_.slots[f].present; });
        if (placed_otherwise && spec_.ledger == "visits") {
            // A bad position fix is no reason to lose a visit: its unit is known.
            row_.repair(header_of(*lon_), "outside_county", "位置在县域外：不采用，按单元编码定位", "the position lies outside the county: left out, the unit code is used");
            location_ = {not_a_coordinate, not_a_coordinate};
        } else {
            row_.hold(header_of(*lon_), "outside_county", "位置在县域外", "the position lies outside the county");
        }
    }

    void check_references() {
        for (const std::size_t f : unit_fields_) {
            const auto& slot = row_.slots[f];
            if (!slot.present || !reference_.checks_units || reference_.unit_codes.contains(slot.text)) continue;
            if (spec_.ledger == "units" && spec_.list == "town") continue;  // the county above the towns is not a row
            row_.hold(header_of(f), "unknown_unit", fmt::format("没有编码为 '{}' 的单元", slot.text), fmt::format("there is no unit with the code '{}'", slot.text));
        }
        if (household_ && reference_.checks_units && row_.slots[*household_].present && !reference_.household_codes.contains(row_.slots[*household_].text)) {
            row_.hold(header_of(*household_), "unknown_household", "户册中无此户", "there is no such household in the register");
        }
        if (row_.held_back || !key_ || !row_.slots[*key_].present) return;
        if (!reference_.keys.insert(row_.slots[*key_].text).second) {
            row_.hold(header_of(*key_), "duplicate", "编号与前面的行重复：保留第一行", "this key already stands in an earlier row: the first one is kept");
            return;
        }
        if (spec_.ledger == "units") reference_.unit_codes.insert(row_.slots[*key_].text);
        if (spec_.ledger == "households") reference_.household_codes.insert(row_.slots[*key_].text);
    }

    [[nodiscard]] std::string header_of(std::size_t field) const {
        const auto column = builder_->header().columns[field];
        return column ? builder_->header().headers[*column] : ledger_.fields[field].zh;
    }

    void start_chunk() {
        chunk_ = {};
        for (const FieldDef& field : ledger_.fields) {
            Column column{field.name, {}, {}};
            switch (field.type) {
                case FieldType::code:
                case FieldType::text: column.data = Column::Texts{}; break;
                case FieldType::date:
                case FieldType::time:
                case FieldType::integer: column.data = Column::Integers{}; break;
                default: column.data = Column::Reals{};
            }
            chunk_.rows.columns.push_back(std::move(column));
        }
        if (spec_.ledger == "units") chunk_.rows.columns.push_back({"level", Column::Texts{}, {}});
        const Layer* layer = rows_->layer();
        if (layer != nullptr && has_polygons(*layer)) {
            chunk_.geometry = Polygons<Lonlat>{};
        } else if (spec_.ledger == "sites" || spec_.ledger == "cases" || spec_.ledger == "stations") {
            chunk_.geometry = Points<Lonlat>{};
        }
    }

    static bool has_polygons(const Layer& layer) {
        return std::holds_alternative<Polygons<Lonlat>>(layer.geometry) || std::holds_alternative<Polygons<Planar>>(layer.geometry);
    }

    void keep() {
        for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
            Column&         column = chunk_.rows.columns[f];
            TypedRow::Slot& slot   = row_.slots[f];
            const bool      is_lon = lon_ && f == *lon_, is_lat = lat_ && f == *lat_;
            if (auto* texts = std::get_if<Column::Texts>(&column.data)) {
                texts->push_back(slot.present ? std::move(slot.text) : std::string());
                column.valid.push_back(slot.present || is_fixed_app(f));
                if (is_fixed_app(f)) texts->back() = spec_.list;
            } else if (auto* integers = std::get_if<Column::Integers>(&column.data)) {
                integers->push_back(slot.integer);
                column.valid.push_back(slot.present);
            } else {
                const double value = is_lon ? location_.x : is_lat ? location_.y : slot.number;
                std::get<Column::Reals>(column.data).push_back(value);
                column.valid.push_back(slot.present && std::isfinite(value));
            }
        }
        if (spec_.ledger == "units") std::get<Column::Texts>(chunk_.rows.columns.back().data).push_back(spec_.list);
        if (auto* points = std::get_if<Points<Lonlat>>(&chunk_.geometry)) points->push_back(location_);
        if (auto* polygons = std::get_if<Polygons<Lonlat>>(&chunk_.geometry)) keep_polygon(*polygons);
        chunk_.source_rows.push_back(row_.number);
    }

    /// An app's name may stand in county.toml instead of in a column.
    [[nodiscard]] bool is_fixed_app(std::size_t f) const {
        return spec_.ledger == "apps" && !spec_.list.empty() && ledger_.fields[f].name == "app";
    }

    /// The row's polygon in the store's system, made valid where it is not; a unit without ground is held back.
    void take_polygon() {
        polygon_         = {};
        const auto& from = *rows_->layer();
        if (const auto* degrees = std::get_if<Polygons<Lonlat>>(&from.geometry)) copy_polygon(*degrees);
        if (const auto* metres = std::get_if<Polygons<Planar>>(&from.geometry)) copy_polygon(*metres);
        const auto view = polygon_.view();
        if (view.rows[0] == view.rows[1]) return row_.hold("geometry", "no_geometry", "没有几何图形", "the unit has no polygon");
        const auto validity = check_validity(PolygonRow<Lonlat>{view, 0});
        if (validity.valid) return;
        polygon_ = make_valid(PolygonRow<Lonlat>{view, 0});
        row_.repair("geometry", "invalid_geometry", "几何无效（" + validity.reason + "）：已修复", "invalid geometry (" + validity.reason + "): made valid");
    }

    template <class Space>
    void copy_polygon(const Polygons<Space>& in) {
        const std::size_t row = layer_row_ - 1;
        for (std::size_t part = in.rows[row]; part < in.rows[row + 1]; ++part) {
            for (std::size_t q = in.parts[part]; q < in.parts[part + 1]; ++q) {
                for (std::size_t i = in.rings[q]; i < in.rings[q + 1]; ++i) {
                    const Point<Lonlat> p = to_store({in.x[i], in.y[i]});
                    polygon_.push_point(p.x, p.y);
                }
                polygon_.end_ring();
            }
            polygon_.end_part();
        }
        polygon_.end_row();
    }

    /// Appends the one row of polygon_ to a column.
    void keep_polygon(Polygons<Lonlat>& out) const {
        for (std::size_t part = 0; part + 1 < polygon_.parts.size(); ++part) {
            for (std::size_t q = polygon_.parts[part]; q < polygon_.parts[part + 1]; ++q) {
                for (std::size_t i = polygon_.rings[q]; i < polygon_.rings[q + 1]; ++i) out.push_point(polygon_.x[i], polygon_.y[i]);
                out.end_ring();
            }
            out.end_part();
        }
        out.end_row();
    }

    void flush() {
        if (chunk_.source_rows.empty() && chunk_.issues.empty()) return;
        sink_(std::move(chunk_));
        start_chunk();
    }

    const SourceSpec&                              spec_;
    const LedgerDef&                               ledger_;
    ImportReference&                               reference_;
    const std::function<void(ImportChunk&&)>&      sink_;
    std::optional<std::size_t>                     lon_, lat_, key_, household_;
    std::vector<std::size_t>                       unit_fields_;
    std::unique_ptr<RowSource>                     rows_;
    Head                                           head_;
    std::size_t                                    header_cells_ = 0;
    std::uint64_t                                  total_rows_   = 0;
    std::optional<RowSorter>                       sorter_;
    std::optional<TotalCheck>                      totals_;
    std::optional<RowBuilder>                      builder_;
    std::optional<Transform>                       transform_;
    std::string                                    crs_;
    TypedRow                                       row_;
    Polygons<Lonlat>                               polygon_;
    std::map<std::string, std::uint64_t>           held_codes_;
    Point<Lonlat>                                  location_;
    std::size_t                                    layer_row_ = 0;  ///< rows of the layer taken so far, the header not counted
    ImportChunk                                    chunk_;
    ImportSummary                                  summary_;
};

}  // namespace

ImportSummary import_source(const SourceSpec& spec, ImportReference& reference, const Execution& exec,
                            const std::function<void(ImportChunk&&)>& sink) {
    return SourceImport(spec, reference, sink).run(exec);
}

}  // namespace gapmap
