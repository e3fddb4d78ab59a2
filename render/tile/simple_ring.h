#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// Says quickly of most rings that they are simple. Reuse one object a thread.
class SimpleRingCheck {
public:
    /// True: no two edges have a point in common except neighbours their end. False: some have, or it would take long to find out.
    /// The ring is open; a point may stand twice in a row. Exact. Cost: O(n log n) for rings whose edges are short beside them; gives up
    /// (false) where edges are long and many, rather than become quadratic.
    /// Source: plane sweep along x in strips of y.
    [[nodiscard]] bool operator()(std::span<const double> x, std::span<const double> y);

private:
    [[nodiscard]] bool strip_is_simple(std::span<const std::uint32_t> edges);
    [[nodiscard]] bool touch(std::uint32_t e, std::uint32_t f) const noexcept;

    std::vector<double>        x_, y_;
    std::vector<std::uint32_t> starts_, members_, sorted_, open_;
    std::size_t                work_ = 0;
};

}  // namespace gapmap
