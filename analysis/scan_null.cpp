#include "analysis/scan_null.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_null = 410;

}  // namespace

AliasTable::AliasTable(std::span<const double> weights) : entries_(weights.size()) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0), n = static_cast<double>(weights.size());
    GEO_EXPECTS(sum > 0);
    std::vector<double>        scaled(weights.size());
    std::vector<std::uint32_t> small, large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        scaled[i] = weights[i] / sum * n;
        (scaled[i] < 1 ? small : large).push_back(i);
    }
    const auto settle = [&](std::uint32_t i, double keep, std::uint32_t other) { entries_[i] = {static_cast<std::uint32_t>(std::min(keep * 0x1p32, 0x1p32 - 1)), other}; };
    while (!small.empty() && !large.empty()) {
        const std::uint32_t s = small.back(), l = large.back();
        small.pop_back();
        settle(s, scaled[s], l);
        scaled[l] -= 1 - scaled[s];
        if (scaled[l] < 1) {
            large.pop_back();
            small.push_back(l);
        }
    }
    // What is left has weight 1 but for rounding; where rounding used up the large ones too early, a cell of weight 0 must still never be drawn.
    const auto largest = static_cast<std::uint32_t>(std::ranges::max_element(weights) - weights.begin());
    for (const std::uint32_t i : small) settle(i, scaled[i] < 0.5 ? scaled[i] : 1, largest);
    for (const std::uint32_t i : large) settle(i, 1, i);
}

ScanNull::ScanNull(const ScanSites& sites, ScanModel model, Seed seed, std::uint32_t round) : sites_(sites), model_(model), seed_(seed), round_(round), alias_(sites.measure) {
    if (model != ScanModel::permutation) return;
    for (std::size_t k = 0; k < sites.cases.size(); ++k) {
        site_of_case_.insert(site_of_case_.end(), static_cast<std::size_t>(sites.cases[k]), static_cast<std::uint32_t>(k / sites.intervals));
        interval_of_case_.insert(interval_of_case_.end(), static_cast<std::size_t>(sites.cases[k]), static_cast<std::uint32_t>(k % sites.intervals));
    }
}

void ScanNull::draw(std::uint32_t r, std::span<std::int32_t> counts) const {
    Draws draws(seed_, stream_null, r, round_);
    std::ranges::fill(counts, 0);
    if (model_ == ScanModel::poisson) {
        for (std::int64_t c = 0; c < sites_.total_cases; ++c) ++counts[alias_.draw(draws)];
    } else if (model_ == ScanModel::bernoulli) {
        // An individual that was drawn before is drawn again; where cases are the majority, the controls are drawn.
        const auto individuals = static_cast<std::int64_t>(sites_.total_measure);
        const bool controls    = 2 * sites_.total_cases > individuals;
        for (std::int64_t left = controls ? individuals - sites_.total_cases : sites_.total_cases; left > 0;) {
            const std::uint32_t cell = alias_.draw(draws);
            const auto          all  = static_cast<std::uint32_t>(sites_.measure[cell]);
            if (all == 0 || draws.below(all) < static_cast<std::uint32_t>(counts[cell])) continue;
            ++counts[cell];
            --left;
        }
        if (controls) {
            for (std::size_t k = 0; k < counts.size(); ++k) counts[k] = static_cast<std::int32_t>(sites_.measure[k]) - counts[k];
        }
    } else {
        std::vector<std::uint32_t> interval = interval_of_case_;
        for (std::size_t left = interval.size(); left > 0; --left) {
            std::swap(interval[left - 1], interval[draws.below(static_cast<std::uint32_t>(left))]);
            ++counts[site_of_case_[left - 1] * sites_.intervals + interval[left - 1]];
        }
    }
}

}  // namespace gapmap
