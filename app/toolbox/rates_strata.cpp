// Rates of units with different mixes of people: the long table, and the standard they are held against.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/standardise.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/rates_columns.h"
#include "data/read/vector_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Cases and base by unit and stratum. A pair that has no row has base 0 and no case: nobody of that kind lives there.
struct Strata {
    std::vector<std::string>         units, names;  ///< units in the order of their first rows, strata by name
    std::vector<std::vector<double>> cases, base;   ///< by unit, then stratum
};

const Column& column_of(const Layer& layer, const std::string& name, const std::string& path) {
    try {
        return layer.table.at(name);
    } catch (const InputError& error) {
        throw InputError(error.message(), {path});
    }
}

Strata read_strata(const Layer& layer, const StrataOptions& o) {
    const auto    cases = count_column(layer, o.cases, o.input), base = count_column(layer, o.base, o.input);
    const Column& stratum = column_of(layer, o.strata, o.input);
    const Column* id      = id_column(layer.table, o.id, o.input);
    if (id == nullptr) throw InputError("a row is a unit and a stratum: say with --id which column names the unit", {o.input});
    std::map<std::string, std::size_t> unit_rows, names;
    Strata                             out;
    for (std::size_t i = 0; i < layer.rows(); ++i) names.emplace(stratum.text(i), 0);
    for (auto& [name, at] : names) at = out.names.size(), out.names.push_back(name);
    std::vector<std::vector<bool>> seen;
    for (std::size_t i = 0; i < layer.rows(); ++i) {
        const auto [unit, is_new] = unit_rows.try_emplace(id->text(i), out.units.size());
        if (is_new) {
            out.units.push_back(unit->first);
            out.cases.emplace_back(names.size(), 0.0);
            out.base.emplace_back(names.size(), 0.0);
            seen.emplace_back(names.size());
        }
        const std::size_t at = names.at(stratum.text(i));
        if (seen[unit->second][at]) {
            throw InputError(fmt::format("unit '{}' has stratum '{}' twice; add the rows up first", unit->first, stratum.text(i)), {o.input, {}, i + (is_csv_name(o.input) ? 2 : 1), o.strata});
        }
        seen[unit->second][at]     = true;
        out.cases[unit->second][at] = cases[i];
        out.base[unit->second][at]  = base[i];
    }
    return out;
}

std::vector<double> pooled(const std::vector<std::vector<double>>& by_unit, std::size_t strata) {
    std::vector<double> out(strata, 0.0);
    for (const auto& unit : by_unit) {
        for (std::size_t j = 0; j < strata; ++j) out[j] += std::isnan(unit[j]) ? 0 : unit[j];
    }
    return out;
}

/// The pooled rate of each stratum, over units whose cases and base are both known.
std::vector<double> pooled_rates(const Strata& s) {
    std::vector<double> out;
    for (std::size_t j = 0; j < s.names.size(); ++j) {
        double cases = 0, base = 0;
        for (std::size_t u = 0; u < s.units.size(); ++u) {
            if (std::isnan(s.cases[u][j]) || std::isnan(s.base[u][j])) continue;
            cases += s.cases[u][j];
            base += s.base[u][j];
        }
        out.push_back(base > 0 ? cases / base : undefined);
    }
    return out;
}

/// FILE or FILE:COLUMN: a value a stratum; the file names the stratum in a column of the same name as IN does.
std::vector<double> standard_of_file(const StrataOptions& o, const Strata& s, const Execution& exec) {
    std::string path = o.standard, field = o.direct ? "standard" : "rate";
    if (const auto colon = o.standard.rfind(':'); !std::filesystem::exists(path) && colon != std::string::npos) {
        path  = o.standard.substr(0, colon);
        field = o.standard.substr(colon + 1);
    }
    const Layer         file   = read_layer(path, {}, exec);
    const auto          values = count_column(file, field, path);
    const Column&       names  = column_of(file, o.strata, path);
    std::vector<double> out(s.names.size(), undefined);
    std::vector<bool>   seen(s.names.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto        at    = std::ranges::lower_bound(s.names, names.text(i));
        const std::size_t row   = i + (is_csv_name(path) ? 2 : 1);
        const bool        known = at != s.names.end() && *at == names.text(i);
        if (!known && o.direct && values[i] > 0) {
            throw InputError(fmt::format("the standard has stratum '{}', of which {} says nothing", names.text(i), o.input), {path, {}, row, o.strata});
        }
        if (!known) continue;
        const auto j = static_cast<std::size_t>(at - s.names.begin());
        if (seen[j]) throw InputError(fmt::format("stratum '{}' stands there twice", *at), {path, {}, row, o.strata});
        seen[j] = true;
        out[j]  = values[i];
    }
    for (std::size_t j = 0; j < out.size(); ++j) {
        if (!std::isfinite(out[j])) throw InputError(fmt::format("has no value for stratum '{}' of {}", s.names[j], o.input), {path, {}, 0, field});
    }
    return out;
}

/// A column of IN that holds the standard: the same in every row of a stratum.
std::vector<double> standard_of_column(const StrataOptions& o, const Strata& s, const Layer& layer) {
    const auto          values  = count_column(layer, o.standard, o.input);
    const Column&       stratum = column_of(layer, o.strata, o.input);
    std::vector<double> out(s.names.size(), undefined);
    for (std::size_t i = 0; i < values.size(); ++i) {
        double& value = out[static_cast<std::size_t>(std::ranges::lower_bound(s.names, stratum.text(i)) - s.names.begin())];
        if (!std::isfinite(values[i]) || (std::isfinite(value) && value != values[i])) {
            throw InputError(fmt::format("expected one number for all rows of stratum '{}'", stratum.text(i)), {o.input, {}, i + (is_csv_name(o.input) ? 2 : 1), o.standard});
        }
        value = values[i];
    }
    return out;
}

std::vector<double> standard_of(const StrataOptions& o, const Strata& s, const Layer& layer, const Execution& exec) {
    if (o.standard.empty()) return o.direct ? pooled(s.base, s.names.size()) : pooled_rates(s);
    return layer.table.find(o.standard) != nullptr ? standard_of_column(o, s, layer) : standard_of_file(o, s, exec);
}

double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values) total += value;
    return total;
}

}  // namespace

Layer standardised_rates(const StrataOptions& o, Json& figures, const Execution& exec) {
    const Layer  layer    = read_layer(o.input, {}, exec);
    const Strata s        = read_strata(layer, o);
    const auto   standard = standard_of(o, s, layer, exec);
    Column::Texts       status;
    std::vector<double> cases, base, raw, expected, value, low, high;
    for (std::size_t u = 0; u < s.units.size(); ++u) {
        cases.push_back(sum(s.cases[u]));
        base.push_back(sum(s.base[u]));
        raw.push_back(base.back() > 0 ? cases.back() / base.back() : undefined);
        if (o.direct) {
            const StandardRate r = direct_rate(s.cases[u], s.base[u], standard, o.confidence);
            value.push_back(r.rate), low.push_back(r.interval.low), high.push_back(r.interval.high), status.emplace_back(to_string(r.status));
        } else {
            const StandardRatio r = indirect_ratio(cases.back(), s.base[u], standard, o.confidence);
            expected.push_back(r.expected), value.push_back(r.ratio), low.push_back(r.interval.low), high.push_back(r.interval.high), status.emplace_back(to_string(r.status));
        }
    }
    Layer out;
    out.name = "rates";
    const Column*     id   = id_column(layer.table, o.id, o.input);
    const std::string name = o.direct ? "direct" : "smr";
    add_column(out, id->name, Column::Texts(s.units));
    add_column(out, o.cases, cases);
    add_column(out, o.base, base);
    add_column(out, "raw", raw);
    if (!o.direct) add_column(out, "expected", expected);
    add_column(out, name, value);
    add_column(out, name + "_low", low);
    add_column(out, name + "_high", high);
    const auto defined = static_cast<std::size_t>(std::ranges::count(status, "ok"));
    add_column(out, "status", std::move(status));
    Json strata = Json::object();
    for (std::size_t j = 0; j < s.names.size(); ++j) strata[s.names[j]] = standard[j];
    figures = {{"method", o.direct ? "direct" : "indirect"}, {"n", s.units.size()}, {"used", defined}, {"standard", std::move(strata)}, {"confidence", o.confidence}};
    return out;
}

}  // namespace gapmap
