#include "data/store/store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "data/store/migrations.h"
#include "data/store/point_blob.h"
#include "data/store/spatial_index.h"
#include "data/store/sqlite_handle.h"
#include "geo/core/day.h"
#include "geo/core/error.h"
#include "geo/shape/wkb.h"

namespace gapmap {

std::string_view to_string(Fate fate) noexcept {
    switch (fate) {
        case Fate::repaired: return "repaired";
        case Fate::held_back: return "held_back";
        case Fate::noted: return "noted";
    }
    return "noted";
}

struct Store::State {
    Database db;
    bool     open_transaction = false;
    std::map<std::string, std::int64_t> unindexed{};  ///< tables with new points, and the last row that their spatial index has

    explicit State(Database database) : db(std::move(database)) {}
    ~State() {
        if (!open_transaction) return;
        try {
            db.run("ROLLBACK");
        } catch (const StoreError&) {  // closing the connection rolls back as well
        }
    }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store()                         = default;
Store::Store(Store&&) noexcept          = default;
Store& Store::operator=(Store&&) noexcept = default;

Store Store::open(const std::filesystem::path& path) {
    auto state = std::make_unique<State>(Database(path.string(), true));
    migrate(state->db, path.string());
    return Store(std::move(state));
}

Store Store::open_existing(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) throw StoreError("there is no store yet; run gapmap import first", {.source = path.string()});
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    if (::access(folder.c_str(), W_OK) == 0 && ::access(path.c_str(), W_OK) == 0) return open(path);
    std::error_code none;
    if (std::filesystem::file_size(path.string() + "-wal", none) > 0 && !none) {
        throw StoreError("holds changes that a program which was stopped left beside it (-wal), and its folder may not be written, so they cannot be read; copy the project to a folder that you may write",
                         {.source = path.string()});
    }
    auto state = std::make_unique<State>(Database::open_frozen(path.string()));
    require_current(state->db, path.string());
    return Store(std::move(state));
}

void Store::begin() {
    state_->db.run("BEGIN IMMEDIATE");
    state_->open_transaction = true;
}

void Store::commit() {
    for (const auto& [table, last_indexed] : state_->unindexed) index_points(state_->db, table, last_indexed);
    state_->unindexed.clear();
    state_->db.run("COMMIT");
    state_->open_transaction = false;
}

namespace {

constexpr std::int32_t stored_srid = 4490;

constexpr const char* batch_columns =
    "b.batch_id, b.ledger, b.list, b.source, b.sheet, b.source_hash, b.settings_hash, b.encoding, b.crs, b.rows_read, b.accepted, "
    "b.repaired, b.held_back";

Batch batch_from(const Statement& s) {
    const auto text  = [&](int column) { return std::string(s.text(column)); };
    const auto count = [&](int column) { return static_cast<std::uint64_t>(s.integer(column)); };
    return {s.integer(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7), text(8), count(9), count(10), count(11), count(12)};
}

/// Binds one value of a column; `is_date` turns days into ISO text.
void bind_value(Statement& statement, int at, const Column& column, std::size_t row, bool is_date, std::string& buffer) {
    if (!column.is_valid(row)) return statement.bind_null(at);
    if (const auto* texts = std::get_if<Column::Texts>(&column.data)) return statement.bind(at, std::string_view((*texts)[row]));
    if (const auto* reals = std::get_if<Column::Reals>(&column.data)) return statement.bind(at, (*reals)[row]);
    const std::int64_t value = std::get<Column::Integers>(column.data)[row];
    if (!is_date) return statement.bind(at, value);
    buffer = to_string(Day{static_cast<std::int32_t>(value)});
    statement.bind(at, std::string_view(buffer));
}

bool is_date_column(std::string_view name) {
    return name == "date" || name == "as_of" || name == "opened" || name == "closed" || name == "valid_from" || name == "valid_to";
}
bool is_integer_column(std::string_view name) {
    return name == "people" || name == "people_at_risk" || name == "population" || name == "installed" || name == "real_name" ||
           name == "target" || name == "attendance" || name == "officers" || name == "time" || name == "count" || name == "is_installed" || name == "is_real_name" || name == "source_row" || name == "batch_id";
}
bool is_real_column(std::string_view name) {
    return name == "lon" || name == "lat" || name == "invalid_lon" || name == "invalid_lat" || name.ends_with("_yuan") || name == "hours" || name == "outside_m";
}

Column empty_column(const std::string& name) {
    if (is_date_column(name) || is_integer_column(name)) return {name, Column::Integers{}, {}};
    if (is_real_column(name)) return {name, Column::Reals{}, {}};
    return {name, Column::Texts{}, {}};
}

void append_cell(Column& column, const Statement& s, int at, bool is_date) {
    const bool null = s.is_null(at);
    column.valid.push_back(!null);
    if (auto* texts = std::get_if<Column::Texts>(&column.data)) {
        texts->emplace_back(s.text(at));
    } else if (auto* reals = std::get_if<Column::Reals>(&column.data)) {
        reals->push_back(null ? 0 : s.real(at));
    } else if (is_date && !null) {
        std::get<Column::Integers>(column.data).push_back(Day::parse_iso(s.text(at)).value_or(Day{}).days);
    } else {
        std::get<Column::Integers>(column.data).push_back(null ? 0 : s.integer(at));
    }
}

/// The table of a ledger: its own name, but for the units.
std::string table_of(const std::string& ledger) { return ledger == "units" ? "unit" : ledger; }

std::string insert_sql(const std::string& table, const std::vector<std::string>& columns, const Geometry& geometry) {
    std::string names, marks;
    for (const std::string& column : columns) {
        names += (names.empty() ? "" : ", ") + column;
        marks += marks.empty() ? "?" : ", ?";
    }
    if (std::holds_alternative<Points<Lonlat>>(geometry)) {
        names += ", geometry";
        marks += ", ?";
    } else if (std::holds_alternative<Polygons<Lonlat>>(geometry)) {
        names += ", geometry";
        marks += ", CastToMulti(GeomFromWKB(?, 4490))";
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, marks);
}

/// Binds the geometry of a row behind the attributes; `bytes` keeps it alive.
void bind_geometry(Statement& statement, int at, const Geometry& geometry, std::size_t row, std::string& bytes) {
    if (const auto* points = std::get_if<Points<Lonlat>>(&geometry)) {
        if (std::isnan(points->x[row])) return statement.bind_null(at);
        set_point_blob(bytes, points->x[row], points->y[row], stored_srid);
        statement.bind_blob(at, bytes);
    } else if (const auto* polygons = std::get_if<Polygons<Lonlat>>(&geometry)) {
        bytes = to_wkb(polygons->view(), row);
        statement.bind_blob(at, bytes);
    }
}

}  // namespace

std::vector<Batch> Store::current_batches() const {
    std::vector<Batch> batches;
    Statement          s(state_->db, fmt::format("SELECT {} FROM import_batch b WHERE b.superseded_by IS NULL ORDER BY b.batch_id", batch_columns));
    while (s.step()) batches.push_back(batch_from(s));
    return batches;
}

std::vector<BatchRecord> Store::history() const {
    std::vector<BatchRecord> records;
    Statement s(state_->db, fmt::format("SELECT {}, b.imported_at, b.superseded_by FROM import_batch b ORDER BY b.batch_id", batch_columns));
    while (s.step()) records.push_back({batch_from(s), std::string(s.text(13)), s.is_null(14) ? 0 : s.integer(14)});
    return records;
}

std::int64_t Store::add_batch(const Batch& batch) {
    Statement insert(state_->db,
                     "INSERT INTO import_batch (ledger, list, source, sheet, source_hash, settings_hash, encoding, crs, rows_read, accepted, repaired, "
                     "held_back, imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))");
    int at = 1;
    for (const std::string* text : {&batch.ledger, &batch.list, &batch.source, &batch.sheet, &batch.source_hash, &batch.settings_hash, &batch.encoding, &batch.crs}) {
        insert.bind(at++, std::string_view(*text));
    }
    insert.run();
    const std::int64_t id = state_->db.last_row_id();
    Statement supersede(state_->db,
                        "UPDATE import_batch SET superseded_by = ? WHERE ledger = ? AND list = ? AND source = ? AND sheet = ? AND (superseded_by IS NULL OR superseded_by = batch_id) AND batch_id <> ?");
    supersede.bind(1, id);
    at = 2;
    for (const std::string* text : {&batch.ledger, &batch.list, &batch.source, &batch.sheet}) supersede.bind(at++, std::string_view(*text));
    supersede.bind(6, id);
    supersede.run();
    return id;
}

void Store::retire_batch(std::int64_t id) {
    Statement s(state_->db, "UPDATE import_batch SET superseded_by = batch_id WHERE batch_id = ?");
    s.bind(1, id);
    s.run();
}

void Store::close_batch(const Batch& batch) {
    Statement s(state_->db, "UPDATE import_batch SET rows_read = ?, accepted = ?, repaired = ?, held_back = ?, encoding = ? WHERE batch_id = ?");
    int       at = 1;
    for (const std::uint64_t n : {batch.rows_read, batch.accepted, batch.repaired, batch.held_back}) s.bind(at++, static_cast<std::int64_t>(n));
    s.bind(5, std::string_view(batch.encoding));
    s.bind(6, batch.id);
    s.run();
}

void Store::add_issues(std::int64_t batch, const std::vector<Issue>& issues) {
    Statement s(state_->db, "INSERT INTO import_issue (batch_id, row, field, fate, code, detail_zh, detail_en, column_number, row_mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const Issue& issue : issues) {
        s.bind(1, batch);
        s.bind(2, static_cast<std::int64_t>(issue.row));
        s.bind(3, std::string_view(issue.field));
        s.bind(4, to_string(issue.fate));
        s.bind(5, std::string_view(issue.code));
        s.bind(6, std::string_view(issue.detail_zh));
        s.bind(7, std::string_view(issue.detail_en));
        s.bind(8, static_cast<std::int64_t>(issue.column));
        s.bind(9, std::string_view(issue.row_mark));
        s.run();
    }
}

std::vector<BatchIssue> Store::current_issues() const {
    std::vector<BatchIssue> issues;
    Statement s(state_->db, fmt::format("SELECT {}, i.row, i.field, i.fate, i.code, i.detail_zh, i.detail_en, i.column_number, i.row_mark FROM import_issue i JOIN import_batch b USING (batch_id) "
                                        "WHERE b.superseded_by IS NULL ORDER BY i.issue_id", batch_columns));
    while (s.step()) {
        const std::string_view fate = s.text(15);
        issues.push_back({batch_from(s),
                          {static_cast<std::uint64_t>(s.integer(13)), std::string(s.text(14)),
                           fate == "repaired" ? Fate::repaired : fate == "held_back" ? Fate::held_back : Fate::noted, std::string(s.text(16)),
                           std::string(s.text(17)), std::string(s.text(18)), static_cast<std::uint32_t>(s.integer(19)), std::string(s.text(20))}});
    }
    return issues;
}

void Store::append(const std::string& ledger, std::int64_t batch, const Table& rows, const std::vector<std::uint64_t>& source_rows,
                   const Geometry& geometry) {
    std::vector<std::string> names = {"batch_id", "source_row"};
    std::vector<bool>        dates;
    for (const Column& column : rows.columns) {
        names.push_back(column.name);
        dates.push_back(is_date_column(column.name));
    }
    // Points are written in SpatiaLite's own form, checked and indexed here: its triggers would do it again, row by row.
    const bool points = std::holds_alternative<Points<Lonlat>>(geometry);
    if (points) state_->unindexed.try_emplace(table_of(ledger), state_->db.number(fmt::format("SELECT coalesce(max(row_id), 0) FROM {}", table_of(ledger))));
    const TriggersOff        triggers_off(state_->db, points);
    Statement                insert(state_->db, insert_sql(table_of(ledger), names, geometry));
    std::vector<std::string> buffers(rows.columns.size());
    std::string              wkb;
    for (std::size_t row = 0; row < source_rows.size(); ++row) {
        insert.bind(1, batch);
        insert.bind(2, static_cast<std::int64_t>(source_rows[row]));
        for (std::size_t c = 0; c < rows.columns.size(); ++c) bind_value(insert, static_cast<int>(c) + 3, rows.columns[c], row, dates[c], buffers[c]);
        bind_geometry(insert, static_cast<int>(rows.columns.size()) + 3, geometry, row, wkb);
        insert.run();
    }
}

std::vector<std::int64_t> Store::batches_with_issue(const std::string& code) const {
    std::vector<std::int64_t> batches;
    Statement                 s(state_->db, "SELECT DISTINCT batch_id FROM import_issue WHERE code = ? ORDER BY batch_id");
    s.bind(1, std::string_view(code));
    while (s.step()) batches.push_back(s.integer(0));
    return batches;
}

std::size_t Store::add_corrections(const std::vector<Correction>& corrections) {
    const std::vector<Correction> known = this->corrections();
    std::size_t                   added = 0;
    Statement s(state_->db, "INSERT INTO correction (source, sheet, row, column_number, row_mark, value, ledger, list, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))");
    for (const Correction& correction : corrections) {
        if (std::ranges::find(known, correction) != known.end()) continue;
        s.bind(1, std::string_view(correction.source));
        s.bind(2, std::string_view(correction.sheet));
        s.bind(3, static_cast<std::int64_t>(correction.row));
        s.bind(4, static_cast<std::int64_t>(correction.column));
        s.bind(5, std::string_view(correction.row_mark));
        s.bind(6, std::string_view(correction.value));
        s.bind(7, std::string_view(correction.ledger));
        s.bind(8, std::string_view(correction.list));
        s.run();
        ++added;
    }
    return added;
}

std::vector<Correction> Store::corrections() const {
    std::vector<Correction> out;
    Statement s(state_->db, "SELECT source, sheet, row, column_number, row_mark, value, ledger, list FROM correction WHERE correction_id IN (SELECT max(correction_id) FROM correction "
                            "GROUP BY ledger, list, source, sheet, row, column_number, row_mark) ORDER BY ledger, list, source, sheet, row, column_number, row_mark");
    while (s.step()) {
        out.push_back({std::string(s.text(6)), std::string(s.text(7)), std::string(s.text(0)), std::string(s.text(1)), static_cast<std::uint64_t>(s.integer(2)),
                       static_cast<std::uint32_t>(s.integer(3)), std::string(s.text(4)), std::string(s.text(5))});
    }
    return out;
}

std::vector<StandingRow> Store::standing_rows(const std::string& ledger, const std::string& list, const std::string& key_column, const std::vector<std::string>& keys,
                                              const std::vector<std::string>& columns) const {
    state_->db.run("CREATE TEMP TABLE IF NOT EXISTS asked (key TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM temp.asked");
    Statement ask(state_->db, "INSERT OR IGNORE INTO temp.asked (key) VALUES (?)");
    for (const std::string& key : keys) {
        ask.bind(1, std::string_view(key));
        ask.run();
    }
    const bool        units = ledger == "units";
    const std::string key   = units ? "t.code || '@' || coalesce(t.valid_from, '')" : "t." + key_column;
    std::string       names;
    for (const std::string& column : columns) names += ", t." + column;
    Statement s(state_->db, fmt::format("SELECT {0}, t.batch_id, t.source_row, {1}{2} FROM {3} t JOIN import_batch b USING (batch_id) WHERE b.superseded_by IS NULL "
                                        "AND (?1 = '' OR b.list = ?1) AND {0} IN (SELECT key FROM temp.asked) ORDER BY 1, t.row_id",
                                        key, units ? "AsBinary(t.geometry)" : "NULL", names, table_of(ledger)));
    s.bind(1, std::string_view(list));
    std::vector<StandingRow> out;
    while (s.step()) {
        if (out.empty() || out.back().key != s.text(0)) {
            out.push_back({std::string(s.text(0)), s.integer(1), static_cast<std::uint64_t>(s.integer(2)), {}, {}});
            for (const std::string& column : columns) out.back().rows.columns.push_back(empty_column(column));
        }
        StandingRow& row = out.back();
        if (!s.is_null(3)) {
            const std::string_view wkb = s.text(3);
            append_wkb(std::as_bytes(std::span(wkb)), row.geometry.emplace<Polygons<Lonlat>>());
        }
        for (std::size_t c = 0; c < columns.size(); ++c) append_cell(row.rows.columns[c], s, static_cast<int>(c) + 4, is_date_column(columns[c]));
    }
    return out;
}

void Store::hold_back(const std::string& ledger, std::int64_t batch, const Issue& reason) {
    const auto of_row = [&](const std::string& sql) {
        Statement s(state_->db, sql);
        s.bind(1, batch);
        s.bind(2, static_cast<std::int64_t>(reason.row));
        s.run();
    };
    of_row(fmt::format("DELETE FROM {} WHERE batch_id = ?1 AND source_row = ?2", table_of(ledger)));
    of_row("UPDATE import_batch SET held_back = held_back + 1, "
           "repaired = repaired - EXISTS (SELECT 1 FROM import_issue WHERE batch_id = ?1 AND row = ?2 AND fate = 'repaired'), "
           "accepted = accepted - NOT EXISTS (SELECT 1 FROM import_issue WHERE batch_id = ?1 AND row = ?2 AND fate = 'repaired') WHERE batch_id = ?1");
    of_row("DELETE FROM import_issue WHERE batch_id = ?1 AND row = ?2");
    add_issues(batch, {reason});
}

void Store::accept_duplicate(std::int64_t batch, std::uint64_t row, bool repaired) {
    Statement gone(state_->db, "DELETE FROM import_issue WHERE batch_id = ? AND row = ? AND fate = 'held_back' AND code = 'duplicate'");
    gone.bind(1, batch);
    gone.bind(2, static_cast<std::int64_t>(row));
    gone.run();
    Statement s(state_->db, "UPDATE import_batch SET held_back = held_back - 1, repaired = repaired + ?1, accepted = accepted + 1 - ?1 WHERE batch_id = ?2");
    s.bind(1, static_cast<std::int64_t>(repaired ? 1 : 0));
    s.bind(2, batch);
    s.run();
}

Table Store::read(const std::string& ledger, const std::vector<std::string>& columns) const {
    Table             table;
    std::string       names;
    std::vector<bool> dates;
    for (const std::string& column : columns) {
        names += (names.empty() ? "" : ", ") + (column == "batch_list" ? std::string("b.list") : "t." + column);
        // A base's population is a word, the register's a number.
        table.columns.push_back(ledger == "bases" && column == "population" ? Column{column, Column::Texts{}, {}} : empty_column(column));
        dates.push_back(is_date_column(column));
    }
    Statement s(state_->db, fmt::format("SELECT {} FROM {} t JOIN import_batch b USING (batch_id) WHERE b.superseded_by IS NULL ORDER BY t.row_id",
                                        names, table_of(ledger)));
    while (s.step()) {
        for (std::size_t c = 0; c < columns.size(); ++c) append_cell(table.columns[c], s, static_cast<int>(c), dates[c]);
    }
    return table;
}

void Store::for_each_text(const std::string& ledger, const std::string& column, const std::function<void(std::string_view, std::string_view)>& take) const {
    Statement s(state_->db, fmt::format("SELECT t.{0}, b.list FROM {1} t JOIN import_batch b USING (batch_id) WHERE b.superseded_by IS NULL AND t.{0} IS NOT NULL ORDER BY t.row_id",
                                        column, table_of(ledger)));
    while (s.step()) take(s.text(0), s.text(1));
}

Layer Store::read_units(const std::string& level, const std::string& as_of) const {
    static const std::vector<std::string> columns = {"code", "name", "parent_code", "village_code", "organisation", "officer_code", "batch_id", "source_row"};
    Layer                                 layer{level, {}, Polygons<Lonlat>{}, "EPSG:4490"};
    for (const std::string& column : columns) layer.table.columns.push_back(empty_column(column));
    Statement s(state_->db,
                "SELECT u.code, u.name, u.parent_code, u.village_code, u.organisation, u.officer_code, u.batch_id, u.source_row, AsBinary(u.geometry) "
                "FROM unit u JOIN import_batch b USING (batch_id) WHERE b.superseded_by IS NULL AND u.level = ?1 "
                "AND (u.valid_from IS NULL OR u.valid_from <= ?2) AND (u.valid_to IS NULL OR u.valid_to > ?2) ORDER BY u.code, u.row_id");
    s.bind(1, std::string_view(level));
    s.bind(2, std::string_view(as_of));
    while (s.step()) {
        for (std::size_t c = 0; c < columns.size(); ++c) append_cell(layer.table.columns[c], s, static_cast<int>(c), false);
        auto& polygons = std::get<Polygons<Lonlat>>(layer.geometry);
        if (s.is_null(8)) {
            polygons.end_row();
        } else {
            const std::string_view wkb = s.text(8);
            append_wkb(std::as_bytes(std::span(wkb)), polygons);
        }
    }
    return layer;
}

std::int64_t Store::add_run(const RunRecord& run) {
    Statement s(state_->db, "INSERT INTO run (as_of, inputs, parameters, seed, version) VALUES (?, ?, ?, ?, ?)");
    s.bind(1, std::string_view(run.as_of));
    s.bind(2, std::string_view(run.inputs));
    s.bind(3, std::string_view(run.parameters));
    s.bind(4, static_cast<std::int64_t>(run.seed));
    s.bind(5, std::string_view(run.version));
    s.run();
    return state_->db.last_row_id();
}

void Store::append_gaps(std::int64_t run, const Layer& gaps) { append_results("gap", run, gaps); }
void Store::append_topology(std::int64_t run, const Layer& issues) { append_results("ground_issue", run, issues); }

void Store::append_results(const std::string& table, std::int64_t run, const Layer& rows) {
    std::vector<std::string> names = {"run_id"};
    for (const Column& column : rows.table.columns) names.push_back(column.name);
    Statement   insert(state_->db, insert_sql(table, names, rows.geometry));
    std::string buffer, wkb;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        insert.bind(1, run);
        for (std::size_t c = 0; c < rows.table.columns.size(); ++c) bind_value(insert, static_cast<int>(c) + 2, rows.table.columns[c], row, false, buffer);
        bind_geometry(insert, static_cast<int>(rows.table.columns.size()) + 2, rows.geometry, row, wkb);
        insert.run();
    }
}

std::vector<std::pair<std::string, std::int64_t>> Store::counts() const {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const char* layer : {"towns", "villages", "grids", "buildings"}) counts.emplace_back(layer, state_->db.number(fmt::format("SELECT count(*) FROM {}", layer)));
    for (const char* ledger : {"households", "people_at_risk", "sites", "visits", "apps", "events", "cases", "warnings", "stations", "organisations", "backchecks", "bases"}) {
        counts.emplace_back(ledger, state_->db.number(fmt::format("SELECT count(*) FROM {} WHERE batch_id IN (SELECT batch_id FROM current_batch)", ledger)));
    }
    return counts;
}

std::optional<RunRecord> Store::last_run() const {
    Statement s(state_->db, "SELECT as_of, inputs, parameters, version, seed FROM run ORDER BY run_id DESC LIMIT 1");
    if (!s.step()) return std::nullopt;
    return RunRecord{std::string(s.text(0)), std::string(s.text(1)), std::string(s.text(2)), std::string(s.text(3)), static_cast<std::uint64_t>(s.integer(4))};
}

}  // namespace gapmap
