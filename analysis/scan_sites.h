#pragma once
#include "analysis/scan.h"

namespace gapmap {

/// Places at different coordinates, in the order of their coordinates, so that nothing depends on the order of the caller's rows.
struct ScanSites {
    std::vector<double>        x, y, z;       ///< z empty on a plane
    std::vector<std::size_t>   offsets{0};    ///< of `places`, one more than sites
    std::vector<std::uint32_t> places;        ///< the caller's numbers, ascending within a site
    std::size_t                intervals = 1;
    std::vector<std::int64_t>  cases;         ///< a site after the other, each its intervals
    std::vector<double>        measure;       ///< likewise: expected counts (Poisson, permutation), individuals (Bernoulli)
    std::vector<double>        share;         ///< of a site in the total, which the largest window is counted by
    std::int64_t               total_cases   = 0;
    double                     total_measure = 0;

    [[nodiscard]] std::size_t size() const noexcept { return offsets.size() - 1; }
    [[nodiscard]] std::span<const std::uint32_t> places_of(std::size_t site) const noexcept {
        return std::span(places).subspan(offsets[site], offsets[site + 1] - offsets[site]);
    }
};

/// Merges places and settles what is expected: Poisson measures sum to the number of cases. `excluded` places are left out (empty: none).
[[nodiscard]] ScanSites scan_sites(const ScanData& data, ScanModel model, const std::vector<bool>& excluded);

/// Circles (shape 1), and ellipses in the order of their shapes and angles.
struct ScanShape {
    double shape = 1, angle_deg = 0, factor = 1;  ///< factor: what the penalty multiplies the ratio by
};
[[nodiscard]] std::vector<ScanShape> scan_shapes(const ScanOptions& options);

/// The nearest sites of some centres, as far as the largest window reaches.
struct ScanZones {
    std::vector<std::size_t>   offsets{0};  ///< of the lists, one more than centres
    std::vector<std::uint32_t> order;       ///< sites, nearest first
    std::vector<double>        measure;     ///< of the zone that ends with this site, over all intervals
    std::vector<double>        radius;      ///< of that zone

    [[nodiscard]] std::size_t size() const noexcept { return offsets.size() - 1; }
};
[[nodiscard]] ScanZones scan_zones(const ScanSites& sites, std::span<const std::uint32_t> centres, const ScanShape& shape, const ScanOptions& options, const Execution& exec);
/// The same into memory that is used again.
void scan_zones(const ScanSites& sites, std::span<const std::uint32_t> centres, const ScanShape& shape, const ScanOptions& options, const Execution& exec, ScanZones& out);

/// The ratio of one analysis: 0 on the side that is not scanned, below the least number of cases, and where a window is empty or everything.
class ScanRatio {
public:
    ScanRatio(const ScanSites& sites, const ScanOptions& options) noexcept;
    [[nodiscard]] double operator()(std::int64_t inside, double measure) const noexcept;
    /// Never below the ratio by more than rounding, at the price of a division: the chi-square statistic.
    [[nodiscard]] double bound(std::int64_t inside, double measure) const noexcept {
        const double expected = measure * per_measure_, off = static_cast<double>(inside) - expected;
        return off * off * scale_ / (expected * (cases_ - expected));
    }
    [[nodiscard]] double expected(double measure) const noexcept { return measure * per_measure_; }
    [[nodiscard]] double relative_risk(std::int64_t inside, double measure) const noexcept;
    /// Least count whose ratio on the high side may reach `level` in any window of at least this measure; total + 1 where none can.
    [[nodiscard]] std::int64_t least_high(double measure, double level, std::int64_t from) const noexcept;
    /// Largest count whose ratio on the low side may reach `level` in any window of at most this measure; -1 where none can.
    [[nodiscard]] std::int64_t most_low(double measure, double level, std::int64_t from) const noexcept;

private:
    [[nodiscard]] double ratio(std::int64_t inside, double measure) const noexcept;

    ScanModel    model_;
    ScanSide     side_;
    std::int64_t total_, min_cases_;
    double       cases_, measure_, per_measure_, scale_;
};

}  // namespace gapmap
