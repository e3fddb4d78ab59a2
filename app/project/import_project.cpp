#include "app/project/import_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "app/project/chunk_writer.h"
#include "app/project/corrections.h"
#include "data/ingest/contest.h"
#include "data/ingest/row_source.h"
#include "data/ingest/sheet_plan.h"
#include "data/read/digest.h"
#include "data/reference.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr double county_margin_deg = 0.02;  // about 2 km: a fix just across the border is still ours

/// A source with the hashes that decide whether it must be read.
struct Pending {
    const SourceSpec*    spec;
    std::string          source_hash, settings_hash;
    std::optional<Batch> current;
    [[nodiscard]] bool   unchanged() const {
        return current && current->source_hash == source_hash && current->settings_hash == settings_hash;
    }
};

std::string settings_text(const SourceSpec& spec) {
    std::string corrections;
    for (const Correction& c : spec.corrections) corrections += fmt::format("{} {} {} {}\n", c.row, c.column, c.row_mark, c.value);
    std::string text = spec.crs + '\n' + spec.encoding + '\n';
    for (const auto& [field, header] : spec.columns) text += field + '=' + header + '\n';
    const auto day = [](const std::optional<Day>& d) { return d ? to_string(*d) : std::string(); };
    // The as-of day is left out: it only decides which rows are noted as lying in the future.
    text += fmt::format("{} {} {} {} {}\n", spec.dates.year.value_or(0), day(spec.dates.period_start), day(spec.dates.period_end), spec.dates.epoch_1904, spec.location_role);
    if (spec.ledger == "bases") text += spec.county_code + ' ' + spec.county_name + '\n';
    return text + corrections;
}

std::string aliases_text(const Project& project) {
    std::string text;
    for (const auto& [name, unit] : project.aliases) text += name + '=' + unit + '\n';
    return text;
}

bool same_source(const Batch& batch, const SourceSpec& spec) {
    return batch.ledger == spec.ledger && batch.list == spec.list && batch.source == spec.path && batch.sheet == spec.sheet;
}

/// Rows are checked against the ground and the households, so those are part of what decides whether to read again.
std::vector<Pending> plan_import(const Project& project, const std::vector<Batch>& batches) {
    std::vector<Pending> plan;
    std::string          upstream = sha256_hex(std::string(reference_file("ledgers.json")) + std::string(reference_file("outcomes.json")) + aliases_text(project));
    std::string          rank_hashes;
    std::string          rank;
    for (const SourceSpec& spec : project.sources) {
        const std::string own_rank = spec.ledger == "units" ? "units" + spec.list : spec.ledger == "households" ? "households" : "events";
        if (own_rank != rank) upstream = sha256_hex(upstream + rank_hashes);
        rank = own_rank;
        Pending pending{&spec, file_digest(container_of(spec.file)), sha256_hex(settings_text(spec) + upstream), std::nullopt};
        for (const Batch& batch : batches) {
            if (same_source(batch, spec)) pending.current = batch;
        }
        if (spec.ledger == "units" || spec.ledger == "households") rank_hashes += pending.source_hash + pending.settings_hash;
        plan.push_back(std::move(pending));
    }
    return plan;
}

/// Rows of one ledger, or of one list of visits, share their keys.
std::string key_space(const std::string& ledger, const std::string& list) { return ledger + (ledger_definition(ledger).lists.empty() ? "" : "/" + list); }

/// Keys are unique over all files of a key space. Where one of its files changes or goes, those that lost a row to another are read again.
void read_losers_again(std::vector<Pending>& plan, const std::vector<Batch>& batches, const std::vector<std::int64_t>& with_duplicates) {
    std::set<std::string> changed;
    for (const Pending& pending : plan) {
        if (!pending.unchanged()) changed.insert(key_space(pending.spec->ledger, pending.spec->list));
    }
    for (const Batch& batch : batches) {
        if (std::ranges::none_of(plan, [&](const Pending& p) { return same_source(batch, *p.spec); })) changed.insert(key_space(batch.ledger, batch.list));
    }
    for (Pending& pending : plan) {
        const bool lost = pending.current && std::ranges::binary_search(with_duplicates, pending.current->id);
        if (lost && changed.contains(key_space(pending.spec->ledger, pending.spec->list))) pending.current->source_hash.clear();
    }
}

/// A workbook without a named sheet is a source a sheet.
Project with_sheets(Project project) {
    std::vector<SourceSpec> sources;
    for (const SourceSpec& spec : project.sources) {
        for (SourceSpec& one : resolve_sheets(spec)) {
            const bool twice = std::ranges::any_of(sources, [&](const SourceSpec& other) { return other.ledger == one.ledger && other.list == one.list && other.path == one.path && other.sheet == one.sheet; });
            if (twice) throw InputError("is read twice: once by name and once with all sheets; remove one of the two [[source]] sections", {.source = one.path, .sheet = one.sheet});
            sources.push_back(std::move(one));
        }
    }
    project.sources = std::move(sources);
    return project;
}

void set_unit_keys(const Store& store, ImportReference& reference) {
    const Table units = store.read("units", {"code", "valid_from"});
    const auto& code  = std::get<Column::Texts>(units.columns[0].data);
    const auto& from  = std::get<Column::Integers>(units.columns[1].data);
    for (std::size_t row = 0; row < code.size(); ++row) {
        const auto day = units.columns[1].is_valid(row) ? std::optional(Day{static_cast<std::int32_t>(from[row])}) : std::nullopt;
        reference.keys.insert(unit_key(code[row], day));
    }
}

/// The keys that the rows of `spec` must not repeat, as the store stands now.
void set_keys(const Store& store, const SourceSpec& spec, ImportReference& reference) {
    reference.keys.clear();
    const LedgerDef& ledger = ledger_definition(spec.ledger);
    if (ledger.key.empty()) return;
    if (spec.ledger == "units") return set_unit_keys(store, reference);
    store.for_each_text(spec.ledger, ledger.key, [&](std::string_view key, std::string_view list) {
        // The three visit lists are numbered each for itself; units share one space of codes.
        if (ledger.lists.empty() || list == spec.list) reference.keys.insert(key);
    });
}

void add_households(const Store& store, ImportReference& reference) {
    store.for_each_text("households", "household_code", [&](std::string_view code, std::string_view) { reference.household_codes.insert(code); });
}

Box<Lonlat> county_box(const Store& store) {
    Box<Lonlat> box;
    for (const char* level : {"town", "village"}) {
        const Layer units    = store.read_units(level, "9999-01-01");
        const auto& polygons = std::get<Polygons<Lonlat>>(units.geometry);
        for (std::size_t i = 0; i < polygons.x.size(); ++i) {
            const double x = polygons.x[i], y = polygons.y[i];
            if (box.is_empty()) box = {x, y, x, y};
            box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
        }
    }
    if (box.is_empty()) return box;
    return {box.x_min - county_margin_deg, box.y_min - county_margin_deg, box.x_max + county_margin_deg, box.y_max + county_margin_deg};
}

/// The units as they stand in the store, by name and with their ground.
void add_units(const Store& store, const Project& project, ImportReference& reference) {
    const Table table = store.read("units", {"code", "name", "parent_code", "village_code", "level"});
    const auto  text  = [&](std::size_t column, std::size_t row) {
        return table.columns[column].is_valid(row) ? std::get<Column::Texts>(table.columns[column].data)[row] : std::string();
    };
    std::vector<UnitEntry> units;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        reference.unit_codes.insert(text(0, row));
        if (const auto level = unit_level(text(4, row))) units.push_back({text(0, row), text(1, row), text(2, row), text(3, row), *level});
    }
    reference.units = std::make_shared<UnitDirectory>(std::move(units), project.aliases);
    auto shapes     = std::make_shared<UnitShapes>();
    for (const char* level : {"town", "village", "grid", "building"}) {
        const Layer layer = store.read_units(level, "9999-01-01");
        shapes->add(std::get<Column::Texts>(layer.table.at("code").data), std::get<Polygons<Lonlat>>(layer.geometry));
    }
    reference.shapes = std::move(shapes);
}

Batch read_source(const Pending& pending, Store& store, ImportReference& reference, const Execution& exec) {
    const SourceSpec& spec = *pending.spec;
    Batch batch{.ledger = spec.ledger, .list = spec.list, .source = spec.path, .sheet = spec.sheet, .source_hash = pending.source_hash,
                .settings_hash = pending.settings_hash, .crs = spec.crs};
    batch.id                    = store.add_batch(batch);
    ChunkWriter         writer(store, spec.ledger, batch.id, exec);
    ImportSummary       summary = import_source(spec, reference, exec, [&](ImportChunk&& chunk) { writer.put(std::move(chunk)); });
    writer.finish();
    batch.rows_read = summary.rows_read;
    batch.accepted  = summary.accepted;
    batch.repaired  = summary.repaired;
    batch.held_back = summary.held_back;
    batch.encoding  = summary.encoding;
    store.close_batch(batch);
    settle_contests(store, batch, ledger_definition(spec.ledger), std::move(summary.contested));
    return batch;
}

}  // namespace

ImportReference ground_of(const Store& store, const Project& project) {
    ImportReference ground;
    add_units(store, project, ground);
    add_households(store, ground);
    ground.county = county_box(store);
    return ground;
}

bool ImportReport::changed() const noexcept {
    return retired != 0 || std::ranges::any_of(sources, [](const SourceReport& source) { return !source.unchanged; });
}

ImportReport import_project(const Project& given, Store& store, const Execution& exec) {
    Project      project = with_sheets(given);
    ImportReport report;
    store.begin();
    report.corrections = take_corrections(project, store);
    const std::vector<Batch> batches = store.current_batches();
    std::vector<Pending>     plan    = plan_import(project, batches);
    read_losers_again(plan, batches, store.batches_with_issue("duplicate"));
    for (const Batch& batch : batches) {
        const bool kept   = std::ranges::any_of(plan, [&](const Pending& p) { return p.unchanged() && p.current->id == batch.id; });
        const bool listed = std::ranges::any_of(plan, [&](const Pending& p) { return same_source(batch, *p.spec); });
        if (!kept) store.retire_batch(batch.id);
        if (!listed) ++report.retired;
    }
    ImportReference ground;
    std::string     ground_rank;
    for (const Pending& pending : plan) {
        exec.check_stop();
        if (pending.unchanged()) {
            report.sources.push_back({*pending.current, true});
            continue;
        }
        const std::string& ledger = pending.spec->ledger;
        const std::string  rank   = ledger == "units" ? ledger + pending.spec->list : ledger == "households" ? ledger : "events";
        if (rank != ground_rank) {
            // The ground as far as it has been read: unit codes, the county's box, the households.
            ground      = {};
            ground_rank = rank;
            add_units(store, project, ground);
            if (ledger != "units") ground.county = county_box(store);
            if (rank == "events") add_households(store, ground);
        }
        set_keys(store, *pending.spec, ground);
        report.sources.push_back({read_source(pending, store, ground, exec), false});
    }
    // A row that lost to one of a later file changed the balance of its own.
    const std::vector<Batch> now = store.current_batches();
    for (SourceReport& source : report.sources) source.batch = *std::ranges::find(now, source.batch.id, &Batch::id);
    report.issues = store.current_issues();
    store.commit();
    return report;
}

}  // namespace gapmap
