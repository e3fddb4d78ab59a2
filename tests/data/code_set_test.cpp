#include "data/ingest/code_set.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "geo/core/draws.h"

using namespace gapmap;

TEST_CASE("a set of codes says the same as a set of strings, for any texts in any order") {
    CodeSet               codes;
    std::set<std::string> strings;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        // Short texts of few letters: many repeat, and the empty one is among them.
        Draws             draws(Seed{7}, 3, i);
        const std::string text(draws.below(5), static_cast<char>('a' + draws.below(26)));
        const std::string code = text + (i % 3 == 0 ? std::to_string(i % 5'000) : "");
        CHECK(codes.contains(code) == strings.contains(code));
        CHECK(codes.insert(code) == strings.insert(code).second);
    }
    CHECK(codes.size() == strings.size());
    for (std::size_t i = 0; i < codes.size(); ++i) CHECK(strings.contains(std::string(codes.at(i))));
    codes.clear();
    CHECK(codes.empty());
    CHECK_FALSE(codes.contains("a"));
    CHECK(codes.insert("a"));
}

TEST_CASE("codes come back in the order in which they came, each once") {
    const CodeSet codes{"b", "a", "b", "", "a"};
    REQUIRE(codes.size() == 3);
    CHECK(codes.at(0) == "b");
    CHECK(codes.at(1) == "a");
    CHECK(codes.at(2).empty());
}
