#include "render/tile/ring_trace.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gapmap {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};

bool before(LatticePoint p, LatticePoint q) noexcept { return p.x != q.x ? p.x < q.x : p.y < q.y; }

std::int64_t cross(LatticePoint o, LatticePoint p, LatticePoint q) noexcept {
    return std::int64_t{p.x - o.x} * (q.y - o.y) - std::int64_t{p.y - o.y} * (q.x - o.x);
}

/// Whether the middle of the edge p, q is inside a ring that does not have this edge and does not cross it. Exact.
bool holds_middle(std::span<const LatticePoint> ring, LatticePoint p, LatticePoint q) noexcept {
    const std::int64_t x = std::int64_t{p.x} + q.x, y = std::int64_t{p.y} + q.y;
    bool               inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const std::int64_t ax = 2 * std::int64_t{ring[j].x}, ay = 2 * std::int64_t{ring[j].y}, bx = 2 * std::int64_t{ring[i].x}, by = 2 * std::int64_t{ring[i].y};
        if ((ay > y) == (by > y)) continue;
        const std::int64_t side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        if ((side > 0) == (by > ay)) inside = !inside;
    }
    return inside;
}

}  // namespace

std::int64_t twice_area(std::span<const LatticePoint> ring) noexcept {
    std::int64_t sum = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) sum += cross(ring[0], ring[i], ring[i + 1]);
    return sum;
}

void append_corners(std::span<const LatticePoint> ring, std::vector<LatticePoint>& to) {
    const std::size_t n = ring.size();
    std::size_t       first = 0;
    while (first < n && cross(ring[(first + n - 1) % n], ring[first], ring[(first + 1) % n]) == 0) ++first;
    if (first == n) return;
    to.push_back(ring[first]);
    for (std::size_t i = 1; i < n; ++i) {
        std::size_t at = first + i, after = at + 1;
        if (at >= n) at -= n;
        if (after >= n) after -= n;
        if (cross(to.back(), ring[at], ring[after]) != 0) to.push_back(ring[at]);
    }
}

void RingTracer::cancel() {
    const auto undirected = [](const Edge& e) { return before(e.from, e.to) ? std::pair{e.from, e.to} : std::pair{e.to, e.from}; };
    std::ranges::sort(edges_, [&](const Edge& e, const Edge& f) {
        const auto [a, b] = undirected(e);
        const auto [c, d] = undirected(f);
        return std::tuple(a.x, a.y, b.x, b.y) < std::tuple(c.x, c.y, d.x, d.y);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < edges_.size();) {
        const auto [low, high] = undirected(edges_[i]);
        std::int64_t net = 0;
        for (; i < edges_.size() && undirected(edges_[i]) == std::pair{low, high}; ++i) net += edges_[i].from == low ? 1 : -1;
        for (; net > 0; --net) edges_[kept++] = {low, high};
        for (; net < 0; ++net) edges_[kept++] = {high, low};
    }
    edges_.resize(kept);
    std::ranges::sort(edges_, [](const Edge& e, const Edge& f) { return std::tuple(e.from.x, e.from.y, e.to.x, e.to.y) < std::tuple(f.from.x, f.from.y, f.to.x, f.to.y); });
}

void RingTracer::trace(LatticeRings& out) {
    out.clear();
    cancel();
    const auto n = static_cast<std::uint32_t>(edges_.size());
    node_.assign(n, none);
    place_.assign(n, none);
    used_.assign(n, 0);
    loop_points_.clear();
    loops_.clear();
    for (std::uint32_t e = 0; e < n; ++e) {
        const auto at = std::ranges::lower_bound(edges_, edges_[e].to, before, &Edge::from);
        if (at != edges_.end() && at->from == edges_[e].to) node_[e] = static_cast<std::uint32_t>(at - edges_.begin());
    }
    std::uint32_t cycle = 0;
    for (std::uint32_t e = 0; e < n; ++e) {
        if (!used_[e]) walk(e, cycle++);
    }
    assemble(out);
    edges_.clear();
}

std::uint32_t RingTracer::next(std::uint32_t edge, std::uint32_t first) const {
    const std::uint32_t begin = node_[edge];
    if (begin == none) return none;
    const LatticePoint at = edges_[edge].to, back = edges_[edge].from;
    // The area lies between an edge out of a point and the edge into it that follows counter-clockwise; so of the edges out, the first one
    // clockwise from the way back bounds the same piece of area.
    const auto sector = [&](LatticePoint p) { const std::int64_t c = cross(at, back, p); return c < 0 ? 0 : c == 0 ? 1 : 2; };
    std::uint32_t best = none;
    for (std::uint32_t e = begin; e < edges_.size() && edges_[e].from == at; ++e) {
        if (used_[e] && e != first) continue;
        if (best == none) { best = e; continue; }
        const int a = sector(edges_[e].to), b = sector(edges_[best].to);
        if (a < b || (a == b && cross(at, edges_[e].to, edges_[best].to) < 0)) best = e;
    }
    return best;
}

void RingTracer::walk(std::uint32_t first, std::uint32_t cycle) {
    stack_.clear();
    // The node of an edge's beginning is the first edge that leaves it.
    std::uint32_t node = first;
    while (node > 0 && edges_[node - 1].from == edges_[first].from) --node;
    for (std::uint32_t edge = first;;) {
        used_[edge]  = 1;
        place_[node] = static_cast<std::uint32_t>(stack_.size());
        stack_.push_back(node);
        node = node_[edge];
        if (node == none) break;
        if (place_[node] != none) {
            close_loop(place_[node], cycle);
            place_[node] = none;
        }
        const std::uint32_t following = next(edge, first);
        if (following == first || following == none) break;
        edge = following;
    }
    for (const std::uint32_t left : stack_) place_[left] = none;
}

void RingTracer::close_loop(std::size_t from, std::uint32_t cycle) {
    Loop loop{static_cast<std::uint32_t>(loop_points_.size()), 0, cycle, 0};
    for (std::size_t i = from; i < stack_.size(); ++i) {
        loop_points_.push_back(edges_[stack_[i]].from);
        place_[stack_[i]] = none;
    }
    stack_.resize(from);
    loop.end  = static_cast<std::uint32_t>(loop_points_.size());
    loop.area = twice_area(std::span(loop_points_).subspan(loop.begin));
    if (loop.area != 0) loops_.push_back(loop);
}

std::uint32_t RingTracer::shell_around(const Loop& hole, const std::vector<std::uint32_t>& shells) const {
    const LatticePoint p = loop_points_[hole.begin], q = loop_points_[hole.begin + 1];
    std::uint32_t      best = none;
    for (const std::uint32_t s : shells) {
        const Loop& shell = loops_[s];
        if (shell.area <= -hole.area || (best != none && loops_[best].area <= shell.area)) continue;
        if (holds_middle(std::span(loop_points_).subspan(shell.begin, shell.end - shell.begin), p, q)) best = s;
    }
    return best;
}

void RingTracer::assemble(LatticeRings& out) {
    std::vector<std::uint32_t>                           shells;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> holes;  // shell, hole
    std::vector<std::uint32_t>                           shell_of_cycle;
    for (std::uint32_t i = 0; i < loops_.size(); ++i) {
        shell_of_cycle.resize(std::max<std::size_t>(shell_of_cycle.size(), loops_[i].cycle + std::size_t{1}), none);
        if (loops_[i].area <= 0) continue;
        shells.push_back(i);
        shell_of_cycle[loops_[i].cycle] = i;
    }
    for (std::uint32_t i = 0; i < loops_.size(); ++i) {
        if (loops_[i].area >= 0) continue;
        std::uint32_t shell = shell_of_cycle[loops_[i].cycle];
        if (shell == none) shell = shells.size() == 1 ? shells[0] : shell_around(loops_[i], shells);
        if (shell != none) holes.emplace_back(shell, i);
    }
    std::ranges::sort(holes);
    const auto append = [&](const Loop& loop, bool shell) {
        append_corners(std::span(loop_points_).subspan(loop.begin, loop.end - loop.begin), out.points);
        out.end_ring(shell);
    };
    auto hole = holes.begin();
    for (const std::uint32_t s : shells) {
        append(loops_[s], true);
        for (; hole != holes.end() && hole->first == s; ++hole) append(loops_[hole->second], false);
    }
}

}  // namespace gapmap
