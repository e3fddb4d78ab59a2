#include "analysis/case_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

struct Case {
    std::int64_t column, row;  // of its smallest square
    double       weight;
};
using Cases  = std::vector<Case>;
using Square = std::pair<std::int64_t, std::int64_t>;  // row, column: of the lattice, or of the squares of a level

/// Cases that are told together, and the smallest squares that they are spread over.
struct Told {
    Cases               cases;
    std::vector<Square> squares;
};

bool holds_enough(const Cases& cases, const SquareOptions& options) {
    double sum = 0, largest = 0;
    for (const Case& c : cases) {
        sum += c.weight;
        largest = std::max(largest, c.weight);
    }
    return static_cast<std::int64_t>(cases.size()) >= options.least && largest <= options.largest_share * sum + (sum == 0 ? 1 : 0);
}

class Spreader {
public:
    Spreader(const Window& window, const SquareOptions& options) : window_(window), options_(options) {}

    SquareMass spread(const Cases& cases) {
        if (cases.empty()) return {};
        for (const Case& c : cases) left_[{c.row, c.column}].push_back(c);
        const int top = whole(cases);
        for (int level = 0; level < top && !left_.empty(); ++level) {
            tell_level(level);
            climb();
        }
        tell_level(top);
        if (!left_.empty()) tell_last(top);
        for (const Told& told : told_) put(told);
        return std::move(out_);
    }

    /// All cases over the whole window.
    SquareMass spread_whole(const Cases& cases) {
        Told        told{cases, {}};
        const auto  of = [&](double v) { return static_cast<std::int64_t>(std::floor(v / options_.side)); };
        const auto& box = window_.box();
        for (std::int64_t row = of(box.y_min); row <= of(box.y_max); ++row) {
            for (std::int64_t column = of(box.x_min); column <= of(box.x_max); ++column) told.squares.emplace_back(row, column);
        }
        put(told);
        return std::move(out_);
    }

private:
    [[nodiscard]] bool tells_enough(const Cases& cases) const { return holds_enough(cases, options_); }

    /// The level at which one square holds all.
    static int whole(const Cases& cases) {
        int level = 0;
        const auto one = [&] {
            return std::ranges::all_of(cases, [&](const Case& c) { return c.column >> level == cases.front().column >> level && c.row >> level == cases.front().row >> level; });
        };
        while (!one()) ++level;
        return level;
    }

    /// The smallest squares of a square of a level that nothing has been told of.
    [[nodiscard]] std::vector<Square> untold(const Square& square, int level) const {
        const std::int64_t  side = std::int64_t{1} << level;
        std::vector<Square> out;
        for (std::int64_t row = square.first * side; row < (square.first + 1) * side; ++row) {
            for (std::int64_t column = square.second * side; column < (square.second + 1) * side; ++column) {
                if (!known_.contains({row, column})) out.emplace_back(row, column);
            }
        }
        return out;
    }

    void tell_level(int level) {
        for (auto at = left_.begin(); at != left_.end();) {
            if (!tells_enough(at->second)) {
                ++at;
                continue;
            }
            told_.push_back({std::move(at->second), untold(at->first, level)});
            known_.insert(told_.back().squares.begin(), told_.back().squares.end());
            at = left_.erase(at);
        }
    }

    /// What could not be told in a square is left to the one around it.
    void climb() {
        std::map<Square, Cases> above;
        for (auto& [square, cases] : left_) {
            Cases& to = above[{square.first >> 1, square.second >> 1}];
            to.insert(to.end(), cases.begin(), cases.end());
        }
        left_ = std::move(above);
    }

    /// The last few cases, too few for themselves, are told with those that have the widest ground, and with all that is left of the ground.
    void tell_last(int level) {
        if (told_.empty()) return left_.clear();
        const auto widest = std::ranges::max_element(told_, {}, [](const Told& told) { return told.squares.size(); });
        const auto& [square, cases] = *left_.begin();
        const auto rest = untold(square, level);
        widest->cases.insert(widest->cases.end(), cases.begin(), cases.end());
        widest->squares.insert(widest->squares.end(), rest.begin(), rest.end());
        left_.clear();
    }

    [[nodiscard]] Point<Planar> centre(std::int64_t column, std::int64_t row) const {
        return {(static_cast<double>(column) + 0.5) * options_.side, (static_cast<double>(row) + 0.5) * options_.side};
    }

    void put(const Told& told) {
        double weight = 0;
        for (const Case& c : told.cases) weight += c.weight;
        Points<Planar> inside;
        for (const auto& [row, column] : told.squares) {
            if (const auto at = centre(column, row); window_.contains(at)) inside.push_back(at);
        }
        if (inside.size() == 0) inside.push_back(nearest_inside(told.squares.front()));
        for (std::size_t i = 0; i < inside.size(); ++i) {
            out_.point.push_back(inside.view()[i]);
            out_.count.push_back(static_cast<double>(told.cases.size()) / static_cast<double>(inside.size()));
            out_.weight.push_back(weight / static_cast<double>(inside.size()));
        }
    }

    /// The centre of a smallest square in the window that is nearest to a smallest square, found in growing rings; ties to the lower one.
    [[nodiscard]] Point<Planar> nearest_inside(const Square& square) const {
        const auto [row, column] = square;
        const Point<Planar> from = centre(column, row);
        constexpr int       farthest = 64;
        for (std::int64_t ring = 1; ring <= farthest; ++ring) {
            Point<Planar> best = from;
            double        least = std::numeric_limits<double>::infinity();
            for (std::int64_t dy = -ring; dy <= ring; ++dy) {
                for (std::int64_t dx = -ring; dx <= ring; ++dx) {
                    const Point<Planar> at       = centre(column + dx, row + dy);
                    const double        distance = std::hypot(at.x - from.x, at.y - from.y);
                    if (distance < least && window_.contains(at)) {
                        least = distance;
                        best  = at;
                    }
                }
            }
            if (std::isfinite(least)) return best;
        }
        return from;
    }

    const Window&           window_;
    const SquareOptions&    options_;
    std::map<Square, Cases> left_;   ///< not told yet, by the squares of the level that is looked at
    std::set<Square>        known_;  ///< smallest squares that something has been told of
    std::vector<Told>       told_;
    SquareMass              out_;
};

Cases in_window(PointsView<Planar> cases, std::span<const double> weights, const Window& window, double side) {
    Cases inside;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!std::isfinite(cases.x[i]) || !window.contains(cases[i])) continue;
        inside.push_back({static_cast<std::int64_t>(std::floor(cases.x[i] / side)), static_cast<std::int64_t>(std::floor(cases.y[i] / side)), weights[i]});
    }
    // The same sums for any order of rows.
    std::ranges::sort(inside, {}, [](const Case& c) { return std::tuple(c.row, c.column, c.weight); });
    return inside;
}

Cases without_place(std::vector<double> weights) {
    std::ranges::sort(weights);
    Cases cases;
    for (const double weight : weights) cases.push_back({0, 0, weight});
    return cases;
}

void append(const Polygons<Planar>& from, Polygons<Planar>& to) {
    for (std::size_t r = 0; r < from.size(); ++r) {
        for (std::uint32_t part = from.rows[r]; part < from.rows[r + 1]; ++part) {
            for (std::uint32_t q = from.parts[part]; q < from.parts[part + 1]; ++q) {
                for (std::size_t i = from.rings[q]; i < from.rings[q + 1]; ++i) to.push_point(from.x[i], from.y[i]);
                to.end_ring();
            }
            to.end_part();
        }
        to.end_row();
    }
}

/// A ground with its cases on the lattice.
struct Ground {
    Cases            cases;
    Polygons<Planar> polygons;
    bool             may_be_cut = false;
    double           area       = 0;
};

void join(Ground& to, const Ground& from) {
    to.cases.insert(to.cases.end(), from.cases.begin(), from.cases.end());
    append(from.polygons, to.polygons);
    to.may_be_cut = false;
    to.area += from.area;
}

/// Grounds that may not be told by themselves become one that may, at the cost of the widest others; none is left where even all are too few.
std::vector<Ground> tellable(std::vector<Ground> grounds, const SquareOptions& options) {
    std::vector<Ground> told;
    Ground              rest;
    for (Ground& ground : grounds) {
        if (holds_enough(ground.cases, options)) told.push_back(std::move(ground));
        else if (!ground.cases.empty()) join(rest, ground);
    }
    while (!rest.cases.empty() && !holds_enough(rest.cases, options) && !told.empty()) {
        const auto widest = std::ranges::max_element(told, {}, [](const Ground& ground) { return std::pair(!ground.may_be_cut, ground.area); });
        join(rest, *widest);
        told.erase(widest);
    }
    std::ranges::sort(rest.cases, {}, [](const Case& c) { return std::tuple(c.row, c.column, c.weight); });
    if (holds_enough(rest.cases, options)) told.push_back(std::move(rest));
    return told;
}

}  // namespace

SquareMass spread_over_squares(PointsView<Planar> cases, std::span<const double> weights, const Window& window, const SquareOptions& options) {
    GEO_EXPECTS(cases.size() == weights.size());
    GEO_EXPECTS(options.side > 0 && options.least >= 1);
    return Spreader(window, options).spread(in_window(cases, weights, window, options.side));
}

SquareMass spread_over_grounds(std::vector<CaseGround> grounds, const SquareOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.side > 0 && options.least >= 1);
    std::vector<Ground> on_lattice;
    for (CaseGround& ground : grounds) {
        GEO_EXPECTS(ground.cases.size() == ground.weights.size());
        const Window window(ground.ground, exec);
        Cases        cases = in_window(ground.cases.view(), ground.weights, window, options.side);
        const bool   whole = cases.size() == ground.weights.size();
        // Cases whose point is missing or just across the border are told of the ground, not of a part of it.
        if (!whole) cases = without_place(ground.weights);
        on_lattice.push_back({std::move(cases), std::move(ground.ground), ground.may_be_cut && whole, window.area()});
    }
    SquareMass all;
    for (Ground& ground : tellable(std::move(on_lattice), options)) {
        const Window     window(std::move(ground.polygons), exec);
        Spreader         spreader(window, options);
        const SquareMass part = ground.may_be_cut ? spreader.spread(ground.cases) : spreader.spread_whole(ground.cases);
        for (std::size_t i = 0; i < part.count.size(); ++i) all.point.push_back(part.point.view()[i]);
        all.count.insert(all.count.end(), part.count.begin(), part.count.end());
        all.weight.insert(all.weight.end(), part.weight.begin(), part.weight.end());
    }
    return all;
}

}  // namespace gapmap
