#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "render/tile/hot_pixels.h"
#include "render/tile/ring_clip.h"
#include "render/tile/ring_trace.h"

namespace gapmap {

/// The box of a tile with its buffer, on the lattice of its level.
struct LatticeBox {
    std::int64_t x = 0, y = 0;  ///< top left corner
    std::int32_t width = 0, height = 0;
};

/// Shapes of one tile and layer, cut to its box and snapped together: each comes out valid, and shapes that share a border before share it after,
/// without gap or overlap, also where a vertex of one stands on an edge of the other. Reuse one object a thread.
/// First all rings are added, then shapes are taken one by one.
class SnappedTile {
public:
    void begin(const LatticeBox& box);

    /// Starts a shape. Where it is not `drawn`, it only leads the borders of others: a coverage without it has its hole, and no other.
    void begin_shape(bool drawn);
    /// A ring of the shape: n points, without a repeated last one, from `point(i)`, a pair of level coordinates in lattice units.
    /// `inside`: no point is outside the box.
    template <class At>
    void add_ring(std::size_t n, bool shell, bool inside, At point) {
        if (inside) {
            begin_chain(shell);
            for (std::size_t i = 0; i < n; ++i) {
                const auto [x, y] = point(i);
                add_vertex(x, y);
            }
            end_chain();
            return;
        }
        ring_.clear();
        for (std::size_t i = 0; i < n; ++i) {
            const auto [x, y] = point(i);
            ring_.push(x, y);
        }
        add_cut_ring(shell);
    }

    [[nodiscard]] std::size_t shapes() const noexcept { return shapes_.size(); }
    /// The i-th shape that was drawn, in points of the box. Replaces `out`; empty where the shape has no area on the lattice. REQUIRES that all rings were added.
    void take(std::size_t i, LatticeRings& out);

private:
    /// A run of vertices of a ring that have one lattice point: where the ring comes in and goes out.
    struct Stop {
        LatticePoint p;
        double       in_x, in_y, out_x, out_y;
    };
    struct Chain {
        std::uint32_t begin, end;  ///< of the stops
        bool          shell;
    };
    void begin_chain(bool shell);
    void add_vertex(double x, double y) {
        const LatticePoint p{static_cast<std::int32_t>(lattice_round(x) - corner_x_), static_cast<std::int32_t>(lattice_round(y) - corner_y_)};
        if (stops_.size() > chains_.back().begin && stops_.back().p == p) {
            stops_.back().out_x = x;
            stops_.back().out_y = y;
            return;
        }
        stops_.push_back({p, x, y, x, y});
    }
    void end_chain();
    void add_cut_ring(bool shell);
    bool route(const Chain& chain);

    LatticeBox                 box_;
    double                     corner_x_ = 0, corner_y_ = 0;
    HotPixels                  hot_;
    OpenRing                   ring_, spare_;
    std::vector<Stop>          stops_;
    std::vector<Chain>         chains_;
    std::vector<std::uint32_t> shapes_;  // first chain of each drawn shape
    bool                       drawn_ = false;
    LatticeRings               routed_;
    RingTracer                 tracer_;
};

}  // namespace gapmap
