#pragma once
#include "analysis/scan_sites.h"

namespace gapmap {

/// A window of the data that was observed.
struct ScanCandidate {
    double        llr = 0;
    std::uint32_t centre = 0, shape = 0;  ///< site; index among the shapes
    std::size_t   size = 0;               ///< sites in the window
    std::size_t   places = 0;             ///< places in it
    std::size_t   first = 0, last = 0;    ///< intervals
    std::int64_t  cases = 0;
    double        measure = 0, radius = 0;
};

/// Collects, block after block, the best window of each centre; in a retrospective space-time scan also the best of the time before and after it, and so on, while its ratio is above 1.
class ScanObserver {
public:
    ScanObserver(const ScanSites& sites, const ScanOptions& options) : sites_(sites), options_(options), ratio_(sites, options), of_centre_(sites.size()) {}
    void visit(std::size_t shape_number, const ScanShape& shape, std::span<const std::uint32_t> centres, const ScanZones& zones, const Execution& exec);
    /// Best first; ratios within 1e-9 are equal, then fewer places, then the centre with the lesser number come first.
    [[nodiscard]] std::vector<ScanCandidate> candidates() const;

private:
    const ScanSites&                        sites_;
    const ScanOptions&                      options_;
    ScanRatio                               ratio_;
    std::vector<std::vector<ScanCandidate>> of_centre_;
};

/// Those that share no place and time with a better one, with their sites.
struct ScanKept {
    ScanCandidate              window;
    std::vector<std::uint32_t> sites;
};
/// From the best on, until `keep` says that nothing further is wanted.
[[nodiscard]] std::vector<ScanKept> scan_apart(const ScanSites& sites, const ScanOptions& options, std::span<const ScanCandidate> candidates,
                                               const std::function<bool(const ScanCandidate&)>& wanted);

}  // namespace gapmap
