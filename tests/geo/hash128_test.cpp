#include "geo/core/hash128.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace gapmap;

TEST_CASE("fingerprints of texts that differ in one bit, in length or in order all differ, and each half takes part") {
    std::set<std::uint64_t> high, low;
    std::size_t             n = 0;
    for (std::size_t size = 0; size < 70; ++size) {
        std::string text(size, '\0');
        const auto  take = [&] { high.insert(hash128(text).high), low.insert(hash128(text).low), ++n; };
        take();
        for (std::size_t bit = 0; bit < 8 * size; ++bit) {
            text[bit / 8] = static_cast<char>(1 << bit % 8);
            take();
            text[bit / 8] = '\0';
        }
    }
    CHECK(high.size() == n);
    CHECK(low.size() == n);
    Hasher128 ab, ba;
    ab.add(std::uint64_t{1});
    ab.add(std::uint64_t{2});
    ba.add(std::uint64_t{2});
    ba.add(std::uint64_t{1});
    CHECK(ab.value() != ba.value());
}

TEST_CASE("one flipped bit of the input flips about half of the fingerprint's") {
    std::uint64_t flipped = 0, pairs = 0;
    for (std::uint64_t v = 0; v < 200; ++v) {
        Hasher128 one, other;
        one.add(v);
        for (int bit = 0; bit < 64; ++bit) {
            other = {};
            other.add(v ^ std::uint64_t{1} << bit);
            flipped += static_cast<std::uint64_t>(__builtin_popcountll(one.value().high ^ other.value().high) + __builtin_popcountll(one.value().low ^ other.value().low));
            pairs += 1;
        }
    }
    const double share = static_cast<double>(flipped) / static_cast<double>(pairs) / 128;
    CHECK(share > 0.48);
    CHECK(share < 0.52);
}
