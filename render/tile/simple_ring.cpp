#include "render/tile/simple_ring.h"

#include <algorithm>
#include <cmath>

#include "geo/shape/orientation.h"

namespace gapmap {

bool SimpleRingCheck::operator()(std::span<const double> x, std::span<const double> y) {
    x_.clear();
    y_.clear();
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!x_.empty() && x[i] == x_.back() && y[i] == y_.back()) continue;
        x_.push_back(x[i]);
        y_.push_back(y[i]);
    }
    while (x_.size() > 1 && x_.front() == x_.back() && y_.front() == y_.back()) x_.pop_back(), y_.pop_back();
    const std::size_t n = x_.size();
    if (n < 3) return false;
    const auto [low, high] = std::ranges::minmax(y_);
    x_.push_back(x_[0]);
    y_.push_back(y_[0]);
    const std::size_t strips = n < 256 || !(high > low) ? 1 : static_cast<std::size_t>(std::sqrt(static_cast<double>(n)));
    const double      scale  = static_cast<double>(strips) / (high > low ? high - low : 1);
    const auto        strip  = [&, bottom = low](double v) { return std::min(strips - 1, static_cast<std::size_t>((v - bottom) * scale)); };
    // Edges by strip: counted, then placed.
    starts_.assign(strips + 1, 0);
    std::size_t total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = strip(std::min(y_[i], y_[i + 1])), last = strip(std::max(y_[i], y_[i + 1]));
        total += last - first + 1;
        if (total > 8 * n + 64) return false;
        for (std::size_t s = first; s <= last; ++s) ++starts_[s + 1];
    }
    for (std::size_t s = 0; s < strips; ++s) starts_[s + 1] += starts_[s];
    members_.resize(total);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = strip(std::min(y_[i], y_[i + 1])), last = strip(std::max(y_[i], y_[i + 1]));
        for (std::size_t s = first; s <= last; ++s) members_[starts_[s]++] = static_cast<std::uint32_t>(i);
    }
    work_             = 0;
    std::size_t begin = 0;
    for (std::size_t s = 0; s < strips; ++s) {
        if (!strip_is_simple(std::span(members_).subspan(begin, starts_[s] - begin))) return false;
        begin = starts_[s];
    }
    return true;
}

bool SimpleRingCheck::strip_is_simple(std::span<const std::uint32_t> edges) {
    const auto west = [&](std::uint32_t e) { return std::min(x_[e], x_[e + 1]); };
    const auto east = [&](std::uint32_t e) { return std::max(x_[e], x_[e + 1]); };
    sorted_.assign(edges.begin(), edges.end());
    std::ranges::sort(sorted_, {}, west);
    open_.clear();
    const std::size_t limit = 64 * x_.size() + 4096;
    for (const std::uint32_t e : sorted_) {
        const double at   = west(e);
        std::size_t  kept = 0;
        for (const std::uint32_t f : open_) {
            if (east(f) < at) continue;
            open_[kept++] = f;
            if (touch(e, f)) return false;
        }
        work_ += open_.size();
        if (work_ > limit) return false;
        open_.resize(kept);
        open_.push_back(e);
    }
    return true;
}

bool SimpleRingCheck::touch(std::uint32_t e, std::uint32_t f) const noexcept {
    const double ax = x_[e], ay = y_[e], bx = x_[e + 1], by = y_[e + 1], cx = x_[f], cy = y_[f], dx = x_[f + 1], dy = y_[f + 1];
    if (std::max(ay, by) < std::min(cy, dy) || std::max(cy, dy) < std::min(ay, by) || std::max(ax, bx) < std::min(cx, dx)) return false;
    const auto n = static_cast<std::uint32_t>(x_.size() - 1);
    if (e + 1 == f || f + 1 == e || (e == 0 && f + 1 == n) || (f == 0 && e + 1 == n)) {
        // Neighbours: only one that runs back along the other is wrong.
        const bool   e_first = e + 1 == f || (f == 0 && e + 1 == n);
        const double px = e_first ? ax : cx, py = e_first ? ay : cy, qx = e_first ? bx : dx, qy = e_first ? by : dy, rx = e_first ? dx : bx, ry = e_first ? dy : by;
        return orientation(px, py, qx, qy, rx, ry) == 0 && (px - qx) * (rx - qx) + (py - qy) * (ry - qy) > 0;
    }
    const int c = orientation(ax, ay, bx, by, cx, cy), d = orientation(ax, ay, bx, by, dx, dy);
    if (c * d > 0) return false;
    const int a = orientation(cx, cy, dx, dy, ax, ay), b = orientation(cx, cy, dx, dy, bx, by);
    return a * b <= 0;
}

}  // namespace gapmap
