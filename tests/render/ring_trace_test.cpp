#include "render/tile/ring_trace.h"

#include <doctest/doctest.h>

#include <vector>

using namespace gapmap;

namespace {

using Points = std::vector<LatticePoint>;

void add_ring(RingTracer& tracer, const Points& ring) {
    for (std::size_t i = 0; i < ring.size(); ++i) tracer.add(ring[i], ring[(i + 1) % ring.size()]);
}

/// Areas of the rings, doubled, shells above zero.
std::vector<std::int64_t> areas(const std::vector<Points>& rings) {
    RingTracer tracer;
    for (const Points& ring : rings) add_ring(tracer, ring);
    LatticeRings out;
    tracer.trace(out);
    std::vector<std::int64_t> sizes;
    for (std::size_t q = 0; q < out.size(); ++q) {
        sizes.push_back(twice_area(out.ring(q)));
        CHECK((sizes.back() > 0) == (out.is_shell[q] != 0));
    }
    return sizes;
}

Points square(std::int32_t x, std::int32_t y, std::int32_t size) { return {{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}}; }
Points hole(std::int32_t x, std::int32_t y, std::int32_t size) { return {{x, y}, {x, y + size}, {x + size, y + size}, {x + size, y}}; }

using Areas = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a spike and a line of no width between two parts cancel") {
    CHECK(areas({{{0, 0}, {4, 0}, {4, 4}, {9, 4}, {4, 4}, {0, 4}}}) == Areas{32});
    // Two squares joined along y = 0.
    CHECK(areas({{{0, 0}, {2, 0}, {6, 0}, {8, 0}, {8, 2}, {6, 2}, {6, 0}, {2, 0}, {2, 2}, {0, 2}}}) == Areas{8, 8});
    CHECK(areas({{{0, 0}, {5, 0}}}).empty());
    CHECK(areas({square(0, 0, 5), hole(0, 0, 5)}).empty());
}

TEST_CASE("shells that touch at a point are two, and a ring that touches itself from inside is a shell with a hole") {
    CHECK(areas({{{0, 0}, {2, 0}, {2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}, {0, 2}}}) == Areas{8, 8});
    CHECK(areas({{{0, 0}, {8, 0}, {8, 8}, {0, 8}, {0, 0}, {2, 4}, {4, 4}, {4, 2}}}) == Areas{128, -16});
}

TEST_CASE("holes that touch stay apart, and holes that cut the area through make two shells") {
    CHECK(areas({square(0, 0, 9), hole(2, 2, 2), hole(4, 4, 2)}) == Areas{162, -8, -8});
    // Diamonds in a chain from side to side of the square.
    const Points left = {{0, 4}, {2, 6}, {4, 4}, {2, 2}}, right = {{4, 4}, {6, 6}, {8, 4}, {6, 2}};
    const Points outer = {{0, 0}, {8, 0}, {8, 4}, {8, 8}, {0, 8}, {0, 4}};
    CHECK(areas({outer, left, right}) == Areas{48, 48});
}

TEST_CASE("an island in a hole is a shell after the outer one, and each hole follows the shell around it") {
    CHECK(areas({square(0, 0, 20), hole(2, 2, 16), square(4, 4, 10), hole(6, 6, 3)}) == Areas{800, -512, 200, -18});
    // The island touches the edge of the hole.
    CHECK(areas({square(0, 0, 20), hole(2, 2, 16), {{2, 2}, {8, 4}, {8, 8}, {4, 8}}, hole(5, 5, 1)}).size() == 4);
}

TEST_CASE("points on a straight line go, the first one too") {
    std::vector<LatticePoint> out;
    const Points              ring = {{2, 0}, {4, 0}, {4, 2}, {4, 4}, {0, 4}, {0, 0}};
    append_corners(ring, out);
    CHECK(out == Points{{4, 0}, {4, 4}, {0, 4}, {0, 0}});
}
