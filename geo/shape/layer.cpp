#include "geo/shape/layer.h"

#include <fmt/format.h>

#include <limits>

#include "geo/core/error.h"

namespace gapmap {

std::size_t Column::size() const noexcept {
    return std::visit([](const auto& values) { return values.size(); }, data);
}

double Column::number(std::size_t row) const noexcept {
    if (is_valid(row)) {
        if (const auto* reals = std::get_if<Reals>(&data)) return (*reals)[row];
        if (const auto* integers = std::get_if<Integers>(&data)) return static_cast<double>((*integers)[row]);
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string Column::text(std::size_t row) const {
    if (!is_valid(row)) return {};
    if (const auto* texts = std::get_if<Texts>(&data)) return (*texts)[row];
    return std::visit([&](const auto& values) { return fmt::format("{}", values[row]); }, data);
}

const Column* Table::find(std::string_view name) const noexcept {
    for (const Column& column : columns) {
        if (column.name == name) return &column;
    }
    return nullptr;
}

const Column& Table::at(std::string_view name) const {
    if (const Column* column = find(name)) return *column;
    std::string names;
    for (const Column& column : columns) names += (names.empty() ? "" : ", ") + column.name;
    throw InputError(fmt::format("there is no column '{}'; there are: {}", name, names));
}

namespace {
struct CountRows {
    std::size_t table_rows;
    std::size_t operator()(std::monostate) const noexcept { return table_rows; }
    template <class Shapes>
    std::size_t operator()(const Shapes& shapes) const noexcept { return shapes.size(); }
};
}  // namespace

std::size_t Layer::rows() const noexcept { return std::visit(CountRows{table.rows()}, geometry); }

}  // namespace gapmap
