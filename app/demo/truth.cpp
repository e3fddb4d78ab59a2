#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/demo/ground_steps.h"
#include "app/demo/ledgers.h"
#include "app/project/county_toml.h"
#include "data/write/whole_file.h"

namespace gapmap::demo {
namespace {

using Json = nlohmann::ordered_json;

Json unit_truth(const std::string& code, const std::string& name, const Expected& expected, bool planted) {
    return {{"code", code}, {"name", name}, {"planted", planted}, {"households", expected.households}, {"visited", expected.visited},
            {"people_at_risk", expected.at_risk}, {"effective_coverage", expected.coverage()}, {"missing_people", expected.missing_people()}};
}

void sort_by_missing(Json& units) {
    std::stable_sort(units.begin(), units.end(), [](const Json& a, const Json& b) { return a["missing_people"].get<double>() > b["missing_people"].get<double>(); });
}

Json planted_of(const Json& units) {
    Json codes = Json::array();
    for (const Json& unit : units) if (unit["planted"].get<bool>()) codes.push_back(unit["code"]);
    return codes;
}

Json cluster_truth(const County& county) {
    const Ground& ground = county.ground;
    Json          codes  = Json::array();
    double        radius = 0;
    for (const Case& one : county.records.cases) {
        if (!one.in_cluster) continue;
        codes.push_back(one.code);
        radius = std::max(radius, distance_m(one.place, county.records.cluster_centre));
    }
    return {{"cases", codes}, {"villages", {ground.villages[ground.cluster_a].code, ground.villages[ground.cluster_b].code}},
            {"centre", {county.records.cluster_centre.x, county.records.cluster_centre.y}}, {"radius_m", radius}};
}

Json faking_truth(const VisitLists& visits) {
    Json bursts = Json::array();
    for (const Burst& burst : visits.bursts) {
        bursts.push_back({{"date", to_string(burst.day)}, {"time", time_text(burst.minute)}, {"rows", burst.rows},
                          {"place", {degrees_text(burst.place.x), degrees_text(burst.place.y)}}});
    }
    return {{"team", team_name(faking_team)}, {"list", "visited"}, {"bursts", bursts}};
}

Json counts_truth(const County& county, std::size_t counties) {
    const Ground& ground = county.ground;
    Json          visits;
    for (const List list : {visited, informed, committed}) visits[std::string(list_names[list])] = county.visits.list[list].size();
    return {{"counties", counties}, {"towns", ground.towns.size()}, {"villages", ground.villages.size()}, {"grids", ground.grids.size()},
            {"buildings", ground.buildings.size()}, {"households", county.people.households.size()}, {"people", total_people},
            {"people_at_risk", total_at_risk}, {"sites", county.records.sites.size()}, {"events", county.records.events.size()},
            {"attendance", attendance_total}, {"warnings", county.records.warnings.size()}, {"stations", county.records.stations.size()},
            {"organisations", county.records.organisations.size()}, {"cases", county.records.cases.size()}, {"visits", visits}};
}

Json apps_truth() {
    return {{"国家反诈中心", {{"installed", national_installed}, {"real_name", national_real_name}}},
            {"宝鸡反诈卫士", {{"installed", local_installed}, {"target", local_target}}}};
}

Json cases_truth(const Records& records) {
    Json         by_year;
    std::int64_t stopped = 0, frozen = 0, recovered = 0;
    for (const int year : {2021, 2022}) {
        std::size_t  count = 0;
        std::int64_t loss  = 0;
        for (const Case& one : records.cases) {
            if (one.date.year() != year) continue;
            ++count;
            loss += one.loss_yuan;
        }
        by_year[std::to_string(year)] = {{"cases", count}, {"loss_yuan", loss}};
    }
    for (const Case& one : records.cases) {
        stopped += one.stopped_yuan;
        frozen += one.frozen_yuan;
        recovered += one.recovered_yuan;
    }
    return {{"january_to_august", by_year}, {"change_of_cases_percent", -47.92}, {"change_of_loss_percent", -65.18},
            {"stopped_yuan", stopped}, {"frozen_yuan", frozen}, {"recovered_yuan", recovered}};
}

Json quirks_truth(const Journal& journal) {
    Json quirks = Json::array();
    for (const Quirk& quirk : journal.quirks) {
        quirks.push_back({{"file", quirk.file}, {"sheet", quirk.sheet}, {"row", quirk.row}, {"field", quirk.field}, {"what", quirk.what}, {"fate", quirk.fate}});
    }
    return quirks;
}

}  // namespace

void write_project_file(Journal& journal, std::size_t counties) {
    const std::string committed_path = counties == 1 ? "ledgers/承诺清单.xlsx" : "ledgers/承诺清单.csv";
    const CountyText county{
        .as_of = to_string(as_of()), .demo = true,
        .sources = {
            {.ledger = "units", .path = "ledgers/镇界.shp", .level = "town", .comment = "镇 (towns)"},
            {.ledger = "units", .path = "ledgers/村界.gpkg", .level = "village", .layer = "村社区", .comment = "村、社区 (villages and communities)"},
            {.ledger = "units", .path = "ledgers/网格.geojson", .level = "grid", .comment = "网格 (grids)"},
            {.ledger = "units", .path = "ledgers/楼栋.gpkg", .level = "building", .layer = "楼栋", .comment = "楼栋 (buildings)"},
            {.ledger = "organisations", .path = "ledgers/包抓单位.xlsx", .comment = "包抓单位 (responsible organisations)"},
            {.ledger = "households", .path = "ledgers/户册.csv", .crs = "EPSG:4490", .encoding = "auto", .comment = "户册 (households)"},
            {.ledger = "people_at_risk", .path = "ledgers/极易被骗人员库.xlsx", .comment = "极易被骗人员库 (people at risk)"},
            {.ledger = "bases", .path = "ledgers/分母台账.xlsx", .comment = "分母台账 (what percentages stand on)"},
            {.ledger = "visits", .path = "ledgers/走访清单.csv", .list = "visited", .crs = "EPSG:4490", .encoding = "auto", .comment = "三个清单 (the three lists)"},
            {.ledger = "visits", .path = "ledgers/告知清单.csv", .list = "informed", .encoding = "auto"},
            {.ledger = "visits", .path = committed_path, .list = "committed"},
            {.ledger = "apps", .path = "ledgers/APP注册.xlsx", .app = "国家反诈中心", .sheet = "国家反诈中心", .comment = "两个 APP (two apps)"},
            {.ledger = "apps", .path = "ledgers/APP注册.xlsx", .app = "宝鸡反诈卫士", .sheet = "宝鸡反诈卫士"},
            {.ledger = "sites", .path = "ledgers/宣传阵地.csv", .crs = "GCJ02", .encoding = "auto", .comment = "宣传阵地：取自互联网地图，坐标为 GCJ-02 (from a web map)"},
            {.ledger = "events", .path = "ledgers/宣传活动.xlsx", .comment = "宣传活动 (publicity events)"},
            {.ledger = "cases", .path = "ledgers/发案台账.xlsx", .crs = "EPSG:4490", .comment = "发案台账 (cases)"},
            {.ledger = "warnings", .path = "ledgers/预警劝阻.csv", .encoding = "auto", .comment = "预警劝阻 (warnings)"},
            {.ledger = "stations", .path = "ledgers/派出所.xlsx", .crs = "EPSG:4490", .comment = "派出所警力 (stations)"},
        }};
    write_whole_file(journal.folder / "county.toml", county_toml(county));
}

void write_truth(Journal& journal, Seed seed, std::size_t counties, const County& county) {
    const Ground&          ground   = county.ground;
    const ExpectedCoverage expected = expected_coverage(ground, county.people, county.visits);
    Json                   villages = Json::array(), grids = Json::array();
    for (std::size_t v = 0; v < ground.villages.size(); ++v) {
        villages.push_back(unit_truth(ground.villages[v].code, ground.villages[v].name, expected.villages[v], ground.villages[v].role == Role::planted_village));
    }
    for (std::size_t g = 0; g < ground.grids.size(); ++g) {
        const bool planted = ground.villages[ground.grids[g].village].role == Role::planted_grid;
        grids.push_back(unit_truth(ground.grids[g].code, ground.grids[g].name, expected.grids[g], planted));
    }
    sort_by_missing(villages);
    sort_by_missing(grids);
    const Json truth{
        {"note", "A made-up county: names and codes of towns and villages are real, everything else is planted. Figures are of one county; "
                 "coverage is by the policy of county.toml at as_of, over households, rows without household left out."},
        {"seed", seed.value}, {"as_of", to_string(as_of())}, {"counts", counts_truth(county, counties)},
        {"reached_outcomes", {"已走访", "已见面", "已告知", "已签订"}}, {"not_reached_outcomes", {"不在家", "拒绝", "搬离"}},
        {"apps", apps_truth()}, {"cases", cases_truth(county.records)},
        {"planted", {{"villages", planted_of(villages)}, {"grids", planted_of(grids)}, {"cluster", cluster_truth(county)}, {"faking", faking_truth(county.visits)}}},
        {"expected", {{"villages", villages}, {"grids", grids}}}, {"quirks", quirks_truth(journal)}};
    write_whole_file(journal.folder / "truth.json", truth.dump(1) + "\n");
}

}  // namespace gapmap::demo
