#include "app/project/project_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <set>
#include <toml++/toml.h>

#include "data/ingest/words.h"
#include "data/read/vector_file.h"
#include "data/tile/tile_sinks.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

/// One table of the file; remembers which keys were asked for, so that a key nobody knows is refused.
class Section {
public:
    Section(const toml::table& table, std::string file, std::string name) : table_(table), file_(std::move(file)), name_(std::move(name)) {}

    template <class Value>
    Value get(const std::string& key, Value otherwise, const char* expected) {
        known_.insert(key);
        const toml::node* node = table_.get(key);
        if (node == nullptr) return otherwise;
        if (const auto value = node->value<Value>()) return *value;
        fail(*node, key, expected);
    }
    std::string text(const std::string& key, std::string otherwise = "") { return get<std::string>(key, std::move(otherwise), "text in quotation marks"); }
    double      number(const std::string& key, double otherwise, double low, double high) {
        const double value = get<double>(key, otherwise, "a number");
        if (!(value >= low && value <= high)) fail(*table_.get(key), key, fmt::format("a number from {} to {}", low, high));
        return value;
    }
    std::int64_t whole(const std::string& key, std::int64_t otherwise, std::int64_t low, std::int64_t high) {
        const auto expected = fmt::format("a whole number from {} to {}", low, high);
        const auto value    = get<std::int64_t>(key, otherwise, expected.c_str());
        if (value < low || value > high) fail(*table_.get(key), key, expected);
        return value;
    }
    /// Throws where `ok` is false: `key` is then wrong in a way that its type does not show.
    void check(bool ok, const std::string& key, const std::string& expected) const {
        if (!ok) fail(table_.get(key) == nullptr ? table_ : *table_.get(key), key, expected);
    }
    /// A coordinate system, canonical; empty where there is none.
    std::string crs(const std::string& key) {
        const std::string value = normalise_crs(text(key));
        if (value.empty()) return value;
        try {
            (void)is_geographic(value);
        } catch (const InputError& error) {
            throw InputError(error.message(), {.source = file_, .row = table_.get(key)->source().begin.line, .field = name_ + "." + key});
        }
        return value;
    }
    void required_key(const std::string& key) {
        known_.insert(key);
        if (table_.get(key) == nullptr) throw InputError("is missing", {.source = file_, .row = table_.source().begin.line, .field = name_ + "." + key});
    }
    std::string required(const std::string& key) {
        required_key(key);
        return text(key);
    }
    Day day(const std::string& key, Day otherwise) {
        known_.insert(key);
        const toml::node* node = table_.get(key);
        if (node == nullptr) return otherwise;
        if (const auto* date = node->as_date()) return Day::of(date->get().year, date->get().month, date->get().day);
        if (const auto value = node->value<std::string>()) {
            if (const auto parsed = Day::parse_iso(*value)) return *parsed;
        }
        fail(*node, key, "a date such as \"2022-09-04\"");
    }
    std::map<std::string, std::string> names(const std::string& key) {
        known_.insert(key);
        std::map<std::string, std::string> result;
        if (const toml::node* node = table_.get(key)) {
            if (node->as_table() == nullptr) fail(*node, key, "a table such as { lon = \"经度\" }");
            for (const auto& [field, header] : *node->as_table()) result[std::string(field.str())] = header.value_or(std::string());
        }
        return result;
    }
    std::vector<std::string> texts(const std::string& key, const char* expected) {
        known_.insert(key);
        std::vector<std::string> result;
        const toml::node*        node = table_.get(key);
        if (node == nullptr) return result;
        if (node->as_array() == nullptr) fail(*node, key, expected);
        for (const toml::node& item : *node->as_array()) {
            if (item.as_string() == nullptr) fail(*node, key, expected);
            result.push_back(item.as_string()->get());
        }
        return result;
    }
    [[noreturn]] void refuse(const std::string& key, const std::string& expected) const { fail(*table_.get(key), key, expected); }
    void refuse_unknown() const {
        for (const auto& [key, node] : table_) {
            if (known_.contains(std::string(key.str()))) continue;
            throw InputError("is not a key that gapmap knows; see the comments of a file made by gapmap init",
                             {.source = file_, .row = node.source().begin.line, .field = name_ + "." + std::string(key.str())});
        }
    }

private:
    [[noreturn]] void fail(const toml::node& node, const std::string& key, const std::string& expected) const {
        throw InputError("expected " + expected, {.source = file_, .row = node.source().begin.line, .field = name_ + "." + key});
    }

    const toml::table&    table_;
    std::string           file_, name_;
    std::set<std::string> known_;
};

Policy read_policy(const toml::table& table, const std::string& file) {
    Policy  policy;
    Section section(table, file, "policy");
    policy.half_life_days = section.number("half_life_days", policy.half_life_days, 1, 100'000);
    policy.q_visited      = section.number("q_visited", policy.q_visited, 0, 1);
    policy.q_informed     = section.number("q_informed", policy.q_informed, 0, 1);
    policy.q_committed    = section.number("q_committed", policy.q_committed, 0, 1);
    policy.walk_m         = section.number("walk_m", policy.walk_m, 0, 100'000);
    policy.min_people     = section.whole("min_people", policy.min_people, 0, 1'000'000'000);
    policy.min_households = section.whole("min_households", policy.min_households, 0, 1'000'000'000);
    policy.withhold_below = section.whole("withhold_below", policy.withhold_below, 3, 100);
    section.required_key("period_start");
    section.required_key("period_end");
    policy.period_start   = section.day("period_start", {});
    policy.period_end     = section.day("period_end", {});
    policy.compare_start  = section.day("compare_start", {});
    policy.compare_end    = section.day("compare_end", {});
    policy.bandwidth_m    = section.number("bandwidth_m", policy.bandwidth_m, 100, 100'000);
    policy.cell_m         = section.number("cell_m", policy.cell_m, 10, 10'000);
    policy.cases_top      = section.number("cases_top", policy.cases_top, 0, 1e6);
    policy.loss_top       = section.number("loss_top", policy.loss_top, 0, 1e12);
    policy.surface_snap_m = section.number("surface_snap_m", policy.surface_snap_m, 0, 20'000);
    section.refuse_unknown();
    if (policy.period_end < policy.period_start) throw InputError("ends before it starts", {.source = file, .field = "policy.period_end"});
    return policy;
}

Statistics read_statistics(const toml::table& table, const std::string& file) {
    Statistics statistics;
    Section    section(table, file, "statistics");
    statistics.permutations   = section.whole("permutations", statistics.permutations, 99, 999'999);
    statistics.replications   = section.whole("replications", statistics.replications, 99, 99'999);
    statistics.alpha          = section.number("alpha", statistics.alpha, 0.001, 0.2);
    statistics.scan_max_share = section.number("scan_max_share", statistics.scan_max_share, 0.01, 0.5);
    statistics.largest_risk   = section.number("largest_risk", statistics.largest_risk, 1.1, 1000);
    section.refuse_unknown();
    return statistics;
}

/// Levels of these sets mean about the same scale under one number, so that one choice of levels fits all.
constexpr std::array<const char*, 4> portal_set_names = {"Tianditu_w", "Tianditu_c", "WebMercatorQuad", "WorldCRS84Quad"};

PortalTiles read_portal_tiles(const toml::table& table, const std::string& file) {
    PortalTiles tiles;
    Section     section(table, file, "tiles");
    tiles.sets = section.texts("portal_sets", "a list such as [\"Tianditu_w\", \"Tianditu_c\"]");
    tiles.url  = section.text("portal_url");
    section.check(tiles.url.empty() || is_tile_address(tiles.url), "portal_url", "http:// or https://, a host and a path, such as \"https://map.example/tiles\"");
    for (const std::string& set : tiles.sets) {
        const bool known = std::ranges::find(portal_set_names, set) != portal_set_names.end();
        section.check(known, "portal_sets", "Tianditu_w, Tianditu_c, WebMercatorQuad or WorldCRS84Quad; other sets are for gapmap tiles");
        section.check(std::ranges::count(tiles.sets, set) == 1, "portal_sets", "each set once");
    }
    section.refuse_unknown();
    return tiles;
}

/// How the values of a source are to be read where its cells do not say it.
void read_values(Section& section, SourceSpec& spec) {
    if (const double year = section.number("year", 0, 0, 2100); year != 0) {
        if (year < 1990 || year != std::floor(year)) section.refuse("year", "a year from 1990 to 2100");
        spec.dates.year = static_cast<int>(year);
    }
    const auto epoch = section.get<std::int64_t>("date_epoch", 1900, "1900 or 1904");
    if (epoch != 1900 && epoch != 1904) section.refuse("date_epoch", "1900 or 1904");
    spec.dates.epoch_1904 = epoch == 1904;
    spec.location_role    = section.text("location_role");
    if (spec.location_role.empty()) return;
    if (spec.ledger != "cases") section.refuse("location_role", "this key for the ledger cases only");
    if (location_role_of(spec.location_role) == LocationRole::unsaid) section.refuse("location_role", "home, workplace, bank, report_desk or unknown");
}

const LedgerDef& ledger_of(const SourceSpec& spec, const Section& section) {
    try {
        return ledger_definition(spec.ledger);
    } catch (const InputError& error) {
        section.check(false, "ledger", "a ledger: " + error.message());
        throw;
    }
}

/// By name, unless the first bytes say that it is a workbook or markup under a false name.
bool is_text_file(const std::string& file) {
    if (!is_csv_name(file)) return false;
    std::ifstream stream(file, std::ios::binary);
    char          first[2] = {};
    stream.read(first, 2);
    const std::string_view start(first, 2);
    return start != "PK" && start != "\xD0\xCF" && start[0] != '<';
}

SourceSpec read_source(const toml::table& table, const std::filesystem::path& folder, const std::string& file) {
    Section    section(table, file, "source");
    SourceSpec spec;
    spec.ledger            = section.required("ledger");
    const LedgerDef& ledger = ledger_of(spec, section);
    spec.path              = section.required("path");
    spec.file              = (folder / spec.path).string();
    spec.list              = section.text(spec.ledger == "units" ? "level" : spec.ledger == "apps" ? "app" : "list");
    spec.sheet             = section.text("sheet", section.text("layer"));
    (void)section.crs("crs");  // an unknown one is named here; the words stay as written, since their hash decides what is read again
    spec.crs               = section.text("crs");
    spec.encoding          = section.text("encoding", "auto");
    spec.columns           = section.names("columns");
    read_values(section, spec);
    spec.max_held_share    = section.number("max_held_share", spec.max_held_share, 0, 1);
    section.refuse_unknown();
    const char* sheet_key = table.get("sheet") != nullptr ? "sheet" : "layer";
    section.check(spec.sheet.empty() || spec.sheet == "*" || !is_text_file(spec.file), sheet_key, fmt::format("no {}: {} is a text file and has none; remove the key", sheet_key, spec.path));
    const std::size_t line = table.source().begin.line;
    static const std::set<std::string> levels = {"town", "village", "grid", "building"};
    if (spec.ledger == "units" && !levels.contains(spec.list)) {
        throw InputError("expected town, village, grid or building", {.source = file, .row = line, .field = "source.level"});
    }
    if (!ledger.lists.empty() && spec.list != "flags" && std::ranges::find(ledger.lists, spec.list) == ledger.lists.end()) {
        throw InputError("expected visited, informed or committed, or flags where each row says it in columns of its own", {.source = file, .row = line, .field = "source.list"});
    }
    for (const auto& [field, header] : spec.columns) {
        if (!ledger.index_of(field)) throw InputError("is not a field of ledger " + spec.ledger, {.source = file, .row = line, .field = "source.columns." + field});
    }
    return spec;
}

/// [aliases]: own names of the office, each with a unit's code or name.
std::vector<std::pair<std::string, std::string>> read_aliases(const toml::table& document, const std::string& file) {
    std::vector<std::pair<std::string, std::string>> aliases;
    const toml::node* section = document.get("aliases");
    if (section == nullptr) return aliases;
    if (section->as_table() == nullptr) throw InputError("expected a section [aliases] with lines such as \"栗川大队\" = \"610329100209\"", {.source = file, .row = section->source().begin.line});
    for (const auto& [name, unit] : *section->as_table()) {
        const auto text = unit.value<std::string>();
        if (!text || text->empty()) throw InputError("expected the code or the name of a unit, in quotation marks", {.source = file, .row = unit.source().begin.line, .field = "aliases." + std::string(name.str())});
        aliases.emplace_back(std::string(name.str()), *text);
    }
    return aliases;
}

/// The same sheet twice in one ledger would supersede itself.
void refuse_doubles(const std::vector<SourceSpec>& sources, const std::string& file) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            const SourceSpec &a = sources[i], &b = sources[k];
            if (a.ledger != b.ledger || a.list != b.list || a.path != b.path || a.sheet != b.sheet) continue;
            throw InputError(fmt::format("names {} twice for the ledger {}; remove one of the two [[source]] sections", a.path, a.ledger), {.source = file, .field = "source.path"});
        }
    }
}

/// Ground first, then who lives there, then what happened there.
int reading_order(const SourceSpec& spec) {
    static const std::array<std::string, 4> levels = {"town", "village", "grid", "building"};
    if (spec.ledger == "units") return static_cast<int>(std::ranges::find(levels, spec.list) - levels.begin());
    return spec.ledger == "households" ? 5 : 6;
}

}  // namespace

Project read_project(const std::filesystem::path& folder) {
    const std::string file = (folder / "county.toml").string();
    if (!std::filesystem::exists(file)) throw InputError("there is no county.toml here; make one with gapmap init, or give the folder with -p", {.source = folder.string()});
    toml::table document;
    try {
        document = toml::parse_file(file);
    } catch (const toml::parse_error& error) {
        throw InputError(std::string(error.description()), {.source = file, .row = error.source().begin.line});
    }
    Project project;
    project.folder = folder;
    const toml::table* county = document["county"].as_table();
    if (county == nullptr) throw InputError("expected a section [county]", {.source = file});
    Section section(*county, file, "county");
    project.code       = section.required("code");
    project.name       = section.required("name");
    project.crs        = section.text("crs", "EPSG:4490");
    project.metric_crs = section.crs("metric_crs");
    project.lang       = section.text("lang", "zh");
    project.demo       = section.get<bool>("demo", false, "true or false");
    section.required_key("as_of");
    project.as_of      = section.day("as_of", {});
    section.refuse_unknown();
    section.check(project.code.size() == 6 && std::ranges::all_of(project.code, [](char c) { return c >= '0' && c <= '9'; }), "code", "the division code of the county, six digits");
    section.check(project.lang == "zh" || project.lang == "en", "lang", "zh or en");
    section.check(project.metric_crs.empty() || !is_geographic(project.metric_crs), "metric_crs", "a projected system in metres");
    if (project.crs != "EPSG:4490") throw InputError("expected EPSG:4490; sources in other systems are transformed on import", {.source = file, .field = "county.crs"});
    const toml::table* policy = document["policy"].as_table();
    if (policy == nullptr) throw InputError("expected a section [policy] with period_start and period_end", {.source = file});
    project.policy = read_policy(*policy, file);
    if (const toml::table* statistics = document["statistics"].as_table()) project.statistics = read_statistics(*statistics, file);
    if (const toml::table* tiles = document["tiles"].as_table()) project.portal_tiles = read_portal_tiles(*tiles, file);
    if (const auto* sources = document["source"].as_array()) {
        for (const toml::node& source : *sources) {
            if (source.as_table() == nullptr) throw InputError("expected [[source]] sections", {.source = file});
            project.sources.push_back(read_source(*source.as_table(), folder, file));
        }
    }
    project.aliases = read_aliases(document, file);
    for (SourceSpec& spec : project.sources) {
        spec.dates.period_start = project.policy.period_start;
        spec.dates.period_end   = project.policy.period_end;
        spec.as_of              = project.as_of;
        spec.county_code        = project.code;
        spec.county_name        = project.name;
    }
    refuse_doubles(project.sources, file);
    if (project.sources.empty()) throw InputError("names no [[source]]; nothing can be read", {.source = file});
    for (const auto& [key, node] : document) {
        if (key != "county" && key != "policy" && key != "statistics" && key != "tiles" && key != "source" && key != "aliases") {
            throw InputError("is not a section that gapmap knows", {.source = file, .row = node.source().begin.line, .field = std::string(key.str())});
        }
    }
    std::ranges::stable_sort(project.sources, {}, reading_order);
    return project;
}

}  // namespace gapmap
