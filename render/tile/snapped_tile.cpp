#include "render/tile/snapped_tile.h"

#include <algorithm>
#include <cstdlib>

namespace gapmap {

void SnappedTile::begin(const LatticeBox& box) {
    box_      = box;
    corner_x_ = static_cast<double>(box.x);
    corner_y_ = static_cast<double>(box.y);
    hot_.reset(box.x, box.y, box.width, box.height);
    stops_.clear();
    chains_.clear();
    shapes_.clear();
}

void SnappedTile::begin_shape(bool drawn) {
    drawn_ = drawn;
    if (drawn) shapes_.push_back(static_cast<std::uint32_t>(chains_.size()));
}

void SnappedTile::begin_chain(bool shell) {
    const auto at = static_cast<std::uint32_t>(stops_.size());
    chains_.push_back({at, at, shell});
}

void SnappedTile::end_chain() {
    const std::uint32_t begin = chains_.back().begin;
    if (stops_.size() > begin + 1 && stops_.back().p == stops_[begin].p) {
        stops_[begin].in_x = stops_.back().in_x;
        stops_[begin].in_y = stops_.back().in_y;
        stops_.pop_back();
    }
    for (std::size_t i = begin; i < stops_.size(); ++i) hot_.add(stops_[i].p);
    if (!drawn_ || stops_.size() < begin + std::size_t{2}) {
        stops_.resize(begin);
        chains_.pop_back();
        return;
    }
    chains_.back().end = static_cast<std::uint32_t>(stops_.size());
}

void SnappedTile::add_cut_ring(bool shell) {
    if (ring_.size() == 0) return;
    const auto [west, east]   = std::ranges::minmax(ring_.x);
    const auto [north, south] = std::ranges::minmax(ring_.y);
    const ClipBox box{corner_x_, corner_y_, corner_x_ + box_.width, corner_y_ + box_.height};
    if (west >= box.x_max || east <= box.x_min || north >= box.y_max || south <= box.y_min) return;
    if (west < box.x_min || east > box.x_max || north < box.y_min || south > box.y_max) clip_ring(ring_, spare_, box);
    if (ring_.size() < 3) return;
    begin_chain(shell);
    for (std::size_t i = 0; i < ring_.size(); ++i) add_vertex(ring_.x[i], ring_.y[i]);
    end_chain();
}

/// Appends the ring's lattice points to routed_. False where it meets itself, or a ring of the shape before it.
bool SnappedTile::route(const Chain& chain) {
    const std::size_t first = routed_.points.size();
    const std::size_t n     = chain.end - chain.begin;
    for (std::size_t k = 0; k < n; ++k) {
        const Stop& a = stops_[chain.begin + k];
        const Stop& b = stops_[chain.begin + (k + 1 == n ? 0 : k + 1)];
        routed_.points.push_back(a.p);
        // Two pixels side by side are convex together: nothing lies between.
        if (std::abs(a.p.x - b.p.x) + std::abs(a.p.y - b.p.y) > 1) hot_.along({a.out_x, a.out_y, b.in_x, b.in_y, a.p, b.p}, routed_.points);
    }
    bool plain = routed_.points.size() - first >= 3;
    for (std::size_t i = first; i < routed_.points.size(); ++i) plain = !hot_.mark(routed_.points[i]) && plain;
    routed_.end_ring(chain.shell);
    return plain;
}

void SnappedTile::take(std::size_t i, LatticeRings& out) {
    routed_.clear();
    out.clear();
    const std::size_t end   = i + 1 < shapes_.size() ? shapes_[i + 1] : chains_.size();
    bool              plain = true;
    for (std::size_t c = shapes_[i]; c < end; ++c) {
        plain = route(chains_[c]) && plain;
        plain = plain && (c > shapes_[i] || chains_[c].shell);
    }
    for (const LatticePoint p : routed_.points) hot_.unmark(p);
    if (plain) {
        for (std::size_t q = 0; q < routed_.size(); ++q) {
            append_corners(routed_.ring(q), out.points);
            out.end_ring(routed_.is_shell[q] != 0);
        }
        return;
    }
    for (std::size_t q = 0; q < routed_.size(); ++q) {
        const auto ring = routed_.ring(q);
        for (std::size_t k = 0; k < ring.size(); ++k) tracer_.add(ring[k], ring[k + 1 == ring.size() ? 0 : k + 1]);
    }
    tracer_.trace(out);
}

}  // namespace gapmap
