#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Exact neighbours of points in the plane. Distances are squares in double precision: dx dx + dy dy. Points with NaN are not in the tree.
/// Cost: O(n log n) to build, 40 bytes a point. Source: Bentley 1975; distances to boxes kept by increments as in Arya & Mount 1993.
class KdTree {
public:
    struct Entry {
        double        x, y;
        std::uint32_t row;
    };
    struct Near {
        double        d2;
        std::uint32_t row;
        auto operator<=>(const Near&) const = default;
    };

    static constexpr std::uint32_t none = 0xFFFFFFFFU;  ///< no row

    explicit KdTree(PointsView<Planar> points, const Execution& exec = {});

    /// The points in the order of the tree: neighbours in space are neighbours here.
    [[nodiscard]] std::span<const Entry> entries() const noexcept { return entries_; }

    /// Into `out`: the out.size() nearest to (x, y) without row `self` (or `none`), nearest first, ties by row. REQUIRES that many points.
    void nearest(double x, double y, std::uint32_t self, std::span<Near> out) const;

    /// Calls visit(Near) for each point with d2 <= `limit`, `self` left out, in the order of the tree.
    template <class Visit>
    void within(double x, double y, std::uint32_t self, double limit, Visit&& visit) const;

private:
    static constexpr std::size_t bucket = 8;
    struct Node {
        double        low, high;  // greatest coordinate of the left half, least of the right
        std::uint8_t  axis;
    };
    void split(std::size_t node, std::size_t begin, std::size_t end);

    std::vector<Entry> entries_;
    std::vector<Node>  nodes_;  // node k halves its range of entries; its children are 2k + 1 and 2k + 2
};

template <class Visit>
void KdTree::within(double x, double y, std::uint32_t self, double limit, Visit&& visit) const {
    struct Open {
        std::size_t node, begin, end;
    };
    Open stack[128];
    std::size_t open = 0;
    stack[open++]    = {0, 0, entries_.size()};
    while (open > 0) {
        const auto [node, begin, end] = stack[--open];
        if (end - begin <= bucket) {
            for (std::size_t e = begin; e < end; ++e) {
                const double dx = entries_[e].x - x, dy = entries_[e].y - y, d2 = dx * dx + dy * dy;
                if (d2 <= limit && entries_[e].row != self) visit(Near{d2, entries_[e].row});
            }
            continue;
        }
        const std::size_t middle = begin + (end - begin) / 2;
        const Node&       n      = nodes_[node];
        const double      q = n.axis == 0 ? x : y, left = q - n.low, right = n.high - q;
        if (right <= 0 || right * right <= limit) stack[open++] = {2 * node + 2, middle, end};
        if (left <= 0 || left * left <= limit) stack[open++] = {2 * node + 1, begin, middle};
    }
}

}  // namespace gapmap
