#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/project/county_toml.h"
#include "app/project/folder.h"
#include "data/reference.h"
#include "data/write/whole_file.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

std::string field_type_text(const std::string& type) {
    static const std::vector<std::pair<std::string, std::string>> names = {
        {"code", "编码（文本）"}, {"text", "文本"}, {"integer", "整数"}, {"number", "数字"}, {"date", "日期"}, {"time", "时间"},
        {"money", "金额"}, {"longitude", "经度（度）"}, {"latitude", "纬度（度）"}, {"position", "经度和纬度（同一格）"}, {"yes_no", "是或否"}};
    for (const auto& [key, zh] : names) if (key == type) return fmt::format("{} {}", zh, type);
    return type;
}

std::string joined(const Json& texts) {
    std::string out;
    for (const Json& text : texts) out += (out.empty() ? "" : "、") + text.get<std::string>();
    return out;
}

/// Sheet 1: the header alone, to be filled in. Sheet 说明: what each column means.
std::string ledger_template(const Json& ledger) {
    WorkbookSheet form{.name = ledger["zh"].get<std::string>(), .rows = {{}}, .autofilter = true, .freeze_header = true};
    WorkbookSheet notes{.name = "说明", .rows = {{"列名", "字段 field", "English", "类型 type", "必填 required", "敏感级别 sensitivity", "也认得的列名 aliases"}},
                        .column_widths = {20, 18, 24, 20, 14, 20, 40}, .freeze_header = true};
    for (const Json& field : ledger["fields"]) {
        if (field.value("stored", true)) form.rows[0].emplace_back(field["zh"].get<std::string>());
        notes.rows.push_back({field["zh"].get<std::string>(), field["name"].get<std::string>(), field["en"].get<std::string>(),
                              field_type_text(field["type"].get<std::string>()), field.value("required", false) ? "是" : "",
                              field["sensitivity"].get<std::string>(), joined(field.value("aliases", Json::array()))});
    }
    return workbook_bytes({form, notes}, {.title = form.name});
}

CountyText empty_county() {
    return {.as_of = "2022-09-04", .sources_are_comments = true,
            .sources = {
                {.ledger = "units", .path = "ledgers/镇界.shp", .level = "town", .comment = "镇 (towns)"},
                {.ledger = "units", .path = "ledgers/村界.gpkg", .level = "village", .layer = "村社区", .comment = "村、社区 (villages)"},
                {.ledger = "units", .path = "ledgers/网格.geojson", .level = "grid", .comment = "网格 (grids)"},
                {.ledger = "units", .path = "ledgers/楼栋.gpkg", .level = "building", .comment = "楼栋 (buildings)"},
                {.ledger = "organisations", .path = "ledgers/包抓单位.xlsx", .comment = "包抓单位 (organisations)"},
                {.ledger = "households", .path = "ledgers/户册.xlsx", .crs = "EPSG:4490", .comment = "户册 (households)"},
                {.ledger = "people_at_risk", .path = "ledgers/极易被骗人员库.xlsx", .comment = "极易被骗人员库 (people at risk)"},
                {.ledger = "bases", .path = "ledgers/分母台账.xlsx", .comment = "分母台账 (denominators)"},
                {.ledger = "visits", .path = "ledgers/走访清单.xlsx", .list = "visited", .crs = "EPSG:4490", .comment = "走访清单 (visited)"},
                {.ledger = "visits", .path = "ledgers/告知清单.xlsx", .list = "informed", .comment = "告知清单 (informed)"},
                {.ledger = "visits", .path = "ledgers/承诺清单.xlsx", .list = "committed", .comment = "承诺清单 (committed)"},
                {.ledger = "apps", .path = "ledgers/APP注册.xlsx", .app = "国家反诈中心", .sheet = "国家反诈中心", .comment = "APP注册 (apps)"},
                {.ledger = "sites", .path = "ledgers/宣传阵地.xlsx", .crs = "GCJ02", .comment = "宣传阵地 (sites)"},
                {.ledger = "events", .path = "ledgers/宣传活动.xlsx", .comment = "宣传活动 (events)"},
                {.ledger = "cases", .path = "ledgers/发案台账.xlsx", .crs = "EPSG:4490", .comment = "发案台账 (cases)"},
                {.ledger = "warnings", .path = "ledgers/预警劝阻.xlsx", .comment = "预警劝阻 (warnings)"},
                {.ledger = "stations", .path = "ledgers/派出所.xlsx", .crs = "EPSG:4490", .comment = "派出所警力 (stations)"}}};
}

/// Writes the project and returns the paths of its files, below `folder`.
std::vector<std::string> write_empty_project(const std::filesystem::path& folder) {
    require_new_folder(folder);
    make_folder(folder / "templates");
    make_folder(folder / "ledgers");
    write_whole_file(folder / "county.toml", county_toml(empty_county()));
    std::vector<std::string> files{"county.toml"};
    const Json               ledgers = Json::parse(reference_file("ledgers.json"));
    for (const auto& [name, ledger] : ledgers.items()) {
        files.push_back(fmt::format("templates/{}.xlsx", ledger["zh"].get<std::string>()));
        write_whole_file(folder / files.back(), ledger_template(ledger));
    }
    return files;
}

}  // namespace

void register_init(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("init", "Start an empty county: county.toml and one template a ledger")->group("Project");
    auto      folder  = std::make_shared<std::string>();
    command->add_option("DIR", *folder, "Folder to write: new or empty")->required();
    command->footer("Example:\n  gapmap init my-county");
    sink(command, [folder](const CommandContext& context) {
        const auto files = write_empty_project(*folder);
        if (context.common.json) {
            fmt::print("{}\n", Json{{"folder", *folder}, {"files", files}}.dump(-1, ' ', false, Json::error_handler_t::replace));
            return;
        }
        for (const std::string& file : files) fmt::print("{}/{}\n", *folder, file);
        fmt::print("next: put the ledgers into {0}/ledgers, name them in {0}/county.toml, then gapmap import -p {0}\n", *folder);
    });
}

}  // namespace gapmap
