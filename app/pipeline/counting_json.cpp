// The key `counting` of summary.json.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "app/pipeline/bases.h"
#include "app/pipeline/counting.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array stage_names   = {"enumerated", "found", "visited", "informed", "committed", "installed", "real_name"};
constexpr std::array outcome_names = {"met", "not_at_home", "refused", "locked", "moved", "inaccessible", "unknown"};

/// Null for a stage that no row says of a household: it is not known, and not 0.
Json stages_json(const AppHouseholds& apps, const std::array<std::int64_t, stage_count>& counts) {
    Json body = Json::object();
    for (std::size_t s = 0; s < stage_names.size(); ++s) {
        const auto stage = static_cast<Stage>(s);
        const bool known = stage == Stage::installed ? apps.says_installed : stage == Stage::real_name ? apps.says_real_name : true;
        body[stage_names[s]] = known ? Json(counts[s]) : Json();
    }
    return body;
}

Json placed_json(const PlacedCounts& counts, bool with_none) {
    Json body = Json::object();
    for (std::size_t p = 0; p < precision_count; ++p) {
        const auto precision = static_cast<Precision>(p);
        if (precision != Precision::none || with_none) body[to_string(precision)] = counts[p];
    }
    return body;
}

Json unit_json(const Scene& scene, const UnitCount& unit) {
    const auto stages = [&](const auto& counts) { return stages_json(scene.app_households, counts); };
    return {{"state", stages(unit.cascade.state)}, {"at_least_here", stages(unit.cascade.at_least)}, {"raw", stages(unit.cascade.raw)},
            {"visited", {{"at_least", unit.at_least}, {"counted", unit.visited}, {"at_most", unit.at_most}, {"of", unit.cascade.at_least[0]}}},
            {"more_to_90", unit.more_to_90 ? Json(*unit.more_to_90) : Json()}, {"placed", placed_json(unit.placed, false)}};
}

Json integrity_json(const Scene& scene, const IntegrityReport& report) {
    Json flagged = Json::array();
    for (const FlaggedFinding& one : flagged_findings(report)) {
        const TeamWeek& tw = report.team_weeks[one.team_week];
        const Finding&  f  = tw.findings[static_cast<std::size_t>(one.test)];
        flagged.push_back({{"team", scene.field.team_name[static_cast<std::size_t>(tw.team)]}, {"week", to_string(iso_week(monday_of(tw.week)))}, {"rows", tw.rows},
                           {"test", to_string(one.test)}, {"observed", f.observed}, {"of", f.rows}, {"expected", f.expected}, {"p", f.p}, {"finding", words_json(words_of(one.test, f))}});
    }
    std::int64_t fast = 0, crowded = 0, shared = 0;
    for (const RowFlags& row : report.rows) fast += row.too_fast ? 1 : 0, crowded += row.crowded ? 1 : 0, shared += row.shared_place ? 1 : 0;
    return {{"team_weeks", report.team_weeks.size()}, {"flagged", std::move(flagged)}, {"row_flags", {{"too_fast", fast}, {"crowded", crowded}, {"shared_place", shared}}}};
}

Json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

/// Null where nobody was asked again.
Json back_check_json(const Scene& scene, const Counting& counting) {
    const BackCheckResult&     r = counting.back_check;
    const CorrectedProportion& v = r.visited;
    const BackChecks&          rows = scene.back_checks;
    if (rows.household.empty() && rows.unanswered == 0 && rows.unclear == 0) return {};
    const auto optional = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
    Json       villages = Json::array();
    for (std::size_t i = 0; i < r.asked.size(); ++i) {
        if (r.asked[i] == 0) continue;
        const auto share = wilson(r.said_yes[i], r.asked[i], {.population = std::max(r.asked[i], counting.levels[village][i].cascade.at_least[0])});
        villages.push_back({{"code", scene.units[village].code[i]}, {"asked", r.asked[i]}, {"said_yes", r.said_yes[i]}, {"wilson", interval_json(share->interval)}});
    }
    return {{"answered", rows.household.size()}, {"unanswered", rows.unanswered}, {"unclear", rows.unclear},
            {"reported_and_so", r.check.true_yes}, {"reported_not_so", r.check.false_yes}, {"not_reported_but_so", r.check.false_no}, {"not_reported_not_so", r.check.true_no},
            {"sensitivity", optional(v.sensitivity)}, {"specificity", optional(v.specificity)}, {"visited_uncorrected", optional(v.uncorrected)},
            {"visited_corrected", optional(v.corrected)}, {"interval", v.interval ? interval_json(*v.interval) : Json()}, {"clamped", v.clamped},
            {"uninformative", v.uninformative}, {"villages", std::move(villages)}};
}

Json bases_json(const DenominatorLedger& ledger) {
    Json all = Json::array();
    for (const Base& base : ledger.bases()) all.push_back(base_json(base));
    return all;
}

Json divisions_json(const std::vector<Division>& divisions) {
    Json all = Json::array();
    for (const Division& d : divisions) {
        all.push_back({{"numerator", d.tally.value}, {"base", d.base.id}, {"share", d.share ? Json(*d.share) : Json()}, {"sentence", words_json(d.sentence)},
                       {"refusal", words_json(d.refusal)}, {"explanation", words_json(d.explanation)}});
    }
    return all;
}

/// Why two percentages of one tally are not the same: once for each two populations, whatever their sources.
Json differences_json(const std::vector<Division>& divisions) {
    Json                                                        all = Json::array();
    std::set<std::tuple<std::string, std::string, std::string>> said;
    for (std::size_t i = 0; i < divisions.size(); ++i) {
        for (std::size_t j = i + 1; j < divisions.size(); ++j) {
            const Division &a = divisions[i], &b = divisions[j];
            if (!a.share || !b.share || a.tally.id != b.tally.id || *a.share == *b.share) continue;
            const auto [first, second] = std::minmax(a.base.denominator.scope.population, b.base.denominator.scope.population);
            if (said.emplace(a.tally.id, first, second).second) all.push_back(words_json(why_they_differ(a, b)));
        }
    }
    return all;
}

}  // namespace

nlohmann::ordered_json counting_json(const Scene& scene, const Counting& counting) {
    Json outcomes = Json::object();
    for (std::size_t i = 0; i < visit_outcome_count; ++i) outcomes[outcome_names[i]] = scene.visits.outcomes.of[i];
    Json body{{"outcomes", std::move(outcomes)}, {"repeats", scene.visits.repeats}, {"county", unit_json(scene, counting.county)}};
    body["county"]["placed"]       = placed_json(counting.county.placed, true);
    body["county"]["cases_placed"] = counting.cases_placed ? placed_json(*counting.cases_placed, true) : Json();
    for (const std::size_t level : {std::size_t{town}, std::size_t{village}, std::size_t{grid}}) {
        Json units = Json::array();
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            Json unit = unit_json(scene, counting.levels[level][i]);
            unit["code"] = scene.units[level].code[i];
            units.push_back(std::move(unit));
        }
        body[level_names[level]] = std::move(units);
    }
    body["back_check"] = back_check_json(scene, counting);
    body["integrity"] = integrity_json(scene, counting.integrity);
    body["bases"]     = bases_json(counting.bases);
    body["divisions"] = divisions_json(counting.divisions);
    body["why_percentages_differ"] = differences_json(counting.divisions);
    return body;
}

}  // namespace gapmap
