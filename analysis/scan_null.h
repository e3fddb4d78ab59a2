#pragma once
#include "analysis/scan_sites.h"

namespace gapmap {

/// Draws from weights in constant time: Walker's alias table. Probabilities are exact to 2^-32 of one over their number.
class AliasTable {
public:
    explicit AliasTable(std::span<const double> weights);  ///< REQUIRES weights >= 0, one of them > 0
    [[nodiscard]] std::uint32_t draw(Draws& draws) const noexcept {
        const std::uint32_t k = draws.below(static_cast<std::uint32_t>(entries_.size()));
        return draws.next_u32() < entries_[k].keep ? k : entries_[k].other;
    }

private:
    struct Entry {
        std::uint32_t keep, other;
    };
    std::vector<Entry> entries_;
};

/// Data without a cluster, given the number of cases: Poisson, cases thrown on cells by what is expected; Bernoulli, cases drawn without replacement from all
/// individuals; permutation, the cases' intervals shuffled over their places.
class ScanNull {
public:
    ScanNull(const ScanSites& sites, ScanModel model, Seed seed, std::uint32_t round);
    /// Counts of replication `r`, a cell each, into `counts`, which has the length of `sites.cases`.
    void draw(std::uint32_t r, std::span<std::int32_t> counts) const;

private:
    const ScanSites&           sites_;
    ScanModel                  model_;
    Seed                       seed_;
    std::uint32_t              round_;
    AliasTable                 alias_;
    std::vector<std::uint32_t> site_of_case_, interval_of_case_;  // permutation only
};

}  // namespace gapmap
