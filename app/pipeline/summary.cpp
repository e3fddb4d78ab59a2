#include "app/pipeline/summary.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/pipeline/findings/findings_json.h"
#include "app/pipeline/words.h"
#include "app/progress.h"
#include "app/project/import_report.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const Column& column, std::size_t row) {
    const double value = column.number(row);
    return std::isfinite(value) ? Json(value) : Json();
}

Json coverage_json(const Scene& scene, const Measures& measures) {
    const auto rates = [](const UnitMeasure& unit) {
        Json all = Json::object();
        for (const NamedRate& rate : unit.rates) all[rate.id] = rate_json(rate);
        return all;
    };
    Json body;
    body["county"] = Json{{"code", scene.project.code}, {"name", scene.project.name}, {"rates", rates(measures.county)}};
    for (std::size_t level = 0; level < level_count; ++level) {
        Json units = Json::array();
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            units.push_back({{"code", scene.units[level].code[i]}, {"name", scene.units[level].name[i]}, {"rates", rates(measures.levels[level].units[i])}});
        }
        body[level_names[level]] = std::move(units);
    }
    return body;
}

Json totals_json(const CaseTotals& totals, std::int64_t threshold) {
    if (!totals.may_be_shown(threshold)) return {{"cases", nullptr}, {"by_residence", nullptr}, {"status", to_string(Status::suppressed)}};
    return {{"cases", totals.cases}, {"by_residence", totals.at_home}, {"without_place", totals.unplaced > 0 && totals.unplaced < threshold ? Json() : Json(totals.unplaced)}, {"loss_yuan", totals.loss_yuan},
            {"stopped_yuan", totals.stopped_yuan}, {"frozen_yuan", totals.frozen_yuan}, {"recovered_yuan", totals.recovered_yuan}};
}

/// The pools of villages that the smoothing knows, so that each risk can be derived again.
Json pools_json(const Scene& scene, const Measures& measures) {
    const LevelMeasure& level = measures.levels[village];
    Json                all   = Json::array();
    if (measures.cases_hidden) return all;
    for (std::size_t pool = 0; pool < level.withheld.pool_counts.size(); ++pool) {
        all.push_back({{"cases", level.withheld.pool_counts[pool]}, {"people_at_risk", level.withheld.pool_base[pool]}, {"codes", Json::array()}});
    }
    for (std::size_t i = 0; i < level.units.size(); ++i) all[level.withheld.pool[i]]["codes"].push_back(scene.units[village].code[i]);
    return all;
}

Json cases_json(const Scene& scene, const Measures& measures) {
    Json body{{"period", {to_string(measures.policy.period_start), to_string(measures.policy.period_end)}},
              {"compare", {to_string(measures.policy.compare_start), to_string(measures.policy.compare_end)}},
              {"now", totals_json(measures.now, measures.policy.withhold_below)}, {"before", totals_json(measures.before, measures.policy.withhold_below)}};
    const bool shown  = measures.now.may_be_shown(measures.policy.withhold_below) && measures.before.may_be_shown(measures.policy.withhold_below);
    const auto change = [&](double now, double before) { return shown && before > 0 ? Json(now / before - 1) : Json(); };
    body["change_cases"]      = change(static_cast<double>(measures.now.cases), static_cast<double>(measures.before.cases));
    body["change_loss"]       = change(measures.now.loss_yuan, measures.before.loss_yuan);
    body["withheld_below"]    = measures.policy.withhold_below;
    body["prior_mean"]        = measures.cases_hidden ? Json() : Json(measures.levels[village].prior_mean);
    body["prior_variance"]    = measures.cases_hidden ? Json() : Json(measures.levels[village].prior_variance);
    body["pools"]             = pools_json(scene, measures);
    return body;
}

/// Ranked units of a level first, then those with a status, in order of code.
Json gaps_json(const Layer& layer) {
    const Table&             table = layer.table;
    std::vector<std::size_t> order(table.rows());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const Column& rank = table.at("rank");
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return rank.is_valid(i) ? rank.number(i) : 1e18; });
    Json all = Json::array();
    for (const std::size_t i : order) {
        const auto text = [&](const char* name) { return table.at(name).text(i); };
        all.push_back({{"rank", rank.is_valid(i) ? Json(static_cast<std::int64_t>(rank.number(i))) : Json()},
                       {"code", text("code")}, {"name", text("name")}, {"level", text("level")}, {"town", text("town")},
                       {"score", number_or_null(table.at("score"), i)}, {"coverage", number_or_null(table.at("coverage"), i)},
                       {"risk", number_or_null(table.at("risk_per_10000"), i)}, {"status", text("status")},
                       {"cases", table.at("cases").is_valid(i) ? Json(static_cast<std::int64_t>(table.at("cases").number(i))) : Json()},
                       {"cases_status", text("cases_status")}, {"sentence", {{"zh", text("sentence_zh")}, {"en", text("sentence_en")}}},
                       {"reasons", {{"zh", text("reasons_zh")}, {"en", text("reasons_en")}}}});
    }
    return all;
}

Json parameters_json(const Scene& scene, const Measures& measures) {
    Json body = Json::object();
    for (const Parameter& parameter : parameters_of(scene, measures)) body[parameter.key] = parameter.value;
    return body;
}

Json outputs_json(const std::vector<OutputFile>& outputs, bool hashes) {
    Json all = Json::array();
    for (const OutputFile& file : outputs) {
        Json entry{{"path", file.path}, {"bytes", file.bytes}};
        if (file.items >= 0) entry["items"] = file.items;
        if (hashes) entry["sha256"] = file.sha256;
        all.push_back(std::move(entry));
    }
    return all;
}

}  // namespace

nlohmann::ordered_json rate_json(const NamedRate& named) {
    const Denominator& bottom = named.rate.denominator();
    const auto         value  = named.rate.value();
    return {{"numerator", named.rate.numerator()}, {"denominator", bottom.count}, {"value", value ? Json(*value) : Json()},
            {"population", bottom.scope.population}, {"unit", bottom.scope.unit}, {"numerator_source", named.rate.count().source},
            {"source", bottom.source}, {"as_of", to_string(bottom.as_of)}};
}

nlohmann::ordered_json summary_json(const SummaryParts& parts, const std::vector<OutputFile>& outputs) {
    const auto& [scene, measures, counting, release, topology, import, findings] = parts;
    Json body;
    body["as_of"] = to_string(scene.as_of);
    body["week"]  = to_string(iso_week(scene.as_of));
    body["county"] = {{"code", scene.project.code}, {"name", scene.project.name}, {"demo", scene.project.demo}};
    for (const auto& [name, count] : scene.counts) body["layers"][name] = count;
    body["import"]   = import_json(import)["ledgers"];
    // Where a period's cases may not be told, the number of all of them would tell them.
    if (!measures.now.may_be_shown(measures.policy.withhold_below) || !measures.before.may_be_shown(measures.policy.withhold_below)) {
        body["layers"]["cases"] = nullptr;
        body["import"]["cases"] = nullptr;
    }
    body["topology"] = topology_json(topology);
    body["visits"]   = {{"rows_to_date", scene.visits.rows}, {"reached", scene.visits.household.size()}, {"not_reached", scene.visits.not_reached},
                        {"without_household", scene.visits.without_household}, {"repeats", scene.visits.repeats}};
    body["coverage"] = coverage_json(scene, measures);
    body["counting"] = counting_json(scene, counting);
    body["cases"]    = cases_json(scene, measures);
    for (std::size_t level = 0; level < level_count; ++level) body["gaps"][level_names[level]] = gaps_json(release.gaps[level].layer());
    body["findings"]  = findings_summary_json(scene, findings);
    body["tests_run"] = findings.registry().run();
    const Text formula = formula_of(measures.policy);
    body["formula"]    = {{"zh", formula.zh}, {"en", formula.en}};
    body["parameters"] = parameters_json(scene, measures);
    body["outputs"]    = outputs_json(outputs, false);
    return body;
}

nlohmann::ordered_json manifest_json(const Scene& scene, const Measures& measures, std::uint64_t seed, const std::vector<OutputFile>& outputs) {
    Json body;
    body["program"] = {{"name", "gapmap"}, {"version", version()}};
    body["clock"]   = to_string(scene.as_of);
    body["seed"]    = seed;
    body["inputs"]  = Json::array();
    for (const Batch& batch : scene.batches) {
        body["inputs"].push_back({{"ledger", batch.ledger}, {"list", batch.list}, {"path", batch.source}, {"sheet", batch.sheet}, {"sha256", batch.source_hash}});
    }
    body["parameters"] = parameters_json(scene, measures);
    body["outputs"]    = outputs_json(outputs, true);
    return body;
}

}  // namespace gapmap
