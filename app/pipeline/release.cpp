#include "app/pipeline/release.h"

#include <algorithm>
#include <cmath>

#include "app/pipeline/words.h"

namespace gapmap {
namespace {

const std::vector<std::string> allowed_gap_columns = {
    "code", "name", "level", "town", "town_name", "parent", "organisation", "rank", "score", "status", "coverage", "risk_per_10000",
    "households", "people_at_risk", "people", "population", "app_installed", "app_real_name", "visited", "visited_at_most", "more_to_90", "informed", "committed",
    "reached_by_site", "last_visit", "sites", "cases", "cases_status", "sentence_zh", "sentence_en", "reasons_zh", "reasons_en", "officer_code"};
// A team's code and numbers that can be checked; neither officer nor row, since a flag is a reason to look and not a finding.
const std::vector<std::string> allowed_team_columns = {"team", "week", "rows", "test", "observed", "of_rows", "expected", "p", "finding_zh", "finding_en"};
// Flaws of borders: units and measures of ground, nothing of persons.
const std::vector<std::string> allowed_topology_columns = {"issue", "level", "code", "name", "other_code", "other_name", "area_m2", "width_m", "share", "message_zh", "message_en"};
const std::vector<std::string> allowed_site_columns = {"code", "name", "kind", "opened", "closed", "open"};

double rounded(double value, int digits) {
    const double scale = std::pow(10.0, digits);
    return std::round(value * scale) / scale;
}

/// Builds a table row by row; a null is a value that is not there.
class Builder {
public:
    void text(const std::string& name, const std::string& value) { column<Column::Texts>(name, !value.empty(), value); }
    void integer(const std::string& name, std::int64_t value, bool valid = true) { column<Column::Integers>(name, valid, value); }
    void real(const std::string& name, double value) { column<Column::Reals>(name, std::isfinite(value), std::isfinite(value) ? value : 0.0); }
    void end_row() { at_ = 0; }
    Table take() { return std::move(table_); }

private:
    template <class Values, class Value>
    void column(const std::string& name, bool valid, Value value) {
        if (at_ == table_.columns.size()) table_.columns.push_back({name, Values{}, {}});
        Column& c = table_.columns[at_++];
        std::get<Values>(c.data).push_back(std::move(value));
        c.valid.push_back(valid);
    }
    Table       table_;
    std::size_t at_ = 0;
};

std::string joined(const std::vector<Text>& texts, bool chinese) {
    std::string all;
    for (const Text& text : texts) all += (all.empty() ? "" : chinese ? "；" : "; ") + (chinese ? text.zh : text.en);
    return all;
}

/// The columns of a table, empty.
Table without_rows(Table table) {
    for (Column& column : table.columns) {
        std::visit([](auto& values) { values.clear(); }, column.data);
        column.valid.clear();
    }
    return table;
}

/// The numerator and denominator of one of a unit's rates; NaN where no ledger gave it for this unit.
struct RateParts {
    double top = NAN, bottom = NAN;
};
RateParts rate_parts(const UnitMeasure& m, std::string_view id) {
    const auto found = std::ranges::find(m.rates, id, &NamedRate::id);
    return found == m.rates.end() ? RateParts{} : RateParts{found->rate.numerator(), found->rate.denominator().count};
}

void add_case_count(Builder& row, const UnitMeasure& unit, std::size_t level) {
    // Grids and buildings never show counts: set against their village's they would tell on single households.
    const bool hidden = unit.cases_hidden || level >= grid;
    row.integer("cases", hidden ? 0 : unit.cases, !hidden);
    row.text("cases_status", std::string(to_string(hidden ? Status::suppressed : Status::ok)));
}

Layer gap_layer(const Scene& scene, const Measures& measures, const Counting& counting, std::size_t level) {
    const Units&        units   = scene.units[level];
    const LevelMeasure& measure = measures.levels[level];
    Builder             row;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const UnitMeasure& m    = measure.units[i];
        const auto         up   = [&](std::size_t above) { return above < level ? units.above[above][i] : nowhere; };
        const std::int32_t of_town = level == town ? static_cast<std::int32_t>(i) : up(town);
        const std::int32_t parent  = level == building ? up(grid) : level == grid ? up(village) : up(town);
        const std::size_t  parent_level = level == building ? grid : level == grid ? village : town;
        row.text("code", units.code[i]);
        row.text("name", units.name[i]);
        row.text("level", level_names[level]);
        row.text("town", of_town == nowhere ? "" : scene.units[town].code[static_cast<std::size_t>(of_town)]);
        row.text("town_name", of_town == nowhere ? "" : scene.units[town].name[static_cast<std::size_t>(of_town)]);
        row.text("parent", parent == nowhere ? "" : scene.units[parent_level].code[static_cast<std::size_t>(parent)]);
        row.text("organisation", units.organisation[i]);
        row.text("officer_code", units.officer[i]);
        row.integer("rank", measure.gaps.rank[i], measure.gaps.rank[i] != 0);
        row.real("score", rounded(measure.gaps.score[i], 4));
        row.text("status", std::string(to_string(measure.gaps.status[i])));
        row.real("coverage", m.households == 0 ? NAN : rounded(m.effective(), 4));
        row.real("risk_per_10000", rounded(1e4 * m.risk, 2));
        row.integer("households", m.households);
        row.integer("people_at_risk", m.people_at_risk);
        row.integer("people", m.people);
        row.real("population", rate_parts(m, "enumerated").bottom);
        row.real("app_installed", rate_parts(m, "app_installed").top);
        row.real("app_real_name", rate_parts(m, "app_real_name").top);
        row.integer("visited", m.done[0]);
        row.integer("visited_at_most", counting.levels[level][i].at_most);
        row.integer("more_to_90", counting.levels[level][i].more_to_90.value_or(0), counting.levels[level][i].more_to_90.has_value());
        row.integer("informed", m.done[1]);
        row.integer("committed", m.done[2]);
        row.integer("reached_by_site", m.reached);
        row.text("last_visit", m.last_day == HouseholdCoverage::never_reached ? "" : to_string(Day{m.last_day}));
        row.integer("sites", m.sites);
        add_case_count(row, m, level);
        const Text sentence = sentence_of(m, measures, scene.as_of);
        const auto reasons  = reasons_of(m, measures, scene.as_of);
        row.text("sentence_zh", sentence.zh);
        row.text("sentence_en", sentence.en);
        row.text("reasons_zh", joined(reasons, true));
        row.text("reasons_en", joined(reasons, false));
        row.end_row();
    }
    Table table = row.take();
    // A county without units of a level still has the level's columns.
    if (units.size() == 0) table = without_rows(gap_layer(scene, measures, counting, town).table);
    return {std::string("gaps_") + level_names[level], std::move(table), units.shape, "EPSG:4490"};
}

Layer site_layer(const Scene& scene) {
    Builder row;
    for (std::size_t i = 0; i < scene.sites.size(); ++i) {
        row.text("code", scene.sites.code[i]);
        row.text("name", scene.sites.name[i]);
        row.text("kind", scene.sites.kind[i]);
        row.text("opened", to_string(Day{scene.sites.opened[i]}));
        row.text("closed", scene.sites.closed[i] == INT32_MAX ? "" : to_string(Day{scene.sites.closed[i]}));
        row.integer("open", scene.sites.opened[i] <= scene.as_of.days && scene.sites.closed[i] > scene.as_of.days ? 1 : 0);
        row.end_row();
    }
    Table table = row.take();
    if (scene.sites.size() == 0) {
        for (const char* name : {"code", "name", "kind", "opened", "closed"}) table.columns.push_back({name, Column::Texts{}, {}});
        table.columns.push_back({"open", Column::Integers{}, {}});
    }
    return {"sites", std::move(table), scene.sites.lonlat, "EPSG:4490"};
}

Layer team_layer(const Scene& scene, const IntegrityReport& report) {
    Builder row;
    for (const FlaggedFinding& one : flagged_findings(report)) {
        const TeamWeek& tw      = report.team_weeks[one.team_week];
        const Finding&  finding = tw.findings[static_cast<std::size_t>(one.test)];
        const Words     words   = words_of(one.test, finding);
        row.text("team", scene.field.team_name[static_cast<std::size_t>(tw.team)]);
        row.text("week", to_string(iso_week(monday_of(tw.week))));
        row.integer("rows", tw.rows);
        row.text("test", to_string(one.test));
        row.integer("observed", finding.observed);
        row.integer("of_rows", finding.rows);
        row.real("expected", rounded(finding.expected, 1));
        row.real("p", finding.p);
        row.text("finding_zh", words.zh);
        row.text("finding_en", words.en);
        row.end_row();
    }
    return {"team_weeks", row.take(), std::monostate{}, ""};
}

}  // namespace

Release release(const Scene& scene, const Measures& measures, const Counting& counting, const Topology& topology) {
    const auto gaps = [&](std::size_t level) { return release_layer(gap_layer(scene, measures, counting, level), "leadership", allowed_gap_columns); };
    return {{gaps(town), gaps(village), gaps(grid), gaps(building)}, release_layer(site_layer(scene), "leadership", allowed_site_columns),
            release_layer(team_layer(scene, counting.integrity), "leadership", allowed_team_columns), release_layer(topology_layer(topology), "leadership", allowed_topology_columns)};
}

}  // namespace gapmap
