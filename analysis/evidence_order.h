#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// Rows in the order of their data: the address that random draws of a row get, so that results do not depend on the order in which
/// rows come. Rows of equal data follow each other; whoever draws pools what they drew, so none of them is special.
struct EvidenceOrder {
    std::vector<std::uint32_t> rows;    ///< usable rows, by their data
    std::vector<std::size_t>   groups;  ///< begin of each run of equal rows in `rows`, and the end
};

/// REQUIRES columns of equal length. Cost: O(n log n).
[[nodiscard]] inline EvidenceOrder order_by_evidence(const std::vector<bool>& usable, std::span<const std::span<const double>> columns) {
    EvidenceOrder out;
    for (std::size_t i = 0; i < usable.size(); ++i) {
        if (usable[i]) out.rows.push_back(static_cast<std::uint32_t>(i));
    }
    const auto compare = [&](std::uint32_t a, std::uint32_t b) {
        for (const auto& column : columns) {
            if (column[a] != column[b]) return column[a] < column[b] ? -1 : 1;
        }
        return 0;
    };
    std::ranges::stable_sort(out.rows, [&](std::uint32_t a, std::uint32_t b) { return compare(a, b) < 0; });
    for (std::size_t k = 0; k < out.rows.size(); ++k) {
        if (k == 0 || compare(out.rows[k - 1], out.rows[k]) != 0) out.groups.push_back(k);
    }
    out.groups.push_back(out.rows.size());
    return out;
}

/// A column in that order.
[[nodiscard]] inline std::vector<double> in_order(std::span<const double> values, const EvidenceOrder& order) {
    std::vector<double> out;
    out.reserve(order.rows.size());
    for (const std::uint32_t i : order.rows) out.push_back(values[i]);
    return out;
}

}  // namespace gapmap
