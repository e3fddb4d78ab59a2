#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// Neighbours of each row, as columns: row i has neighbours[offsets[i], offsets[i + 1]), ascending, with their weights.
struct SpatialWeights {
    std::vector<std::size_t>   offsets{0};
    std::vector<std::uint32_t> neighbours;
    std::vector<double>        weights;

    [[nodiscard]] std::size_t rows() const noexcept { return offsets.size() - 1; }
    [[nodiscard]] std::span<const std::uint32_t> of(std::size_t row) const noexcept {
        return std::span(neighbours).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
    [[nodiscard]] std::span<const double> weights_of(std::size_t row) const noexcept {
        return std::span(weights).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
};

/// One entry of a weights list.
struct WeightEntry {
    std::uint32_t row, neighbour;
    double        weight;
};

/// Sorted weights of `rows` rows from entries in any order. Entries of weight 0 are kept; of a repeated pair the last stands.
/// REQUIRES row, neighbour < rows.
[[nodiscard]] SpatialWeights weights_from_entries(std::vector<WeightEntry> entries, std::size_t rows);

/// The weights among the rows that `keep` marks, numbered anew in their order; the others and all links to them are left out.
/// REQUIRES keep.size() == rows().
[[nodiscard]] SpatialWeights weights_among(const SpatialWeights& weights, const std::vector<bool>& keep);

enum class WeightStyle {
    row_standardised,  ///< each row divided by its sum; a row without weight stays as it is
    as_given,
};
/// In place. Cost: O(links).
void apply_style(SpatialWeights& weights, WeightStyle style);

/// Each row with itself as a neighbour (Gi* looks at the unit and its neighbours). A row that names itself already keeps what it gave; the others
/// get their largest weight: 1 where neighbours count 1 each. A row without neighbours stays without.
[[nodiscard]] SpatialWeights with_self(const SpatialWeights& weights);

enum class Contiguity {
    queen,  ///< rows that share a vertex
    rook,   ///< rows that share an edge
};

/// Contiguity of polygons, weight 1 a pair, symmetric, no row its own neighbour.
/// Meaning: shared exactly, coordinate for coordinate: borders must be drawn with the same vertices on both sides.
/// Null rows have no neighbours. Cost: O(vertices + links log links of a row), about 60 bytes a vertex while it runs.
template <class Space>
[[nodiscard]] SpatialWeights contiguity(const PolygonsView<Space>& polygons, Contiguity rule, const Execution& exec = {});

}  // namespace gapmap
