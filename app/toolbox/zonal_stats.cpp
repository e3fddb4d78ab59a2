#include "app/toolbox/zonal_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>

#include "data/read/number_text.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

enum class Needs { sums, moments, order };

struct Stat {
    const char* name;
    const char* alias;  ///< what other programs call it; may be empty
    Needs       needs;
    bool        counts;  ///< has a value (0) where there is no valid cell
    bool        whole;
    double (*value)(const ZonalTally&, const ZonalOrder&);
};

constexpr Stat all_stats[] = {
    {"count", "", Needs::sums, true, false, [](const ZonalTally& t, const ZonalOrder&) { return t.weight; }},
    {"sum", "", Needs::sums, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.sum; }},
    {"mean", "", Needs::sums, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.mean; }},
    {"min", "", Needs::sums, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.min; }},
    {"max", "", Needs::sums, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.max; }},
    {"range", "", Needs::sums, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.max - t.min; }},
    {"sd", "stdev", Needs::moments, false, false, [](const ZonalTally& t, const ZonalOrder&) { return std::sqrt(t.variance()); }},
    {"variance", "var", Needs::moments, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.variance(); }},
    {"cv", "coefficient_of_variation", Needs::moments, false, false, [](const ZonalTally& t, const ZonalOrder&) { return t.mean == 0 ? std::nan("") : std::sqrt(t.variance()) / t.mean; }},
    {"median", "", Needs::order, false, false, nullptr},
    {"majority", "mode", Needs::order, false, false, [](const ZonalTally&, const ZonalOrder& o) { return o.majority; }},
    {"minority", "", Needs::order, false, false, [](const ZonalTally&, const ZonalOrder& o) { return o.minority; }},
    {"variety", "", Needs::order, true, true, [](const ZonalTally&, const ZonalOrder& o) { return static_cast<double>(o.variety); }},
    {"cells", "", Needs::sums, true, true, [](const ZonalTally& t, const ZonalOrder&) { return static_cast<double>(t.cells); }},
    {"nodata", "", Needs::sums, true, false, [](const ZonalTally& t, const ZonalOrder&) { return t.no_data; }},
};

const Stat* stat_of(std::string_view name) {
    if (name == "std") name = "sd";
    for (const Stat& s : all_stats) {
        if (name == s.name || (*s.alias != '\0' && name == s.alias)) return &s;
    }
    return nullptr;
}

/// "p90": 0.9.
std::optional<double> percentile_of(const std::string& name) {
    if (name.size() < 2 || name[0] != 'p') return std::nullopt;
    const ParsedNumber number = parse_number(name.data() + 1, name.data() + name.size());
    if (number.end != name.data() + name.size() || !(number.value >= 0 && number.value <= 100)) return std::nullopt;
    return number.value / 100;
}

}  // namespace

std::string zonal_stat_names() {
    std::string out;
    for (const Stat& s : all_stats) out += fmt::format("{}, ", s.name);
    return out + "p0 to p100 (percentiles)";
}

ZonalStats::ZonalStats(const std::string& list) {
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        std::string       name  = list.substr(at, comma - at);
        name.erase(0, name.find_first_not_of(' '));
        name.erase(name.find_last_not_of(' ') + 1);
        at = comma + 1;
        if (std::ranges::find(names_, name) != names_.end()) throw UsageError(fmt::format("--stats: '{}' is named twice", name));
        const Stat* const stat = stat_of(name);
        const auto        part = name == "median" ? std::optional(0.5) : percentile_of(name);
        if (stat == nullptr && !part) throw UsageError(fmt::format("--stats: there is no '{}'; there are {}", name, zonal_stat_names()));
        if (part) quantiles_.push_back(*part);
        names_.push_back(name);
        meanings_.push_back(part ? "quantile" : stat->name);
    }
}

ZonalOptions ZonalStats::options(CellRule rule) const {
    ZonalOptions out{.rule = rule, .quantiles = quantiles_};
    for (const std::string& meaning : meanings_) {
        const Needs needs = meaning == "quantile" ? Needs::order : stat_of(meaning)->needs;
        out.moments = out.moments || needs == Needs::moments;
        out.order   = out.order || needs == Needs::order;
    }
    return out;
}

std::vector<Column> ZonalStats::columns(const std::vector<ZonalTally>& tallies, const std::vector<ZonalOrder>& orders, const std::vector<bool>& known) const {
    std::vector<Column> out;
    std::size_t         quantile = 0;
    static const ZonalOrder none;
    for (std::size_t k = 0; k < names_.size(); ++k) {
        const bool        sorted = meanings_[k] == "quantile";
        const Stat* const stat   = sorted ? nullptr : stat_of(meanings_[k]);
        Column::Reals     values(tallies.size());
        std::vector<bool> valid(tallies.size());
        for (std::size_t r = 0; r < tallies.size(); ++r) {
            const ZonalOrder& order = orders.empty() ? none : orders[r];
            if (!known[r] || (!tallies[r].has_data() && (sorted || !stat->counts))) continue;
            values[r] = sorted ? order.quantiles[quantile] : stat->value(tallies[r], order);
            valid[r]  = !std::isnan(values[r]);
        }
        if (sorted) quantile += 1;
        Column column{names_[k], {}, std::move(valid)};
        if (!sorted && stat->whole) column.data = Column::Integers(values.begin(), values.end());
        else column.data = std::move(values);
        out.push_back(std::move(column));
    }
    return out;
}

}  // namespace gapmap
