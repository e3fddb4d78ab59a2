#include "data/ingest/header_extras.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/ingest/cell_parse.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

bool names_a_unit(const std::string& key) {
    return key.find("万") != std::string::npos || key.find("元") != std::string::npos;
}

/// 单位：万元, （金额：万元）, 金额单位:万 in one of the rows above the header, or in its upper rows.
std::optional<double> title_unit(const HeaderMatch& header, const std::vector<std::vector<std::string>>& rows) {
    for (std::size_t r = 0; r < std::min(header.first_row + header.rows, rows.size()); ++r) {
        for (const std::string& cell : rows[r]) {
            const std::string key = match_key(cell);
            for (const std::string_view word : {"单位", "金额:", "计价:"}) {
                const auto at = key.find(word);
                if (at == std::string::npos) continue;
                const std::string behind = key.substr(at + word.size());
                if (const auto unit = money_unit_in(behind)) return unit;
                if (behind.starts_with(":万") || behind.starts_with("万")) return 10'000.0;
            }
        }
    }
    return std::nullopt;
}

/// The unit in an upper cell of the header over a column, merged over several: 金额（万元）.
std::optional<double> group_unit(const HeaderMatch& header, const std::vector<std::vector<std::string>>& rows, std::size_t column) {
    for (std::size_t r = header.first_row; r + 1 < std::min(header.first_row + header.rows, rows.size()); ++r) {
        if (rows[r].empty()) continue;
        std::size_t c = std::min(column, rows[r].size() - 1);
        while (c > 0 && match_key(rows[r][c]).empty()) --c;
        const std::string key = match_key(rows[r][c]);
        if (!names_a_unit(key)) continue;
        if (const auto unit = money_unit_in(key)) return unit;
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
        const std::string own = match_key(header.headers[*header.columns[f]]);
        const auto        unit = own.ends_with("(万)") ? std::optional(10'000.0) : money_unit_in(own);
        header.scale[f] = unit ? *unit : group_unit(header, rows, *header.columns[f]).value_or(general);
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
