#include <fmt/format.h>

#include <utility>

#include "app/demo/ledgers.h"

namespace gapmap::demo {
namespace {

constexpr std::array remarks = {"宣传到位", "已发放宣传单", "已讲解案例", "已加入反诈群", "已提醒下载反诈APP"};

const char* outcome_text(Outcome outcome) {
    switch (outcome) {
        case Outcome::reached: return "已走访";
        case Outcome::met: return "已见面";
        case Outcome::not_home: return "不在家";
        case Outcome::refused: return "拒绝";
        case Outcome::moved_away: return "搬离";
    }
    return "";
}

const Village& village_of(const County& county, const Visit& visit) {
    return county.ground.villages[county.people.households[visit.household].village];
}

std::string household_cell(const County& county, const Visit& visit) {
    return visit.has_household ? county.code(household_code(county.ground, county.people, visit.household)) : "";
}

std::string unit_cell(const County& county, const Visit& visit) {
    return county.code(unit_code(county.ground, county.people.households[visit.household]));
}

std::string team_cell(const County& county, const Visit& visit) { return team_name(village_of(county, visit).team); }
std::string officer_cell(const County& county, const Visit& visit) { return officer_code(village_of(county, visit).team, visit.officer); }

}  // namespace

VisitWriters::VisitWriters(Journal& journal, bool one_county)
    : journal_(&journal),
      visited_(journal, "ledgers/走访清单.csv", TextEncoding::utf16le_bom, '\t'),
      informed_(journal, "ledgers/告知清单.csv", TextEncoding::gb18030, ','),
      committed_sheet_(journal, "ledgers/承诺清单.xlsx", "承诺清单") {
    visited_.add({"记录编号", "走访日期", "时间", "户编号", "单元编码", "走访单位", "走访人编号", "走访结果", "情况说明", "经度", "纬度"});
    informed_.add({"记录编号", "告知日期", "户编号", "单元编码", "走访单位", "人员编号", "结果"});
    const WorkbookRow header{"记录编号", "签订日期", "户编号", "单元编码", "走访单位", "人员编号", "结果"};
    if (one_county) {
        committed_sheet_.add_header({"麟游县防范电信网络诈骗承诺书签订清单"});
        committed_sheet_.merge({0, 0, 0, 6});
        committed_sheet_.add_header(header);
    } else {
        committed_text_ = std::make_unique<TextLedger>(journal, "ledgers/承诺清单.csv", TextEncoding::utf8_bom, ',');
        committed_text_->add(header);
    }
}

void VisitWriters::add(const County& county) {
    add_visited(county);
    add_informed(county);
    add_committed(county);
}

void VisitWriters::add_visited(const County& county) {
    const auto bad = [&](const char* field, const char* what, WorkbookRow row) { visited_.note(visited_.add(std::move(row)), field, what, "held_back"); };
    for (std::size_t i = 0; i < county.visits.list[visited].size(); ++i) {
        const Visit&        visit = county.visits.list[visited][i];
        const Point<Lonlat> place = county.shifted(visit.place);
        visited_.add({fmt::format("ZF-{:07}", ++visited_count_), to_string(first_day() + visit.day), time_text(visit.minute),
                      household_cell(county, visit), unit_cell(county, visit), team_cell(county, visit), officer_cell(county, visit),
                      outcome_text(visit.outcome), remarks[visit.remark], degrees_text(place.x), degrees_text(place.y)});
        if (county.k != 0) continue;
        const std::string code = fmt::format("ZF-X{:05}", i);
        if (i == 1200) bad("单元编码", "unknown unit code", {code, "2022-01-12", "09:20", "", "610329109999", "包抓组03", "GA-0302", "已走访", "已讲解案例", "", ""});
        if (i == 2400) bad("走访日期", "impossible date", {code, "2022-02-30", "10:05", "", "610329101200", "包抓组07", "GA-0701", "已走访", "已讲解案例", "", ""});
        if (i == 3600) bad("走访日期", "missing required field", {code, "", "15:40", "", "610329102201", "包抓组09", "GA-0903", "已走访", "已发放宣传单", "", ""});
        if (i == 4800) bad("单元编码", "code turned into a number by a spreadsheet", {code, "2022-03-15", "11:11", "", "6.10329E+11", "包抓组05", "GA-0501", "已走访", "已发放宣传单", "", ""});
        if (i == 6000) bad("记录编号", "duplicate record number", {"ZF-0000100", "2022-04-02", "16:30", "", "610329105201", "包抓组12", "GA-1202", "已走访", "宣传到位", "", ""});
        if (i == 7200) bad("经度", "coordinate outside the county", {code, "2022-05-06", "14:00", "", "", "包抓组02", "GA-0204", "已走访", "已讲解案例", "117.200000", "39.100000"});
        if (i == 8400) bad("走访日期", "not a date", {code, "五月初", "09:00", "", "610329103201", "包抓组11", "GA-1101", "已走访", "宣传到位", "", ""});
    }
}

void VisitWriters::add_informed(const County& county) {
    const auto bad = [&](const char* field, const char* what, WorkbookRow row) { informed_.note(informed_.add(std::move(row)), field, what, "held_back"); };
    for (std::size_t i = 0; i < county.visits.list[informed].size(); ++i) {
        const Visit& visit = county.visits.list[informed][i];
        informed_.add({fmt::format("GZ-{:07}", ++informed_count_), slash_date(first_day() + visit.day), household_cell(county, visit),
                       unit_cell(county, visit), team_cell(county, visit), officer_cell(county, visit), "已告知"});
        if (county.k != 0) continue;
        const std::string code = fmt::format("GZ-X{:05}", i);
        if (i == 900) bad("告知日期", "impossible date", {code, "2022/2/30", "", "610329106201", "包抓组13", "GA-1302", "已告知"});
        if (i == 1800) bad("告知日期", "missing required field", {code, "", "", "610329107201", "包抓组14", "GA-1401", "已告知"});
        if (i == 2700) bad("单元编码", "code turned into a number by a spreadsheet", {code, "2022/4/8", "", "6.10329E+11", "包抓组08", "GA-0803", "已告知"});
        if (i == 3600) bad("记录编号", "duplicate record number", {"GZ-0000200", "2022/5/9", "", "610329100001", "包抓组01", "GA-0102", "已告知"});
    }
}

std::uint64_t VisitWriters::commit_row(const WorkbookRow& row) {
    return committed_text_ ? committed_text_->add(row) : committed_sheet_.add(row);
}

void VisitWriters::add_committed(const County& county) {
    const bool sheet = committed_text_ == nullptr;
    for (std::size_t i = 0; i < county.visits.list[committed].size(); ++i) {
        const Visit& visit = county.visits.list[committed][i];
        const Day    day   = first_day() + visit.day;
        CellValue    date  = to_string(day);
        if (sheet) {  // four clerks, four habits
            const std::array<CellValue, 4> habits{CellValue{day}, slash_date(day), chinese_date(day), dot_date(day)};
            date = habits[i % 7 < 4 ? i % 7 : 0];
        }
        commit_row({fmt::format("CN-{:07}", ++committed_count_), date, household_cell(county, visit), unit_cell(county, visit),
                    team_cell(county, visit), officer_cell(county, visit), "已签订"});
        if (!sheet) continue;
        const auto bad = [&](const char* field, const char* what, WorkbookRow row) {
            committed_sheet_.note(committed_sheet_.add(std::move(row)), field, what, "held_back");
        };
        if (i == 1500) bad("签订日期", "impossible date", {"CN-X01500", "2022年2月30日", "", "610329102202", "包抓组10", "GA-1002", "已签订"});
        if (i == 3000) bad("记录编号", "duplicate record number", {"CN-0000300", "2022.6.6", "", "610329105206", "包抓组12", "GA-1203", "已签订"});
    }
}

void VisitWriters::finish() {
    visited_.finish();
    informed_.finish();
    if (committed_text_) {
        committed_text_->finish();
        return;
    }
    committed_sheet_.note(0, "签订日期", "dates written in four ways: cells of type date, 2022/8/3, 2022年8月3日, 2022.8.3", "accepted");
    const auto total = static_cast<double>(committed_sheet_.data_rows());
    committed_sheet_.note(committed_sheet_.add({"合计", {}, total, {}, {}, {}, {}}), "记录编号", "total row", "held_back");
    write_workbook(*journal_, "ledgers/承诺清单.xlsx", {&committed_sheet_});
}

}  // namespace gapmap::demo
