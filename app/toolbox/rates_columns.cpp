#include "app/toolbox/rates_columns.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/excess_risk.h"
#include "analysis/funnel.h"
#include "analysis/rank_intervals.h"
#include "app/toolbox/columns.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

Column::Integers whole(const std::vector<int>& values) { return {values.begin(), values.end()}; }

/// A whole number a row that has data; blank where it has not.
void add_whole(Layer& layer, const std::string& name, const std::vector<int>& values, const std::vector<Status>& status) {
    add_column(layer, name, whole(values));
    for (const Status s : status) layer.table.columns.back().valid.push_back(s == Status::ok);
}

std::size_t count_if_at_least(const std::vector<int>& places, int size) {
    std::size_t n = 0;
    for (const int place : places) n += std::abs(place) >= size ? 1U : 0U;
    return n;
}

void add_excess(Layer& layer, Json& figures, const ExcessRisk& risk, double confidence) {
    add_column(layer, "expected", risk.expected);
    add_column(layer, "excess_risk", risk.ratio);
    add_column(layer, "excess_low", risk.low);
    add_column(layer, "excess_high", risk.high);
    add_column(layer, "p_at_most", risk.at_most);
    add_column(layer, "p_at_least", risk.at_least);
    add_column(layer, "choynowski", risk.choynowski);
    figures["confidence"] = confidence;
    figures["sided"]      = 1;
}

void add_funnel(Layer& layer, Json& figures, std::span<const double> cases, const std::vector<double>& expected) {
    const Funnel f = funnel(cases, expected);
    add_column(layer, "funnel_ratio", f.ratio);
    add_column(layer, "funnel_z", f.z);
    add_column(layer, "funnel_low95", f.low95);
    add_column(layer, "funnel_high95", f.high95);
    add_column(layer, "funnel_low998", f.low998);
    add_column(layer, "funnel_high998", f.high998);
    add_whole(layer, "funnel_place", f.place, f.status);
    figures["funnel"] = {{"target", f.target}, {"phi", f.phi}, {"phi_used", f.phi_used}, {"phi_p", f.phi_p}, {"outside95", count_if_at_least(f.place, 1)},
                         {"outside998", count_if_at_least(f.place, 2)}};
}

void add_ranks(Layer& layer, Json& figures, const RankIntervals& ranks, const RatesExtras& extras) {
    add_column(layer, "rank_mean", ranks.mean);
    add_column(layer, "rank_low", ranks.low);
    add_column(layer, "rank_high", ranks.high);
    add_column(layer, "rank_first", ranks.top);
    figures["ranks"] = {{"draws", extras.draws}, {"confidence", extras.confidence}, {"told_apart", ranks.told_apart}};
}

}  // namespace

void add_rates_extras(Layer& layer, Json& figures, std::span<const double> cases, std::span<const double> base, const RatesExtras& extras, const Execution& exec) {
    const ExcessRisk risk = excess_risk(cases, base, extras.confidence);
    if (extras.excess) add_excess(layer, figures, risk, extras.confidence);
    if (extras.freeman_tukey) {
        add_column(layer, "ft", freeman_tukey(cases, base, extras.per));
        figures["per"] = extras.per;
    }
    if (extras.funnel) add_funnel(layer, figures, cases, risk.expected);
    if (extras.ranks) add_ranks(layer, figures, rate_ranks(cases, base, {.draws = extras.draws, .confidence = extras.confidence, .seed = extras.seed}, exec), extras);
}

}  // namespace gapmap
