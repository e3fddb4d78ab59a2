#include "app/project/explain.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/project/import_project.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

std::optional<Project> project_in(const std::string& folder) {
    if (!fs::exists(fs::path(folder) / "county.toml")) return std::nullopt;
    return read_project(folder);
}

const SourceSpec* find_source(const std::optional<Project>& project, const std::string& file, const std::string& ledger) {
    if (!project) return nullptr;
    for (const SourceSpec& spec : project->sources) {
        std::error_code ignored;
        const bool      same = fs::weakly_canonical(spec.file, ignored) == fs::weakly_canonical(file, ignored);
        if (same && (ledger.empty() || ledger == spec.ledger)) return &spec;
    }
    return nullptr;
}

SourceSpec choose_source(const ExplainRequest& request, const std::optional<Project>& project, std::string& chosen) {
    SourceSpec spec;
    chosen = request.ledger.empty() ? "county.toml" : "option";
    if (const SourceSpec* listed = find_source(project, request.file, request.ledger)) {
        spec = *listed;
    } else {
        spec.ledger = request.ledger;
        spec.path = spec.file = request.file;
    }
    if (!request.list.empty()) spec.list = request.list;
    if (!request.sheet.empty()) spec.sheet = request.sheet;
    if (!request.crs.empty()) spec.crs = request.crs;
    if (spec.ledger.empty()) {
        chosen      = "best match";
        spec.ledger = best_ledger(spec);
    }
    const LedgerDef& ledger = ledger_definition(spec.ledger);
    if (spec.list.empty() && !ledger.lists.empty()) spec.list = ledger.lists.front();
    if (spec.list.empty() && spec.ledger == "units") spec.list = "village";
    return spec;
}

std::string reason_text(MatchReason reason, Tongue tongue) {
    switch (reason) {
        case MatchReason::override_name: return std::string(tongue("county.toml 指定", "named in county.toml"));
        case MatchReason::template_name: return std::string(tongue("模板列名", "template name"));
        case MatchReason::alias: return std::string(tongue("别名", "alias"));
        case MatchReason::prefix: return std::string(tongue("列名被截断，按开头对应", "cut name, matched by its start"));
        case MatchReason::none: break;
    }
    return std::string(tongue("不读取", "not read"));
}

/// A personal value is shown as marks, unless it was asked for.
std::string shown(const FieldDef& field, const std::string& value, bool show_personal) { return value.empty() || show_personal || !field.personal ? value : "***"; }

std::string crs_text(const SheetReading& sheet, Tongue tongue) {
    if (!sheet.crs.empty()) return sheet.crs;
    return std::string(sheet.has_coordinates ? tongue("缺少：请用 crs = \"...\" 声明", "missing: declare it with crs = \"...\"") : tongue("无坐标", "no coordinates"));
}

std::string column_lines(const SheetReading& sheet, Tongue tongue) {
    std::string text;
    for (const ColumnReading& column : sheet.columns) {
        if (column.field.empty()) {
            text += fmt::format("    {} -> {}\n", column.header, tongue("（不读取）", "(not read)"));
            continue;
        }
        text += fmt::format("    {} -> {} {} [{}]", column.header, column.field, column.field_zh, reason_text(column.reason, tongue));
        if (column.scale != 1) text += fmt::format(" x{}", column.scale);
        for (std::size_t i = 0; i < column.forms.size(); ++i) text += (i == 0 ? "  " : ", ") + column.forms[i];
        text += "\n";
    }
    std::string missing;
    for (const std::string& field : sheet.missing) missing += (missing.empty() ? "" : ", ") + field;
    if (!missing.empty()) text += fmt::format("  {}: {}\n", tongue("没有对应列的字段", "fields without a column"), missing);
    return text;
}

std::string row_lines(const Explanation& e, const SheetReading& sheet, Tongue tongue) {
    if (sheet.first_rows.empty()) return {};
    const LedgerDef& ledger = ledger_definition(e.spec.ledger);
    std::string      text   = fmt::format("  {}:\n", tongue("前几行将存为", "the first rows as they would be stored"));
    for (const auto& row : sheet.first_rows) {
        std::string line;
        for (std::size_t f = 0; f < row.size(); ++f) {
            if (!row[f].empty()) line += (line.empty() ? "" : ", ") + ledger.fields[f].name + "=" + shown(ledger.fields[f], row[f], e.show_personal);
        }
        text += "    " + line + "\n";
    }
    return text;
}

std::string sheet_text(const Explanation& e, const SheetReading& sheet, Tongue tongue) {
    std::string text = sheet.sheet.empty() ? std::string() : fmt::format("{}: {}\n", tongue("工作表", "sheet"), sheet.sheet);
    text += fmt::format("  {}: {}\n", tongue("编码", "encoding"), sheet.encoding);
    text += fmt::format("  {}: {}\n", tongue("表头行", "header row"), sheet.header_first == 0 ? std::string(tongue("图层字段名", "the layer's field names")) : sheet.header_first == sheet.header_last ? std::to_string(sheet.header_first) : fmt::format("{}-{}", sheet.header_first, sheet.header_last));
    text += fmt::format("  {}: {}\n", tongue("坐标系", "coordinate system"), crs_text(sheet, tongue));
    text += fmt::format("  {}:\n", tongue("列", "columns")) + column_lines(sheet, tongue) + row_lines(e, sheet, tongue);
    const ImportSummary& n = sheet.counts;
    text += tongue.chinese ? fmt::format("  读入 {}，采用 {}，修正 {}，退回 {}\n", n.rows_read, n.accepted, n.repaired, n.held_back)
                           : fmt::format("  read {}, accepted {}, repaired {}, held back {}\n", n.rows_read, n.accepted, n.repaired, n.held_back);
    for (const Issue& issue : sheet.issues) {
        text += tongue.chinese ? fmt::format("    第 {} 行 {} [{}] {}\n", issue.row, issue.field, issue.code, issue.detail_zh)
                               : fmt::format("    row {} {} [{}] {}\n", issue.row, issue.field, issue.code, issue.detail_en);
    }
    if (sheet.more_issues > 0) text += fmt::format("    {} {}\n", sheet.more_issues, tongue("条未列出", "more"));
    if (!sheet.refused.empty()) text += fmt::format("  {}: {}\n", tongue("导入时会被拒绝", "an import would refuse it"), sheet.refused);
    return text;
}

std::string chosen_text(const Explanation& e, Tongue tongue) {
    if (e.chosen == "option") return std::string(tongue("命令行指定", "as asked for"));
    if (e.chosen == "county.toml") return std::string(tongue("county.toml 中的来源", "the source in county.toml"));
    return std::string(tongue("按表头最相近者选取", "chosen as the best match of the header"));
}

nlohmann::ordered_json sheet_json(const Explanation& e, const SheetReading& sheet) {
    const LedgerDef&       ledger = ledger_definition(e.spec.ledger);
    const Tongue           english{false};
    nlohmann::ordered_json out{{"sheet", sheet.sheet}, {"encoding", sheet.encoding}, {"header_rows", {sheet.header_first, sheet.header_last}}, {"crs", sheet.crs}, {"has_coordinates", sheet.has_coordinates}};
    out["columns"] = nlohmann::ordered_json::array();
    for (const ColumnReading& c : sheet.columns) {
        out["columns"].push_back({{"header", c.header}, {"field", c.field}, {"type", c.type}, {"why", reason_text(c.reason, english)}, {"scale", c.scale}, {"personal", c.personal}, {"forms", c.forms}});
    }
    out["fields_without_column"] = sheet.missing;
    out["first_rows"]            = nlohmann::ordered_json::array();
    for (const auto& row : sheet.first_rows) {
        auto& entry = out["first_rows"].emplace_back(nlohmann::ordered_json::object());
        for (std::size_t f = 0; f < row.size(); ++f) {
            if (!row[f].empty()) entry[ledger.fields[f].name] = shown(ledger.fields[f], row[f], e.show_personal);
        }
    }
    const ImportSummary& n = sheet.counts;
    out.update(nlohmann::ordered_json{{"rows_read", n.rows_read}, {"accepted", n.accepted}, {"repaired", n.repaired}, {"held_back", n.held_back}});
    out["issues"] = nlohmann::ordered_json::array();
    for (const Issue& i : sheet.issues) out["issues"].push_back({{"row", i.row}, {"field", i.field}, {"fate", to_string(i.fate)}, {"code", i.code}, {"zh", i.detail_zh}, {"en", i.detail_en}});
    out["more_issues"] = sheet.more_issues;
    out["refused"]     = sheet.refused;
    return out;
}

}  // namespace

Explanation explain_file(const ExplainRequest& request, const Execution& exec) {
    const auto  project = project_in(request.folder);
    Explanation out;
    out.spec          = choose_source(request, project, out.chosen);
    out.show_personal = request.show_personal;
    if (project) out.lang = project->lang;
    ImportReference reference;
    reference.checks_units = false;
    if (project && fs::exists(project->store_path())) {
        reference                 = ground_of(Store::open_existing(project->store_path()));
        reference.checks_units    = !reference.unit_codes.empty() && out.spec.ledger != "units";
        out.checked_against_store = reference.checks_units;
    }
    out.reading = explain_source(out.spec, reference, exec);
    return out;
}

nlohmann::ordered_json explanation_json(const Explanation& e) {
    nlohmann::ordered_json out{{"file", e.spec.path}, {"kind", e.reading.kind}, {"ledger", e.spec.ledger}, {"list", e.spec.list}, {"ledger_chosen_by", e.chosen}, {"checked_against_store", e.checked_against_store}};
    out["sheets"] = nlohmann::ordered_json::array();
    for (const SheetReading& sheet : e.reading.sheets) out["sheets"].push_back(sheet_json(e, sheet));
    return out;
}

std::string explanation_text(const Explanation& e, Tongue tongue) {
    const LedgerDef& ledger = ledger_definition(e.spec.ledger);
    std::string      text   = fmt::format("{}: {}\n{}: {}\n", tongue("文件", "file"), e.spec.path, tongue("类型", "kind"), e.reading.kind);
    text += fmt::format("{}: {} {}{} ({})\n", tongue("台账", "ledger"), ledger.name, ledger.zh, e.spec.list.empty() ? "" : " / " + e.spec.list, chosen_text(e, tongue));
    text += fmt::format("{}\n", e.checked_against_store ? tongue("单元编码、户编号已与数据库核对", "unit codes and households are checked against the store")
                                                        : tongue("尚无辖区数据：单元编码、户编号未核对", "no ground in a store yet: unit codes and households are not checked"));
    for (const SheetReading& sheet : e.reading.sheets) text += sheet_text(e, sheet, tongue);
    return text;
}

}  // namespace gapmap
