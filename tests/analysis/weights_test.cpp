#include "analysis/weights.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "analysis/empirical_bayes.h"

using namespace gapmap;

namespace {

/// Unit squares, one a cell, row by row.
Polygons<Planar> squares(int columns, int rows) {
    Polygons<Planar> out;
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            for (const auto& [x, y] : {std::pair{c, r}, {c + 1, r}, {c + 1, r + 1}, {c, r + 1}, {c, r}}) out.push_point(x, y);
            out.end_ring();
            out.end_part();
            out.end_row();
        }
    }
    return out;
}

std::vector<std::uint32_t> list(std::span<const std::uint32_t> s) { return {s.begin(), s.end()}; }

}  // namespace

TEST_CASE("contiguity: on a 3 x 3 board the middle square has 8 queen and 4 rook neighbours") {
    const auto board = squares(3, 3);
    const auto queen = contiguity(board.view(), Contiguity::queen), rook = contiguity(board.view(), Contiguity::rook);
    CHECK(list(queen.of(4)) == std::vector<std::uint32_t>{0, 1, 2, 3, 5, 6, 7, 8});
    CHECK(list(rook.of(4)) == std::vector<std::uint32_t>{1, 3, 5, 7});
    CHECK(list(queen.of(0)) == std::vector<std::uint32_t>{1, 3, 4});
    CHECK(queen.neighbours.size() == 40);
    CHECK(rook.neighbours.size() == 24);
}

TEST_CASE("contiguity: is symmetric, and a row alone or null has no neighbours") {
    auto board = squares(4, 2);
    board.end_row();  // null
    const auto w = contiguity(board.view(), Contiguity::queen);
    REQUIRE(w.rows() == 9);
    CHECK(w.of(8).empty());
    for (std::uint32_t i = 0; i < 9; ++i) {
        for (const std::uint32_t j : w.of(i)) CHECK(std::ranges::find(w.of(j), i) != w.of(j).end());
    }
}

TEST_CASE("contiguity: on large random boards it is what comparing all vertices and all edges finds, for any number of threads") {
    const auto board = squares(150, 90);  // more vertices than one bucket holds
    for (const Contiguity rule : {Contiguity::queen, Contiguity::rook}) {
        const auto w = contiguity(board.view(), rule);
        CHECK(w.neighbours == contiguity(board.view(), rule, {.threads = 3}).neighbours);
        std::size_t wrong = 0;
        for (int r = 0; r < 90; ++r) {
            for (int c = 0; c < 150; ++c) {
                std::vector<std::uint32_t> expected;
                for (int dr = -1; dr <= 1; ++dr) {
                    for (int dc = -1; dc <= 1; ++dc) {
                        const bool self = dr == 0 && dc == 0, corner = dr != 0 && dc != 0, outside = r + dr < 0 || r + dr >= 90 || c + dc < 0 || c + dc >= 150;
                        if (!self && !outside && !(corner && rule == Contiguity::rook)) expected.push_back(static_cast<std::uint32_t>((r + dr) * 150 + c + dc));
                    }
                }
                wrong += list(w.of(static_cast<std::size_t>(r * 150 + c))) == expected ? 0U : 1U;
            }
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("contiguity: a place that a row comes to twice, 0 and -0, and three rows at one corner") {
    Polygons<Planar> out;
    const auto       ring = [&](std::initializer_list<std::pair<double, double>> corners) {
        for (const auto& [x, y] : corners) out.push_point(x, y);
        out.end_ring();
        out.end_part();
        out.end_row();
    };
    ring({{0, 0}, {1, 1}, {1, 0}, {0, 0}, {-1, 0}, {-1, 1}, {0, 0}});  // touches itself at the origin
    ring({{-0.0, -0.0}, {1, -2}, {0, -2}, {-0.0, -0.0}});
    ring({{0, 0}, {-2, -1}, {-2, -2}, {0, 0}});
    const auto w = contiguity(out.view(), Contiguity::queen);
    for (std::uint32_t i = 0; i < 3; ++i) CHECK(w.of(i).size() == 2);
    CHECK(contiguity(out.view(), Contiguity::rook).neighbours.empty());
}

TEST_CASE("weights: those among some rows, row-standardised, with the row itself") {
    auto w = weights_among(weights_from_entries({{0, 1, 2}, {0, 2, 6}, {1, 0, 4}, {2, 0, 1}, {2, 1, 1}}, 3), {true, false, true});
    REQUIRE(w.rows() == 2);
    CHECK(list(w.of(0)) == std::vector<std::uint32_t>{1});
    CHECK(w.weights_of(0)[0] == 6);
    apply_style(w, WeightStyle::row_standardised);
    CHECK(w.weights_of(0)[0] == 1);
    const auto self = with_self(weights_from_entries({{0, 1, 2}, {0, 2, 6}, {1, 1, 3}, {1, 2, 4}}, 3));
    CHECK(list(self.of(0)) == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(self.weights_of(0)[0] == 6);
    CHECK(self.weights_of(1)[0] == 3);  // as it gave
    CHECK(self.of(2).empty());
}

TEST_CASE("weights: entries in any order are sorted, and of a repeated pair the last stands") {
    const auto w = weights_from_entries({{2, 0, 1}, {0, 2, 5}, {0, 1, 1}, {0, 2, 7}}, 4);
    CHECK(list(w.of(0)) == std::vector<std::uint32_t>{1, 2});
    CHECK(w.weights_of(0)[1] == 7);
    CHECK(w.of(1).empty());
    CHECK(w.of(3).empty());
}

TEST_CASE("local empirical Bayes: equal rates stay as they are, and rows without data or neighbours say why") {
    const auto                board = squares(3, 1);
    const auto                w     = contiguity(board.view(), Contiguity::queen);
    const std::vector<double> cases{10, 20, 30}, base{100, 200, 300}, none{0, 200, 300};
    const auto                even = local_empirical_bayes(cases, base, w);
    for (const double rate : even.smoothed) CHECK(rate == doctest::Approx(0.1));
    CHECK(local_empirical_bayes(cases, none, w).status == std::vector<Status>{Status::missing, Status::ok, Status::ok});
    const auto alone = local_empirical_bayes(cases, base, weights_from_entries({}, 3));
    CHECK(alone.status == std::vector<Status>(3, Status::isolate));
    CHECK(std::isnan(alone.smoothed[0]));
}
