#include <fmt/format.h>

#include <utility>

#include "app/demo/ledgers.h"
#include "geo/crs/china_shift.h"

namespace gapmap::demo {
namespace {

constexpr std::size_t  swapped_site      = 40;
constexpr std::int64_t with_unit_wan_yuan = 32'000, full_width_yuan = 5'600;

CellValue wan_yuan(std::int64_t yuan) { return static_cast<double>(yuan) / 10'000; }
CellValue degrees_cell(bool present, double degrees) { return present ? CellValue{std::stod(degrees_text(degrees))} : CellValue{}; }

}  // namespace

OfficeWriters::OfficeWriters(Journal& journal)
    : journal_(&journal),
      sites_(journal, "ledgers/宣传阵地.csv", TextEncoding::utf8, ','),
      warnings_(journal, "ledgers/预警劝阻.csv", TextEncoding::gb18030, ','),
      events_(journal, "ledgers/宣传活动.xlsx", "宣传活动"),
      cases_(journal, "ledgers/发案台账.xlsx", "发案台账"),
      stations_(journal, "ledgers/派出所.xlsx", "派出所"),
      organisations_(journal, "ledgers/包抓单位.xlsx", "包抓单位") {
    sites_.add({"阵地编号", "阵地名称", "阵地类型", "经度", "纬度", "建成日期", "拆除日期"});
    warnings_.add({"预警编号", "预警日期", "村编码", "劝阻结果"});
    events_.add_header({"活动编号", "活动日期", "活动类型", "村编码", "参加人次"});
    cases_.add_header({"麟游县电信网络诈骗发案台账"});
    cases_.merge({0, 0, 0, 10});
    cases_.add_header({"案件编号", "发案日期", "案件类型", "涉案金额(万元)", "止付金额(万元)", "冻结金额(万元)", "返还金额(万元)", "地点性质",
                       "单元编码", "经度", "纬度"});
    stations_.add_header({"派出所编号", "派出所名称", "民辅警人数", "每周工时", "经度", "纬度"});
    organisations_.add_header({"单位编号", "单位名称", "包抓单元编码", "起始日期", "终止日期"});
    sites_.note(0, "经度", "coordinates in GCJ-02, declared in county.toml", "accepted");
}

void OfficeWriters::add(const County& county) {
    add_sites(county);
    add_events(county);
    add_cases(county);
    add_warnings(county);
    add_stations(county);
    add_organisations(county);
}

void OfficeWriters::add_sites(const County& county) {
    for (std::size_t i = 0; i < county.records.sites.size(); ++i) {
        const Site&         site = county.records.sites[i];
        const Point<Lonlat> p    = wgs84_to_gcj02(county.shifted(site.place));
        std::string         lon = degrees_text(p.x), lat = degrees_text(p.y);
        const bool          swapped = county.k == 0 && i == swapped_site;
        if (swapped) std::swap(lon, lat);
        const auto row = sites_.add({county.tagged(site.code), site.name, site.kind, lon, lat, slash_date(site.opened),
                                     site.is_closed ? slash_date(site.closed) : ""});
        if (swapped) sites_.note(row, "经度", "longitude and latitude swapped", "repaired");
    }
    if (county.k != 0) return;
    sites_.note(sites_.add({"ZD-901", "外县宣传墙", "宣传墙", "117.200000", "39.100000", "2022/3/1", ""}), "经度", "coordinate outside the county", "held_back");
    sites_.note(sites_.add({"ZD-005", "重复登记的警示牌", "警示牌", "107.795000", "34.682000", "2022/9/2", ""}), "阵地编号", "duplicate site code", "held_back");
}

void OfficeWriters::add_events(const County& county) {
    for (const Event& event : county.records.events) {
        events_.add({county.tagged(event.code), event.date, event.kind, county.code(county.ground.villages[event.village].code),
                     static_cast<double>(event.attendance)});
    }
    if (county.k != 0) return;
    events_.note(events_.add({"HD-901", "2022-02-30", "培训", "610329100001", 35.0}), "活动日期", "impossible date", "held_back");
    events_.note(events_.add({"HD-902", "2022-06-18", "", "610329100001", 20.0}), "活动类型", "missing required field", "held_back");
}

void OfficeWriters::add_cases(const County& county) {
    for (const Case& one : county.records.cases) {
        const Point<Lonlat> p     = county.shifted(one.place);
        CellValue           loss  = wan_yuan(one.loss_yuan);
        const char*         quirk = nullptr;
        if (one.loss_yuan == with_unit_wan_yuan) { loss = "3.2万元"; quirk = "amount with its unit in the cell"; }
        if (one.loss_yuan == full_width_yuan) { loss = full_width("5600") + "元"; quirk = "full-width digits, unit yuan under a header in 10,000 yuan"; }
        const auto row = cases_.add({county.tagged(one.code), one.date, one.kind, loss, wan_yuan(one.stopped_yuan), wan_yuan(one.frozen_yuan),
                                     wan_yuan(one.recovered_yuan), one.location_role, one.unit.empty() ? CellValue{} : CellValue{county.code(one.unit)},
                                     degrees_cell(one.has_place, p.x), degrees_cell(one.has_place, p.y)});
        if (quirk != nullptr && county.k == 0) cases_.note(row, "涉案金额(万元)", quirk, "repaired");
    }
    if (county.k != 0) return;
    cases_.note(cases_.add({"LY-2022-003", Day::of(2022, 3, 3), "刷单返利", 1.5, 0.0, 0.0, 0.0, "居住地", "610329100001"}), "案件编号", "duplicate case code",
                "held_back");
    cases_.note(cases_.add({"LY-2022-901", Day::of(2022, 3, 9), "虚假贷款", 2.0, 0.0, 0.0, 0.0, {}, "610329100001"}), "地点性质", "missing required field",
                "held_back");
}

void OfficeWriters::add_warnings(const County& county) {
    for (std::size_t i = 0; i < county.records.warnings.size(); ++i) {
        const Warning& warning = county.records.warnings[i];
        warnings_.add({county.tagged(fmt::format("YJ-{:05}", i + 1)), to_string(warning.date), county.code(county.ground.villages[warning.village].code),
                       warning.outcome});
        if (county.k != 0) continue;
        const auto bad = [&](const char* field, const char* what, WorkbookRow row) { warnings_.note(warnings_.add(std::move(row)), field, what, "held_back"); };
        if (i == 800) bad("村编码", "unknown unit code", {"YJ-X0800", "2022-01-06", "610329104200", "已劝阻"});
        if (i == 1600) bad("预警日期", "impossible date", {"YJ-X1600", "2022-02-30", "610329102200", "已劝阻"});
        if (i == 2400) bad("村编码", "missing required field", {"YJ-X2400", "2022-02-19", "", "未接通"});
    }
}

void OfficeWriters::add_stations(const County& county) {
    for (const Station& station : county.records.stations) {
        const Point<Lonlat> p = county.shifted(station.place);
        stations_.add({county.tagged(station.code), station.name, static_cast<double>(station.officers), station.hours, degrees_cell(true, p.x),
                       degrees_cell(true, p.y)});
    }
}

void OfficeWriters::add_organisations(const County& county) {
    for (const Organisation& one : county.records.organisations) {
        organisations_.add({county.tagged(one.code), one.name, county.code(county.ground.villages[one.village].code), one.from,
                            one.ended ? CellValue{one.to} : CellValue{}});
    }
}

void OfficeWriters::finish() {
    sites_.finish();
    warnings_.finish();
    write_workbook(*journal_, "ledgers/宣传活动.xlsx", {&events_});
    write_workbook(*journal_, "ledgers/发案台账.xlsx", {&cases_});
    write_workbook(*journal_, "ledgers/派出所.xlsx", {&stations_});
    write_workbook(*journal_, "ledgers/包抓单位.xlsx", {&organisations_});
}

}  // namespace gapmap::demo
