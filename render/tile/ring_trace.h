#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "render/tile/hot_pixels.h"

namespace gapmap {

/// Rings of one (multi)polygon on a tile's lattice, open. A shell has a positive area by the surveyor's formula in these y-down coordinates and is
/// followed by its holes, which have a negative one: the winding and the order that vector tiles ask for.
struct LatticeRings {
    std::vector<LatticePoint>  points{};
    std::vector<std::uint32_t> ends{};
    std::vector<std::uint8_t>  is_shell{};

    void clear() noexcept { points.clear(), ends.clear(), is_shell.clear(); }
    void end_ring(bool shell) {
        ends.push_back(static_cast<std::uint32_t>(points.size()));
        is_shell.push_back(shell ? 1 : 0);
    }
    [[nodiscard]] std::size_t                   size() const noexcept { return ends.size(); }
    [[nodiscard]] std::span<const LatticePoint> ring(std::size_t q) const noexcept {
        const std::uint32_t begin = q == 0 ? 0 : ends[q - 1];
        return std::span(points).subspan(begin, ends[q] - begin);
    }
};

/// Twice the signed area, exact.
[[nodiscard]] std::int64_t twice_area(std::span<const LatticePoint> ring) noexcept;

/// Drops the points on a straight line between their neighbours, in place of the ring's points in `to`: appends what is left.
void append_corners(std::span<const LatticePoint> ring, std::vector<LatticePoint>& to);

/// Makes valid rings of the snapped edges of one shape. Edges that occur in both directions cancel, which takes away spikes and lines of no width;
/// what is left bounds the area. Rings are simple, do not cross, and touch one another at points only; the area inside is connected.
/// REQUIRES edges that meet at their ends only, and as many into a point as out of it. Cost: O(n log n + holes x shells whose boxes hold them).
class RingTracer {
public:
    void add(LatticePoint from, LatticePoint to) { edges_.push_back({from, to}); }
    /// Replaces `out`; forgets the edges.
    void trace(LatticeRings& out);

private:
    struct Edge {
        LatticePoint from, to;
    };
    struct Loop {
        std::uint32_t begin = 0, end = 0, cycle = 0;  ///< its points in loops_points_; the walk that it was part of
        std::int64_t  area = 0;
    };
    void                        cancel();
    void                        walk(std::uint32_t first, std::uint32_t cycle);
    [[nodiscard]] std::uint32_t next(std::uint32_t edge, std::uint32_t first) const;
    void                        close_loop(std::size_t from, std::uint32_t cycle);
    void                        assemble(LatticeRings& out);
    [[nodiscard]] std::uint32_t shell_around(const Loop& hole, const std::vector<std::uint32_t>& shells) const;

    std::vector<Edge>          edges_;
    std::vector<std::uint32_t> node_;      // of an edge's end: the first edge out of it
    std::vector<std::uint32_t> place_;     // of a node (its first edge) on the stack, or none
    std::vector<std::uint8_t>  used_;
    std::vector<std::uint32_t> stack_;     // nodes walked over
    std::vector<LatticePoint>  loop_points_;
    std::vector<Loop>          loops_;
};

}  // namespace gapmap
