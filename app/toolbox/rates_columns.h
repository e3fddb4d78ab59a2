#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// What `gapmap rates` may add to its table beside the rates themselves.
struct RatesExtras {
    bool          excess = false, freeman_tukey = false, funnel = false, ranks = false;
    double        confidence = 0.95, per = 1000;
    std::uint32_t draws = 999;
    Seed          seed{};
};

/// Adds the columns asked for to the layer, and what they stand on to the figures.
void add_rates_extras(Layer& layer, nlohmann::ordered_json& figures, std::span<const double> cases, std::span<const double> base, const RatesExtras& extras, const Execution& exec);

/// A long table, a row a unit and stratum: what --method direct and indirect read.
struct StrataOptions {
    std::string input, cases, base, strata, standard, id;
    bool        direct = true;
    double      confidence = 0.95;
};

/// One row a unit, in the order of its first row, with its standardised rate or ratio; and the figures.
[[nodiscard]] Layer standardised_rates(const StrataOptions& options, nlohmann::ordered_json& figures, const Execution& exec);

}  // namespace gapmap
