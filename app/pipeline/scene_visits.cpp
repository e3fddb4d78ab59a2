#include "app/pipeline/scene_visits.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "data/ingest/words.h"
#include "data/reference.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

const Column::Texts& texts(const Table& table, const char* name) { return std::get<Column::Texts>(table.at(name).data); }

VisitOutcome outcome_in(const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return VisitOutcome::unknown;
    switch (outcome_of(std::get<Column::Texts>(column.data)[row])) {
        case Outcome::met: return VisitOutcome::met;
        case Outcome::not_at_home: return VisitOutcome::not_at_home;
        case Outcome::refused: return VisitOutcome::refused;
        case Outcome::locked: return VisitOutcome::locked;
        case Outcome::moved: return VisitOutcome::moved;
        case Outcome::inaccessible: return VisitOutcome::inaccessible;
        case Outcome::unknown: return VisitOutcome::unknown;
    }
    return VisitOutcome::unknown;
}

/// The lists' rows to date, with what each came to. A row that says itself what it stands for may be several entries, or none.
struct Rows {
    Table                     table;
    std::uint64_t             total = 0;
    std::vector<std::size_t>  at{};  ///< row of the table, an entry
    std::vector<VisitOutcome> outcome{};
    std::vector<Deed>         deed{};
    std::vector<std::int32_t> household{}, day{}, minute{}, team{};
};

/// Numbers texts as they appear; -1 where there is none.
class Numbered {
public:
    std::int32_t of(const Column& column, std::size_t row) {
        if (!column.is_valid(row)) return -1;
        const auto& text             = std::get<Column::Texts>(column.data)[row];
        const auto [found, is_new]   = ids_.emplace(text, static_cast<std::int32_t>(names.size()));
        if (is_new) names.push_back(text);
        return found->second;
    }
    std::vector<std::string> names;

private:
    std::unordered_map<std::string, std::int32_t> ids_;
};

Rows rows_to_date(const Store& store, Day as_of, const std::unordered_map<std::string, std::uint32_t>& row_of, Numbered& teams) {
    static const std::map<std::string, Deed> deeds = {{"visited", Deed::visited}, {"informed", Deed::informed}, {"committed", Deed::committed}};
    Rows rows{.table = store.read("visits", {"household_code", "date", "time", "outcome", "team", "officer_code", "unit_code", "lon", "lat", "batch_list", "stages", "remark"})};
    const auto& household = rows.table.at("household_code");
    const auto& outcome   = rows.table.at("outcome");
    const auto& time      = rows.table.at("time");
    const auto& stages    = rows.table.at("stages");
    const auto& days      = std::get<Column::Integers>(rows.table.at("date").data);
    for (std::size_t row = 0; row < days.size(); ++row) {
        if (days[row] > as_of.days) continue;
        ++rows.total;
        const auto         found = household.is_valid(row) ? row_of.find(std::get<Column::Texts>(household.data)[row]) : row_of.end();
        const std::string& said  = stages.is_valid(row) ? std::get<Column::Texts>(stages.data)[row] : texts(rows.table, "batch_list")[row];
        for (const auto& [stage, deed] : deeds) {
            if (said.find(stage) == std::string::npos) continue;
            rows.at.push_back(row);
            rows.outcome.push_back(outcome_in(outcome, row));
            rows.deed.push_back(deed);
            rows.household.push_back(found == row_of.end() ? -1 : static_cast<std::int32_t>(found->second));
            rows.day.push_back(static_cast<std::int32_t>(days[row]));
            rows.minute.push_back(time.is_valid(row) ? static_cast<std::int32_t>(time.number(row)) : -1);
            rows.team.push_back(teams.of(rows.table.at("team"), row));
        }
    }
    return rows;
}

/// A row counts where its outcome does not say otherwise: a list of visits is a list of visits.
bool counts(VisitOutcome outcome) { return meaning_of(outcome).reached || outcome == VisitOutcome::unknown; }

/// A try that failed and the visit that came of it later that day are two rows of different kinds, so neither repeats the other.
std::vector<std::uint32_t> repeats_of(const Rows& rows) {
    std::vector<std::uint8_t>  kind;
    std::vector<std::uint64_t> number;
    for (std::size_t i = 0; i < rows.at.size(); ++i) {
        kind.push_back(static_cast<std::uint8_t>(2 * static_cast<unsigned>(rows.deed[i]) + (counts(rows.outcome[i]) ? 1U : 0U)));
        number.push_back(rows.at[i]);
    }
    return mark_repeats({rows.household, rows.day, rows.minute, rows.team, kind, number});
}

Unplaced unplaced_row(const Rows& rows, std::size_t i, const Locator& locator) {
    const Column& code  = rows.table.at("unit_code");
    const auto    found = code.is_valid(rows.at[i]) ? locator.find(std::get<Column::Texts>(code.data)[rows.at[i]]) : std::nullopt;
    return found ? Unplaced{found->first, found->second} : Unplaced{};
}

Visits counted(const Rows& rows, std::size_t households, const Locator& locator) {
    Visits     out;
    const auto repeats = repeats_of(rows);
    out.rows           = rows.total;
    out.outcomes       = count_outcomes(rows.outcome);
    out.found.assign(households, false);
    out.met.assign(households, false);
    for (std::size_t i = 0; i < rows.at.size(); ++i) {
        const bool known = rows.household[i] >= 0;
        if (known && meaning_of(rows.outcome[i]).found) out.found[static_cast<std::size_t>(rows.household[i])] = true;
        if (!counts(rows.outcome[i])) {
            ++out.not_reached;
            continue;
        }
        if (!known) {
            ++out.without_household;
            if (rows.deed[i] == Deed::visited) out.unplaced.push_back(unplaced_row(rows, i, locator));
            continue;
        }
        if (rows.deed[i] == Deed::visited && rows.outcome[i] == VisitOutcome::met) out.met[static_cast<std::size_t>(rows.household[i])] = true;
        if (repeats[i] != repeats_nothing) {
            ++out.repeats;
            continue;
        }
        out.household.push_back(static_cast<std::uint32_t>(rows.household[i]));
        out.day.push_back(rows.day[i]);
        out.deed.push_back(rows.deed[i]);
    }
    return out;
}

FieldVisits field_of(const Rows& rows, const Numbered& teams, const std::string& metric_crs) {
    FieldVisits    out;
    Numbered       officers, remarks;
    Points<Lonlat> lonlat;
    const Column & lon = rows.table.at("lon"), &lat = rows.table.at("lat");
    out.team_name = teams.names;
    for (std::size_t i = 0; i < rows.at.size(); ++i) {
        if (rows.deed[i] != Deed::visited) continue;
        const std::size_t row = rows.at[i];
        out.team.push_back(rows.team[i]);
        out.officer.push_back(officers.of(rows.table.at("officer_code"), row));
        out.week.push_back((rows.day[i] + 3 + 7'000'000) / 7);  // Mondays; 1970-01-01 was a Thursday, and the shift keeps it positive
        out.day.push_back(rows.day[i]);
        out.minute.push_back(rows.minute[i]);
        out.household.push_back(rows.household[i]);
        out.text.push_back(remarks.of(rows.table.at("remark"), row));
        lonlat.push_back({lon.number(row), lat.number(row)});
        out.precise.push_back(std::isfinite(lon.number(row)) && std::isfinite(lat.number(row)) ? 1 : 0);
        out.reached.push_back(counts(rows.outcome[i]) ? 1 : 0);
        out.number.push_back(row);
    }
    out.place = project(lonlat.view(), "EPSG:4490", metric_crs);
    return out;
}

std::set<std::string> answer_words(const char* answer) {
    std::set<std::string> words;
    const auto            document = nlohmann::json::parse(reference_file("outcomes.json"));
    for (const auto& word : document.at("answers").at(answer)) words.insert(word.get<std::string>());
    return words;
}

BackChecks back_checks_of(const Store& store, const Visits& visits, std::size_t households, Day as_of, const std::unordered_map<std::string, std::uint32_t>& row_of) {
    const auto  yes = answer_words("yes"), no = answer_words("no");
    const Table table = store.read("backchecks", {"household_code", "date", "answer"});
    BackChecks  out;
    out.first_visited.assign(households, INT32_MAX);
    for (std::size_t i = 0; i < visits.household.size(); ++i) {
        std::int32_t& first = out.first_visited[visits.household[i]];
        if (visits.deed[i] == Deed::visited) first = std::min(first, visits.day[i]);
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto household = row_of.find(texts(table, "household_code")[row]);
        const auto day       = table.at("date").is_valid(row) ? static_cast<std::int32_t>(table.at("date").number(row)) : as_of.days;
        if (household == row_of.end() || day > as_of.days) continue;
        const bool answered = table.at("answer").is_valid(row);
        const bool known    = answered && (yes.contains(texts(table, "answer")[row]) || no.contains(texts(table, "answer")[row]));
        out.unanswered += answered ? 0 : 1;
        out.unclear += answered && !known ? 1 : 0;
        if (!known) continue;
        out.household.push_back(household->second);
        out.day.push_back(day);
        out.was_visited.push_back(yes.contains(texts(table, "answer")[row]));
    }
    return out;
}

}  // namespace

void load_visits(Scene& scene, const Store& store, const Locator& locator, const std::unordered_map<std::string, std::uint32_t>& row_of) {
    Numbered   teams;
    const Rows rows = rows_to_date(store, scene.as_of, row_of, teams);
    scene.visits    = counted(rows, scene.households.size(), locator);
    scene.field     = field_of(rows, teams, scene.metric_crs);
    scene.back_checks = back_checks_of(store, scene.visits, scene.households.size(), scene.as_of, row_of);
}

}  // namespace gapmap
