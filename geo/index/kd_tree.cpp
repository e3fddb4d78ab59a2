#include "geo/index/kd_tree.h"

#include <algorithm>
#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

struct Range {
    std::size_t node, begin, end;
};

/// The best so far, in order; the last is the one to beat.
class Best {
public:
    explicit Best(std::span<KdTree::Near> slots) : slots_(slots) {}
    [[nodiscard]] double limit() const noexcept { return used_ < slots_.size() ? std::numeric_limits<double>::infinity() : slots_[used_ - 1].d2; }
    void offer(KdTree::Near candidate) noexcept {
        if (used_ == slots_.size()) {
            if (!(candidate < slots_[used_ - 1])) return;
        } else {
            ++used_;
        }
        std::size_t at = used_ - 1;
        for (; at > 0 && candidate < slots_[at - 1]; --at) slots_[at] = slots_[at - 1];
        slots_[at] = candidate;
    }

private:
    std::span<KdTree::Near> slots_;
    std::size_t             used_ = 0;
};

}  // namespace

KdTree::KdTree(PointsView<Planar> points, const Execution& exec) {
    entries_.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!std::isnan(points.x[i]) && !std::isnan(points.y[i])) entries_.push_back({points.x[i], points.y[i], static_cast<std::uint32_t>(i)});
    }
    std::vector<Range> level{{0, 0, entries_.size()}}, next;
    while (!level.empty()) {
        std::size_t last = 0;
        next.clear();
        for (const Range& r : level) {
            if (r.end - r.begin <= bucket) continue;
            const std::size_t middle = r.begin + (r.end - r.begin) / 2;
            last                     = r.node + 1;
            next.push_back({2 * r.node + 1, r.begin, middle});
            next.push_back({2 * r.node + 2, middle, r.end});
        }
        nodes_.resize(std::max(nodes_.size(), last));
        parallel_chunks(exec, level.size(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k) split(level[k].node, level[k].begin, level[k].end);
        });
        level.swap(next);
    }
}

void KdTree::split(std::size_t node, std::size_t begin, std::size_t end) {
    if (end - begin <= bucket) return;
    const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(begin), last = entries_.begin() + static_cast<std::ptrdiff_t>(end);
    const auto middle = first + (last - first) / 2;
    double     x_min = first->x, x_max = first->x, y_min = first->y, y_max = first->y;
    for (auto e = first; e != last; ++e) {
        x_min = std::min(x_min, e->x);
        x_max = std::max(x_max, e->x);
        y_min = std::min(y_min, e->y);
        y_max = std::max(y_max, e->y);
    }
    const bool wide = x_max - x_min >= y_max - y_min;
    if (wide) std::nth_element(first, middle, last, [](const Entry& a, const Entry& b) { return a.x < b.x; });
    else std::nth_element(first, middle, last, [](const Entry& a, const Entry& b) { return a.y < b.y; });
    const auto of = [&](const Entry& e) { return wide ? e.x : e.y; };
    double     low = of(*first);
    for (auto e = first; e != middle; ++e) low = std::max(low, of(*e));
    nodes_[node] = {low, of(*middle), static_cast<std::uint8_t>(wide ? 0 : 1)};
}

void KdTree::nearest(double x, double y, std::uint32_t self, std::span<Near> out) const {
    GEO_EXPECTS(out.size() < entries_.size() || (out.size() == entries_.size() && self == none));
    if (out.empty()) return;
    struct Open {
        std::size_t node, begin, end;
        double      dx, dy;  // how far the query lies outside the range along each axis
    };
    Open        stack[128];
    std::size_t open = 0;
    Best        best(out);
    stack[open++] = {0, 0, entries_.size(), 0, 0};
    while (open > 0) {
        const Open at = stack[--open];
        if (at.dx * at.dx + at.dy * at.dy > best.limit()) continue;  // an equal distance may still hold a lower row
        if (at.end - at.begin <= bucket) {
            for (std::size_t e = at.begin; e < at.end; ++e) {
                const double dx = entries_[e].x - x, dy = entries_[e].y - y;
                if (entries_[e].row != self) best.offer({dx * dx + dy * dy, entries_[e].row});
            }
            continue;
        }
        const std::size_t middle = at.begin + (at.end - at.begin) / 2;
        const Node&       n      = nodes_[at.node];
        const double      q      = n.axis == 0 ? x : y;
        Open              left{2 * at.node + 1, at.begin, middle, at.dx, at.dy}, right{2 * at.node + 2, middle, at.end, at.dx, at.dy};
        double&           l = n.axis == 0 ? left.dx : left.dy;
        double&           r = n.axis == 0 ? right.dx : right.dy;
        l                   = std::max(l, q - n.low);
        r                   = std::max(r, n.high - q);
        const bool left_first = q - n.low < n.high - q;
        stack[open++]         = left_first ? right : left;
        stack[open++]         = left_first ? left : right;
    }
}

}  // namespace gapmap
