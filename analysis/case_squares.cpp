#include "analysis/case_squares.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// A square of side 2^level of the lattice.
struct Square {
    std::int64_t column = 0, row = 0;
    int          level = 0;
    [[nodiscard]] Square child(int quarter) const noexcept { return {column * 2 + quarter % 2, row * 2 + quarter / 2, level - 1}; }
};

struct Case {
    std::int64_t column, row;  // of its smallest square
    double       weight;
};
using Cases = std::vector<Case>;

class Spreader {
public:
    Spreader(const Window& window, const SquareOptions& options) : window_(window), options_(options) {}

    SquareMass spread(const Cases& cases) {
        if (!tells_enough(cases)) return {};
        cut(root(cases), cases);
        return std::move(out_);
    }

private:
    [[nodiscard]] bool tells_enough(const Cases& cases) const {
        double sum = 0, largest = 0;
        for (const Case& c : cases) {
            sum += c.weight;
            largest = std::max(largest, c.weight);
        }
        return static_cast<std::int64_t>(cases.size()) >= options_.least && largest <= options_.largest_share * sum + (sum == 0 ? 1 : 0);
    }

    /// The smallest square that holds all; coordinates are shifted so that the lattice has no edge at zero.
    static Square root(const Cases& cases) {
        Square at{cases.front().column, cases.front().row, 0};
        const auto holds_all = [&] {
            return std::ranges::all_of(cases, [&](const Case& c) { return c.column >> at.level == at.column && c.row >> at.level == at.row; });
        };
        while (!holds_all()) at = {at.column >> 1, at.row >> 1, at.level + 1};
        return at;
    }

    void cut(const Square& square, const Cases& cases) {
        if (square.level == 0) return tell({square}, cases);
        std::array<Cases, 4> parts;
        for (const Case& c : cases) {
            const auto bit = [&](std::int64_t v) { return static_cast<std::size_t>((v >> (square.level - 1)) & 1); };
            parts[bit(c.row) * 2 + bit(c.column)].push_back(c);
        }
        std::array<bool, 4> alone{};
        for (std::size_t q = 0; q < 4; ++q) alone[q] = tells_enough(parts[q]);
        Cases rest = rest_of(parts, alone);
        while (!rest.empty() && !tells_enough(rest)) {
            std::size_t smallest = 4;
            for (std::size_t q = 0; q < 4; ++q) {
                if (alone[q] && (smallest == 4 || parts[q].size() < parts[smallest].size())) smallest = q;
            }
            alone[smallest] = false;  // there is one: the parts together tell enough
            rest            = rest_of(parts, alone);
        }
        std::vector<Square> together;
        for (std::size_t q = 0; q < 4; ++q) {
            if (alone[q]) cut(square.child(static_cast<int>(q)), parts[q]);
            else together.push_back(square.child(static_cast<int>(q)));
        }
        if (!rest.empty()) tell(together, rest);
    }

    static Cases rest_of(const std::array<Cases, 4>& parts, const std::array<bool, 4>& alone) {
        Cases rest;
        for (std::size_t q = 0; q < 4; ++q) {
            if (!alone[q]) rest.insert(rest.end(), parts[q].begin(), parts[q].end());
        }
        return rest;
    }

    [[nodiscard]] Point<Planar> centre(std::int64_t column, std::int64_t row) const {
        return {(static_cast<double>(column) + 0.5) * options_.side, (static_cast<double>(row) + 0.5) * options_.side};
    }

    void tell(const std::vector<Square>& squares, const Cases& cases) {
        double weight = 0;
        for (const Case& c : cases) weight += c.weight;
        Points<Planar> inside;
        for (const Square& square : squares) {
            const std::int64_t side = std::int64_t{1} << square.level;
            for (std::int64_t row = square.row * side; row < (square.row + 1) * side; ++row) {
                for (std::int64_t column = square.column * side; column < (square.column + 1) * side; ++column) {
                    if (const auto at = centre(column, row); window_.contains(at)) inside.push_back(at);
                }
            }
        }
        if (inside.size() == 0) inside.push_back(nearest_inside(squares.front()));
        for (std::size_t i = 0; i < inside.size(); ++i) {
            out_.point.push_back(inside.view()[i]);
            out_.count.push_back(static_cast<double>(cases.size()) / static_cast<double>(inside.size()));
            out_.weight.push_back(weight / static_cast<double>(inside.size()));
        }
    }

    /// The centre of a smallest square in the window that is nearest to a square's lower corner, found in growing rings; ties to the lower one.
    [[nodiscard]] Point<Planar> nearest_inside(const Square& square) const {
        const std::int64_t  column = square.column << square.level, row = square.row << square.level;
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

    const Window&        window_;
    const SquareOptions& options_;
    SquareMass           out_;
};

}  // namespace

SquareMass spread_over_squares(PointsView<Planar> cases, std::span<const double> weights, const Window& window, const SquareOptions& options) {
    GEO_EXPECTS(cases.size() == weights.size());
    GEO_EXPECTS(options.side > 0 && options.least >= 1);
    Cases inside;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!std::isfinite(cases.x[i]) || !window.contains(cases[i])) continue;
        inside.push_back({static_cast<std::int64_t>(std::floor(cases.x[i] / options.side)), static_cast<std::int64_t>(std::floor(cases.y[i] / options.side)), weights[i]});
    }
    // The same sums for any order of rows.
    std::ranges::sort(inside, {}, [](const Case& c) { return std::tuple(c.row, c.column, c.weight); });
    return Spreader(window, options).spread(inside);
}

}  // namespace gapmap
