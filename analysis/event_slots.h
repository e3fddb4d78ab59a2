#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/draws.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Events with place and time in an order of their own (x, y, time): what is dealt to them, and every sum over them, does not depend on the order of rows.
struct EventSlots {
    std::vector<double>        x, y, time;
    std::vector<std::uint32_t> row;          ///< of the input
    std::size_t                missing = 0;  ///< rows without place or time
    [[nodiscard]] std::size_t        size() const noexcept { return x.size(); }
    [[nodiscard]] PointsView<Planar> places() const noexcept { return {x, y}; }
};

/// REQUIRES as many times as points. Cost: O(n log n).
[[nodiscard]] EventSlots event_slots(PointsView<Planar> points, std::span<const double> times);

/// The times in random order, every order as likely: Fisher and Yates on the sorted ones, addressed by (seed, stream, permutation). REQUIRES `sorted` sorted.
[[nodiscard]] std::vector<double> dealt_times(std::span<const double> sorted, Seed seed, std::uint32_t stream, std::uint64_t permutation);

}  // namespace gapmap
