#include "app/project/import_project.h"

#include <algorithm>
#include <map>
#include <optional>

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
    std::string text = spec.crs + '\n' + spec.encoding + '\n';
    for (const auto& [field, header] : spec.columns) text += field + '=' + header + '\n';
    return text;
}

bool same_source(const Batch& batch, const SourceSpec& spec) {
    return batch.ledger == spec.ledger && batch.list == spec.list && batch.source == spec.path && batch.sheet == spec.sheet;
}

/// Rows are checked against the ground and the households, so those are part of what decides whether to read again.
std::vector<Pending> plan_import(const Project& project, const std::vector<Batch>& batches) {
    std::vector<Pending> plan;
    std::string          upstream = sha256_hex(reference_file("ledgers.json"));
    std::string          rank_hashes;
    std::string          rank;
    std::map<std::string, std::string> key_space;
    for (const SourceSpec& spec : project.sources) {
        const std::string own_rank = spec.ledger == "units" ? "units" + spec.list : spec.ledger == "households" ? "households" : "events";
        if (own_rank != rank) upstream = sha256_hex(upstream + rank_hashes);
        rank = own_rank;
        // Keys are unique over all files of a ledger and the first one wins: what an earlier file holds decides as well.
        std::string& earlier = key_space[spec.ledger + (ledger_definition(spec.ledger).lists.empty() ? "" : spec.list)];
        Pending      pending{&spec, file_digest(container_of(spec.file)), sha256_hex(settings_text(spec) + upstream + earlier), std::nullopt};
        earlier += pending.source_hash + pending.settings_hash;
        for (const Batch& batch : batches) {
            if (same_source(batch, spec)) pending.current = batch;
        }
        if (spec.ledger == "units" || spec.ledger == "households") rank_hashes += pending.source_hash + pending.settings_hash;
        plan.push_back(std::move(pending));
    }
    return plan;
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

void add_texts(const Table& table, std::unordered_set<std::string>& out) {
    for (const Column& column : table.columns) {
        const auto& texts = std::get<Column::Texts>(column.data);
        for (std::size_t row = 0; row < texts.size(); ++row) {
            if (column.is_valid(row)) out.insert(texts[row]);
        }
    }
}

/// What the rows of `spec` are checked against, as the store stands now.
ImportReference make_reference(const Store& store, const SourceSpec& spec, const ImportReference& ground) {
    ImportReference   reference = ground;
    const LedgerDef&  ledger    = ledger_definition(spec.ledger);
    if (ledger.key.empty()) return reference;
    const Table keys = store.read(spec.ledger, {ledger.key, "batch_list"});
    const auto& list = std::get<Column::Texts>(keys.columns[1].data);
    const auto& key  = std::get<Column::Texts>(keys.columns[0].data);
    for (std::size_t row = 0; row < key.size(); ++row) {
        // The three visit lists are numbered each for itself; units share one space of codes.
        const bool same_space = ledger.lists.empty() || list[row] == spec.list;
        if (same_space && keys.columns[0].is_valid(row)) reference.keys.insert(key[row]);
    }
    return reference;
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

Batch read_source(const Pending& pending, Store& store, ImportReference& reference, const Execution& exec) {
    const SourceSpec& spec = *pending.spec;
    Batch batch{.ledger = spec.ledger, .list = spec.list, .source = spec.path, .sheet = spec.sheet, .source_hash = pending.source_hash,
                .settings_hash = pending.settings_hash, .crs = spec.crs};
    batch.id                    = store.add_batch(batch);
    const ImportSummary summary = import_source(spec, reference, exec, [&](ImportChunk&& chunk) {
        store.append(spec.ledger, batch.id, chunk.rows, chunk.source_rows, chunk.geometry);
        store.add_issues(batch.id, chunk.issues);
    });
    batch.rows_read = summary.rows_read;
    batch.accepted  = summary.accepted;
    batch.repaired  = summary.repaired;
    batch.held_back = summary.held_back;
    batch.encoding  = summary.encoding;
    store.close_batch(batch);
    return batch;
}

}  // namespace

ImportReference ground_of(const Store& store) {
    ImportReference ground;
    add_texts(store.read("units", {"code"}), ground.unit_codes);
    add_texts(store.read("households", {"household_code"}), ground.household_codes);
    ground.county = county_box(store);
    return ground;
}

bool ImportReport::changed() const noexcept {
    return retired != 0 || std::ranges::any_of(sources, [](const SourceReport& source) { return !source.unchanged; });
}

ImportReport import_project(const Project& given, Store& store, const Execution& exec) {
    const Project project = with_sheets(given);
    ImportReport  report;
    store.begin();
    const std::vector<Batch>   batches = store.current_batches();
    const std::vector<Pending> plan    = plan_import(project, batches);
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
            add_texts(store.read("units", {"code"}), ground.unit_codes);
            if (ledger != "units") ground.county = county_box(store);
            if (rank == "events") add_texts(store.read("households", {"household_code"}), ground.household_codes);
        }
        ImportReference reference = make_reference(store, *pending.spec, ground);
        report.sources.push_back({read_source(pending, store, reference, exec), false});
    }
    report.issues = store.current_issues();
    store.commit();
    return report;
}

}  // namespace gapmap
