#include "data/ingest/import_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <utility>

#include "data/ingest/corrections.h"
#include "data/ingest/crs_evidence.h"
#include "data/ingest/extras.h"
#include "data/ingest/header_extras.h"
#include "data/ingest/merged_cells.h"
#include "data/ingest/read_head.h"
#include "data/ingest/row_builder.h"
#include "data/ingest/row_checks.h"
#include "data/ingest/row_placer.h"
#include "data/ingest/row_polygon.h"
#include "data/ingest/row_sort.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr std::size_t chunk_rows       = 50'000, sampled_rows = 2'000;

/// WGS 84 and CGCS2000 agree within centimetres: no operation is applied between them.
bool needs_transform(const std::string& crs) { return !crs.empty() && crs != "EPSG:4490" && crs != "EPSG:4326" && crs != "OGC:CRS84"; }

/// One source on its way into the store.
class SourceImport {
public:
    SourceImport(const SourceSpec& spec, ImportReference& reference, const std::function<void(ImportChunk&&)>& sink)
        : spec_(spec), ledger_(ledger_definition(spec.ledger)), reference_(reference), sink_(sink), lon_(ledger_.index_of("lon")),
          lat_(ledger_.index_of("lat")), corrections_(spec.corrections) {
        for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
            if (ledger_.fields[f].stored) stored_.push_back(f);
        }
        household_ = ledger_.index_of("household_code");
    }

    ImportSummary run(const Execution& exec) {
        rows_ = open_rows(spec_.file, {spec_.sheet, spec_.encoding});
        find_columns();
        evidence_.emplace(reference_.county, reference_.shapes.get());
        decide_crs();
        start_chunk();
        add_notes(spec_.notes);
        add_notes(crs_notes_);
        note_records_above();
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
        add_notes(merged_->finish());
        add_notes(checks_->finish());
        add_notes(corrections_.finish());
        add_notes(rows_->notes());
        add_notes(placer_->finish());
        warn_of_contradiction();
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
        sorter_.emplace(ledger_, header, std::vector(head_.rows.begin(), head_.rows.begin() + static_cast<std::ptrdiff_t>(below)), spec_.list);
        require_columns(header, ledger_, spec_.location_role.empty() ? std::vector<std::string>{} : std::vector<std::string>{"location_role"}, place());
        totals_.emplace(ledger_, header);
        merged_.emplace(ledger_, header);
        DateRules dates  = spec_.dates;
        dates.epoch_1904 = dates.epoch_1904 || rows_->counts_from_1904();
        builder_.emplace(ledger_, std::move(header), dates);
        stages_.emplace(ledger_, builder_->header(), spec_.list, place());
    }

    void decide_crs() {
        const auto& columns = builder_->header().columns;
        const auto  position   = ledger_.index_of("position");
        const bool  has_lonlat = (lon_ && lat_ && columns[*lon_] && columns[*lat_]) || (position && columns[*position]);
        crs_                   = normalise_crs(spec_.crs);
        if (const Layer* layer = rows_->layer(); layer != nullptr && !std::holds_alternative<std::monostate>(layer->geometry)) {
            const std::string stated = normalise_crs(layer->crs);
            if (crs_.empty()) crs_ = stated;
            if (crs_.empty()) refuse_undeclared("the layer states no coordinate system", "declare it with");
            if (!stated.empty() && stated != crs_ && (needs_transform(stated) || needs_transform(crs_))) say_other_system(stated);
        } else if (has_lonlat && crs_.empty()) {
            refuse_undeclared("has coordinates but no declared system", "add");
        }
        if (needs_transform(crs_)) transform_.emplace(crs_, "EPSG:4490");
        placer_.emplace(spec_, ledger_, reference_, builder_->header(), crs_);
        checks_.emplace(spec_, ledger_, builder_->header(), reference_, titles());
    }

    /// Where a sheet may say what it is about: its name, what stands above the header, the file's name.
    [[nodiscard]] std::vector<std::string> titles() const {
        std::vector<std::string> out{rows_->sheet(), std::filesystem::path(spec_.path).stem().string()};
        for (std::size_t r = 0; r < builder_->header().first_row; ++r) out.insert(out.end(), head_.rows[r].begin(), head_.rows[r].end());
        return out;
    }

    [[noreturn]] void refuse_undeclared(const std::string& why, const std::string& how) {
        const std::string look = undeclared_look();
        throw InputError(why + (look.empty() ? look : ": " + look) + "; " + how + " crs = \"EPSG:4490\" (CGCS2000), \"EPSG:4326\" (GPS), \"GCJ02\" (phone maps) or "
                         "\"BD09\" (Baidu), or the projected system, to this source in county.toml: a wrong guess would move points by 300 to 600 m", place());
    }

    /// The declaration wins over what the layer says of itself (.prj), and that is said.
    void say_other_system(const std::string& stated) {
        const auto        quote = stated.find('"');
        const std::string name  = quote == std::string::npos ? stated : stated.substr(quote + 1, stated.find('"', quote + 1) - quote - 1);
        crs_notes_.push_back({0, "", Fate::noted, "crs_differs_from_prj", fmt::format("文件自带的坐标系（.prj）为 {}，county.toml 声明为 {}：按声明读取，请核对", name, crs_),
                              fmt::format("the file itself (.prj) states {}, county.toml declares {}: the declaration is followed; check it", name, crs_)});
    }

    /// What the undeclared coordinates look like: the file is read on, to be refused.
    std::string undeclared_look() {
        if (const Layer* layer = rows_->layer()) gather_corners(*layer);
        RawRow raw;
        for (std::size_t i = builder_->header().first_row + builder_->header().rows; i < head_.rows.size(); ++i) {
            if (builder_->build(head_raw(i, raw), row_)) gather(row_);
        }
        for (std::size_t n = 0; n < sampled_rows && rows_->next(raw); ++n) {
            if (builder_->build(raw, row_)) gather(row_);
        }
        return evidence_->looks_like();
    }

    /// Of polygons the corners tell what numbers they are made of.
    void gather_corners(const Layer& layer) {
        const auto add = [&](const auto& polygons) {
            for (std::size_t i = 0; i < polygons.x.size(); i += 1 + polygons.x.size() / sampled_rows) evidence_->add(polygons.x[i], polygons.y[i], "");
        };
        if (const auto* degrees = std::get_if<Polygons<Lonlat>>(&layer.geometry)) add(*degrees);
        if (const auto* metres = std::get_if<Polygons<Planar>>(&layer.geometry)) add(*metres);
    }

    /// The row's coordinates as written, with the finest unit that it names.
    void gather(const TypedRow& row) {
        if (!lon_ || !lat_ || !row.slots[*lon_].present || !row.slots[*lat_].present) return;
        std::string unit;
        for (const char* name : {"village_code", "unit_code", "grid_code", "building_code"}) {
            if (const auto field = ledger_.index_of(name); field && row.slots[*field].present) unit = row.slots[*field].text;
        }
        evidence_->add(row.slots[*lon_].number, row.slots[*lat_].number, unit);
    }

    /// A declaration that the units contradict is kept, and said.
    void warn_of_contradiction() {
        const auto found = evidence_->contradiction(crs_);
        if (!found) return;
        add_notes({{0, lon_ ? ledger_.fields[*lon_].zh : "", Fate::noted, "crs_contradicted",
                    fmt::format("声明的坐标系 {} 与数据不符：按它各点离所写单元平均 {:.0f} 米，按 {} 为 {:.0f} 米（{} 行）；请核对 crs", crs_, found->declared_m, found->better, found->better_m, found->rows),
                    fmt::format("the declared system {} does not fit: with it the points lie {:.0f} m from the units that their rows name, with {} {:.0f} m ({} rows); check crs", crs_,
                                found->declared_m, found->better, found->better_m, found->rows)}});
    }

    struct HeldCode {
        std::uint64_t rows = 0;
        Issue         first{};
    };

    [[nodiscard]] Place place() const { return {.source = spec_.path, .sheet = rows_->sheet()}; }

    RawRow& head_raw(std::size_t i, RawRow& raw) {
        head_.raw(i, raw);
        return raw;
    }

    void add_notes(const std::vector<Issue>& notes) { chunk_.issues.insert(chunk_.issues.end(), notes.begin(), notes.end()); }

    /// A row above the header that reads like a record is not read, and that is said.
    void note_records_above() {
        RowBuilder trial = *builder_;  // one of its own: no 同上 below the header means a line above it
        RawRow     raw;
        for (std::size_t i = 0; i < builder_->header().first_row; ++i) {
            if (!trial.build(head_raw(i, raw), row_) || row_.held_back) continue;
            bool        complete = true;
            std::size_t typed    = 0;
            for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
                if (!row_.slots[f].present) complete = complete && !ledger_.fields[f].required;
                else if (ledger_.fields[f].type != FieldType::text) ++typed;
            }
            if (!complete || typed == 0) continue;
            add_notes({{raw.number, "", Fate::noted, "above_header", "此行在表头之上，却像一条记录：未读取；请移到表头之下", "the row stands above the header and reads like a record: it is not read; move it below"}});
        }
    }

    /// What is no record: true where the row is done with.
    bool take_other(const RawRow& raw) {
        const RowKind kind = sorter_->kind_of(raw);
        if (kind == RowKind::record) return false;
        if (kind == RowKind::header) {
            add_notes({{raw.number, "", Fate::noted, "repeated_header", "表头或标题重复出现（分页）：不是记录", "the header or title again (a page break): not a record"}});
        } else if (kind == RowKind::footer) {
            add_notes({{raw.number, "", Fate::noted, "footer", "签字、备注或说明行：不是记录", "a line of signatures or notes: not a record"}});
        } else if (kind == RowKind::title) {
            checks_->forget_town();
            add_notes({{raw.number, "", Fate::noted, "section_title", "一段的标题：不是记录", "the title of a section: not a record"}});
        } else if (kind == RowKind::other_table) {
            if (other_table_ == 0) other_table_ = raw.number;
            add_notes({{raw.number, "", Fate::noted, "other_table", "另一张表由此开始：其下各行全部退回，请另存为单独的工作表或文件", "another table begins here: all rows below it are held back; put it in a sheet or file of its own"}});
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
        if (other_table_ != 0) {
            row_.hold("", "other_table", fmt::format("第 {} 行起是另一张表，其列不是本表的列：请另存为单独的工作表或文件", other_table_),
                      fmt::format("from row {} on there is another table, whose columns are not these: put it in a sheet or file of its own", other_table_));
        }
        if (raw.stray_quote) row_.hold("", "stray_quote", "引号没有成对：无法确定各列的边界", "a quotation mark without its partner: where the cells end is not certain");
        const std::size_t columns = header_cells_;
        if (!rows_->is_text() || raw.cells.size() <= columns) return;
        const auto is_filled = [](std::string_view cell) { return cell.find_first_not_of(" \t") != std::string_view::npos; };
        if (!std::any_of(raw.cells.begin() + static_cast<std::ptrdiff_t>(columns), raw.cells.end(), is_filled)) return;
        row_.hold("", "ragged", fmt::format("本行有 {} 列，表头只有 {} 列：列可能错位", raw.cells.size(), columns),
                  fmt::format("the line has {} cells, the header {}: its columns may have slipped", raw.cells.size(), columns));
    }

    void take(RawRow& raw) {
        merged_->settle(raw);
        const std::string mark = corrections_.empty() ? std::string() : row_mark(raw);
        corrections_.apply(raw, mark);
        if (take_other(raw) || !builder_->build(raw, row_)) {
            ++layer_row_;
            return;
        }
        ++summary_.rows_read;
        totals_->add(raw, row_);
        check_line(raw);
        corrections_.say(row_, builder_->header().headers);
        if (!row_.held_back) gather(row_);
        const bool placed = !row_.held_back;
        if (placed) placer_->place(row_);
        if (!row_.held_back) checks_->check(row_, std::isfinite(placer_->location().x));
        ++layer_row_;
        if (!row_.held_back && std::holds_alternative<Polygons<Lonlat>>(chunk_.geometry)) take_polygon();
        if (placed && placer_->is_duplicate()) keep_contested();
        for (Issue& issue : row_.issues) {
            // A held-back row is held back: what was repaired in it on the way does not count.
            if (row_.held_back && issue.fate == Fate::held_back) {
                count_held(issue);
                issue.column   = column_of(issue.field);
                issue.row_mark = mark.empty() ? row_mark(raw) : mark;
            }
            if (!row_.held_back && issue.fate == Fate::noted && !placer_->notes().admit(issue)) continue;
            if (!row_.held_back || issue.fate == Fate::held_back) chunk_.issues.push_back(std::move(issue));
        }
        if (row_.held_back) {
            ++summary_.held_back;
        } else {
            ++(row_.repaired ? summary_.repaired : summary_.accepted);
            keep_all();
        }
        if (chunk_.source_rows.size() >= chunk_rows || chunk_.issues.size() >= chunk_rows) flush();
    }

    void count_held(const Issue& issue) {
        HeldCode& held = held_codes_[issue.code];
        if (held.rows++ == 0) held.first = issue;
    }

    /// A column that slipped, or the wrong file: nothing of it is better than a few rows of it.
    void refuse_bad_file() const {
        constexpr std::uint64_t enough = 20;  // below, a few bad rows are a share without meaning
        // A list that is sent again with what it held before is the right file: its repeated rows say nothing against it.
        const std::uint64_t repeated = summary_.contested.size();
        const std::uint64_t rows = summary_.rows_read - total_rows_ - repeated, held = summary_.held_back - total_rows_ - repeated;
        if (rows < enough || static_cast<double>(held) <= spec_.max_held_share * static_cast<double>(rows)) return;
        const auto worst = std::ranges::max_element(held_codes_, {}, [](const auto& entry) { return entry.second.rows; });
        throw InputError(fmt::format("{} of {} rows would be held back (most of them: {}, e.g. row {}: {}); nothing was changed. Is it the right file, and are its columns in "
                                     "place? Else set max_held_share for this source in county.toml", held, rows, worst->first, worst->second.first.row, worst->second.first.detail_en), place());
    }

    [[nodiscard]] Point<Lonlat> to_store(Point<Lonlat> p) const {
        if (!transform_) return p;
        std::array x{p.x}, y{p.y};
        transform_->apply(x, y);
        return {x[0], y[0]};
    }

    void start_chunk() {
        chunk_ = {};
        extras_ = {};
        for (const std::size_t f : stored_) {
            const FieldDef& field = ledger_.fields[f];
            Column column{field.name, {}, {}};
            switch (field.type) {
                case FieldType::code:
                case FieldType::text: column.data = Column::Texts{}; break;
                case FieldType::date:
                case FieldType::time:
                case FieldType::integer:
                case FieldType::yes_no: column.data = Column::Integers{}; break;
                default: column.data = Column::Reals{};
            }
            chunk_.rows.columns.push_back(std::move(column));
        }
        if (spec_.ledger == "units") chunk_.rows.columns.push_back({"level", Column::Texts{}, {}});
        const Layer* layer = rows_->layer();
        if (layer != nullptr && has_polygons(*layer)) {
            chunk_.geometry = Polygons<Lonlat>{};
        } else if (spec_.ledger == "sites" || spec_.ledger == "cases" || spec_.ledger == "stations" || spec_.ledger == "visits") {
            chunk_.geometry = Points<Lonlat>{};
        }
    }

    static bool has_polygons(const Layer& layer) {
        return std::holds_alternative<Polygons<Lonlat>>(layer.geometry) || std::holds_alternative<Polygons<Planar>>(layer.geometry);
    }

    /// The column of the file that an issue speaks of, from 1; 0: none.
    [[nodiscard]] std::uint32_t column_of(const std::string& header) const {
        const auto& headers = builder_->header().headers;
        const auto  at      = std::ranges::find(headers, header);
        return header.empty() || at == headers.end() ? 0 : static_cast<std::uint32_t>(at - headers.begin() + 1);
    }

    /// The row as it would be stored, set aside.
    void keep_contested() {
        const TypedRow written = row_;
        ImportChunk    chunk   = std::exchange(chunk_, {});
        Extras         extras  = std::exchange(extras_, {});
        start_chunk();
        if (std::holds_alternative<Polygons<Lonlat>>(chunk_.geometry)) take_polygon();
        const bool usable = row_.issues.back().code != "no_geometry";
        keep_all();
        extras_.append_to(chunk_.rows, chunk_.source_rows.size());
        ContestedRow contested{placer_->key(), written.issues.back().field, std::move(chunk_), written.repaired};
        for (const Issue& issue : written.issues) {
            if (issue.fate == Fate::repaired) contested.chunk.issues.push_back(issue);
        }
        if (usable) summary_.contested.push_back(std::move(contested));
        chunk_  = std::move(chunk);
        extras_ = std::move(extras);
        row_    = written;
    }

    /// A row of the file is one row of the store, but for one that names several households.
    void keep_all() {
        const auto& households = placer_->households();
        if (households.size() < 2) return keep();
        const TypedRow written = row_;
        for (const std::string& household : households) {
            row_                         = written;
            row_.slots[*household_].text = household;
            keep();
        }
    }

    void keep() {
        const Point<Lonlat> location = placer_->location();
        keep_extras(location);
        for (std::size_t i = 0; i < stored_.size(); ++i) {
            const std::size_t f      = stored_[i];
            Column&           column = chunk_.rows.columns[i];
            TypedRow::Slot&   slot   = row_.slots[f];
            if (auto* texts = std::get_if<Column::Texts>(&column.data)) {
                texts->push_back(slot.present ? std::move(slot.text) : std::string());
                column.valid.push_back(slot.present || is_fixed_app(f));
                if (is_fixed_app(f)) texts->back() = spec_.list;
            } else if (auto* integers = std::get_if<Column::Integers>(&column.data)) {
                integers->push_back(slot.integer);
                column.valid.push_back(slot.present);
            } else {
                const double value = lon_ && f == *lon_ ? location.x : lat_ && f == *lat_ ? location.y : slot.number;
                std::get<Column::Reals>(column.data).push_back(value);
                column.valid.push_back(slot.present && std::isfinite(value));
            }
        }
        if (spec_.ledger == "units") std::get<Column::Texts>(chunk_.rows.columns.back().data).push_back(spec_.list);
        if (auto* points = std::get_if<Points<Lonlat>>(&chunk_.geometry)) points->push_back(location);
        if (auto* polygons = std::get_if<Polygons<Lonlat>>(&chunk_.geometry)) polygon_.append_to(*polygons);
        chunk_.source_rows.push_back(row_.number);
    }

    /// What the ledger does not hold but the store keeps: coordinates and system as delivered, where they are not what is stored; how words were
    /// understood; the stages that a row says itself.
    void keep_extras(Point<Lonlat> location) {
        const bool has_given = lon_ && lat_ && row_.slots[*lon_].present && row_.slots[*lat_].present;
        if (has_given && (placer_->differs_from_given() || row_.slots[*lon_].integer < 0 || row_.slots[*lat_].integer < 0)) {
            extras_.given(chunk_.source_rows.size(), row_.slots[*lon_].text, row_.slots[*lat_].text, crs_);
        } else if (has_given && !std::isfinite(location.x)) {
            extras_.given(chunk_.source_rows.size(), row_.slots[*lon_].text, row_.slots[*lat_].text, crs_);
        }
        if (!placer_->located_by_words().empty()) extras_.located_by(chunk_.source_rows.size(), placer_->located_by_words());
        if (!polygon_.as_delivered().valid) extras_.repaired(chunk_.source_rows.size(), polygon_.as_delivered().reason, polygon_.as_delivered().where);
        if (placer_->metres_outside() > 0) extras_.outside_m(chunk_.source_rows.size(), placer_->metres_outside());
        if (stages_->said()) extras_.stages(chunk_.source_rows.size(), stages_->of(row_));
    }

    /// An app's name may stand in county.toml instead of in a column.
    [[nodiscard]] bool is_fixed_app(std::size_t f) const {
        return spec_.ledger == "apps" && !spec_.list.empty() && ledger_.fields[f].name == "app";
    }

    /// The row's polygon in the store's system, made valid where it is not; a unit without ground is held back.
    void take_polygon() {
        polygon_.read(*rows_->layer(), layer_row_ - 1, [this](Point<Lonlat> p) { return to_store(p); });
        if (polygon_.is_empty()) return row_.hold("geometry", "no_geometry", "没有几何图形", "the unit has no polygon");
        polygon_.mend();
        const std::string& reason = polygon_.as_delivered().reason;
        if (!reason.empty()) row_.repair("geometry", "invalid_geometry", "几何无效（" + reason + "）：已修复", "invalid geometry (" + reason + "): made valid");
    }

    void flush() {
        if (chunk_.source_rows.empty() && chunk_.issues.empty()) return;
        extras_.append_to(chunk_.rows, chunk_.source_rows.size());
        sink_(std::move(chunk_));
        start_chunk();
    }

    const SourceSpec&                              spec_;
    const LedgerDef&                               ledger_;
    ImportReference&                               reference_;
    const std::function<void(ImportChunk&&)>&      sink_;
    std::optional<std::size_t>                     lon_, lat_, household_;
    std::vector<std::size_t>                       stored_;  ///< fields that the store keeps
    std::unique_ptr<RowSource>                     rows_;
    Head                                           head_;
    std::size_t                                    header_cells_ = 0;
    std::uint64_t                                  total_rows_   = 0, other_table_ = 0;  ///< the row where another table begins
    std::optional<RowSorter>                       sorter_;
    std::optional<TotalCheck>                      totals_;
    std::optional<MergedCells>                     merged_;
    std::optional<RowBuilder>                      builder_;
    std::optional<RowPlacer>                       placer_;
    std::optional<RowChecks>                       checks_;
    std::optional<Stages>                          stages_;
    std::optional<CrsEvidence>                     evidence_;
    Extras                                         extras_;
    Corrections                                    corrections_;
    std::optional<Transform>                       transform_;
    std::string                                    crs_;
    TypedRow                                       row_;
    RowPolygon                                     polygon_;
    std::vector<Issue>                             crs_notes_;
    std::map<std::string, HeldCode>                held_codes_;
    std::size_t                                    layer_row_ = 0;  ///< rows of the layer taken so far, the header not counted
    ImportChunk                                    chunk_;
    ImportSummary                                  summary_;
};

}  // namespace

std::string unit_key(const std::string& code, const std::optional<Day>& valid_from) { return code + '@' + (valid_from ? to_string(*valid_from) : std::string()); }

ImportSummary import_source(const SourceSpec& spec, ImportReference& reference, const Execution& exec,
                            const std::function<void(ImportChunk&&)>& sink) {
    return SourceImport(spec, reference, sink).run(exec);
}

}  // namespace gapmap
