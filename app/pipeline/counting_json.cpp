// The key `counting` of summary.json.
#include <nlohmann/json.hpp>

#include "app/pipeline/counting.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array stage_names   = {"enumerated", "found", "visited", "informed", "committed"};
constexpr std::array outcome_names = {"met", "not_at_home", "refused", "locked", "moved", "inaccessible", "unknown"};

/// The stages that households have; installed and real_name are known a unit, not a household.
Json stages_json(const std::array<std::int64_t, stage_count>& counts) {
    Json body = Json::object();
    for (std::size_t s = 0; s < stage_names.size(); ++s) body[stage_names[s]] = counts[s];
    return body;
}

Json unit_json(const UnitCount& unit) {
    return {{"state", stages_json(unit.cascade.state)}, {"at_least_here", stages_json(unit.cascade.at_least)}, {"raw", stages_json(unit.cascade.raw)},
            {"visited", {{"at_least", unit.at_least}, {"counted", unit.visited}, {"at_most", unit.at_most}, {"of", unit.cascade.at_least[0]}}},
            {"more_to_90", unit.more_to_90 ? Json(*unit.more_to_90) : Json()}};
}

Json words_json(const Words& words) { return words.empty() ? Json() : Json{{"zh", words.zh}, {"en", words.en}}; }

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

Json bases_json(const DenominatorLedger& ledger) {
    Json all = Json::array();
    for (const Base& base : ledger.bases()) {
        all.push_back({{"id", base.id}, {"name", words_json(base.name)}, {"kind", base.kind == BaseKind::target ? "target" : "members"}, {"count", base.denominator.count},
                       {"unit", base.denominator.scope.unit}, {"population", base.denominator.scope.population}, {"source", base.denominator.source},
                       {"as_of", to_string(base.denominator.as_of)}});
    }
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

}  // namespace

nlohmann::ordered_json counting_json(const Scene& scene, const Counting& counting) {
    Json outcomes = Json::object();
    for (std::size_t i = 0; i < visit_outcome_count; ++i) outcomes[outcome_names[i]] = scene.visits.outcomes.of[i];
    Json body{{"outcomes", std::move(outcomes)}, {"repeats", scene.visits.repeats}, {"county", unit_json(counting.county)}};
    for (const std::size_t level : {std::size_t{town}, std::size_t{village}, std::size_t{grid}}) {
        Json units = Json::array();
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            Json unit = unit_json(counting.levels[level][i]);
            unit["code"] = scene.units[level].code[i];
            units.push_back(std::move(unit));
        }
        body[level_names[level]] = std::move(units);
    }
    body["integrity"] = integrity_json(scene, counting.integrity);
    body["bases"]     = bases_json(counting.bases);
    body["divisions"] = divisions_json(counting.divisions);
    Json differ       = Json::array();
    for (std::size_t i = 0; i < counting.divisions.size(); ++i) {
        for (std::size_t j = i + 1; j < counting.divisions.size(); ++j) {
            const Division &a = counting.divisions[i], &b = counting.divisions[j];
            if (a.share && b.share && a.tally.id == b.tally.id && *a.share != *b.share) differ.push_back(words_json(why_they_differ(a, b)));
        }
    }
    body["why_percentages_differ"] = std::move(differ);
    return body;
}

}  // namespace gapmap
