#pragma once
#include <memory>

#include "analysis/scan_null.h"

namespace gapmap {

/// The best ratio of many replications at once. A batch holds one replication a lane, cell after cell, 256 bytes a cell; along the neighbours of a centre one addition
/// moves 16 or 8 lanes on, and one comparison with the least count that could better the worst of their records lets nearly every window go by without a logarithm.
class ScanBatches {
public:
    virtual ~ScanBatches() = default;
    [[nodiscard]] virtual std::size_t count() const noexcept = 0;
    /// Draws the replications of batch `b`.
    virtual void fill(std::size_t b, const ScanNull& null) = 0;
    /// Scans the zones in batch `b`. `bucket` is that of each zone (see bucket_of). Batches can be scanned at the same time.
    virtual void visit(std::size_t b, const ScanZones& zones, std::span<const std::uint16_t> bucket, double factor) = 0;
    /// Brings replications with like records together in a batch: the worst record of a batch decides what is worth a look.
    virtual void regroup(const Execution& exec) = 0;
    /// The records, a replication each.
    [[nodiscard]] virtual std::vector<double> maxima() const = 0;
    /// Windows of nearly the same measure share the count that is worth a look.
    [[nodiscard]] virtual std::uint16_t bucket_of(double measure) const noexcept = 0;

    /// Replications [first, first + count). REQUIRES count > 0. Counts are 16 bits wide where the cases fit.
    static std::unique_ptr<ScanBatches> make(const ScanSites& sites, const ScanOptions& options, std::uint32_t first, std::uint32_t count);
};

/// How many replications one batch holds for so many cases.
[[nodiscard]] std::uint32_t scan_lanes(std::int64_t cases) noexcept;

/// The centres in an order that jumps over the map, so that every replication soon has a good record, in blocks of a few megabytes; the first block is a
/// sixteenth of them, if there are many.
using ZoneVisit = std::function<void(std::size_t shape_number, const ScanShape&, std::span<const std::uint32_t> centres, const ScanZones&)>;
void for_each_zone_block(const ScanSites& sites, const ScanOptions& options, const Execution& exec, const ZoneVisit& visit);

/// The best ratio of each replication over all windows, in their order. `round` tells the analyses of a sequential scan apart; `also` sees every block of zones once, so that the
/// neighbours are sorted once for the replications and the data.
[[nodiscard]] std::vector<double> scan_maxima(const ScanSites& sites, const ScanOptions& options, std::uint32_t round, const Execution& exec, const ZoneVisit& also = {});

}  // namespace gapmap
