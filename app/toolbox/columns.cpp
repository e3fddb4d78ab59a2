#include "app/toolbox/columns.h"

#include <fmt/format.h>

#include <cmath>

#include "data/read/vector_file.h"
#include "data/read/number_text.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

/// A text in a column that could not be read as numbers throughout: its number, or NaN.
double number_of(const std::string& text) {
    const ParsedNumber number = parse_number(text.data(), text.data() + text.size());
    return number.end == text.data() + text.size() ? number.value : std::nan("");
}

std::vector<double> checked_column(const Layer& layer, const std::string& name, const std::string& path, bool counts) {
    const Column* column = nullptr;
    try {
        column = &layer.table.at(name);
    } catch (const InputError& error) {
        throw InputError(error.message(), {path});
    }
    std::vector<double> out(column->size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = column->number(i);
        if (!column->is_valid(i)) continue;
        if (const auto* texts = std::get_if<Column::Texts>(&column->data)) out[i] = number_of((*texts)[i]);
        if (std::isfinite(out[i]) && (!counts || out[i] >= 0)) continue;
        throw InputError(fmt::format("expected a number{}, got '{}'", counts ? " >= 0" : "", column->text(i)), {path, {}, i + (is_csv_name(path) ? 2 : 1), name});
    }
    return out;
}

}  // namespace

std::vector<double> number_column(const Layer& layer, const std::string& name, const std::string& path) { return checked_column(layer, name, path, false); }
std::vector<double> count_column(const Layer& layer, const std::string& name, const std::string& path) { return checked_column(layer, name, path, true); }

}  // namespace gapmap
