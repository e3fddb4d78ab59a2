#pragma once
#include <vector>

#include "analysis/integrity.h"

namespace gapmap {

/// Flags of single rows: the first half of check_integrity. Same requirements.
[[nodiscard]] std::vector<RowFlags> flag_rows(const FieldRows& rows, const IntegrityOptions& options);

/// The tail of a share against the shares of others: top[j] of bottom[j] each.
struct PeerBase {
    double base = 0;  ///< larger (upper) or smaller (lower) of pooled share and mean of shares
    double icc  = 0;  ///< at least the given one
};
[[nodiscard]] PeerBase peer_base(const std::vector<std::int64_t>& top, const std::vector<std::int64_t>& bottom, bool upper, double least_icc);

}  // namespace gapmap
