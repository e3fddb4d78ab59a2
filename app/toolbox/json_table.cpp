#include "app/toolbox/json_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Column column_of(const Json& rows, const std::string& key) {
    const auto  any = [&](auto test) { return std::ranges::any_of(rows, [&](const Json& row) { return test(row.at(key)); }); };
    Column      out{key, {}, {}};
    const auto  fill = [&](auto values, auto value_of) {
        for (const Json& row : rows) {
            const Json& cell = row.at(key);
            out.valid.push_back(!cell.is_null());
            values.push_back(cell.is_null() ? typename decltype(values)::value_type{} : value_of(cell));
        }
        out.data = std::move(values);
    };
    if (any([](const Json& cell) { return cell.is_string(); })) fill(Column::Texts{}, [](const Json& cell) { return cell.is_string() ? cell.get<std::string>() : cell.dump(); });
    else if (any([](const Json& cell) { return cell.is_number_float(); })) fill(Column::Reals{}, [](const Json& cell) { return cell.get<double>(); });
    else fill(Column::Integers{}, [](const Json& cell) { return cell.is_boolean() ? std::int64_t{cell.get<bool>()} : cell.get<std::int64_t>(); });
    return out;
}

}  // namespace

Layer json_table(const Json& rows, const std::string& name) {
    Layer layer{name, {}, {}, {}};
    if (rows.empty()) return layer;
    for (const auto& item : rows.front().items()) layer.table.columns.push_back(column_of(rows, item.key()));
    return layer;
}

}  // namespace gapmap
