// gapmap bases: every number that a percentage may stand on, every number that may be divided, and one division at a time.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/commands.h"
#include "app/pipeline/bases.h"
#include "app/tongue.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string folder = ".", as_of, divide, by, unit, base_unit;
};

/// The bases and tallies of a county on a day.
struct Figures {
    Scene                    scene;
    Measures                 measures;
    std::vector<Base>        county, units;  ///< the county's and the ledger's; the other units' by register
    std::vector<ListedTally> tallies;
};

Figures load(const Project& project, Day as_of, const Execution& exec) {
    const Store store = Store::open_existing(project.store_path());
    Figures     out{load_scene(project, store, as_of, exec), {}, {}, {}, {}};
    out.measures = measure(out.scene, exec);
    out.county   = bases_of(out.scene, out.measures).bases();
    out.units    = unit_bases(out.scene, out.measures);
    out.tallies  = tallies_of(out.scene, out.measures);
    return out;
}

void add_name(std::string& names, const std::string& name) { names += (names.empty() ? "" : ", ") + name; }

const ListedTally& find_tally(const Figures& figures, const std::string& id, const std::string& unit) {
    std::string names;
    for (const ListedTally& one : figures.tallies) {
        if (one.tally.unit != unit) continue;
        if (one.tally.id == id) return one;
        add_name(names, one.tally.id);
    }
    throw UsageError(fmt::format("--divide: unit {} has no tally '{}'; it has: {}", unit, id, names.empty() ? "none (no such unit on this day)" : names));
}

/// The base of that id and unit. Without a unit asked for: the tally's own, else the one of that id, whichever unit it speaks of.
const Base& find_base(const Figures& figures, const std::string& id, const std::string& asked, const std::string& tally_unit) {
    const std::string& unit  = asked.empty() ? tally_unit : asked;
    const Base*        other = nullptr;
    std::string        names;
    for (const auto* bases : {&figures.county, &figures.units}) {
        for (const Base& base : *bases) {
            const std::string& its_unit = base.denominator.scope.unit;
            if (its_unit == unit && (base.id == id || base.id == id + ' ' + unit)) return base;
            if (base.id == id) other = &base;
            if (bases == &figures.county) add_name(names, base.id);
        }
    }
    if (asked.empty() && other != nullptr) return *other;
    throw UsageError(fmt::format("--by: no base '{}' of unit {}; there are: {}, and those of each unit by register", id, unit, names));
}

Division divide_asked(const Figures& figures, const Options& options, Tongue t) {
    const std::string& county = figures.scene.project.code;
    const auto&        tally  = find_tally(figures, options.divide, options.unit.empty() ? county : options.unit);
    const Base&        base   = find_base(figures, options.by, options.base_unit, tally.tally.unit);
    if (tally.withheld) {
        const auto& name = tally.tally.name;
        const auto  least = figures.measures.policy.withhold_below;
        throw InputError(t.chinese ? fmt::format("不予相除：“{}”少于 {} 起，不公开", name.zh, least) : fmt::format("not divided: \"{}\" is withheld, fewer than {} cases are not told", name.en, least));
    }
    Division division = divide(tally.tally, base);
    if (!division.share) throw InputError(t.chinese ? division.refusal.zh : division.refusal.en);
    return division;
}

Json division_json(const Division& d) {
    return {{"numerator", d.tally.value}, {"tally", d.tally.id}, {"unit", d.tally.unit}, {"base", base_json(d.base)}, {"share", *d.share}, {"sentence", words_json(d.sentence)},
            {"explanation", words_json(d.explanation)}};
}

Json tally_json(const ListedTally& one) {
    const Tally& tally = one.tally;
    return {{"id", tally.id}, {"name", words_json(tally.name)}, {"value", one.withheld ? Json() : Json(tally.value)}, {"withheld", one.withheld}, {"unit", tally.unit},
            {"parts", tally.parts}, {"source", tally.source}, {"as_of", to_string(tally.as_of)}};
}

/// How many households each unit has, and how many more to visit until 90 % are.
Json units_json(const Figures& figures) {
    Json       all = Json::array();
    const auto add = [&](const std::string& code, const char* level, const UnitMeasure& m) {
        const auto more = more_to_reach(m.done[0], m.households, {90, 100});
        all.push_back({{"code", code}, {"level", level}, {"households", m.households}, {"visited", m.done[0]}, {"more_to_90", more ? Json(*more) : Json()}});
    };
    add(figures.scene.project.code, "county", figures.measures.county);
    for (std::size_t level = 0; level < level_count; ++level) {
        for (std::size_t i = 0; i < figures.scene.units[level].size(); ++i) add(figures.scene.units[level].code[i], level_names[level], figures.measures.levels[level].units[i]);
    }
    return all;
}

Json list_json(const Figures& figures) {
    Json bases = Json::array(), tallies = Json::array();
    for (const auto* list : {&figures.county, &figures.units}) {
        for (const Base& base : *list) bases.push_back(base_json(base));
    }
    for (const ListedTally& one : figures.tallies) tallies.push_back(tally_json(one));
    return {{"as_of", to_string(figures.scene.as_of)}, {"bases", std::move(bases)}, {"tallies", std::move(tallies)}, {"units", units_json(figures)}};
}

std::string base_line(const Base& base, Tongue t) {
    const Denominator& d      = base.denominator;
    const Words        source = base.source_name.empty() ? Words{d.source, d.source} : base.source_name;
    const auto         kind   = base.kind == BaseKind::target ? t("目标", "target") : t("现有", "members");
    return fmt::format("  {}: {:.0f} {} ({}, {}, {}, {}, {})\n", base.id, d.count, t(base.name.zh, base.name.en), d.scope.population, kind, d.scope.unit, t(source.zh, source.en), to_string(d.as_of));
}

std::string tally_line(const ListedTally& one, Tongue t) {
    const std::string value = one.withheld ? std::string(t("不公开", "withheld")) : fmt::format("{:.0f}", one.tally.value);
    return fmt::format("  {}: {} {} ({}, {})\n", one.tally.id, value, t(one.tally.name.zh, one.tally.name.en), one.tally.unit, to_string(one.tally.as_of));
}

/// The county's and the ledger's figures, or those of one unit: a county has thousands of them.
std::string list_text(const Figures& figures, const std::string& unit, Tongue t) {
    const std::string& shown = unit.empty() ? figures.scene.project.code : unit;
    std::string        text  = fmt::format("{} {}\n", t("分母，截至", "bases, as of"), to_string(figures.scene.as_of));
    for (const auto* list : {&figures.county, &figures.units}) {
        for (const Base& base : *list) {
            if (base.denominator.scope.unit == shown || (unit.empty() && list == &figures.county)) text += base_line(base, t);
        }
    }
    text += fmt::format("{}\n", t("分子", "tallies"));
    for (const ListedTally& one : figures.tallies) {
        if (one.tally.unit == shown) text += tally_line(one, t);
    }
    if (unit.empty()) text += fmt::format("{}\n", t("各单元的：--unit 编码，或 --json", "of one unit: --unit CODE; of all: --json"));
    return text;
}

void run_bases(const Options& options, const CommandContext& context) {
    if (options.divide.empty() != options.by.empty()) throw UsageError("--divide and --by: give both, or none for the list");
    if (options.divide.empty() && !options.base_unit.empty()) throw UsageError("--base-unit: only with --divide and --by");
    const Project project = read_project(options.folder);
    const auto    as_of   = options.as_of.empty() ? std::optional(project.as_of) : Day::parse_iso(options.as_of);
    if (!as_of) throw UsageError("--as-of: expected a date such as 2022-09-04, got '" + options.as_of + "'");
    const Tongue  t       = choose_tongue(context.common.lang, project.lang);
    const Figures figures = load(project, *as_of, context.exec);
    if (options.divide.empty()) {
        fmt::print("{}", context.common.json ? list_json(figures).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" : list_text(figures, options.unit, t));
        return;
    }
    const Division division = divide_asked(figures, options, t);
    if (context.common.json) {
        fmt::print("{}\n", division_json(division).dump(-1, ' ', false, Json::error_handler_t::replace));
        return;
    }
    fmt::print("{}\n", t(division.sentence.zh, division.sentence.en));
    if (!division.explanation.empty()) fmt::print("  {}\n", t(division.explanation.zh, division.explanation.en));
}

}  // namespace

void register_bases(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("bases", "List what percentages stand on, and divide a count by a base of its own scope, or say why not");
    command->group("Project")->footer("Example:\n  gapmap demo /tmp/demo && gapmap import -p /tmp/demo && gapmap bases -p /tmp/demo --divide visited --by households");
    const auto options = std::make_shared<Options>();
    command->add_option("-p,--project", options->folder, "Folder with county.toml (default: here)");
    command->add_option("--as-of", options->as_of, "Day to look at, YYYY-MM-DD (default: the one of county.toml)");
    command->add_option("--divide", options->divide, "Tally to divide: visited, informed, committed, cases, \"installed APP\", \"real_name APP\"");
    command->add_option("--by", options->by, "Base to divide it by: its id in the list");
    command->add_option("--unit", options->unit, "Code of the tally's unit, or of the unit to list (default: the county)");
    command->add_option("--base-unit", options->base_unit, "Code of the base's unit (default: the tally's)");
    sink(command, [options](const CommandContext& context) { run_bases(*options, context); });
}

}  // namespace gapmap
