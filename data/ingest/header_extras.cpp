#include "data/ingest/header_extras.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/ingest/cell_parse.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

/// 单位：万元 in one of the rows above the header, or in its upper row.
std::optional<double> title_unit(const HeaderMatch& header, const std::vector<std::vector<std::string>>& rows) {
    for (std::size_t r = 0; r < std::min(header.first_row + header.rows, rows.size()); ++r) {
        for (const std::string& cell : rows[r]) {
            const std::string key = match_key(cell);
            const auto        at  = key.find("单位");
            if (at == std::string::npos) continue;
            const std::string behind = key.substr(at);
            if (const auto unit = money_unit_in(behind)) return unit;
        }
    }
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& names, const LedgerDef& ledger) {
    std::string out;
    for (const std::string& name : names) {
        if (const auto field = ledger.index_of(name)) out += (out.empty() ? "" : ", ") + ledger.fields[*field].zh;
    }
    return out;
}

}  // namespace

void set_money_units(HeaderMatch& header, const LedgerDef& ledger, const std::vector<std::vector<std::string>>& rows) {
    const double general = title_unit(header, rows).value_or(1.0);
    header.scale.resize(ledger.fields.size(), 1.0);
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        if (ledger.fields[f].type != FieldType::money || !header.columns[f]) continue;
        header.scale[f] = money_unit_in(match_key(header.headers[*header.columns[f]])).value_or(general);
    }
}

void require_columns(const HeaderMatch& header, const LedgerDef& ledger, const std::vector<std::string>& said, const Place& place) {
    const auto has_column = [&](const std::string& name) {
        const auto field = ledger.index_of(name);
        return field && header.columns[*field];
    };
    for (const FieldDef& field : ledger.fields) {
        if (!field.wanted || field.required || has_column(field.name)) continue;
        if (std::ranges::any_of(field.otherwise, has_column) || std::ranges::find(said, field.name) != said.end()) continue;
        Place where = place;
        where.field = field.name;
        if (!field.setting.empty()) {
            throw InputError(fmt::format("the ledger {} must say for each row its {} ({}): add the column, or say it for the whole file with {} = \"home\" (or "
                                         "workplace, bank, report_desk, unknown) for this source in county.toml. Results are by the victim's home unless they say otherwise",
                                         ledger.name, field.name, field.zh, field.setting), where);
        }
        throw InputError(fmt::format("no column for {} ({}) of ledger {}, and none that may stand in for it ({}); name the column with columns = {{ {} = \"...\" }} "
                                     "in county.toml", field.name, field.zh, ledger.name, joined(field.otherwise, ledger), field.name), where);
    }
}

}  // namespace gapmap
