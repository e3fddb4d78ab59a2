#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "app/demo/ledgers.h"

namespace gapmap::demo {
namespace {

constexpr std::size_t local_weeks = 8;  // the second app's office keeps the last weeks only

CellValue number(std::int64_t value) { return static_cast<double>(value); }

/// Two header rows: three columns merged downwards, the counts under one heading.
void add_app_header(SheetLedger& sheet, const WorkbookRow& counts) {
    WorkbookRow first{"单元编码", "名称", "统计日期", "注册情况"}, second{{}, {}, {}};
    first.resize(3 + counts.size());
    second.insert(second.end(), counts.begin(), counts.end());
    sheet.add_header(first);
    sheet.add_header(second);
    for (std::uint16_t c = 0; c < 3; ++c) sheet.merge({0, c, 1, c});
    sheet.merge({0, 3, 0, static_cast<std::uint16_t>(2 + counts.size())});
}

}  // namespace

RegisterWriters::RegisterWriters(Journal& journal)
    : journal_(&journal),
      households_(journal, "ledgers/户册.csv", TextEncoding::utf8_bom, ','),
      people_(journal, "ledgers/极易被骗人员库.xlsx", "人员库"),
      national_(journal, "ledgers/APP注册.xlsx", "国家反诈中心"),
      local_(journal, "ledgers/APP注册.xlsx", "宝鸡反诈卫士"),
      bases_(journal, "ledgers/分母台账.xlsx", "分母台账") {
    households_.add({"户编号", "村编码", "网格编码", "楼栋编码", "人口数", "16至55岁人数", "经度", "纬度"});
    people_.add_header({"麟游县极易被骗人员统计表"});
    people_.merge({0, 0, 0, 4});
    people_.add_header({"村(社区)编码", "村(社区)名称", "总人口", "16至55岁人数", "统计日期"});
    add_app_header(national_, {"安装注册数", "实名数"});
    add_app_header(local_, {"安装注册数", "任务数"});
    national_.note(0, "", "header over two rows with merged cells", "accepted");
    local_.note(0, "", "header over two rows with merged cells", "accepted");
}

void RegisterWriters::add(const County& county) {
    add_households(county);
    add_people_at_risk(county);
    add_apps(county);
}

void RegisterWriters::add_households(const County& county) {
    household_sum_ += std::ssize(county.people.households);
    const auto bad = [&](const char* field, const char* what, WorkbookRow row) { households_.note(households_.add(std::move(row)), field, what, "held_back"); };
    for (std::size_t h = 0; h < county.people.households.size(); ++h) {
        const Household&    household = county.people.households[h];
        const Point<Lonlat> place     = county.shifted(household.place);
        std::string         grid, building;
        if (household.grid != nowhere) grid = county.code(county.ground.grids[static_cast<std::size_t>(household.grid)].code);
        if (household.building != nowhere) building = county.code(county.ground.buildings[static_cast<std::size_t>(household.building)].code);
        households_.add({county.code(household_code(county.ground, county.people, h)), county.code(county.ground.villages[household.village].code),
                         grid, building, static_cast<double>(household.people), static_cast<double>(household.at_risk),
                         degrees_text(place.x), degrees_text(place.y)});
        if (county.k != 0) continue;
        if (h == 5000) bad("户编号", "missing required field", {"", "610329100201", "", "", 3.0, 2.0, "107.790000", "34.680000"});
        if (h == 10000) bad("户编号", "duplicate household code", {"610329100001-0001", "610329100001", "", "", 2.0, 1.0, "107.790000", "34.680000"});
        if (h == 15000) bad("村编码", "unknown unit code", {"610329109998-0001", "610329109998", "", "", 4.0, 2.0, "", ""});
        if (h == 20000) bad("经度", "coordinate outside the county", {"610329102200-9001", "", "", "", 2.0, 2.0, "117.200000", "39.100000"});
    }
}

void RegisterWriters::add_people_at_risk(const County& county) {
    for (std::size_t v = 0; v < county.ground.villages.size(); ++v) {
        std::int64_t people = 0, at_risk = 0;
        for (std::size_t h = county.people.first[v]; h < county.people.first[v + 1]; ++h) {
            people += county.people.households[h].people;
            at_risk += county.people.households[h].at_risk;
        }
        population_sum_ += people;
        at_risk_sum_ += at_risk;
        const bool    wide = county.k == 0 && v % 12 == 5;
        const Village& village = county.ground.villages[v];
        const auto    row  = people_.add({county.code(village.code), village.name, wide ? CellValue{full_width(std::to_string(people))} : number(people),
                                          number(at_risk), to_string(as_of())});
        if (wide) people_.note(row, "总人口", "full-width digits", "repaired");
    }
    if (county.k != 0) return;
    people_.note(people_.add({"610329108200", "不明村", 120.0, 66.0, to_string(as_of())}), "村(社区)编码", "unknown unit code", "held_back");
}

void RegisterWriters::add_apps(const County& county) {
    const auto& apps = county.records;
    target_sum_ += std::accumulate(apps.local.target.begin(), apps.local.target.end(), std::int64_t{0});
    for (std::size_t week = 0; week < weeks; ++week) {
        const std::string date = to_string(first_day() + static_cast<int>(week * 7 + 6));
        for (std::size_t v = 0; v < county.ground.villages.size(); ++v) {
            const Village&    village = county.ground.villages[v];
            const std::string code    = county.code(village.code);
            national_.add({code, village.name, date, number(apps.national.installed[week][v]), number(apps.national.real_name[week][v])});
            if (week + local_weeks >= weeks) {
                local_.add({code, village.name, date, number(apps.local.installed[week][v]), number(apps.local.target[v])});
            }
        }
        if (county.k == 0 && week == 4) {
            national_.note(national_.add({"610329100999", "不明村", date, 10.0, 8.0}), "单元编码", "unknown unit code", "held_back");
        }
    }
}

/// What the announcement's percentages stand on. The unit is left blank or the county's own code, as offices do.
void RegisterWriters::add_bases() {
    bases_.add_header({"编号", "单元编码", "口径", "类别", "APP名称", "数值", "统计日期", "来源"});
    bases_.add({"FM-01", "610329", "总人口", "现有", {}, number(population_sum_), "2022-06-30", "户籍人口统计报表"});
    bases_.add({"FM-02", {}, "户数", {}, {}, number(household_sum_), "2022-06-30", "户籍人口统计报表"});
    bases_.add({"FM-03", {}, "任务数", "目标", "宝鸡反诈卫士", number(target_sum_), "2022-03-01", "反诈工作任务分解表"});
}

void RegisterWriters::finish() {
    add_bases();
    households_.finish();
    people_.note(people_.add({"合计", {}, number(population_sum_), number(at_risk_sum_), {}}), "村(社区)编码", "total row", "held_back");
    write_workbook(*journal_, "ledgers/极易被骗人员库.xlsx", {&people_});
    write_workbook(*journal_, "ledgers/APP注册.xlsx", {&national_, &local_});
    write_workbook(*journal_, "ledgers/分母台账.xlsx", {&bases_});
}

}  // namespace gapmap::demo
